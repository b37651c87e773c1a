import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# page 1: typed text; page 2: a bitmap Type 3 font as old TeX writes it (dvips: names a1 a2, no ToUnicode); page 3: text turned into outlines (filled paths, no font at all)
import zlib
from PIL import Image, ImageDraw, ImageFont
FT=ImageFont.truetype('/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf',60)
def bits(t,f=FT):
    w=int(f.getlength(t))+4; im=Image.new('1',(w,80),0); ImageDraw.Draw(im).text((2,4),t,font=f,fill=1); return im
L2=['Notes on the tide mill','The wheel turns from half ebb to low water.','Spare cogs are of hornbeam, sixty in all.','The sluice was rebuilt by Wim Haag in 1931.']
L3=['Map of the mill pond','Depth at the sluice 4 metres','Eel trap under the bridge']
chars=sorted(set(''.join(L2))-{' '}); code={ch:i+1 for i,ch in enumerate(chars)}; code[' ']=0x7f
o={}; n=20; procs=''; widths=[0]*0x80
for ch,k in code.items():
    im=bits(ch); adv=int(FT.getlength(ch)); widths[k]=adv
    if ch==' ': body=f'{adv} 0 0 0 1 1 d1'.encode()
    else:
        raw=im.tobytes(); body=f'{adv} 0 0 -20 {im.width} 60 d1 q {im.width} 0 0 80 -2 -20 cm BI /W {im.width} /H 80 /IM true /BPC 1 /D [1 0] ID '.encode()+raw+b' EI Q'
    o[n]=('',body); procs+=f'/a{k} {n} 0 R '; n+=1
esc=lambda t: '<'+''.join('%02x'%code[c] for c in t)+'>'
s2='BT /F2 16 Tf 60 760 Td 30 TL '+' '.join(f'{esc(t)} Tj T*' for t in L2)+' ET'
s3=[]
for j,t in enumerate(L3):
    im=bits(t); px=im.load()
    for y in range(im.height):
        x=0
        while x<im.width:
            if px[x,y]:
                x0=x
                while x<im.width and px[x,y]: x+=1
                s3.append(f'{x0} {im.height-y-j*130} {x-x0} 1 re')
            else: x+=1
z=lambda d: zlib.compress(d if isinstance(d,bytes) else d.encode(),9)
s3b='q 0.33 0 0 0.33 60 720 cm '+' '.join(s3)+' f Q'
s1='BT /F1 14 Tf 60 760 Td 24 TL (Papers of the tide mill, collected 1990) Tj T* (Page 2 is a note, page 3 is a map.) Tj ET'
P=lambda c: f'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {c} 0 R /Resources << /Font << /F1 8 0 R /F2 9 0 R >> >> >>'
o.update({1:'<< /Type /Catalog /Pages 2 0 R >>',2:'<< /Type /Pages /Kids [3 0 R 4 0 R 5 0 R] /Count 3 >>',3:P(6),4:P(7),5:P(10),6:('',s1),7:('',s2),8:'<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',10:('/Filter /FlateDecode',z(s3b)),
 9:f'<< /Type /Font /Subtype /Type3 /FontBBox [0 -20 80 60] /FontMatrix [0.0166 0 0 0.0166 0 0] /FirstChar 0 /LastChar 127 /Widths [{" ".join(map(str,widths))}] /CharProcs << {procs} >> /Encoding << /Type /Encoding /Differences [{" ".join(f"{k} /a{k}" for k in sorted(code.values()))}] >> /Resources << >> >>'})
pdf('tidemill.pdf',o)
t=lambda x: {'text':x,'told':'tidemill.pdf.*(OCR|unreadable|garbled|font|no text|cannot be read|drawing|vector|picture|image|scan)'}
case(what='PDF: a page in a bitmap Type 3 font without ToUnicode (dvips), a page whose text is filled outlines without any font, after a page of plain text: read by OCR, or told',
 reported='https://github.com/run-llama/liteparse/issues/291, https://github.com/opendataloader-project/opendataloader-pdf/issues/740, https://github.com/ocrmypdf/OCRmyPDF/issues/82, https://github.com/pymupdf/PyMuPDF/issues/1943',
 must=['Papers of the tide mill, collected 1990']+[t(x) for x in ['Notes on the tide mill','from half ebb to low water','Spare cogs are of hornbeam','Wim Haag in 1931','Map of the mill pond','Depth at the sluice 4 metres','Eel trap under the bridge']],
 mustnot=[], question='When were the papers of the tide mill collected?', answer='1990', more=[{'question':'Of which wood are the spare cogs?','answer':'hornbeam'}])
