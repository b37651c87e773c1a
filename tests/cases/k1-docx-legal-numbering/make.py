# Numbering that lives in the paragraph styles (numbered headings): Article I, 1.01 (isLgl), (a); restart by startOverride; a list item in a table cell
import docx
from docx.oxml import parse_xml
from docx.oxml.ns import qn
W='xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
d=docx.Document()
num=d.part.numbering_part.element
for c in list(num): num.remove(c)
num.append(parse_xml(f'''<w:abstractNum {W} w:abstractNumId="1"><w:multiLevelType w:val="multilevel"/>
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:pStyle w:val="Heading1"/><w:lvlText w:val="Article %1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimalZero"/><w:pStyle w:val="Heading2"/><w:isLgl/><w:lvlText w:val="Section %1.%2"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%3)"/></w:lvl></w:abstractNum>'''))
num.append(parse_xml(f'''<w:abstractNum {W} w:abstractNumId="2"><w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="Step %1:"/></w:lvl></w:abstractNum>'''))
num.append(parse_xml(f'<w:num {W} w:numId="1"><w:abstractNumId w:val="1"/></w:num>'))
num.append(parse_xml(f'<w:num {W} w:numId="2"><w:abstractNumId w:val="2"/></w:num>'))
num.append(parse_xml(f'<w:num {W} w:numId="3"><w:abstractNumId w:val="2"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>'))
for name,lvl in (('Heading 1',0),('Heading 2',1)):
    pPr=d.styles[name].element.get_or_add_pPr()
    pPr.insert(0,parse_xml(f'<w:numPr {W}><w:ilvl w:val="{lvl}"/><w:numId w:val="1"/></w:numPr>'))
def item(text,numid,lvl,container=d):
    p=container.add_paragraph(text) if container is d else container
    p._p.get_or_add_pPr().append(parse_xml(f'<w:numPr {W}><w:ilvl w:val="{lvl}"/><w:numId w:val="{numid}"/></w:numPr>'))
d.add_heading('Purpose',1); d.add_heading('Scope of the statutes',2)
d.add_heading('Membership',1); d.add_heading('Admission',2); d.add_heading('Resignation',2)
item('Notice is given in writing.',1,2); item('Notice takes effect at the end of the quarter.',1,2)
d.add_heading('Fees',1); d.add_heading('Annual fee',2)
item('The fee is 96 euros.',1,2)
item('Members under 18 pay half.',1,2); item('Honorary members pay nothing.',1,2)
d.add_heading('Dissolution',1)
d.add_paragraph('Before the hall is closed:')
item('Shut the gas tap.',3,0); item('Hand the keys to the warden.',3,0)
t=d.add_table(1,2); t.rows[0].cells[0].text='Alarm'; c=t.rows[0].cells[1].paragraphs[0]; c.text='Arm zone 2.'; item('',3,0,c)
d.save('docs/statutes.docx')
