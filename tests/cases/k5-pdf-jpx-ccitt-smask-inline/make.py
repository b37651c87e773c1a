import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# scanned pages whose pictures are stored in less common ways: JPEG 2000, CCITT G4 with BlackIs1, a 1-bit picture with Decode [1 0], an indexed picture, an inline image (BI/EI), a black picture whose letters stand only in its soft mask
import io, zlib
from PIL import Image, TiffImagePlugin
def pg(*l): return sheet(list(l),w=900,h=300,size=34,x=40,y=50)
S=[('Slip 1: coal for the school','11 sacks, cellar door B'),('Slip 2: lamp oil','delivered by sledge'),('Slip 3: salt for the steps','2 barrels, paid by Nygaard'),('Slip 4: rope, forty metres','for the bell tower'),('Slip 5: window putty','ask at the forge'),('Slip 6: lime wash','wait until the swallows leave')]
I=[pg(*s) for s in S]; imgs=[]
b=io.BytesIO(); I[0].save(b,'JPEG2000',quality_mode='rates',quality_layers=[25]); imgs.append(('/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /JPXDecode',b.getvalue(),''))
b=io.BytesIO(); I[1].convert('1',dither=0).save(b,'TIFF',compression='group4'); b.seek(0); t=Image.open(b); off=t.tag_v2[273]; cnt=t.tag_v2[279]; g4=b''.join(b.getvalue()[o:o+n] for o,n in zip(off,cnt)); assert len(off)==1; ph=t.tag_v2[262]
# Pillow codes 1 (white) as the fax black run, so BlackIs1 gives white again
imgs.append((f'/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 900 /Rows 300 /BlackIs1 true >>',g4,''))
raw=I[2].convert('1',dither=0); inv=bytes(255-x for x in raw.tobytes()); imgs.append(('/ColorSpace /DeviceGray /BitsPerComponent 1 /Decode [1 0] /Filter /FlateDecode',zlib.compress(inv,9),''))
q=bytes(1 if x<128 else 0 for x in I[3].tobytes()); pk=bytearray()
for y in range(300):
    for x in range(0,900,4):
        v=0
        for z in range(4): v=v<<2|(q[y*900+x+z]+1)
        pk.append(v)
imgs.append(('/ColorSpace [/Indexed /DeviceRGB 3 <FF0000 F4EBD0 1A2440 00FF00>] /BitsPerComponent 2 /Filter /FlateDecode',zlib.compress(bytes(pk),9),''))
imgs.append(None)
mask=zlib.compress(bytes(255-x for x in I[5].tobytes()),9)
imgs.append(('/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode /SMask 90 0 R',zlib.compress(bytes(900*300*3),9),''))
o={1:'<< /Type /Catalog /Pages 2 0 R >>',90:('/Type /XObject /Subtype /Image /Width 900 /Height 300 /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode',mask)}; kids=[]; n=3
for im in imgs:
    kids.append(f'{n} 0 R'); M='/Type /Page /Parent 2 0 R /MediaBox [0 0 432 144]'
    if im is None:
        one=zlib.compress(I[4].convert('1',dither=0).tobytes(),9)
        o[n]=f'<< {M} /Contents {n+1} 0 R /Resources << >> >>'; o[n+1]=('',b'q 432 0 0 144 0 0 cm BI /W 900 /H 300 /CS /G /BPC 1 /F /Fl ID '+one+b'\nEI Q')
    else:
        o[n]=f'<< {M} /Contents {n+1} 0 R /Resources << /XObject << /I {n+2} 0 R >> >> >>'; o[n+1]=('','q 432 0 0 144 0 0 cm /I Do Q'); o[n+2]=(f'/Type /XObject /Subtype /Image /Width 900 /Height 300 {im[0]}',im[1])
    n+=3
o[2]=f'<< /Type /Pages /Kids [{" ".join(kids)}] /Count {len(kids)} >>'
pdf('slips.pdf',o)
t=lambda x: {'text':x,'told':'slips.pdf.*(OCR|image|picture|scan|no text)'}
case(what='scanned PDF pages with pictures in JPEG 2000, CCITT G4 with BlackIs1, inverted 1-bit, 2-bit indexed, an inline image, and a black picture with the letters in the soft mask: each page by OCR, or told',
 reported='https://github.com/docling-project/docling/issues/4329, https://github.com/yfedoseev/pdf_oxide/issues/1200, https://github.com/xberg-io/xberg/issues/1447',
 needs='ocr',
 must=[t('coal for the school'),t('11 sacks, cellar door B'),t('delivered by sledge'),t('2 barrels, paid by Nygaard'),t('rope, forty metres'),t('for the bell tower'),t('window putty'),t('ask at the forge'),t('lime wash'),t('wait until the swallows leave')],
 mustnot=[], question='Who paid for the salt for the steps?', answer='Nygaard', more=[{'question':'How was the lamp oil delivered?','answer':'by sledge'}])
