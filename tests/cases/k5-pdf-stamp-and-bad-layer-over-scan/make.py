import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# scanned pages that carry some digital text: a received stamp and a page number (page 1), typed form values (page 2), and an invisible old OCR layer that is wrong (page 3)
import io
def jpg(im): b=io.BytesIO(); im.save(b,'JPEG',quality=30); return b.getvalue()
P=[['Building permit','Owner: Hallgeir Sunde','The shed may be 28 square metres large.','The ridge may be 4.10 metres high.','The permit ends on 30 November 2028.'],
 ['Declaration of the builder','Name:','Date:','The drain is laid by a licensed plumber.','Rain water goes to the brook.'],
 ['Site inspection','The wall stands 2.40 metres from the border.','The inspector was Tuva Berge.','A railing is missing on the north side.']]
bad=['5ite lnspectlon','Tbe wa11 stands 24O rnetres frorn tbe bordor.','Tbe inspcctor was Tuvo Bcrgc.','A rai1ing is rnissing on tbe nortb sido.']
o={1:'<< /Type /Catalog /Pages 2 0 R >>',2:'<< /Type /Pages /Kids [3 0 R 4 0 R 5 0 R] /Count 3 >>',6:'<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>'}
ov=['0.8 0 0 rg BT /F1 13 Tf 0.966 0.259 -0.259 0.966 90 60 Tm (RECEIVED 12 March 2026, file 26/0417) Tj ET 0 g BT /F1 9 Tf 280 20 Td (1 / 3) Tj ET',
 'BT /F1 13 Tf 150 314 Td (Jostein Myhre) Tj 0 -28 Td (9 May 2026) Tj ET BT /F1 9 Tf 280 20 Td (2 / 3) Tj ET',
 'BT 3 Tr /F1 15 Tf '+' '.join(f'1 0 0 1 58 {337-i*28} Tm ({s}) Tj' for i,s in enumerate(bad))+' ET BT 0 Tr /F1 9 Tf 280 20 Td (3 / 3) Tj ET']
for n in range(3):
    im=sheet(P[n],w=930,h=658,size=26,x=90,y=105,noise=60,seed=n).rotate(0.4,fillcolor=255); o[20+n]=('/Type /XObject /Subtype /Image /Width 930 /Height 658 /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode',jpg(im))
    o[3+n]=f'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 421] /Resources << /Font << /F1 6 0 R >> /XObject << /Im {20+n} 0 R >> >> /Contents {10+n} 0 R >>'
    o[10+n]=('',f'q 595 0 0 421 0 0 cm /Im Do Q\n{ov[n]}')
pdf('permit.pdf',o)
R=lambda t: {'text':t,'told':OCR+'|permit'}
case(needs='ocr',what='full-page scans with a little digital text on top (stamp, page numbers, typed values) still get OCR or are told; the stamp and typed values stay; a wrong invisible text layer isn\'t taken for the page',
 reported='https://github.com/docling-project/docling.rs/pull/163, https://github.com/xberg-io/xberg/pull/1236, https://github.com/unslothai/unsloth/pull/10620',
 order=False,must=['RECEIVED 12 March 2026, file 26/0417',R('Hallgeir Sunde'),R('28 square metres large'),R('The permit ends on 30 November 2028'),'Jostein Myhre','9 May 2026',R('Rain water goes to the brook'),R('The wall stands 2.40 metres from the border'),R('The inspector was Tuva Berge')],mustnot=['24O rnetres','Tuvo Bcrgc'],
 question='When does the building permit end?',answer='30 November 2028',more=[{'question':'How large may the shed be?','answer':'28 square metres','told':OCR},{'question':'How far does the wall stand from the border?','answer':'2.40 metres','told':OCR},{'question':'When was the permit received?','answer':'12 March 2026'}])
