# Word forms: legacy drop-down (only ffData holds the chosen entry), legacy text field, w14 check box, drop-down content control
import docx
from docx.oxml import parse_xml
NS='xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
d=docx.Document()
d.add_heading('Order form for the Lindholm canteen',1)
def field(p,ff,instr,result=None):
    for x in [f'<w:r {NS}><w:fldChar w:fldCharType="begin"><w:ffData>{ff}</w:ffData></w:fldChar></w:r>',f'<w:r {NS}><w:instrText xml:space="preserve"> {instr} </w:instrText></w:r>',f'<w:r {NS}><w:fldChar w:fldCharType="separate"/></w:r>']+([f'<w:r {NS}><w:t>{result}</w:t></w:r>'] if result else [])+[f'<w:r {NS}><w:fldChar w:fldCharType="end"/></w:r>']:
        p._p.append(parse_xml(x))
p=d.add_paragraph('Customer: ')
field(p,'<w:name w:val="Cust"/><w:enabled/><w:textInput><w:default w:val="name"/></w:textInput>','FORMTEXT','Skovgaard Marine')
p=d.add_paragraph('Delivery day: ')
field(p,'<w:name w:val="Day"/><w:enabled/><w:ddList><w:result w:val="2"/><w:listEntry w:val="Monday"/><w:listEntry w:val="Tuesday"/><w:listEntry w:val="Thursday"/></w:ddList>','FORMDROPDOWN')
p.add_run(' before noon')
p=d.add_paragraph('Menu: ')
p._p.append(parse_xml(f'<w:sdt {NS}><w:sdtPr><w:dropDownList w:lastValue="v3"><w:listItem w:displayText="Standard" w:value="v1"/><w:listItem w:displayText="Lactose free" w:value="v3"/></w:dropDownList></w:sdtPr><w:sdtContent><w:r><w:t>Lactose free</w:t></w:r></w:sdtContent></w:sdt>'))
p=d.add_paragraph()
p._p.append(parse_xml(f'<w:sdt {NS}><w:sdtPr><w14:checkbox><w14:checked w14:val="1"/><w14:checkedState w14:val="2612" w14:font="MS Gothic"/><w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/></w14:checkbox></w:sdtPr><w:sdtContent><w:r><w:t>☒</w:t></w:r></w:sdtContent></w:sdt>'))
p.add_run(' Invoice by e-mail')
d.add_paragraph('Orders for 40 guests and more need three days.')
d.save('docs/order-form.docx')
