import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# a table of 70 rows: header on the first page only, no rules between the rows, wrapped cells, one row cut by the page break; a second, ruled table whose header repeats
from reportlab.platypus import *; from reportlab.lib.styles import getSampleStyleSheet; from reportlab.lib.pagesizes import A4; from reportlab.lib import colors
st=getSampleStyleSheet()['BodyText']; P=lambda t: Paragraph(t,st)
names=['rope','anchor','lamp','pump','hatch','winch','flare','chart']
rows=[['Locker','Content','Kept by','Next check']]
for i in range(1,71):
    c=f'{names[i%8]} no. {i}'
    if i==23: c='life raft for eight people with water, biscuits, a mirror and the long paddle that belongs to the tender'
    rows.append([f'L-{i:02}',P(c),f'{["Anton","Birte","Carl","Dagny","Egil"][i%5]}',f'{i%28+1} {["March","May","July"][i%3]}'])
t=Table(rows,colWidths=[60,190,90,90],style=[('VALIGN',(0,0),(-1,-1),'TOP'),('FONT',(0,0),(-1,0),'Helvetica-Bold'),('LINEBELOW',(0,0),(-1,0),1,colors.black)],splitInRow=1)
d2=[['Bay','Boat','Keel depth','Fee a year']]+[[f'B{i}',f'Boat {chr(65+i%26)}{i}',f'{1+i*7%30/10:.1f} m',f'{300+i*37%400} euros'] for i in range(1,61)]
t2=Table(d2,repeatRows=1,style=[('GRID',(0,0),(-1,-1),.5,colors.grey)])
def foot(c,d): c.setFont('Helvetica',8); c.drawString(72,40,'Harbour register 2027'); c.drawRightString(523,40,str(d.page))
SimpleDocTemplate(out('register.pdf'),pagesize=A4,title='Harbour register').build([Paragraph('Lockers',getSampleStyleSheet()['Heading1']),t,PageBreak(),Paragraph('Bays',getSampleStyleSheet()['Heading1']),t2],onFirstPage=foot,onLaterPages=foot)
case(what='PDF tables over page breaks: unruled with the header on the first page only and wrapped cells; ruled with a repeated header; page foot between the rows',
 reported='https://github.com/xberg-io/xberg/issues/1290, https://github.com/docling-project/docling-serve/issues/484',
 must=['Lockers','L-01','life raft for eight people with water, biscuits, a mirror and the long paddle that belongs to the tender','L-70','Bays','B1','B60'],mustnot=['mirror and Harbour register'],
 question='Who keeps locker L-58?',answer=['Anton','Birte','Carl','Dagny','Egil'][58%5],more=[{'question':'When is the next check of locker L-66?','answer':f'{66%28+1} {["March","May","July"][66%3]}'},{'question':'What is the keel depth of bay B52?','answer':f'{1+52*7%30/10:.1f} m'},{'question':'What does bay B47 cost a year?','answer':f'{300+47*37%400} euros'}])
