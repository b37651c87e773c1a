# Text that stands on the layout and the master and shows on the slide (address line, stamp), footer, date and slide number placeholders on the slide; prompt texts of empty placeholders must not be read; a text box far outside the slide
import pptx, copy
from pptx.util import Inches
from lxml import etree
p=pptx.Presentation()
lay=p.slide_layouts[1]; mas=p.slide_master
def box(tree,i,x,y,t):
    tree.append(etree.fromstring(f'<p:sp xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><p:nvSpPr><p:cNvPr id="{i}" name="Box{i}"/><p:cNvSpPr txBox="1"/><p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="5000000" cy="400000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr><p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:r><a:rPr lang="en-GB" sz="1200"/><a:t>{t}</a:t></a:r></a:p></p:txBody></p:sp>'))
box(mas.shapes._spTree,901,200000,60000,'Vesterli Water Board, file VW-2217')
box(lay.shapes._spTree,902,5200000,60000,'Valid from 1 November 2026')
for i,(t,b) in enumerate((('Water tariff','One cubic metre costs 2.85 euros.'),('Connection','A new connection costs 1,140 euros.'))):
    s=p.slides.add_slide(lay); s.shapes.title.text=t; s.placeholders[1].text_frame.text=b
    for ph in lay.placeholders:
        if ph.placeholder_format.type in (15,16,13): # footer, date, slide number
            el=copy.deepcopy(ph._element); s.shapes._spTree.append(el)
    for sh in s.placeholders:
        if sh.placeholder_format.type==15: sh.text_frame.text='Decided by the board on 12 June'
        if sh.placeholder_format.type==16: sh.text_frame.text='Printed 3 July 2026'
e=p.slides.add_slide(p.slide_layouts[1]); e.shapes.title.text='Questions'   # body placeholder left empty
s.shapes.add_textbox(Inches(12),Inches(2),Inches(3),Inches(1)).text_frame.text='Spare: hydrants cost 75 euros a year'
p.save('docs/tariff.pptx')
