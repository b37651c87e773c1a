import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# pictures of more than one frame, each with other words (a GIF of a departure board, a WebP, an MPO of a phone), and pictures in AVIF and JPEG 2000
fr=lambda *l: sheet(list(l),w=760,h=260,size=34,x=30,y=30,lead=1.5)
g=[fr('Departures','Fox Hill 07:12 bay 4'),fr('Departures','Lund Abbey 07:35 bay 1'),fr('Notice','Bay 2 is closed for paving')]
g[0].save(out('board.gif'),save_all=True,append_images=g[1:],duration=[1500,1500,1500],loop=0)
w=[fr('Lift of the town hall','Maximum 9 persons').convert('RGB'),fr('In case of fire','take the west stairs').convert('RGB')]
w[0].save(out('lift.webp'),save_all=True,append_images=w[1:],duration=2000,lossless=True)
m=[fr('Well cover no. 318','lifted with two hooks').convert('RGB'),fr('Well cover no. 319','rusted shut').convert('RGB')]
m[0].save(out('IMG_0071.mpo'),save_all=True,append_images=m[1:],quality=80)
fr('Bakery of the garrison','Rye loaf 3.80').convert('RGB').save(out('bakery.avif'),quality=80)
fr('Reading room rule 6','Pencils only, no ink').save(out('rule6.jp2'))
F='(OCR|image|picture|frame|unsupported|not read|format)'
t=lambda f,x: {'text':x,'told':f+'.*'+F}
case(what='pictures with several frames (animated GIF, animated WebP, MPO): the words of each frame; AVIF and JPEG 2000: read by OCR, or each file told',
 reported='https://github.com/Imgur/mandible/pull/105, https://github.com/kha-white/mokuro/pull/70, https://github.com/naptha/tesseract.js/pull/642',
 needs='ocr', order=False,
 must=[t('board.gif','Fox Hill 07:12 bay 4'),t('board.gif','Lund Abbey 07:35 bay 1'),t('board.gif','Bay 2 is closed for paving'),t('lift.webp','Maximum 9 persons'),t('lift.webp','take the west stairs'),t('IMG_0071.mpo','Well cover no. 318'),t('IMG_0071.mpo','rusted shut'),t('bakery.avif','Rye loaf 3.80'),t('rule6.jp2','Pencils only, no ink')],
 mustnot=[], question='From which bay does the 07:35 to Lund Abbey leave?', answer='bay 1', more=[{'question':'What does a rye loaf cost?','answer':'3.80'}])
