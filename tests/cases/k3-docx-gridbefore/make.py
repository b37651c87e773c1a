# Word table: rows that begin late (gridBefore) or end early (gridAfter), a vertical merge across them, two header rows with spans, a tracked inserted row, a row of one merged cell between (a sub heading)
import docx
from docx.oxml import parse_xml
NS='xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
d=docx.Document(); d.add_heading('Timetable of the reservoir crew',1)
d.add_paragraph('Table 4. Pumping hours by week and sector')
def tc(t,span=1,v=None):
    return f'<w:tc><w:tcPr><w:tcW w:w="1700" w:type="dxa"/>'+(f'<w:gridSpan w:val="{span}"/>' if span>1 else '')+('' if v is None else '<w:vMerge w:val="restart"/>' if v else '<w:vMerge/>')+f'</w:tcPr><w:p>'+(f'<w:r><w:t>{t}</w:t></w:r>' if t else '')+'</w:p></w:tc>'
def tr(*c,pr=''): return f'<w:tr>'+(f'<w:trPr>{pr}</w:trPr>' if pr else '')+''.join(c)+'</w:tr>'
H='<w:tblHeader/>'
x=f'<w:tbl {NS}><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid>'+'<w:gridCol w:w="1700"/>'*5+'</w:tblGrid>'+''.join([
 tr(tc('Sector',1,1),tc('Week 31',2),tc('Week 32',2),pr=H),
 tr(tc('',1,0),tc('Day'),tc('Night'),tc('Day'),tc('Night'),pr=H),
 tr(tc('Upper basin',1,1),tc('411'),tc('412'),tc('413'),tc('414')),
 tr(tc('',1,0),tc('421'),tc('422'),pr='<w:gridAfter w:val="2"/><w:wAfter w:w="3400" w:type="dxa"/>'),
 tr(tc('437'),tc('438'),pr='<w:gridBefore w:val="3"/><w:wBefore w:w="5100" w:type="dxa"/>'),
 tr(tc('Sectors behind the dam',5)),
 tr(tc('Spillway'),tc('closed for survey',2),tc('451'),tc('452')),
 tr(tc('Fish ladder'),tc('461'),tc('462'),tc('463'),tc('464'),pr='<w:ins w:id="9" w:author="Runa" w:date="2026-01-01T00:00:00Z"/>'),
])+'</w:tbl>'
d.element.body.insert(len(d.element.body)-1,parse_xml(x))
d.add_paragraph('Hours are counted from 06:00.')
d.save('docs/reservoir.docx')
