# Scans with text layers: page 1 a good invisible layer (3 Tr) over the image (read once, not twice); page 2 an invisible layer of garbage (a broken font map of the scanner software); page 3 image page with only a visible stamp and page number as text; page 4 text page with a figure whose labels are pixels
from PIL import Image, ImageDraw, ImageFont, ImageOps
def page(lines,size=(1000,700),pt=34,x=60,y=60,lead=1.6,fg=0,bg=255,mono=False):
    im=Image.new("L",size,bg); d=ImageDraw.Draw(im); f=ImageFont.truetype("/usr/share/fonts/truetype/dejavu/DejaVuSans"+("Mono" if mono else "")+".ttf",pt)
    for i,l in enumerate(lines): d.text((x,y+int(i*pt*lead)),l,font=f,fill=fg)
    return im
from reportlab.pdfgen import canvas
from reportlab.lib.utils import ImageReader
c=canvas.Canvas('docs/archive-box.pdf',pagesize=(500,350))
def scan(ls,layer=None):
    c.drawImage(ImageReader(page(ls).convert('L')),0,0,500,350)
    for i,l in enumerate(layer or []):
        t=c.beginText(30,350-30-15-i*27.2); t.setFont('Helvetica',16.5); t.setTextRenderMode(3); t.textLine(l); c.drawText(t)
scan(['Minutes of 8 May 1974','The mill pond shall be drained','Mr Fossum votes against it'],['Minutes of 8 May 1974','The mill pond shall be drained','Mr Fossum votes against it']); c.showPage()
scan(['Letter of 2 June 1974','The sluice was built in 1921','Repairs will cost 9,400 crowns'],['Gubcheln Servioa Fahrgmohto','xx}q Wk sIuice vvas bu1lt zzq','R3pa!rs vv1ll c0zt qqkj']); c.showPage()
scan(['Inventory of the mill','Seven millstones, one cracked','Scale by Avery of Leeds']); c.setFont('Helvetica',9); c.drawString(380,330,'ARCHIVE 1974'); c.drawString(240,8,'3'); c.showPage()
c.setFont('Helvetica',11)
for i,l in enumerate(['The plan on this page shows the mill before the flood.','The wheel house stood on the north bank and was rebuilt in 1976.','The names of the fields stand in the plan.']): c.drawString(40,320-i*18,l)
c.drawImage(ImageReader(page(['Field: Long Meadow','Field: Hangman Acre'],(800,300)).convert('RGB')),60,60,320,120); c.showPage(); c.save()
