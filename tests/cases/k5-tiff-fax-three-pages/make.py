import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# a fax of three pages in one TIFF (CCITT G4, 204 x 196 dpi); pages with no text layer at all
pages=[['TELEFAX  page 1 of 3','To: Kvist Roofing','From: Parish office of Elvdal','Subject: leak over the vestry','','Please look at the roof before the winter.'],
 ['TELEFAX  page 2 of 3','The leak is between the third and fourth rafter.','Slates of the type Valdres are stored in the crypt.','The ladder may lean on the east wall only.'],
 ['TELEFAX  page 3 of 3','The parish pays at most 5,300 euros.','Work must not be done during the service on Sundays.','The sexton Aslak Rudi opens the tower.']]
ims=[sheet(l,w=1728,h=2200,size=46,noise=900,seed=i).convert('1') for i,l in enumerate(pages)]
ims[0].save(out('fax0412.tif'),save_all=True,append_images=ims[1:],compression='group4',dpi=(204,196))
R=lambda t: {'text':t,'told':OCR+'|fax0412'}
case(needs='ocr',what='multi-page TIFF (G4 fax, uneven dpi): all three pages',reported='https://github.com/alephdata/aleph/issues/20, https://github.com/UB-Mannheim/tesseract/issues/12, https://github.com/sirfz/tesserocr/issues/127',
 must=[R('Kvist Roofing'),R('Please look at the roof before the winter'),R('between the third and fourth rafter'),R('stored in the crypt'),R('at most 5,300 euros'),R('The sexton Aslak Rudi opens the tower')],mustnot=[],
 question='How much does the parish pay at most for the roof?',answer='5,300 euros',more=[{'question':'Who opens the tower?','answer':'Aslak Rudi','told':OCR},{'question':'Where are the slates stored?','answer':'in the crypt','told':OCR}])
