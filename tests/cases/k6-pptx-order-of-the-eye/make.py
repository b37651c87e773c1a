import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# shapes made in another order than they are seen: the title last in the file, headings after their texts; a group whose child coordinates are scaled and turned (chOff/chExt), so that raw offsets give another order; two cards side by side
import pptx
from pptx.util import Inches, Emu
pr=pptx.Presentation()
def slide(title,boxes):
    s=pr.slides.add_slide(pr.slide_layouts[5]); s.shapes.title.text=title
    for x,y,w,t in boxes: b=s.shapes.add_textbox(Inches(x),Inches(y),Inches(w),Inches(.7)); b.text_frame.word_wrap=True; b.text_frame.text=t
    sp=s.shapes.title._element; sp.getparent().append(sp); return s
s=slide('Keeping bees on the roof',[(.7,4.6,8,'Ask the neighbours before the second hive.'),(.7,2.3,8,'Feed them sugar water, one part to one.'),(.7,3.9,8,'After the lime trees'),(.7,1.6,8,'Before the frost')])
g=s.shapes.add_group_shape(); a=g.shapes.add_textbox(0,0,100,100); a.text_frame.text='Honey house key: hook 9'; b=g.shapes.add_textbox(0,0,100,100); b.text_frame.text='Sting kit: under the sink'
# seen: b at the top of the group, a below; child space begins far away and is 1000 times finer
x=g._element.grpSpPr.get_or_add_xfrm() if hasattr(g._element.grpSpPr,'get_or_add_xfrm') else g._element.xfrm
for tag,v in (('off',(640000,5000000)),('ext',(7000000,1200000)),('chOff',(0,0)),('chExt',(7000,1200))):
    e=x.find(f'{{http://schemas.openxmlformats.org/drawingml/2006/main}}{tag}'); k=('cx','cy') if 'xt' in tag else ('x','y'); e.set(k[0],str(v[0])); e.set(k[1],str(v[1]))
b.left,b.top,b.width,b.height=Emu(0),Emu(0),Emu(7000),Emu(500); a.left,a.top,a.width,a.height=Emu(0),Emu(650),Emu(7000),Emu(500)
sp=g._element; sp.getparent().insert(2,sp)
slide('Two hives compared',[(5.3,2.4,4,'Wool and straw, heavy to lift.'),(.6,1.7,4,'Straw skep'),(.6,2.4,4,'Light, lasts six years.'),(5.3,1.7,4,'Warré hive'),(.6,4.6,8,'Both were built by Nils Oxe.')])
pr.save(out('bees.pptx'))
case(what='slides whose shapes are stored in another order than they are seen: title last, texts before their headings, a group with scaled child coordinates stored first, two cards side by side',
 reported='https://github.com/docling-project/docling/pull/3393, https://github.com/microsoft/markitdown/pull/1104, https://github.com/docling-project/docling/pull/1658',
 must=['Keeping bees on the roof','Before the frost','Feed them sugar water, one part to one','After the lime trees','Ask the neighbours before the second hive','Sting kit: under the sink','Honey house key: hook 9','Two hives compared','Straw skep','Light, lasts six years','Both were built by Nils Oxe'],
 unordered=['Warré hive','Wool and straw, heavy to lift'],
 mustnot=[], question='How long does the straw skep last?', answer='six years', more=[{'question':'Where is the sting kit kept?','answer':'under the sink'}])
