# Ruled PDF table: wrapped cells, a row whose cell goes on over the page break, the second page without repeated header, an unruled table beside, column text that touches
from reportlab.platypus import *
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.lib import colors
from reportlab.lib.pagesizes import A5
st=getSampleStyleSheet()['BodyText']; P=lambda t:Paragraph(t,st)
rows=[['Part','Interval','Work to be done']]
W=['Replace the diaphragm and both check valves; keep the old ones for the inspector.','Grease the upper bearing with two strokes of the blue grease gun, never with the red one.','Compare the gauge with the reference gauge from cabinet 6 and write both values down.','Open the strainer, rinse it in the yard and put the mesh back with the arrow towards the pump.']
for i in range(16): rows.append([P(f'PU-{200+i} lower housing with flange'),f'{500+i*25} h',P(W[i%4])])
t=Table(rows,colWidths=[90,60,190],repeatRows=0); t.setStyle(TableStyle([('GRID',(0,0),(-1,-1),.6,colors.black),('VALIGN',(0,0),(-1,-1),'TOP')]))
u=Table([['Crew','Phone','Standby'],['Blue','0771 300','Mon, Wed'],['Green','0771 412','Tue, Thu'],['Amber','0771 598','weekend']],colWidths=[80,90,90])
SimpleDocTemplate('docs/service-plan.pdf',pagesize=A5,leftMargin=36,rightMargin=36,topMargin=36,bottomMargin=36,title='Service plan').build([Paragraph('Service plan of the pumping station',getSampleStyleSheet()['Heading1']),t,Spacer(1,14),Paragraph('Crews',getSampleStyleSheet()['Heading2']),u])
