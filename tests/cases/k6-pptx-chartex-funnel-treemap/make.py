import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# the newer chart kinds of Office 2016 (cx:chart): a funnel and a treemap with two levels; each in mc:AlternateContent, the fallback is an empty picture; python-pptx sees neither
import pptx, re, io
from pptx.util import Inches
from PIL import Image
pr=pptx.Presentation()
for t,a in (('From asking to sailing','Most leave after the medical.'),('What the galley eats','Counted in March.')):
    s=pr.slides.add_slide(pr.slide_layouts[5]); s.shapes.title.text=t; b=s.shapes.add_textbox(Inches(1),Inches(6.5),Inches(7),Inches(.6)); b.text_frame.text=a
pr.save(out('ship.pptx'))
CX='http://schemas.microsoft.com/office/drawing/2014/chartex'; A='http://schemas.openxmlformats.org/drawingml/2006/main'
pts=lambda v: ''.join(f'<cx:pt idx="{i}">{x}</cx:pt>' for i,x in enumerate(v) if x is not None)
def cx(title,series,layout,lvls,typ,vals,axis=''):
    return f'''{XML}<cx:chartSpace xmlns:a="{A}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:cx="{CX}"><cx:chartData><cx:data id="0"><cx:strDim type="cat"><cx:f>Sheet1!$A$2:$A$9</cx:f>{"".join(f'<cx:lvl ptCount="{len(l)}">{pts(l)}</cx:lvl>' for l in lvls)}</cx:strDim><cx:numDim type="{typ}"><cx:f>Sheet1!$C$2:$C$9</cx:f><cx:lvl ptCount="{len(vals)}" formatCode="General">{pts(vals)}</cx:lvl></cx:numDim></cx:data></cx:chartData><cx:chart><cx:title pos="t" align="ctr" overlay="0"><cx:tx><cx:txData><cx:v>{title}</cx:v></cx:txData></cx:tx><cx:txPr><a:bodyPr/><a:lstStyle/><a:p><a:r><a:rPr lang="en-GB"/><a:t>{title}</a:t></a:r></a:p></cx:txPr></cx:title><cx:plotArea><cx:plotAreaRegion><cx:series layoutId="{layout}" uniqueId="{{00000000-1111-2222-3333-444444444444}}"><cx:tx><cx:txData><cx:f>Sheet1!$C$1</cx:f><cx:v>{series}</cx:v></cx:txData></cx:tx><cx:dataLabels><cx:visibility seriesName="0" categoryName="1" value="1"/></cx:dataLabels><cx:dataId val="0"/></cx:series></cx:plotAreaRegion>{axis}</cx:plotArea></cx:chart></cx:chartSpace>'''
c1=cx('Deckhands hired in spring','People','funnel',[['Asked','Medical passed','Signed on','Sailed']],'val',[214,97,63,58],'<cx:axis id="0"><cx:catScaling gapWidth="0.06"/><cx:tickLabels/></cx:axis>')
c2=cx('Stores by weight','Kilos','treemap',[['Barley','Peas','Salt cod','Butter'],['Dry stores',None,'Barrels',None]],'size',[310,145,402,88])
b=io.BytesIO(); Image.new('RGB',(8,8),'white').save(b,'PNG')
fr=f'''<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice xmlns:cx1="http://schemas.microsoft.com/office/drawing/2015/9/8/chartex" Requires="cx1"><p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="30" name="Chart 30"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr><p:xfrm><a:off x="900000" y="1700000"/><a:ext cx="7000000" cy="4000000"/></p:xfrm><a:graphic><a:graphicData uri="{CX}"><cx:chart xmlns:cx="{CX}" r:id="rId80"/></a:graphicData></a:graphic></p:graphicFrame></mc:Choice><mc:Fallback><p:pic><p:nvPicPr><p:cNvPr id="30" name="Chart 30"/><p:cNvPicPr/><p:nvPr/></p:nvPicPr><p:blipFill><a:blip r:embed="rId81"/><a:stretch><a:fillRect/></a:stretch></p:blipFill><p:spPr><a:xfrm><a:off x="900000" y="1700000"/><a:ext cx="7000000" cy="4000000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic></mc:Fallback></mc:AlternateContent>'''
ins=lambda x: re.sub(rb'(</p:sp>)(<p:sp>)',lambda m: m.group(1)+fr.encode()+m.group(2),re.sub(rb'>\s+<',b'><',x),count=1)
rel=lambda n: (lambda x: x.replace(b'</Relationships>',f'<Relationship Id="rId80" Type="http://schemas.microsoft.com/office/2014/relationships/chartEx" Target="../charts/chartEx{n}.xml"/><Relationship Id="rId81" Type="{RT}image" Target="../media/fb.png"/></Relationships>'.encode()))
patch('ship.pptx',{'ppt/slides/slide1.xml':ins,'ppt/slides/slide2.xml':ins,'ppt/slides/_rels/slide1.xml.rels':rel(1),'ppt/slides/_rels/slide2.xml.rels':rel(2),'[Content_Types].xml':lambda x: x.replace(b'</Types>',(('' if b'Extension="png"' in x else '<Default Extension="png" ContentType="image/png"/>')+''.join(f'<Override PartName="/ppt/charts/chartEx{n}.xml" ContentType="application/vnd.ms-office.chartex+xml"/>' for n in (1,2))+'</Types>').encode())},{'ppt/charts/chartEx1.xml':c1,'ppt/charts/chartEx2.xml':c2,'ppt/media/fb.png':b.getvalue()})
t=lambda x: {'text':x,'told':'chart'}
case(what='slides with charts of the newer kind (cx:chart in mc:AlternateContent, fallback an empty picture): funnel, and treemap with two levels; title, series, categories and values',
 reported='https://github.com/scanny/python-pptx/issues/371, https://github.com/scanny/python-pptx/issues/305, https://github.com/scanny/python-pptx/pull/778',
 must=['From asking to sailing',t('Deckhands hired in spring'),'Most leave after the medical','What the galley eats',t('Stores by weight'),'Counted in March'],
 unordered=[t(x) for x in ['Medical passed','97','Signed on','63','58','Dry stores','Barley','310','Barrels','Salt cod','402','Butter','88']],
 mustnot=[], question='When was the food of the galley counted?', answer='in March', more=[{'question':'How many deckhands signed on?','answer':'63'}])
