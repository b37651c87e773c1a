import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# a workbook written by openpyxl: formulas without stored results (Excel and LibreOffice work them out when the file is opened)
import openpyxl, datetime
from openpyxl.styles import Font
wb=openpyxl.Workbook(); ws=wb.active; ws.title='Order'
for r_ in [['Item','Count','Price','Sum'],['Ridge tiles',42,9,'=B2*C2'],['Gutter brackets',16,3.5,'=B3*C3'],['Lead sheet',7,61,'=B4*C4'],['Total',None,None,'=SUM(D2:D4)']]: ws.append(r_)
for c in ws[1]: c.font=Font(bold=True)
ws['A7']='Delivered to'; ws['B7']='=Places!A2&", "&Places!B2'
ws['A8']='Pay by'; ws['B8']='=DATE(2026,4,30)+14'; ws['B8'].number_format='yyyy-mm-dd'
ws['A9']='Size of the order'; ws['B9']='=IF(D5>500,"large, two drivers","small, one driver")'
ws['A10']='Ask'; ws['B10']='=HYPERLINK("https://roof.example/ask","Write to the roofer")'
p2=wb.create_sheet('Places'); p2.append(['Street','Town']); p2.append(['Brewers Lane 5','Aldervik'])
wb.save(out('roof.xlsx'))
F='formula|calculat|comput|result'
t=lambda s: {'text':s,'told':F}
case(what='formulas with no stored result, as openpyxl writes them: products, a sum, a joined address, a date, an IF text, HYPERLINK; the results are shown when the file is opened, so they are worked out or the formulas are told of',
 reported='https://github.com/infiniflow/ragflow/pull/19737, https://github.com/onyx-dot-app/onyx/pull/13354, https://github.com/felipe-prenholato/openpyxl/issues/69',
 must=['Ridge tiles','42',t('378'),'Gutter brackets','3.5',t('56'),'Lead sheet','61',t('427'),'Total',t('861'),'Delivered to',t('Brewers Lane 5, Aldervik'),'Pay by',t('2026-05-14'),'Size of the order',t('large, two drivers'),'Ask','Write to the roofer'],
 mustnot=[], question='How many ridge tiles are ordered?', answer='42', more=[{'question':'What is the price of a lead sheet?','answer':'61'}])
