import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# a news sheet: heading over two columns, lines painted row by row over both columns (as a layout table prints), words hyphenated at line ends, a box beside, a second heading and again two columns that go on from one to the other
from reportlab.pdfgen import canvas
c=canvas.Canvas(out('parish.pdf'),pagesize=(595,842),invariant=1)
def cols(y,left,right,lead=15):
    for i in range(max(len(left),len(right))):
        for x,col in ((50,left),(315,right)):
            if i<len(col): c.setFont('Times-Roman',11); c.drawString(x,y-i*lead,col[i])
c.setFont('Helvetica-Bold',20); c.drawString(50,780,'News from the parish of Hallen')
c.setFont('Helvetica-Bold',13); c.drawString(50,745,'The bell is mended')
cols(722,['The great bell was lowered on the fourth','of March after a crack had been found','near the rim. It was carried to the foun-','dry at Sund on an ox cart, since the road','was too soft for the lorry, and came back'],
         ['in time for Easter. The repair was paid','for by the sale of two hundred jars of','rowan jelly, cooked by the choir. Only','the clapper is new; it weighs thirty-','eight kilos and was forged by Ane Lund.'])
c.setFont('Helvetica-Bold',13); c.drawString(50,610,'The path to the spring')
cols(587,['Since the larch fell there has been no','way past the lower gate. Volunteers meet','on Saturday at the sheep dip with saws,'],
         ['gloves and a packed lunch. The council','lends two horses. Children may come if','somebody holds their hand.'])
c.rect(50,440,495,60); c.setFont('Helvetica',10); c.drawString(60,482,'Lost: one black hen with a white collar.'); c.drawString(60,464,'Bring her to the sexton, who pays in eggs.')
c.setFont('Helvetica',8); c.drawString(50,40,'Printed in the vestry, 140 copies'); c.save()
case(what='two-column PDF whose lines are painted row by row across the columns, twice on a page under headings of full width, with words hyphenated at line ends and a box below',
 reported='https://github.com/xberg-io/xberg/issues/1345, https://github.com/yfedoseev/pdf_oxide/issues/1410, https://github.com/firecrawl/pdf-inspector/issues/219',
 must=['News from the parish of Hallen','The bell is mended','The great bell was lowered on the fourth of March after a crack had been found near the rim','foundry at Sund on an ox cart','was too soft for the lorry, and came back','in time for Easter','two hundred jars of rowan jelly, cooked by the choir','forged by Ane Lund','The path to the spring','Since the larch fell there has been no way past the lower gate','sheep dip with saws,','gloves and a packed lunch','somebody holds their hand','Lost: one black hen with a white collar'],
 unordered=['thirty-eight kilos','Bring her to the sexton, who pays in eggs','Printed in the vestry, 140 copies'],
 mustnot=['fourth in time','foun- the clapper','no gloves and'], question='Who forged the clapper of the great bell?', answer='Ane Lund', more=[{'question':'How was the bell carried to Sund?','answer':'on an ox cart'}])
