import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# a cover page of a PDF portfolio with two attached files (a PDF and a CSV) in the name tree, and a text file attached to a place on the page
import io
from reportlab.pdfgen import canvas
b=io.BytesIO(); c=canvas.Canvas(b); c.setFont('Helvetica',12); c.drawString(72,760,'Minutes of the mill trust, 12 May 2026'); c.drawString(72,730,'The mill wheel is repaired by Haugen Smithy for 18,400 euros.'); c.drawString(72,706,'The next meeting is on 9 September.'); c.save()
page='BT /F1 14 Tf 60 760 Td (Papers for the board of the mill trust) Tj 0 -30 Td /F1 11 Tf (This file is a portfolio. Open the attachments in the side bar.) Tj 0 -24 Td (The paper clip holds the remark of the auditor.) Tj ET'
fs=lambda n,d,ref: f'<< /Type /Filespec /F ({n}) /UF ({n}) /Desc ({d}) /EF << /F {ref} 0 R /UF {ref} 0 R >> >>'
o={1:'<< /Type /Catalog /Pages 2 0 R /Collection << /Type /Collection /View /D >> /PageMode /UseAttachments /Names << /EmbeddedFiles << /Names [(cash.csv) 11 0 R (minutes.pdf) 10 0 R] >> >> >>',2:'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
 3:'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R /Annots [6 0 R] >>',4:'<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',5:('',page),
 6:'<< /Type /Annot /Subtype /FileAttachment /Rect [420 700 440 720] /Name /Paperclip /Contents (Remark of the auditor) /FS 12 0 R >>',
 10:fs('minutes.pdf','Minutes of May','20'),11:fs('cash.csv','Cash book','21'),12:fs('auditor.txt','Remark','22'),
 20:('/Type /EmbeddedFile /Subtype /application#2Fpdf',b.getvalue()),21:('/Type /EmbeddedFile /Subtype /text#2Fcsv',b'Date,Purpose,Euros\r\n2026-05-02,Flour sacks,212.40\r\n2026-05-19,Millstone transport,1975.00\r\n'),22:('/Type /EmbeddedFile /Subtype /text#2Fplain','The receipt for the oak beams is missing.'.encode())}
pdf('board.pdf',o)
A='attach|embedded|cash.csv|minutes.pdf|auditor.txt'
case(what='PDF portfolio: attached PDF and CSV in the name tree, a text file attached to the page: read, or each named',
 reported='https://github.com/h2oai/h2ogpt/issues/1425, https://github.com/embedpdf/embed-pdf-viewer/issues/689',
 order=False,must=['Papers for the board of the mill trust','The paper clip holds the remark of the auditor',{'text':'The mill wheel is repaired by Haugen Smithy for 18,400 euros','told':A},{'text':'Millstone transport','told':A},{'text':'The receipt for the oak beams is missing','told':A}],mustnot=[],
 question='Who repairs the mill wheel?',answer='Haugen Smithy',more=[{'question':'What did the millstone transport cost?','answer':'1975.00','told':A},{'question':'Which receipt is missing?','answer':'the receipt for the oak beams','told':A}])
