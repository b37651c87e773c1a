import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# words that stand on the slide master and the layout and so are seen on every slide; prompt texts that nobody sees; alt texts; an embedded workbook; a link target on a shape
from pptx import Presentation; from pptx.util import Inches; from pptx.enum.shapes import PROG_ID
from PIL import Image; import io, copy, openpyxl
prs=Presentation(); prs.core_properties.author='Ski club'
m=prs.slide_master
def static(shapes_owner,i,text,y):
    from lxml import etree
    x=f'<p:sp xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><p:nvSpPr><p:cNvPr id="{i}" name="Text {i}"/><p:cNvSpPr txBox="1"/><p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr><a:xfrm><a:off x="457200" y="{y}"/><a:ext cx="5000000" cy="360000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr><p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:r><a:rPr lang="en-GB" sz="1200"/><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>'
    shapes_owner.shapes._spTree.append(etree.fromstring(x))
static(m,90,'Avalanche service: call 22 09 00 40',6380000); static(prs.slide_layouts[5],91,'Ski club Fjellrev, members only',6100000)
s=prs.slides.add_slide(prs.slide_layouts[5]); s.shapes.title.text='Ski routes'
b=io.BytesIO(); Image.new('RGB',(300,200),(120,160,200)).save(b,'PNG'); b.seek(0)
pic=s.shapes.add_picture(b,Inches(1),Inches(1.6),Inches(3)); pic._element.nvPicPr.cNvPr.set('descr','Map: the blue route crosses the bridge at Tverrelv'); pic._element.nvPicPr.cNvPr.set('title','Route map')
wb=openpyxl.Workbook(); w=wb.active; w.append(['Hut','Beds']); w.append(['Storhei hut',26]); x=io.BytesIO(); wb.save(x); x.seek(0)
g=s.shapes.add_ole_object(x,PROG_ID.XLSX,Inches(5),Inches(1.6),Inches(2),Inches(1.5),icon_file=io.BytesIO(b.getvalue())); g._element.nvGraphicFramePr.cNvPr.set('descr','Table of huts and beds')
t=s.shapes.add_textbox(Inches(1),Inches(4.2),Inches(7),Inches(.5)); t.text_frame.text='The lift ticket is sold at the kiosk.'; t.click_action.hyperlink.address='https://fjellrev.example.org/lift'
s2=prs.slides.add_slide(prs.slide_layouts[5]); s2.shapes.title.text='Rules'; t=s2.shapes.add_textbox(Inches(1),Inches(2),Inches(7),Inches(.5)); t.text_frame.text='Dogs are on a leash until the tree line.'
prs.slides.add_slide(prs.slide_layouts[1]).shapes.title.text='Thanks'
prs.save(out('skiclub.pptx'))
case(what='static text on master and layout (seen on every slide, kept once), prompts never seen left out, alt text of a picture, an embedded workbook read or named, a shape\'s link target',
 reported='https://github.com/F2-AI-Inc/docray/pull/21, https://github.com/yfedoseev/office_oxide/issues/170, https://github.com/developer0hye/anytomd-rs/pull/13',
 order=False,must=['Ski routes',{'text':'Avalanche service: call 22 09 00 40','told':'master|layout'},{'text':'Ski club Fjellrev, members only','told':'master|layout'},{'text':'the blue route crosses the bridge at Tverrelv','told':'alt|picture|image'},{'text':'Storhei hut','told':'embedded|object|ole|workbook|xlsx'},'The lift ticket is sold at the kiosk',{'text':'fjellrev.example.org/lift','told':'link'},'Dogs are on a leash until the tree line','Thanks'],
 mustnot=['Click to edit','Second level','members only Ski club Fjellrev, members only'],question='Which number does one call for the avalanche service?',answer='22 09 00 40',more=[{'question':'Where does the blue route cross the bridge?','answer':'at Tverrelv'},{'question':'Where is the lift ticket sold?','answer':'at the kiosk'},{'question':'How many beds has the Storhei hut?','answer':'26','told':'embedded|object|ole|workbook|xlsx'}])
