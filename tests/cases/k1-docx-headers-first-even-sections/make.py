import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# facts that stand only in a first-page header (inside a table), an even-page header, a second section's header and a footer
HT=WT+'header+xml'; FT=WT+'footer+xml'
hd=lambda tag,inner: f'{XML}<w:{tag} {NS}>{inner}</w:{tag}>'
cell=lambda t: f'<w:tc><w:tcPr><w:tcW w:w="4500" w:type="dxa"/></w:tcPr>{p(t)}</w:tc>'
tbl='<w:tbl><w:tblPr><w:tblW w:w="9000" w:type="dxa"/></w:tblPr><w:tblGrid><w:gridCol w:w="4500"/><w:gridCol w:w="4500"/></w:tblGrid><w:tr>'+cell('Offer OSL-2231')+cell('Valid until 30 June 2027')+'</w:tr></w:tbl>'+p('')
pg='<w:p><w:r><w:t xml:space="preserve">Page </w:t></w:r><w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p>'
parts=[('rH1','header','header1.xml',HT,hd('hdr',tbl)),('rH2','header','header2.xml',HT,hd('hdr',p('Nordlys Scaffolding offer'))),('rH3','header','header3.xml',HT,hd('hdr',p('Questions: Ingrid, extension 418'))),
 ('rH4','header','header4.xml',HT,hd('hdr',p('Annex: all prices without freight'))),('rF1','footer','footer1.xml',FT,hd('ftr',p('Nordlys AS, bank account 8601 11 17947')+pg)),
 ('rSet','settings','settings.xml',WT+'settings+xml',f'{XML}<w:settings {NS}><w:evenAndOddHeaders/></w:settings>')]
ref=lambda k,t,i: f'<w:{k}Reference w:type="{t}" r:id="{i}"/>'
s1='<w:p><w:pPr><w:sectPr>'+ref('header','first','rH1')+ref('header','default','rH2')+ref('header','even','rH3')+ref('footer','default','rF1')+ref('footer','even','rF1')+ref('footer','first','rF1')+'<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1417" w:right="1417" w:bottom="1417" w:left="1417" w:header="708" w:footer="708" w:gutter="0"/><w:titlePg/></w:sectPr></w:pPr></w:p>'
br='<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
body=(p('Scaffolding for the north tower','Heading1')+p('The scaffold stands for twelve weeks.')+br+p('The crane is parked in the yard.')+br+p('Dismantling takes four days.')+s1
 +p('Price list','Heading1')+p('Ladder tower: 74 euros a week.'))
docx('offer.docx',body,parts=parts,sect=ref('header','default','rH4')+ref('header','even','rH4'))
case(what='headers and footers: first-page header with a table, even-page header, header of a second section, footer; each read once, page numbers not',
 reported='https://github.com/Unstructured-IO/unstructured/issues/2126, https://github.com/python-openxml/python-docx/issues/1424, https://github.com/docling-project/docling/issues/1394',
 order=False,must=['Offer OSL-2231','Valid until 30 June 2027','Nordlys Scaffolding offer','Questions: Ingrid, extension 418','Annex: all prices without freight','bank account 8601 11 17947','The scaffold stands for twelve weeks','Dismantling takes four days','Ladder tower: 74 euros a week'],
 mustnot=['Nordlys Scaffolding offer Nordlys Scaffolding offer'],question='Until when is offer OSL-2231 valid?',answer='30 June 2027',more=[{'question':'Which extension has Ingrid for questions on the scaffolding offer?','answer':'418'},{'question':'Are the prices of the annex with freight?','answer':'without freight'}])
