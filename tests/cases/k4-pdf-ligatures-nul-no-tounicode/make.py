import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# page 1: a font whose ToUnicode maps the fi and fl ligatures to NUL (as some report printers do); page 2: an embedded subset font with shuffled codes and no ToUnicode: the page shows sentences, the codes are other letters
import io, pypdf
from pypdf.generic import NameObject
from reportlab import rl_config; rl_config.ttfAsciiReadable=0
from reportlab.pdfgen import canvas
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
b=io.BytesIO(); f=TTFont('DJ','/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf'); pdfmetrics.registerFont(f)
c=canvas.Canvas(b,pagesize=(595,842)); f.splitString(''.join(chr(x) for x in range(0xA1,0xA1+40)),c._doc)
for i,t in enumerate(['Storm shutters','The shutters of the north side are closed','when the wind passes fifty knots.','The crank hangs behind the kitchen door.','Broken slats cost nineteen crowns each.']):
    c.setFont('DJ',20 if i==0 else 15); c.drawString(70,740-i*34,t)
c.showPage(); c.save()
w=pypdf.PdfWriter(clone_from=io.BytesIO(b.getvalue()))
for o in w._objects:
    if isinstance(o,dict) and '/ToUnicode' in o: del o[NameObject('/ToUnicode')]
b2=io.BytesIO(); w.write(b2)
L=['House book of the pilot station','The \x02ag is raised at \x01ve in the morning.','Fresh \x01sh is left on the lower \x02oor by the \x01rst boat.','Coffee and \x02our are kept dry, of\x01cers keep the tin.','Fire drill on \x01eld days: the bell rings twice.']
s='BT /F1 15 Tf 70 740 Td 34 TL '+' '.join(f'({t}) Tj T*' for t in L)+' ET'
cm='/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def 1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <20> <7E> <0020> endbfrange 2 beginbfchar <01> <0000> <02> <0000> endbfchar endcmap end end'
pdf('station.pdf',{1:'<< /Type /Catalog /Pages 2 0 R >>',2:'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',3:'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',4:('',s.encode('latin-1')),5:'<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Type /Encoding /BaseEncoding /WinAnsiEncoding /Differences [1 /fi /fl] >> /ToUnicode 6 0 R >>',6:('',cm)})
m=pypdf.PdfWriter(clone_from=out('station.pdf')); m.append(io.BytesIO(b2.getvalue())); m.write(out('station.pdf'))
T='station.pdf.*(OCR|unreadable|garbled|font|no text|cannot be read|page 2)'
t=lambda x: {'text':x,'told':T}
case(what='PDF fonts: ligatures that ToUnicode maps to NUL; a page in a subset font with shuffled codes and no ToUnicode (looks like text, reads as other letters): read by OCR, or told',
 reported='https://github.com/py-pdf/pypdf/issues/1351, https://github.com/firecrawl/pdf-inspector/issues/122, https://github.com/xberg-io/xberg/issues/1254, https://github.com/pymupdf/PyMuPDF/issues/3799',
 must=['House book of the pilot station','The flag is raised at five in the morning','Fresh fish is left on the lower floor by the first boat','flour are kept dry','officers keep the tin','field days: the bell rings twice',t('Storm shutters'),t('when the wind passes fifty knots'),t('behind the kitchen door'),t('nineteen crowns')],
 mustnot=['\x00','\ufffd','01++2-'], question='When is the flag raised at the pilot station?', answer='at five in the morning', more=[{'question':'Who keeps the tin of coffee and flour?','answer':'officers'}])
