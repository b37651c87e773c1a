# Page 1 upright with a sideways label at the edge; page 2 landscape by /Rotate 90 (content drawn turned); page 3 portrait with a whole table typed sideways (text matrix); page 4 /Rotate 180
from reportlab.pdfgen import canvas
c=canvas.Canvas('docs/lockbook.pdf',pagesize=(420,595)); c.setTitle('Lock book')
def lines(x,y,ls,lead=18,size=11):
    c.setFont('Helvetica',size)
    for i,l in enumerate(ls): c.drawString(x,y-i*lead,l)
lines(60,540,['Lock book of the Aller canal','The lock keeper opens the gates at six in the morning.','Boats longer than 38 metres need two tug lines.'])
c.saveState(); c.translate(30,200); c.rotate(90); c.setFont('Helvetica',9); c.drawString(0,0,'Form LB-77, keep for ten years'); c.restoreState()
c.showPage()
# page 2: /Rotate 90, content turned so that it reads upright
c.setPageRotation(90)
c.saveState(); c.translate(420,0); c.rotate(90)
lines(50,370,['Water levels at the upper gate','On Monday the level was 4.12 metres at noon.','On Tuesday the level was 4.37 metres at noon.','The warning mark stands at 5.20 metres.'])
c.restoreState(); c.showPage(); c.setPageRotation(0)
# page 3: sideways table, not turned by the page
c.saveState(); c.translate(400,40); c.rotate(90)
for i,r in enumerate([('Gate','Motor','Oil in litres'),('East','Siemens 30 kW','14.5'),('West','ABB 22 kW','11.2'),('Sluice','hand crank','none')]):
    for x,t in zip((0,130,300),r): c.setFont('Helvetica',11); c.drawString(x,300-i*40,t)
c.restoreState(); c.showPage()
c.setPageRotation(180)
c.saveState(); c.translate(420,595); c.rotate(180)
lines(60,540,['Winter closing','The canal is closed from 18 December to 9 January.','Ice breaker: call 0441 6203.']); c.restoreState(); c.showPage(); c.save()
