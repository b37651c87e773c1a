# Photos and pictures: JPEG turned only by its EXIF tag (6), WebP, BMP, GIF (palette), PNG with transparency (black text on clear ground), white on dark, 16-bit PNG, CMYK JPEG
from PIL import Image, ImageDraw, ImageFont, ImageOps
def page(lines,size=(1000,700),pt=34,x=60,y=60,lead=1.6,fg=0,bg=255,mono=False):
    im=Image.new("L",size,bg); d=ImageDraw.Draw(im); f=ImageFont.truetype("/usr/share/fonts/truetype/dejavu/DejaVuSans"+("Mono" if mono else "")+".ttf",pt)
    for i,l in enumerate(lines): d.text((x,y+int(i*pt*lead)),l,font=f,fill=fg)
    return im
im=page(['Notice at the laundry room','Machine 3 takes tokens only','Tokens: kiosk, 1.60 euros each'])
turned=im.transpose(Image.ROTATE_90)   # pixels lie on their side; tag 6 turns them back by 270
ex=Image.Exif(); ex[0x0112]=6; turned.convert('RGB').save('docs/laundry.jpg',exif=ex.tobytes(),quality=90)
page(['Parking plan of house 9','Space 27 belongs to flat 5B']).convert('RGB').save('docs/parking.webp',quality=85)
page(['Cellar key hangs at hook 61'],(520,110),30,10,30).save('docs/cellar.bmp')
page(['Bin day: every second Friday']).convert('P').save('docs/bins.gif')
t=Image.new('RGBA',(1000,300),(0,0,0,0)); d=ImageDraw.Draw(t); d.text((60,80),'Door phone code 8846',font=ImageFont.truetype('/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf',40),fill=(0,0,0,255)); t.save('docs/doorphone.png')
page(['Lift is out of order','until 19 February'],fg=250,bg=20).save('docs/lift.png')
page(['Heating is read on 4 January']).convert('RGB').convert('CMYK').save('docs/heating.jpeg',quality=90)
import numpy as np
a=np.asarray(page(['Roof access with permit 12'])).astype('uint16')*100+20000; Image.fromarray(a).save('docs/roof.png')
