import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# text boxes stored in any order: figures over what they count; headings over their texts; years over what happened; and an agenda, whose numbers stand beside its points
import pptx
from pptx.util import Inches
pr=pptx.Presentation()
def slide(boxes):
    s=pr.slides.add_slide(pr.slide_layouts[6])
    for t,x,y,w in boxes: s.shapes.add_textbox(Inches(x),Inches(y),Inches(w),Inches(.6)).text_frame.text=t
slide([('Ferry in figures',.5,.2,9)]+[b for i,(n,l) in enumerate([('98%','sailed on time'),('1,240','cars a day'),('4.7','of 5 stars')]) for b in [(l,.5+3*i,2.6,2),(n,.5+3*i,2,2)]])
slide([('Text of the Alma',3.5,2,2.5),('Sula',6.5,1.2,2.5),('Text of the Havørn',.5,2,2.5),('Havørn',.5,1.2,2.5),('Text of the Sula',6.5,2,2.5),('Alma',3.5,1.2,2.5),('The fleet',.5,.2,9)]+[b for i,(y,m) in enumerate([('1971','quay built'),('1988','first car ferry'),('2021','batteries')]) for b in [(m,.5+3*i,5.2,2),(y,.5+3*i,4.8,2)]])
slide([('Agenda',.5,.2,9)]+[b for i,t in enumerate(['Fares','Winter timetable','Any other business']) for b in [(t,2.4,1+i*.8,5),(f'0{i+1}',.5,1+i*.8,.6)]])
pr.save(out('ferry.pptx'))
case(what='slides of cards: figures over what they count, headings over their texts, a line of years, each read with its own; and an agenda, read line by line',
 must=['Ferry in figures','98% sailed on time','1,240 cars a day','4.7 of 5 stars','The fleet','Havørn Text of the Havørn','Alma Text of the Alma','Sula Text of the Sula','1971 quay built','1988 first car ferry','2021 batteries','Agenda','01 Fares','02 Winter timetable','03 Any other business'],
 mustnot=[], question='How many cars a day does the ferry take?', answer='1,240')
