import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# PowerPoint wraps a whole text box in mc:AlternateContent as soon as it holds an equation; the fallback is a picture with a blank text
from pptx import Presentation; from pptx.util import Inches
from lxml import etree
prs=Presentation(); s=prs.slides.add_slide(prs.slide_layouts[5]); s.shapes.title.text='Sizing the rain tank'
tb=s.shapes.add_textbox(Inches(1),Inches(1.8),Inches(8),Inches(.6)); tb.text_frame.text='Roof area is measured in plan.'
M='xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
A='xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:a14="http://schemas.microsoft.com/office/drawing/2010/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
mr=lambda t: f'<m:r><a:rPr lang="en-GB" i="1"><a:latin typeface="Cambria Math"/></a:rPr><m:t>{t}</m:t></m:r>'
sp=lambda i,body: f'<p:sp><p:nvSpPr><p:cNvPr id="{i}" name="TextBox {i}"/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm><a:off x="914400" y="2500000"/><a:ext cx="7315200" cy="1600000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr><p:txBody><a:bodyPr wrap="square"/><a:lstStyle/>{body}</p:txBody></p:sp>'
eq=f'<a14:m><m:oMath {M}>{mr("V")}{mr("=")}<m:f><m:num>{mr("A")}{mr("·")}{mr("h")}</m:num><m:den>{mr("20")}</m:den></m:f></m:oMath></a14:m>'
body=f'<a:p><a:r><a:rPr lang="en-GB"/><a:t>The volume of the tank is </a:t></a:r>{eq}<a:r><a:rPr lang="en-GB"/><a:t> in cubic metres.</a:t></a:r></a:p><a:p><a:r><a:rPr lang="en-GB"/><a:t>For the school take a tank of 14 cubic metres.</a:t></a:r></a:p>'
ac=etree.fromstring(f'<mc:AlternateContent {A}><mc:Choice Requires="a14">{sp(20,body)}</mc:Choice><mc:Fallback>{sp(20,"<a:p><a:r><a:rPr/><a:t> </a:t></a:r></a:p>")}</mc:Fallback></mc:AlternateContent>')
s.shapes._spTree.append(ac)
tb=s.shapes.add_textbox(Inches(1),Inches(5.2),Inches(8),Inches(.6)); tb.text_frame.text='The overflow leads to the ditch.'
prs.core_properties.author='Drainage'; prs.save(out('raintank.pptx'))
case(what='a text box wrapped in mc:AlternateContent because it holds an equation: its sentences and the equation, between the boxes above and below',
 reported='https://github.com/scanny/python-pptx/issues/947, https://github.com/scanny/python-pptx/issues/874, https://github.com/openooxml/betteroffice/issues/343',
 must=['Sizing the rain tank','Roof area is measured in plan','The volume of the tank is','in cubic metres','For the school take a tank of 14 cubic metres','The overflow leads to the ditch'],mustnot=['For the school take a tank of 14 cubic metres For the school'],
 question='How large a tank is taken for the school?',answer='14 cubic metres',more=[{'question':'Where does the overflow lead?','answer':'to the ditch'},{'question':'How is the volume of the rain tank computed?','answer':'20','told':'equation'}])
