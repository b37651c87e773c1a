# Scanned PDF: page 1 image on its side but /Rotate 90 puts it right; page 2 image upside down without any tag; page 3 the scan in four strips; page 4 a 1-bit image mask (stencil), painted black
from PIL import Image, ImageDraw, ImageFont, ImageOps
def page(lines,size=(1000,700),pt=34,x=60,y=60,lead=1.6,fg=0,bg=255,mono=False):
    im=Image.new("L",size,bg); d=ImageDraw.Draw(im); f=ImageFont.truetype("/usr/share/fonts/truetype/dejavu/DejaVuSans"+("Mono" if mono else "")+".ttf",pt)
    for i,l in enumerate(lines): d.text((x,y+int(i*pt*lead)),l,font=f,fill=fg)
    return im
from reportlab.pdfgen import canvas
from reportlab.lib.utils import ImageReader
import pypdf, io
c=canvas.Canvas('/tmp/b5turn.pdf',pagesize=(500,350))
a=page(['Delivery note 5583','Forty sacks of cement','Driver: Osman Kaya'])
c.setPageSize((350,500)); c.drawImage(ImageReader(a.transpose(Image.ROTATE_90).convert('L')),0,0,350,500); c.setPageRotation(90); c.showPage(); c.setPageRotation(0)
c.setPageSize((500,350)); b=page(['Return slip for pallet 91','Two boards were broken','Credit of 26 euros follows']); c.drawImage(ImageReader(b.rotate(180).convert('L')),0,0,500,350); c.showPage()
s=page(['Weighbridge ticket 7719','Gross weight 23,480 kg','Tare weight 11,260 kg','Net weight 12,220 kg'],(1000,700)); 
for i in range(4): c.drawImage(ImageReader(s.crop((0,i*175,1000,i*175+175)).convert('L')),0,350-(i+1)*87.5,500,87.5)
c.showPage(); c.save()
w=pypdf.PdfWriter(clone_from='/tmp/b5turn.pdf')
from pypdf.generic import *
import zlib
N=NameObject; m=page(['Gate closes at 17:45','Ring for the night guard']).point(lambda v:255 if v>150 else 0).convert('1')
st=StreamObject(); st.set_data(m.tobytes())
for k,v in {'/Type':N('/XObject'),'/Subtype':N('/Image'),'/Width':NumberObject(1000),'/Height':NumberObject(700),'/ImageMask':BooleanObject(True),'/BitsPerComponent':NumberObject(1),'/Decode':ArrayObject([NumberObject(0),NumberObject(1)])}.items(): st[N(k)]=v
r=w._add_object(st.flate_encode()); pg=w.add_blank_page(500,350); pg[N('/Resources')]=DictionaryObject({N('/XObject'):DictionaryObject({N('/M'):r})})
cs=StreamObject(); cs.set_data(b'q 0 g 500 0 0 350 0 0 cm /M Do Q'); pg[N('/Contents')]=w._add_object(cs)
w.write('docs/yard-slips.pdf')
