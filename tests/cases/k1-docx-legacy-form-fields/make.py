import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# Word's own form fields (w:ffData): the value of a drop-down stands only in w:result, of a check box only in w:checked
G='https://github.com/yfedoseev/office_oxide/issues/276'
def fld(instr, ff, result=''):
    return (f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:name w:val="f"/><w:enabled/><w:calcOnExit w:val="0"/>{ff}</w:ffData></w:fldChar></w:r>'
     f'<w:r><w:instrText xml:space="preserve"> {instr} </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>{r(result) if result else ""}<w:r><w:fldChar w:fldCharType="end"/></w:r>')
P=lambda *x: '<w:p>'+''.join(x)+'</w:p>'
dd=lambda sel,*o: '<w:ddList>'+(f'<w:result w:val="{sel}"/>')+''.join(f'<w:listEntry w:val="{e}"/>' for e in o)+'</w:ddList>'
cb=lambda on: f'<w:checkBox><w:sizeAuto/><w:default w:val="0"/>{"<w:checked/>" if on else ""}</w:checkBox>'
sdt=lambda on: f'<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{int(on)}"/><w14:checkedState w14:val="2612" w14:font="MS Gothic"/><w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/></w14:checkbox></w:sdtPr><w:sdtContent>{r("☒" if on else "☐")}</w:sdtContent></w:sdt>'
body=(p('Registration for the sailing school','Heading1')
 +P(r('Pupil: '),fld('FORMTEXT','<w:textInput/>','Marit Solheim'))
 +P(r('Course: '),fld('FORMDROPDOWN',dd(2,'Morning course','Weekend course','Evening course')))
 +P(r('Boat: '),fld('FORMDROPDOWN','<w:ddList><w:result w:val="1"/><w:default w:val="0"/><w:listEntry w:val="Optimist dinghy"/><w:listEntry w:val="Laser dinghy"/></w:ddList>'))
 +P(fld('FORMCHECKBOX',cb(False)),r(' Vegetarian meals'))
 +P(fld('FORMCHECKBOX',cb(True)),r(' Gluten-free meals'))
 +P(sdt(True),r(' May swim 200 metres'))
 +P(sdt(False),r(' Owns a life jacket'))
 +p('Bring the signed form to the first lesson.'))
docx('registration.docx',body,title='Registration')
case(what='legacy Word form fields: text, drop-down (the chosen entry is only an index in ffData, no text run), check boxes; content-control check boxes',reported=G+' (also python-openxml/python-docx#1417)',
 must=['Pupil: Marit Solheim','Evening course','Laser dinghy','Vegetarian meals','Gluten-free meals','May swim 200 metres','Owns a life jacket'],mustnot=['FORMDROPDOWN','FORMCHECKBOX','Course: Morning course','Boat: Optimist dinghy'],
 question='Which course did Marit Solheim choose?',answer='Evening course',more=[{'question':'Which meals were ticked for Marit Solheim?','answer':'Gluten-free meals'},{'question':'Which boat was chosen?','answer':'Laser dinghy'}])
