# The same kinds in other containers: a slide show (.ppsx, its main part has another content type, python-pptx refuses it), .odp and .ppt of LibreOffice, each with notes and a table
import pptx, zipfile, subprocess, os
from pptx.util import Inches
def deck(name,title,body,note,rows):
    p=pptx.Presentation(); s=p.slides.add_slide(p.slide_layouts[1]); s.shapes.title.text=title; s.placeholders[1].text_frame.text=body; s.notes_slide.notes_text_frame.text=note
    s=p.slides.add_slide(p.slide_layouts[5]); s.shapes.title.text='Figures'; t=s.shapes.add_table(len(rows),2,Inches(1),Inches(2),Inches(6),Inches(2)).table
    for i,r in enumerate(rows):
        for j,v in enumerate(r): t.cell(i,j).text=v
    p.save(name)
deck('/tmp/b6a.pptx','Night school','The welding course begins on 14 September.','Room changed to workshop 3.',[('Course','Fee'),('Welding','310 euros'),('Upholstery','265 euros')])
a=zipfile.ZipFile('/tmp/b6a.pptx'); o=zipfile.ZipFile('docs/night-school.ppsx','w',zipfile.ZIP_DEFLATED)
for n in a.namelist():
    d=a.read(n)
    if n=='[Content_Types].xml': d=d.replace(b'presentationml.presentation.main+xml',b'presentationml.slideshow.main+xml')
    o.writestr(n,d)
o.close()
for ext,args in [('odp',('Bird count','Volunteers saw 412 lapwings at the weir.','Count again in week 17.',[('Species','Number'),('Lapwing','412'),('Dunlin','96')]))]:
    deck('/tmp/b6x.pptx',*args); subprocess.run(['soffice','--headless','--convert-to',ext,'--outdir','/tmp/b6o','/tmp/b6x.pptx'],stdout=subprocess.DEVNULL,check=True); os.replace(f'/tmp/b6o/b6x.{ext}','docs/'+{'odp':'bird-count.odp'}[ext])
