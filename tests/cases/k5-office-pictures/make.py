# Text in pictures inside a Word file, a slide, a workbook and an HTML page (data: URI)
from PIL import Image, ImageDraw, ImageFont, ImageOps
def page(lines,size=(1000,700),pt=34,x=60,y=60,lead=1.6,fg=0,bg=255,mono=False):
    im=Image.new("L",size,bg); d=ImageDraw.Draw(im); f=ImageFont.truetype("/usr/share/fonts/truetype/dejavu/DejaVuSans"+("Mono" if mono else "")+".ttf",pt)
    for i,l in enumerate(lines): d.text((x,y+int(i*pt*lead)),l,font=f,fill=fg)
    return im
import docx, pptx, openpyxl, base64, io
from pptx.util import Inches
def png(im): b=io.BytesIO(); im.save(b,'PNG'); b.seek(0); return b
d=docx.Document(); d.add_heading('Installing the boiler',1); d.add_paragraph('The type plate of the boiler is shown here:')
d.add_picture(png(page(['Type plate','Model KESSEL 240-S','Max pressure 3 bar'],(900,300))),width=docx.shared.Cm(14)); d.add_paragraph('Write the serial number into the log.'); d.save('docs/boiler.docx')
p=pptx.Presentation(); s=p.slides.add_slide(p.slide_layouts[5]); s.shapes.title.text='Screenshot of the old system'; s.shapes.add_picture(png(page(['Account balance on 31 March','48,213.50 EUR'],(900,300))),Inches(1),Inches(2),width=Inches(7)); p.save('docs/ledger.pptx')
wb=openpyxl.Workbook(); ws=wb.active; ws.append(['Plan','See picture']); from openpyxl.drawing.image import Image as XI; ws.add_image(XI(png(page(['Emergency exit: gate 6'],(700,160)))),'B4'); wb.properties.creator='x'; wb.save('docs/plan.xlsx')
u=base64.b64encode(png(page(['Visiting hours 14 to 18'],(800,160))).getvalue()).decode()
open('docs/ward.html','w').write(f'<html><head><title>Ward 7</title></head><body><main><h1>Ward 7</h1><p>Please wash your hands before you come in.</p><img alt="Sign at the door" src="data:image/png;base64,{u}"></main></body></html>')
