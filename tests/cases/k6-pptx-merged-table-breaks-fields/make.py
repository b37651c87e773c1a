import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# slide table with cells merged across and down, paragraphs and line breaks inside cells, a field; text in vertical and rotated boxes
from pptx import Presentation; from pptx.util import Inches
from lxml import etree
prs=Presentation(); prs.core_properties.author='Theatre'
s=prs.slides.add_slide(prs.slide_layouts[5]); s.shapes.title.text='Rehearsal plan, stage 2'
t=s.shapes.add_table(6,4,Inches(.6),Inches(1.6),Inches(8.6),Inches(4)).table
for i,x in enumerate([['Week','Evening','',''],['','Monday','Wednesday','Friday'],['Week 10','Act one','Act two','Songs'],['','with masks','without masks','piano only'],['Week 11','Full run','','Costumes'],['Week 12','no rehearsal','no rehearsal','Premiere']]):
    for j,v in enumerate(x):
        if v: t.cell(i,j).text=v
t.cell(0,0).merge(t.cell(1,0)); t.cell(0,1).merge(t.cell(0,3)); t.cell(2,0).merge(t.cell(3,0)); t.cell(4,1).merge(t.cell(4,2))
c=t.cell(4,3); c.text='Costumes'; c.text_frame.add_paragraph().text='(room 204)'
c=t.cell(5,3); p_=c.text_frame.paragraphs[0]; p_.add_line_break(); p_.add_run().text='doors at 18:30'
b=s.shapes.add_textbox(Inches(.6),Inches(6),Inches(6),Inches(.6)); p_=b.text_frame.paragraphs[0]; p_.add_run().text='Sheet '
f=etree.SubElement(p_._p,'{http://schemas.openxmlformats.org/drawingml/2006/main}fld',id='{11111111-1111-4111-8111-111111111111}',type='slidenum'); etree.SubElement(f,'{http://schemas.openxmlformats.org/drawingml/2006/main}t').text='1'
p_.add_run().text=' of the plan, signed by Runa Holt'
v=s.shapes.add_textbox(Inches(9.2),Inches(1.6),Inches(.6),Inches(4)); v.text_frame.text='Stage door code 5190'; v.text_frame._txBody.bodyPr.set('vert','vert270')
prs.save(out('rehearsal.pptx'))
case(what='slide table with merged header and labels (over columns and rows), paragraphs and breaks inside cells kept apart, a field inside a paragraph, a sideways text box',
 reported='https://github.com/use-agent-os/agent-os/issues/1430, https://github.com/use-agent-os/agent-os/issues/2666',
 must=['Rehearsal plan, stage 2','Week','Evening','Monday','Wednesday','Friday','Week 10','without masks','piano only','Week 11','Full run','Costumes','room 204','Premiere','doors at 18:30'],unordered=['Sheet 1 of the plan, signed by Runa Holt','Stage door code 5190'],
 mustnot=['Premieredoors','Evening: Act one'],question='In which room are the costumes tried in week 11?',answer='room 204',more=[{'question':'What is rehearsed on Wednesday of week 11?','answer':'Full run'},{'question':'What is rehearsed without masks in week 10 on which day?','answer':'Wednesday'},{'question':'What is the stage door code?','answer':'5190'}])
