import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# a phone photo of a till receipt: turned by a few degrees, in perspective, with a shadow over it and a grey paper on a dark table; items on the left, prices far on the right; and a light blue stamp over a notice
import random
from PIL import Image, ImageDraw, ImageFont, ImageFilter, ImageChops
D='/usr/share/fonts/truetype/dejavu/DejaVu'
f=ImageFont.truetype(D+'SansMono.ttf',30); fb=ImageFont.truetype(D+'SansMono-Bold.ttf',36)
im=Image.new('L',(760,820),226); d=ImageDraw.Draw(im)
d.text((150,40),'HANSEN IRONMONGER',font=fb,fill=45); d.text((190,95),'Tar Lane 8, Sund',font=f,fill=45)
for i,(a,b) in enumerate([('Hinge brass','6.40'),('Coach screws 12','9.15'),('Linseed putty','4.70'),('Chimney brush','18.90')]):
    d.text((50,190+i*62),a,font=f,fill=50); d.text((620,190+i*62),b,font=f,fill=50)
d.line((50,452,710,452),fill=60,width=3); d.text((50,470),'TOTAL EUR',font=fb,fill=40); d.text((600,470),'39.15',font=fb,fill=40)
d.text((50,560),'Goods are taken back',font=f,fill=50); d.text((50,606),'within thirty days',font=f,fill=50); d.text((50,690),'14.02.2026  16:48',font=f,fill=50)
bg=Image.new('L',(1000,1060),70); mask=Image.new('L',im.size,255)
def put(x): # perspective + turn
    c=Image.new('L',(1000,1060),0); c.paste(x,(120,110)); return c.transform(c.size,Image.PERSPECTIVE,(1.02,0.035,-18,-0.045,1.03,22,0.00003,0.00002),Image.BICUBIC)
ph=Image.composite(put(im),bg,put(mask))
sh=Image.new('L',ph.size,255); s=ImageDraw.Draw(sh); s.polygon([(0,430),(1000,700),(1000,1060),(0,1060)],fill=165); ph=ImageChops.multiply(ph,sh.filter(ImageFilter.GaussianBlur(60)))
rnd=random.Random(4); px=ph.load()
for _ in range(40000):
    x,y=rnd.randrange(1000),rnd.randrange(1060); px[x,y]=max(0,min(255,px[x,y]+rnd.randrange(-14,15)))
ph.convert('RGB').save(out('IMG_5530.jpg'),quality=45)
n=Image.new('RGB',(900,420),(250,250,246)); e=ImageDraw.Draw(n); g=ImageFont.truetype(D+'Serif.ttf',32)
for i,t_ in enumerate(['Notice to the tenants','The stairwell is painted from Monday 9 March.','Please keep the handrail free until Thursday.']): e.text((40,40+i*70),t_,font=g,fill=(30,30,30))
st=Image.new('RGBA',(420,110),(0,0,0,0)); q=ImageDraw.Draw(st); q.rectangle((4,4,415,105),outline=(110,150,220,255),width=5); q.text((22,30),'POSTPONED',font=ImageFont.truetype(D+'Sans-Bold.ttf',48),fill=(90,130,215,255)); st=st.rotate(8,expand=True,resample=Image.BICUBIC); n.paste(st,(420,255),st)
n.save(out('notice.jpg'),quality=60)
t=lambda f_,x: {'text':x,'told':f_+'.*(OCR|image|picture|photo)'}
case(what='a phone photo of a receipt, turned, in perspective, half in shadow, on a dark table, prices far from the items; a notice with a slanted light blue stamp',
 reported='https://github.com/xberg-io/xberg/issues/1337, https://github.com/manisandro/gImageReader/issues/660, https://github.com/egdels/makeacopy/issues/87',
 needs='ocr', order=False,
 must=[t('IMG_5530.jpg',x) for x in ['HANSEN IRONMONGER','Coach screws 12','Hinge brass','6.40','Chimney brush','18.90','39.15','Goods are taken back','within thirty days']]+[t('notice.jpg','The stairwell is painted from Monday 9 March'),t('notice.jpg','POSTPONED')],
 mustnot=[], question='What did the chimney brush cost?', answer='18.90', more=[{'question':'When is the stairwell painted?','answer':'from Monday 9 March'}])
