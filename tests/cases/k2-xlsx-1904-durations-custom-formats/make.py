import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# a workbook on the 1904 date system; durations over 24 hours, fractions, units and words that only the number format adds
import xlsxwriter, datetime as D
wb=xlsxwriter.Workbook(out('rowing.xlsx'),{'date_1904':True}); wb.set_properties({'author':'Boat yard'})
ws=wb.add_worksheet('Season'); f=lambda s: wb.add_format({'num_format':s})
ws.set_column(0,7,20)
ws.write_row(0,0,['Boat','First launch','Water time','Oar length','Load','Balance','Insured','Batch'])
rows=[('Havørn',D.date(2021,5,4),1.5625,2.75,640,-1250,1,42),('Terne',D.date(2024,9,17),3.0208333333333335,3.375,585,310.5,0,7)]
for i,(n,d,t,o,l,b,s,k) in enumerate(rows,1):
    ws.write(i,0,n); ws.write_datetime(i,1,D.datetime.combine(d,D.time()),f('yyyy-mm-dd')); ws.write(i,2,t,f('[h]:mm')); ws.write(i,3,o,f('# ?/?'))
    ws.write(i,4,l,f('0" kg"')); ws.write(i,5,b,f('#,##0.00;(#,##0.00)')); ws.write(i,6,s,f('"insured";;"not insured"')); ws.write(i,7,k,f('"RB-"00000'))
wb.close()
case(what='1904 date system (dates four years off when ignored); [h]:mm over a day, fractions, units, words, padded codes and bracketed negatives that come from the number format',
 reported='https://github.com/exceljs/exceljs/issues/219, https://github.com/miraisolutions/xlconnect/issues/32, https://github.com/PHPOffice/PhpSpreadsheet/issues/446',
 must=['Havørn','2021-05-04','37:30','2 3/4','640 kg','1,250.00','insured','RB-00042','Terne','2024-09-17','72:30','3 3/8','585 kg','310.50','not insured','RB-00007'],
 mustnot=['2017-05-03','2025-05-05','1.5625','2028-09-18'],question='When was the boat Havørn first launched?',answer='2021-05-04',more=[{'question':'How long was the Terne on the water?','answer':'72:30'},{'question':'Is the Terne insured?','answer':'not insured'},{'question':'What is the balance of the Havørn?','answer':'(1,250.00)'}])
