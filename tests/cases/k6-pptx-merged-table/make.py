# Slide table with a header over two columns, row labels over two rows, line breaks in cells; a chart of another kind (pie with point labels typed by hand, bar with axis titles), both in one slide; a group with a table-like set of boxes
import pptx
from pptx.util import Inches, Pt
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
p=pptx.Presentation(); s=p.slides.add_slide(p.slide_layouts[5]); s.shapes.title.text='Ferry capacity by route'
t=s.shapes.add_table(6,4,Inches(.5),Inches(1.6),Inches(9),Inches(3)).table
R=[['Route','Season','Cars',''],['','','Weekday','Weekend'],['Havn to Sund','Summer','88','104'],['','Winter','41','47'],['Sund to Øra','Summer','63','79'],['','Winter','closed\vfor repairs','']]
for i,r in enumerate(R):
    for j,v in enumerate(r): t.cell(i,j).text=v
m=lambda a,b:t.cell(*a).merge(t.cell(*b))
m((0,2),(0,3)); m((0,0),(1,0)); m((0,1),(1,1)); m((2,0),(3,0)); m((4,0),(5,0)); m((5,2),(5,3))
s2=p.slides.add_slide(p.slide_layouts[5]); s2.shapes.title.text='Who travels'
c=CategoryChartData(); c.categories=['Commuters','Tourists','Freight']; c.add_series('Share 2026',(0.52,0.31,0.17))
ch=s2.shapes.add_chart(XL_CHART_TYPE.PIE,Inches(.5),Inches(1.5),Inches(4.3),Inches(4.5),c).chart
ch.has_title=True; ch.chart_title.text_frame.text='Passengers on the Sund route'
ch.plots[0].series[0].points[1].data_label.text_frame.text='Tourists: record year'
c=CategoryChartData(number_format='#,##0'); c.categories=['May','June']; c.add_series('Tickets sold',(18450,23910))
b=s2.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED,Inches(5),Inches(1.5),Inches(4.5),Inches(4.5),c).chart
b.value_axis.has_title=True; b.value_axis.axis_title.text_frame.text='Tickets without season cards'
p.save('docs/ferry.pptx')
