import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# what a person sees on a sheet beside the cells: input messages and error messages of data validation, the entries of a drop-down list, screen tips of links, alt texts of a picture and of a chart
import xlsxwriter, io
from PIL import Image
b=io.BytesIO(); Image.new('RGB',(60,40),(200,160,40)).save(b,'PNG')
wb=xlsxwriter.Workbook(out('hire.xlsx')); ws=wb.add_worksheet('Hire form'); bold=wb.add_format({'bold':1})
ws.write_row('A1',['Field','Entry'],bold)
for i,x in enumerate([('Boat','Skiff 3'),('Hours',4),('Deposit',80)],1): ws.write_row(i,0,x)
ws.data_validation('B2',{'validate':'list','source':['Skiff 3','Skiff 5','Punt'],'input_title':'Which boat','input_message':'The punt is lent to members over sixteen only.'})
ws.data_validation('B3',{'validate':'integer','criteria':'between','minimum':1,'maximum':6,'input_title':'How long','input_message':'Count from the hour when the oars are handed out.','error_title':'Too long','error_message':'Nobody may keep a boat over six hours.'})
ws.write_url('A6','https://boats.example/rules',string='House rules',tip='Read rule nine about fog before you row out')
ws.write_url('A7',"internal:'Prices'!A1",string='Prices',tip='Prices include two life jackets')
ws.insert_image('D2','jetty.png',{'image_data':io.BytesIO(b.getvalue()),'description':'Sketch of the jetty: skiffs lie on the east side'})
pr=wb.add_worksheet('Prices'); pr.write_row(0,0,['Boat','Euros an hour'],bold); pr.write_row(1,0,['Skiff 3',11]); pr.write_row(2,0,['Punt',17])
ch=wb.add_chart({'type':'column'}); ch.add_series({'name':'Hire','categories':"=Prices!$A$2:$A$3",'values':"=Prices!$B$2:$B$3"})
pr.insert_chart('D2',ch,{'description':'Columns: the punt is the dearest boat'})
wb.close()
V='validation|prompt|input message|drop-?down'; H='tip|link|tooltip'; A='alt|picture|image|chart|drawing'
case(what='xlsx: input messages and error messages of data validation, entries of a drop-down list, screen tips of links, alt text of a picture and of a chart',
 reported='https://github.com/sbroenne/mcp-server-excel/issues/167, https://github.com/nacnudus/tidyxl/issues/6, https://github.com/yfedoseev/office_oxide/issues/155',
 order=False,
 must=['Skiff 3','Hours','Deposit','80','House rules','Euros an hour','17',{'text':'The punt is lent to members over sixteen only','told':V},{'text':'Count from the hour when the oars are handed out','told':V},{'text':'Nobody may keep a boat over six hours','told':V},{'text':'Skiff 5','told':V},{'text':'Read rule nine about fog before you row out','told':H},{'text':'Prices include two life jackets','told':H},{'text':'skiffs lie on the east side','told':A},{'text':'the punt is the dearest boat','told':A}],
 mustnot=[], question='What does a punt cost an hour?', answer='17', more=[{'question':'Who may borrow the punt?','answer':'members over sixteen'}])
