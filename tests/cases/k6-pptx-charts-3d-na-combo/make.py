import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# charts that python-pptx cannot read: a 3-D pie, a point #N/A in the cache, bar and line in one plot area on two axes, axis titles, a data label typed by hand
from pptx import Presentation; from pptx.util import Inches; from pptx.chart.data import CategoryChartData; from pptx.enum.chart import XL_CHART_TYPE as X
import re
prs=Presentation(); prs.core_properties.author='Waterworks'
def sl(t,typ,cats,series,title):
    s=prs.slides.add_slide(prs.slide_layouts[5]); s.shapes.title.text=t; d=CategoryChartData(); d.categories=cats
    for n,v in series: d.add_series(n,v)
    c=s.shapes.add_chart(typ,Inches(1),Inches(1.7),Inches(8),Inches(5),d).chart; c.has_title=True; c.chart_title.text_frame.text=title; c.has_legend=True
    return c
sl('Where the water goes',X.PIE,['Households','Dairy','Leakage'],[('Share of water',(61,22,17))],'Use by customer in 2026')
c=sl('Leaks',X.LINE_MARKERS,['Nordby','Vik','Strand','Moen'],[('Leaks repaired',(14,9,27,31))],'Leaks repaired by district')
c.category_axis.has_title=True; c.category_axis.axis_title.text_frame.text='District, as drawn in 2020'
c=sl('Rain and reservoir',X.COLUMN_CLUSTERED,['March','April','May'],[('Rain (mm)',(82,47,118))],'Rain and level of the reservoir')
p=c.plots[0].series[0].points[1]; p.data_label.has_text_frame=True; p.data_label.text_frame.text='gauge frozen for two days'
prs.save(out('water.pptx'))
z=zipfile.ZipFile(out('water.pptx')); names={}
for n in z.namelist():
    if re.match(r'ppt/charts/chart.*\.xml$',n):
        d=z.read(n).decode(); names['pie' if 'pieChart' in d else 'line' if 'lineChart' in d else 'bar']=n
def pie(b): return b.replace(b'c:pieChart>',b'c:pie3DChart>').replace(b'<c:firstSliceAng val="0"/>',b'')
def na(b): 
    s=b.decode(); v=re.search(r'<c:val>.*?</c:val>',s,re.S).group(0); return s.replace(v,re.sub(r'(<c:pt idx="1"[^>]*>\s*<c:v>)[^<]*',r'\1#N/A',v)).encode()
def combo(b):
    s=b.decode(); line='<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/><c:ser><c:idx val="1"/><c:order val="1"/><c:tx><c:strRef><c:f>Sheet1!$C$1</c:f><c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>Level (m)</c:v></c:pt></c:strCache></c:strRef></c:tx><c:marker><c:symbol val="none"/></c:marker><c:cat><c:strRef><c:f>Sheet1!$A$2:$A$4</c:f><c:strCache><c:ptCount val="3"/>'+''.join(f'<c:pt idx="{i}"><c:v>{m}</c:v></c:pt>' for i,m in enumerate(['March','April','May']))+'</c:strCache></c:strRef></c:cat><c:val><c:numRef><c:f>Sheet1!$C$2:$C$4</c:f><c:numCache><c:formatCode>0.0</c:formatCode><c:ptCount val="3"/>'+''.join(f'<c:pt idx="{i}"><c:v>{v}</c:v></c:pt>' for i,v in enumerate([211.4,212.9,214.3]))+'</c:numCache></c:numRef></c:val></c:ser><c:marker val="1"/><c:axId val="9001"/><c:axId val="9002"/></c:lineChart>'
    ax='<c:valAx><c:axId val="9002"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="r"/><c:title><c:tx><c:rich><a:bodyPr/><a:p><a:r><a:t>Metres above the sea</a:t></a:r></a:p></c:rich></c:tx></c:title><c:numFmt formatCode="0.0" sourceLinked="0"/><c:crossAx val="9001"/><c:crosses val="max"/></c:valAx><c:catAx><c:axId val="9001"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="1"/><c:axPos val="b"/><c:crossAx val="9002"/></c:catAx>'
    return s.replace('</c:barChart>','</c:barChart>'+line,1).replace('</c:valAx>','</c:valAx>'+ax,1).encode()
patch('water.pptx',{names['pie']:pie,names['line']:na,names['bar']:combo})
T='chart'
case(what='a 3-D pie, a chart with #N/A in its cache, a bar-and-line chart on two axes with a typed data label: titles, axis titles, series and values; no chart may cost the others',
 reported='https://github.com/microsoft/markitdown/pull/2510, https://github.com/microsoft/markitdown/pull/1122, https://github.com/VectifyAI/OpenKB/issues/64',
 order=False,must=['Where the water goes',{'text':'Use by customer in 2026','told':T},{'text':'Dairy','told':T},{'text':'22','told':T},{'text':'Leaks repaired by district','told':T},{'text':'District, as drawn in 2020','told':T},{'text':'31','told':T},'Rain and reservoir',{'text':'Level (m)','told':T},{'text':'214.3','told':T},{'text':'Metres above the sea','told':T},{'text':'gauge frozen for two days','told':T}],mustnot=[],
 question='What share of the water goes to the dairy?',answer='22',more=[{'question':'How many leaks were repaired in Moen?','answer':'31'},{'question':'What was the level of the reservoir in May?','answer':'214.3'},{'question':'How much rain fell in March?','answer':'82'}])
