import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# screenshots and prints in less usual pixel formats: black text on a transparent ground (RGB under it is black too), white text on dark, 16-bit grey, CMYK JPEG, light on dark WebP, BMP with a palette
from PIL import Image, ImageOps
import numpy as np
L=['Server room','The spare fuse is in drawer 17.','Call the landlord before 18:00.']
m=sheet(L,w=1400,h=600,size=48)
alpha=ImageOps.invert(m); im=Image.merge('RGBA',(Image.new('L',m.size,0),)*3+(alpha,)); im.save(out('note_transparent.png'))
w=sheet(['Night mode','The backup starts at 02:40.','Tape 6 goes to the bank.'],w=1400,h=600,size=48,mode='RGB',fill=(235,235,235),bg=(24,26,32)); w.save(out('dark.webp'),quality=80)
c=sheet(['Delivery slip','Eleven crates of mortar, site Bakken.','Received by Oda Lien.'],w=1100,h=400,size=40,x=60,y=60,mode='RGB',fill=(0,0,0),bg=(255,255,255)).convert('CMYK')
c.save(out('slip_cmyk.jpg'),quality=40)
g=np.asarray(sheet(['Meter reading','Counter 2 stood at 48,215 on 1 March.'],w=1400,h=500,size=48)).astype('uint16')*200+4000
Image.fromarray(g).save(out('meter16.png'))
sheet(['Shift swap','Lena works for Hugo on 5 May.'],w=540,h=100,size=28,x=20,y=4,mode='RGB',fill=(0,0,0),bg=(255,255,255)).convert('P',palette=Image.ADAPTIVE,colors=8).save(out('swap.bmp'))
R=lambda t: {'text':t,'told':OCR}
case(needs='ocr',what='text in a transparent PNG (all black when alpha is dropped), light on dark WebP, CMYK JPEG, 16-bit grey PNG, palette BMP',reported='https://github.com/tesseract-ocr/tesseract/issues/369, https://github.com/tesseract-ocr/tesseract/issues/1914, https://github.com/RapidAI/RapidLaTeXOCR/pull/5',
 order=False,must=[R('The spare fuse is in drawer 17'),R('Call the landlord before 18:00'),R('The backup starts at 02:40'),R('Tape 6 goes to the bank'),R('Eleven crates of mortar, site Bakken'),R('Received by Oda Lien'),R('stood at 48,215 on 1 March'),R('Lena works for Hugo on 5 May')],mustnot=[],
 question='In which drawer is the spare fuse?',answer='drawer 17',more=[{'question':'When does the backup start?','answer':'02:40','told':OCR},{'question':'Who received the crates of mortar?','answer':'Oda Lien','told':OCR}])
