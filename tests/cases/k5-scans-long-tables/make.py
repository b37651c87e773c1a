import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# tables on pictures: a long one without lines, whose rows each need the names of their columns; a scan of two pages whose table goes on over the break
import io
from PIL import Image, ImageDraw, ImageFont
FONT='/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf'
def grid(rows,xs,w,h,size=22,y=60,step=40,title=''):
    im=Image.new('L',(w,h),255); d=ImageDraw.Draw(im); f=ImageFont.truetype(FONT,size)
    if title: d.text((xs[0],y),title,fill=0,font=f); y+=2*step
    for i,row in enumerate(rows):
        for x,t in zip(xs,row): d.text((x,y+i*step),t,fill=0,font=f)
    return im
rows=[['Buoy','Depth','Colour','Serviced']]+[[f'NK-{i:02}',f'{8+i*3%17}.{i%10} m',['red','green','yellow'][i%3],f'2026-0{1+i%9}-{10+i}'] for i in range(1,17)]
grid(rows,[60,260,430,620],860,860,title='Buoys of the outer fairway').convert('1').save(out('buoys.png'))
stock=[['Article','Pieces','Price']]+[[f'Shackle S-{i:02}',str(4*i%23+2),f'{3+i*7%31}.{i%10}0'] for i in range(1,27)]
pages=[grid(stock[:14],[60,330,520],700,720,size=22,title='Stock of the chandlery'),grid(stock[14:],[60,330,520],700,720,size=22)]
o={1:'<< /Type /Catalog /Pages 2 0 R >>',2:'<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>'}
import zlib
for n,im in enumerate(pages):
    o[3+n]=f'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 432] /Resources << /XObject << /Im {20+n} 0 R >> >> /Contents {10+n} 0 R >>'
    o[10+n]=('','q 420 0 0 432 0 0 cm /Im Do Q')
    o[20+n]=(f'/Type /XObject /Subtype /Image /Width {im.width} /Height {im.height} /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode',zlib.compress(im.tobytes(),9))
pdf('stock.pdf',o)
case(needs='ocr',what='tables on pictures and scanned pages: each row of a long one carries the names of its columns, also on the page that it goes on on',
 reported='https://github.com/docling-project/docling/issues/886',
 order=False,must=['Buoys of the outer fairway','Buoy: NK-07 | Depth: 12.7 m | Colour: green','Buoy: NK-16','Article: Shackle S-03 | Pieces: 14','Article: Shackle S-13','Article: Shackle S-26 | Pieces: 14'],mustnot=['Buoys of the outer fairway |'],
 question='What colour is buoy NK-07?',answer='green')
