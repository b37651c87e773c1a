# Hebrew in PDF: a) glyphs painted in visual order, as reportlab and many report tools do; b) LibreOffice print of a Word file; numbers and Latin words inside right-to-left lines
import subprocess, os, docx
from docx.oxml import parse_xml
from reportlab.pdfgen import canvas
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
pdfmetrics.registerFont(TTFont('D','/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf'))
import re
def visual(s): # whole line reversed, runs of digits and Latin kept
    return ''.join(t if re.match(r'[0-9A-Za-z]',t) else t[::-1] for t in reversed(re.findall(r'[0-9A-Za-z][0-9A-Za-z.: -]*[0-9A-Za-z]|[0-9A-Za-z]|[^0-9A-Za-z]+',s)))
c=canvas.Canvas('docs/house-rules.pdf',pagesize=(420,300)); c.setFont('D',13)
for i,l in enumerate(['כללי הבית','קוד הכניסה הוא 4471 בלבד','החניה סגורה בשבת','לשאלות פנו אל Dana Levi בטלפון 03-5512']): c.drawRightString(390,250-i*32,visual(l))
c.showPage(); c.save()
d=docx.Document()
for l in ['הזמנה לכנס','הכנס נפתח ביום שלישי בשעה 09:30','האולם נמצא בקומה 7']:
    p=d.add_paragraph(l); p._p.get_or_add_pPr().append(parse_xml('<w:bidi xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'))
    for r in p.runs: r._r.get_or_add_rPr().append(parse_xml('<w:rtl xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'))
d.save('/tmp/invitation.docx'); subprocess.run(['soffice','--headless','--convert-to','pdf','--outdir','docs','/tmp/invitation.docx'],stdout=subprocess.DEVNULL,check=True)
