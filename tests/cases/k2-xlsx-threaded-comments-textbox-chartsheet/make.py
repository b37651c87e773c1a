import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# notes, threaded comments (the old part holds only Microsoft's disclaimer and a copy), a text box, a chart with titles, a chart sheet
import xlsxwriter
wb=xlsxwriter.Workbook(out('orders.xlsx')); wb.set_properties({'author':'Quarry'})
ws=wb.add_worksheet('Orders'); ws.set_column(0,3,18)
ws.write_row(0,0,['Order','Stone','Tonnes'])
for i,x in enumerate([('Q-101','Granite',40),('Q-102','Slate',25),('Q-103','Basalt',62)],1): ws.write_row(i,0,x)
ws.write_comment('C2','Weighed wet, deduct two percent',{'author':'Eli Strand'})
ws.write_comment('B3','[Threaded comment]\n\nYour version of Excel allows you to read this threaded comment; however, any edits to it will get removed if the file is opened in a newer version of Excel. Learn more: https://go.microsoft.com/fwlink/?linkid=870924\n\nComment:\n    Is the blue slate meant?\nReply:\n    No, the green slate from bed four',{'author':'tc={11111111-2222-4333-8444-555555555555}'})
ws.insert_textbox('E2','Loading only between 6:30 and 11:00. Report at gate 2.')
ch=wb.add_chart({'type':'column'}); ch.add_series({'name':'Tonnes','categories':'=Orders!$A$2:$A$4','values':'=Orders!$C$2:$C$4'}); ch.set_title({'name':'Tonnes ordered in week 31'}); ch.set_y_axis({'name':'Tonnes, wet weight'}); ws.insert_chart('A8',ch)
cs=wb.add_chartsheet('Trend'); c2=wb.add_chart({'type':'line'}); c2.add_series({'name':'Basalt share','categories':'=Orders!$A$2:$A$4','values':'=Orders!$C$2:$C$4'}); c2.set_title({'name':'Basalt passed granite in August'}); cs.set_chart(c2)
ws2=wb.add_worksheet('After the chart'); ws2.write('A1','Remark'); ws2.write('A2','The weighbridge is calibrated in November')
wb.close()
X='http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments'
tc=f'''{XML}<ThreadedComments xmlns="{X}"><threadedComment ref="B3" dT="2026-07-28T08:11:00.00" personId="{{AAAAAAAA-2222-4333-8444-555555555555}}" id="{{11111111-2222-4333-8444-555555555555}}"><text>Is the blue slate meant?</text></threadedComment><threadedComment ref="B3" dT="2026-07-28T09:40:00.00" personId="{{BBBBBBBB-2222-4333-8444-555555555555}}" id="{{22222222-2222-4333-8444-555555555555}}" parentId="{{11111111-2222-4333-8444-555555555555}}"><text>No, the green slate from bed four</text></threadedComment></ThreadedComments>'''
ps=f'''{XML}<personList xmlns="{X}"><person displayName="Mona Vik" id="{{AAAAAAAA-2222-4333-8444-555555555555}}" userId="a" providerId="None"/><person displayName="Jens Aas" id="{{BBBBBBBB-2222-4333-8444-555555555555}}" userId="b" providerId="None"/></personList>'''
rel=lambda d,i,t,g: d.replace(b'</Relationships>',f'<Relationship Id="{i}" Type="http://schemas.microsoft.com/office/2017/10/relationships/{t}" Target="{g}"/></Relationships>'.encode())
patch('orders.xlsx',{'xl/worksheets/_rels/sheet1.xml.rels':lambda d:rel(d,'rIdTC','threadedComment','../threadedComments/threadedComment1.xml'),
 'xl/_rels/workbook.xml.rels':lambda d:rel(d,'rIdPP','person','persons/person.xml'),
 '[Content_Types].xml':lambda d:d.replace(b'</Types>',b'<Override PartName="/xl/threadedComments/threadedComment1.xml" ContentType="application/vnd.ms-excel.threadedcomments+xml"/><Override PartName="/xl/persons/person.xml" ContentType="application/vnd.ms-excel.person+xml"/></Types>')},
 {'xl/threadedComments/threadedComment1.xml':tc,'xl/persons/person.xml':ps})
case(what='a note, a threaded comment with a reply, a text box, chart and axis titles, a chart sheet between two worksheets',
 reported='https://github.com/yfedoseev/office_oxide/issues/301, https://github.com/SheetJS/sheetjs/issues/2241, https://github.com/docling-project/docling/issues/2355, https://github.com/pandas-dev/pandas/issues/41448',
 order=False,must=['Q-101','Basalt',{'text':'Weighed wet, deduct two percent','told':'comment|note'},{'text':'No, the green slate from bed four','told':'comment'},{'text':'Loading only between 6:30 and 11:00. Report at gate 2','told':'text box|shape|drawing'},{'text':'Tonnes ordered in week 31','told':'chart'},{'text':'Tonnes, wet weight','told':'chart'},{'text':'Basalt passed granite in August','told':'chart'},'The weighbridge is calibrated in November'],
 mustnot=['Your version of Excel allows you to read'],question='Which slate is meant in order Q-102?',answer='the green slate from bed four',more=[{'question':'At which gate do drivers report for loading?','answer':'gate 2'},{'question':'When is the weighbridge calibrated?','answer':'in November'},{'question':'How many tonnes is order Q-103?','answer':'62'}])
