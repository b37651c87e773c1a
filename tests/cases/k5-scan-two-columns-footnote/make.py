import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# a scanned page in two columns (a picture in a PDF) with a heading over both and a note at the foot, and a scanned double page (two pages side by side on one picture)
import io
from PIL import Image, ImageDraw, ImageFont
D='/usr/share/fonts/truetype/dejavu/DejaVu'
def page(w,h,heads,cols,foot=None,size=27,lead=42):
    im=Image.new('L',(w,h),250); d=ImageDraw.Draw(im)
    for x,y,t,s in heads: d.text((x,y),t,font=ImageFont.truetype(D+'Sans-Bold.ttf',s),fill=20)
    f=ImageFont.truetype(D+'Serif.ttf',size)
    for x,y,ls in cols:
        for i,l in enumerate(ls): d.text((x,y+i*lead),l,font=f,fill=20)
    if foot: d.line((90,h-170,500,h-170),fill=60,width=2); d.text((90,h-150),foot,font=ImageFont.truetype(D+'Serif.ttf',22),fill=20)
    return im
a=page(1240,1100,[(90,80,'The ferrymen of the long lake',44)],[(90,190,['Every spring the ferrymen','draw lots for the landings.','Whoever draws the white','stone rows the doctor for','a whole year without pay,','and everyone calls him by','the name of his boat.']),(680,190,['The black stones give the','market days. A ferryman','who falls ill is helped by','his neighbour upstream,','who keeps half the fares.','In winter they mend nets','and carve the new oars.'])],'1 The stones lie in the church at Sund.')
b=page(1500,900,[(90,70,'Page 12: Nets',36),(850,70,'Page 13: Oars',36)],[(90,160,['A net for perch has meshes','of two fingers. It is tarred','in May and hung in the ash','trees until the tar is dry.']),(850,160,['An oar is cut from spruce,','seven feet for a child and','nine for a grown rower. The','blade is never painted.'])])
def scan(name,ims):
    o={1:'<< /Type /Catalog /Pages 2 0 R >>'}; kids=[]; n=3
    for im in ims:
        bb=io.BytesIO(); im.save(bb,'JPEG',quality=38); W,H=im.width*.48,im.height*.48
        o[n]=f'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {W:.0f} {H:.0f}] /Contents {n+1} 0 R /Resources << /XObject << /I {n+2} 0 R >> >> >>'; o[n+1]=('',f'q {W:.0f} 0 0 {H:.0f} 0 0 cm /I Do Q'); o[n+2]=(f'/Type /XObject /Subtype /Image /Width {im.width} /Height {im.height} /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode',bb.getvalue()); kids.append(f'{n} 0 R'); n+=3
    o[2]=f'<< /Type /Pages /Kids [{" ".join(kids)}] /Count {len(kids)} >>'; pdf(name,o)
scan('ferrymen.pdf',[a]); b.convert('L').quantize(8).save(out('nets-oars.png'),optimize=True)
t=lambda x,f='ferrymen.pdf': {'text':x,'told':f+'.*(OCR|image|picture|scan)'}
case(what='scans in two columns and a double page on one picture: the columns are read one after the other, sentences stay whole',
 reported='https://github.com/JaidedAI/EasyOCR/issues/1215, https://github.com/run-llama/llama_cloud_services/issues/299, https://github.com/ocrmypdf/OCRmyPDF/issues/77',
 needs='ocr',
 must=[t('The ferrymen of the long lake'),t('Every spring the ferrymen draw lots for the landings'),t('white stone rows the doctor for a whole year without pay'),t('black stones give the market days'),t('who keeps half the fares'),t('carve the new oars')],
 unordered=[t('The stones lie in the church at Sund'),t('It is tarred in May and hung in the ash trees','nets-oars.png'),t('nine for a grown rower','nets-oars.png'),t('blade is never painted','nets-oars.png')],
 mustnot=['ferrymen The black','meshes seven feet','ferrymen who falls ill'], question='Who keeps half the fares when a ferryman falls ill?', answer='his neighbour upstream', more=[{'question':'How long is an oar for a grown rower?','answer':'nine feet'}])
