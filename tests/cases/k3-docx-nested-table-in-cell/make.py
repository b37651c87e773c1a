import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# a Word form: tables inside cells between paragraphs of the same cell, a table used for layout, a table whose names are in the first column (tblLook firstColumn), a heading row repeated (tblHeader) after a title row
def tc(x,w=3000,span=1,pr=''): return f'<w:tc><w:tcPr><w:tcW w:w="{w}" w:type="dxa"/>{f"<w:gridSpan w:val={chr(34)}{span}{chr(34)}/>" if span>1 else ""}{pr}</w:tcPr>{x if x.startswith("<") else p(x)}</w:tc>'
def tr(*c,hdr=0): return f'<w:tr>{"<w:trPr><w:tblHeader/></w:trPr>" if hdr else ""}{"".join(c)}</w:tr>'
def tbl(n,rows,look='04A0',fr=1,fc=0): return f'<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/><w:tblBorders><w:top w:val="single" w:sz="4"/><w:insideH w:val="single" w:sz="4"/><w:insideV w:val="single" w:sz="4"/></w:tblBorders><w:tblLook w:val="{look}" w:firstRow="{fr}" w:lastRow="0" w:firstColumn="{fc}" w:lastColumn="0" w:noHBand="0" w:noVBand="1"/></w:tblPr><w:tblGrid>{"<w:gridCol w:w=%s3000%s/>"%(chr(34),chr(34))*n}</w:tblGrid>{"".join(rows)}</w:tbl>'
inner=tbl(2,[tr(tc('Part'),tc('Lasts')),tr(tc('Bellows'),tc('12 years')),tr(tc('Reed tongues'),tc('40 years'))])
deep=tbl(1,[tr(tc(p('Wedge the lid open.')+tbl(2,[tr(tc('Wedge'),tc('Width')),tr(tc('Oak'),tc('31 mm'))])+p('Then lift the action out.')))])
body=p('Care of the harmonium','Heading1')
body+=tbl(2,[tr(tc('Work'),tc('How')),tr(tc('Renewing parts'),tc(p('Order these before winter:')+inner+p('Old parts go to the school.'))),tr(tc('Opening'),tc(deep+p('Two people are needed.')))])
body+=p('')+tbl(3,[tr(tc('Builder'),tc('Lindqvist'),tc('Mannborg')),tr(tc('Built'),tc('1887'),tc('1911')),tr(tc('Stops'),tc('9'),tc('14'))],look='0480',fr=0,fc=1)
body+=p('')+tbl(3,[tr(tc('Tuning in cents, measured at 18 degrees',span=3),hdr=1),tr(tc('Key'),tc('Left reed'),tc('Right reed'),hdr=1),tr(tc('C'),tc('minus 4'),tc('plus 11')),tr(tc('F sharp'),tc('0'),tc('minus 17'))])+p('Played on Sundays.')
docx('harmonium.docx',body)
case(what='Word: a table inside a cell between two paragraphs of the cell, a table two levels deep, a table with its names in the first column, a title row and a heading row both marked tblHeader',
 reported='https://github.com/unslothai/unsloth/pull/6780, https://github.com/docling-project/docling/issues/494, https://github.com/docling-project/docling/issues/2985',
 must=['Care of the harmonium','Renewing parts','Order these before winter','Bellows','12 years','Reed tongues','40 years','Old parts go to the school','Opening','Wedge the lid open','Oak','31 mm','Then lift the action out','Two people are needed','1887','Tuning in cents, measured at 18 degrees','plus 11','F sharp','minus 17','Played on Sundays'],
 unordered=['Lindqvist','Mannborg','Part: Bellows','Lasts: 40 years','F sharp | 0 | minus 17'],
 mustnot=['Work: Bellows','Left reed: minus 17'], question='How long do the reed tongues last?', answer='40 years', more=[{'question':'How many stops does the harmonium by Mannborg have?','answer':'14'}])
