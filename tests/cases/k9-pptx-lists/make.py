# slide lists: bullets of three levels, a:buAutoNum with startAt, letters and roman, numbering interrupted by a sub-bullet; list in a table cell
import pptx
from pptx.util import Inches
from lxml import etree
A='http://schemas.openxmlformats.org/drawingml/2006/main'
pr=pptx.Presentation(); s=pr.slides.add_slide(pr.slide_layouts[1]); s.shapes.title.text='Unloading the silo truck'
def para(tf,txt,lvl=0,auto=None,start=None,first=False,bul=None):
    p=tf.paragraphs[0] if first else tf.add_paragraph(); p.text=txt; p.level=lvl; pPr=p._p.get_or_add_pPr()
    if auto:
        e=etree.SubElement(pPr,f'{{{A}}}buAutoNum'); e.set('type',auto); start and e.set('startAt',str(start))
    elif bul: etree.SubElement(pPr,f'{{{A}}}buChar').set('char',bul)
t=s.placeholders[1].text_frame
para(t,'Park on grid 5',auto='arabicPeriod',start=4,first=True)
para(t,'handbrake on, wedges under axle 2',1,bul='–')
para(t,'Earth the tank',auto='arabicPeriod',start=4)
para(t,'clamp to rail',1,auto='alphaLcParenR'); para(t,'lamp must show green',1,auto='alphaLcParenR'); para(t,'blinking means no contact',2,bul='•')
para(t,'Blow at 1.6 bar',auto='arabicPeriod',start=4)
s2=pr.slides.add_slide(pr.slide_layouts[5]); s2.shapes.title.text='Faults'
g=s2.shapes.add_table(2,2,Inches(1),Inches(2),Inches(8),Inches(2)).table
g.cell(0,0).text='Fault'; g.cell(0,1).text='What to do'; g.cell(1,0).text='Hose bursts'
tf=g.cell(1,1).text_frame; para(tf,'Close slide A3',auto='romanUcPeriod',first=True); para(tf,'Ring the foreman on 2266',auto='romanUcPeriod')
pr.save('silo.pptx')
