import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# fake bold (each word or each letter painted twice, slightly shifted), a shadow painted line by line before the text, words without space characters (gaps by TJ offsets or by Td), a heading with letter-spacing, ActualText
from reportlab.pdfbase.pdfmetrics import stringWidth as sw
def line(x,y,s,size=12,font='F1'): return f'BT /{font} {size} Tf {x} {y} Td ({s}) Tj ET\n'
def twice(x,y,s,size=12): return f'BT /F1 {size} Tf {x} {y} Td ({s}) Tj 0.35 0 Td ({s}) Tj ET\n'
def letters(x,y,s,size=12,dup=0.3):
    o='';
    for ch in s:
        if ch!=' ':
            for d in (0,dup): o+=f'BT /F1 {size} Tf {x+d:.2f} {y} Td ({ch}) Tj ET\n'
        x+=sw(ch,'Helvetica',size)
    return o
def tj(x,y,s,size=12): return f'BT /F1 {size} Tf {x} {y} Td ['+' -290 '.join(f'({w})' for w in s.split(' '))+'] TJ ET\n'
def td(x,y,s,size=12):
    o=f'BT /F1 {size} Tf {x} {y} Td '; 
    for i,ch in enumerate(s):
        if ch==' ': continue
        if i: o+=f'{px:.2f} 0 Td '
        o+=f'({ch}) Tj '; px=sw(ch,'Helvetica',size)+(sw(' ','Helvetica',size) if s[i+1:i+2]==' ' else 0)
    return o+'ET\n'
def spaced(x,y,s,size=14): return f'BT /F1 {size} Tf 5 Tc {x} {y} Td ({s}) Tj 0 Tc ET\n'
pg=('0.7 g\n'+line(61.2,778.8,'Bath house of Lunde',18)+'0 g\n'+line(60,780,'Bath house of Lunde',18)
 +twice(60,740,'Closing time on Sundays: 21:45')+letters(60,715,'Ticket office number 55 00 11')+letters(60,690,'Lessons book 1122, page 33')
 +tj(60,660,'Towels are lent at the counter for two euros each.')+td(60,635,'Children under six enter free of charge.')
 +spaced(60,600,'SAUNA RULES')
 +'BT /F1 12 Tf 60 570 Td (The upper bench is kept at ) Tj /Span << /ActualText (eighty-five) >> BDC (85) Tj EMC ( degrees.) Tj ET\n'
 +line(60,545,'No phones, no phones at all, in the warm rooms.'))
o={1:'<< /Type /Catalog /Pages 2 0 R >>',2:'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',3:'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R >>',4:'<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',5:('',pg)}
pdf('bath.pdf',o)
case(what='fake bold and shadows read once (digits that really repeat stay: 55 00 11, 1122), words kept apart where the file has no space characters, letter-spaced heading in words; a repeated phrase that is meant stays',
 reported='https://github.com/firecrawl/pdf-inspector/issues/313, https://github.com/py-pdf/pypdf/issues/1731, https://github.com/Unstructured-IO/unstructured/pull/4215, https://github.com/yfedoseev/pdf_oxide/issues/803',
 must=['Bath house of Lunde','Closing time on Sundays: 21:45','Ticket office number 55 00 11','Lessons book 1122, page 33','Towels are lent at the counter for two euros each','Children under six enter free of charge',{'text':'SAUNA RULES','told':'spac'},'The upper bench is kept at','No phones, no phones at all, in the warm rooms'],
 mustnot=['Bath house of Lunde Bath house of Lunde','21:45 Closing time','CClloossiinngg','TTiicckkeett','5555','11112222','Towelsare','Childrenunder'],question='When is closing time on Sundays in the bath house?',answer='21:45',more=[{'question':'What is the number of the ticket office?','answer':'55 00 11'},{'question':'Who enters free of charge?','answer':'Children under six'}])
