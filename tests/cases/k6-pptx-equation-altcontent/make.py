# Shapes that PowerPoint wraps in mc:AlternateContent: a text box with an equation (a14:m), the title of a slide with an inline equation, an ink/3D-like choice with a text fallback; a line break and a field inside text
import pptx
from pptx.util import Inches
from lxml import etree
p=pptx.Presentation()
NS='xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:a14="http://schemas.microsoft.com/office/drawing/2010/main" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
s=p.slides.add_slide(p.slide_layouts[5]); s.shapes.title.text='Sizing the pipe'
def sp(i,y,body,ph=''):
    return f'<p:sp><p:nvSpPr><p:cNvPr id="{i}" name="T{i}"/><p:cNvSpPr txBox="1"/><p:nvPr>{ph}</p:nvPr></p:nvSpPr><p:spPr><a:xfrm><a:off x="600000" y="{y}"/><a:ext cx="7800000" cy="600000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr><p:txBody><a:bodyPr wrap="square"/><a:lstStyle/>{body}</p:txBody></p:sp>'
mr=lambda t:f'<m:r><m:t>{t}</m:t></m:r>'
eq='<a14:m><m:oMath>'+mr('Q=v')+'<m:f><m:num>'+mr('π')+'<m:sSup><m:e>'+mr('d')+'</m:e><m:sup>'+mr('2')+'</m:sup></m:sSup></m:num><m:den>'+mr('4')+'</m:den></m:f></m:oMath></a14:m>'
run=lambda t:f'<a:r><a:rPr lang="en-GB"/><a:t>{t}</a:t></a:r>'
def alt(choice,fb,req='a14'): s.shapes._spTree.append(etree.fromstring(f'<mc:AlternateContent {NS}><mc:Choice Requires="{req}">{choice}</mc:Choice><mc:Fallback>{fb}</mc:Fallback></mc:AlternateContent>'))
alt(sp(20,1500000,f'<a:p>{run("The pump delivers 7,000 cubic metres per day, so ")}{eq}{run(" gives a bore of 310 mm.")}</a:p>'),sp(20,1500000,f'<a:p>{run(" ")}</a:p>'))
t=s.shapes.add_textbox(Inches(.7),Inches(3),Inches(8),Inches(.6)).text_frame; t.text='Use ductile iron\vclass 40'
alt(sp(22,3600000,f'<a:p>{run("Pressure test: 16 bar for two hours")}</a:p>'),sp(22,3600000,f'<a:p>{run("Pressure test: 16 bar for two hours")}</a:p>'))
p.save('docs/pipe.pptx')
