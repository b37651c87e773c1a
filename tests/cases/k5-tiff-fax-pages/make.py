# Three-page fax: TIFF, CCITT group 4, fax resolution 204x98 on page 3 (pixels not square), page 2 with reversed bits (white is zero / black is zero)
from PIL import Image, ImageDraw, ImageFont, ImageOps
def page(lines,size=(1000,700),pt=34,x=60,y=60,lead=1.6,fg=0,bg=255,mono=False):
    im=Image.new("L",size,bg); d=ImageDraw.Draw(im); f=ImageFont.truetype("/usr/share/fonts/truetype/dejavu/DejaVuSans"+("Mono" if mono else "")+".ttf",pt)
    for i,l in enumerate(lines): d.text((x,y+int(i*pt*lead)),l,font=f,fill=fg)
    return im
a=page(['Fax from Hotel Alpina','To: Reisen Brunner','We confirm 14 double rooms.'])
b=page(['Arrival on 3 October after 15:00','Half board costs 38 francs','Bus parking is behind the church'])
c=page(['Cancel before 12 September','Booking code HA-20774'])
c2=c.resize((1000,350),Image.LANCZOS)
ims=[i.point(lambda v:255 if v>150 else 0).convert('1') for i in (a,b,c2)]
ims[0].save('docs/fax-alpina.tif',save_all=True,append_images=ims[1:],compression='group4',dpi=(204,196))
# give page 3 its fax resolution (y half of x): rewrite by saving pages apart
from PIL import TiffImagePlugin
with TiffImagePlugin.AppendingTiffWriter('docs/fax-alpina.tif',True) as tf:
    for im,dpi in zip(ims,((204,196),(204,196),(204,98))):
        im.encoderinfo={}
        im.save(tf,format='TIFF',compression='group4',dpi=dpi); tf.newFrame()
