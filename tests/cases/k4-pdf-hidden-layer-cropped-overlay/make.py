import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# two language layers over each other (English on, Norwegian off) at the same place, a draft layer that is off, text outside the CropBox, and text painted over by a white box
en=['The slipway is open from April to October.','Boats up to nine metres may be hauled out.','Hauling out costs 140 euros.','The winch is operated by the harbour master only.']
no=['Slippen er \\345pen fra april til oktober.','B\\345ter inntil ni meter kan tas opp.','Opptak koster 1610 kroner.','Vinsjen betjenes bare av havnesjefen.']
dr=['Hauling out costs 175 euros from 2028, not decided.']
blk=lambda ls,y=720: ''.join(f'BT /F1 12 Tf 72 {y-i*26} Td ({s}) Tj ET\n' for i,s in enumerate(ls))
pg=('BT /F1 16 Tf 72 760 Td (Slipway) Tj ET\n/OC /L1 BDC\n'+blk(no)+'EMC\n/OC /L2 BDC\n'+blk(en)+'EMC\n/OC /L3 BDC\n'+blk(dr,668)+'EMC\n'
 +'BT /F1 9 Tf 72 20 Td (Print shop job 7781 cut here) Tj ET\n'
 +'BT /F1 12 Tf 72 560 Td (Keys are kept in the red shed.) Tj ET\n'+'1 g 60 552 300 22 re f 0 g\nBT /F1 12 Tf 72 560 Td (Keys are kept in the blue shed.) Tj ET\n'
 +'BT /F1 12 Tf 72 520 Td (Ask for Oddny at quay 4.) Tj ET\n')
o={1:'<< /Type /Catalog /Pages 2 0 R /OCProperties << /OCGs [20 0 R 21 0 R 22 0 R] /D << /Order [20 0 R 21 0 R 22 0 R] /ON [21 0 R] /OFF [20 0 R 22 0 R] >> >> >>',2:'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
 3:'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /CropBox [0 60 595 842] /Resources << /Font << /F1 4 0 R >> /Properties << /L1 20 0 R /L2 21 0 R /L3 22 0 R >> >> /Contents 5 0 R >>',4:'<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',5:('',pg),
 20:'<< /Type /OCG /Name (Norsk) >>',21:'<< /Type /OCG /Name (English) >>',22:'<< /Type /OCG /Name (Draft 2028) >>'}
pdf('slipway.pdf',o)
case(what='layers switched off lie over the visible text (other language, a draft price); text outside the crop box; a sentence painted over with a white box and written anew: the visible sentences stay whole, what is off is labelled or told',
 reported='https://github.com/yfedoseev/pdf_oxide/issues/1373, https://github.com/mozilla/pdf.js/issues/15370, https://github.com/pymupdf/PyMuPDF/issues/736',
 must=['Slipway','The slipway is open from April to October','Boats up to nine metres may be hauled out','Hauling out costs 140 euros','The winch is operated by the harbour master only','Keys are kept in the blue shed','Ask for Oddny at quay 4'],
 mustnot=['Print shop job 7781'],question='What does hauling out cost?',answer='140 euros',more=[{'question':'Where are the keys of the slipway kept?','answer':'in the blue shed'},{'question':'Up to which length may boats be hauled out?','answer':'nine metres'}])
