# Values whose look comes from the format alone: 1904 date system, text inside formats, elapsed hours over 24, negative in brackets, thousands-scaled, leading code, conditional sections, text section, fraction
import openpyxl, datetime
from openpyxl.utils.datetime import CALENDAR_MAC_1904
wb=openpyxl.Workbook(); wb.epoch=CALENDAR_MAC_1904; ws=wb.active; ws.title='Boat yard'
ws.append(['Entry','Value'])
rows=[('Launch of the Sjøfugl',datetime.date(2026,5,17),'d mmmm yyyy'),
('Crew hours',datetime.timedelta(hours=51,minutes=30),'[h]:mm'),
('Order number',731,'"PO-"00000'),
('Hull weight',1840,'#,##0" kg"'),
('Result',-2650,'#,##0" NOK";(#,##0" NOK")'),
('Turnover',7400000,'0.0,,"M"'),
('Berth',14,'"Pier "0'),
('Status',1,'[=1]"in dry dock";[=0]"afloat";General'),
('Plank',2.75,'# ?/?'),
('Customer','Lund','"Mr "@'),
('Phone',4755501823,'+00 000 00 000'),
('Batch',20260517093000,'0')]
for i,(a,b,f) in enumerate(rows,2):
    ws.cell(i,1,a); c=ws.cell(i,2,b); c.number_format=f
wb.properties.creator='Yard'; wb.save('docs/yard.xlsx')
