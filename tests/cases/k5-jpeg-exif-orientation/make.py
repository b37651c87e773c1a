import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# phone photos: pixels stored sideways with EXIF orientation 6 and upside down with 3; and a sideways scan without any tag
from PIL import Image
a=sheet(['Notice at the laundry','Machine 4 takes tokens only.','Tokens are sold by Rune in flat 12.','Drying room closes at 22:30.'],w=1500,h=1000,size=50,mode='RGB',fill=(20,20,60),bg=(236,232,220))
b=sheet(['Bike cellar','The new lock code is 9063.','Trailers stand along the left wall.'],w=1500,h=900,size=50,mode='RGB',fill=(0,0,0),bg=(225,228,230))
c=sheet(['Waste calendar','Glass is fetched on 8 and 22 June.','Paper is fetched every Monday.'],w=1500,h=900,size=50,mode='RGB',fill=(0,0,0),bg=(250,250,250))
def sv(im,n,o):
    e=Image.Exif(); 
    if o: e[0x0112]=o; e[0x010F]='Pixon'
    im.save(out(n),quality=60,exif=e)
sv(a.rotate(90,expand=True),'IMG_2201.jpg',6)      # orientation 6: turn 90 degrees clockwise to view
sv(b.rotate(180),'IMG_2202.JPG',3)
sv(c.rotate(-90,expand=True),'scan0007.jpeg',None)
R=lambda t: {'text':t,'told':OCR}
case(needs='ocr',what='photos that stand upright in any viewer by their EXIF orientation (6 and 3), and a scan lying on its side without a tag',reported='https://github.com/jonaswinkler/paperless-ng/issues/218, https://github.com/OCR-D/core/issues/494, https://github.com/danvk/oldnyc/issues/30',
 order=False,must=[R('Machine 4 takes tokens only'),R('Tokens are sold by Rune in flat 12'),R('Drying room closes at 22:30'),R('The new lock code is 9063'),R('Trailers stand along the left wall'),R('Glass is fetched on 8 and 22 June'),R('Paper is fetched every Monday')],mustnot=[],
 question='What is the lock code of the bike cellar?',answer='9063',more=[{'question':'Who sells tokens for the laundry?','answer':'Rune','told':OCR},{'question':'When is glass fetched in June?','answer':'8 and 22 June','told':OCR}])
