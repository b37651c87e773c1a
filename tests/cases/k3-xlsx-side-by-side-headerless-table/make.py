import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# one sheet with two tables side by side, a third further down and to the right, and an Excel table whose header row is switched off (its column names stand only in the table part; Excel shows them when a cell in it is filtered or referred to)
import openpyxl
from openpyxl.styles import Font
from openpyxl.worksheet.table import Table, TableStyleInfo, TableColumn
wb=openpyxl.Workbook(); ws=wb.active; ws.title='Depot'
def put(r0,c0,rows,head=True):
    for i,row in enumerate(rows):
        for j,v in enumerate(row):
            c=ws.cell(r0+i,c0+j,v)
            if head and i==0: c.font=Font(bold=True)
ws['B2']='Buses'; ws['G2']='Drivers'
put(3,2,[['Bus','Seats','Fuel'],['Old Berta',31,'diesel'],['Swift',44,'hydrogen'],['Otter',22,'electric']])
put(3,7,[['Driver','Licence until'],['Runa Falk','May 2027'],['Ivo Stern','June 2029'],['Mette Ruud','August 2026'],['Jon Aas','March 2031']])
put(11,5,[['Line','First bus','Stops'],['Harbour ring','05:10',17],['Hill express','06:40',4]])
ws2=wb.create_sheet('Faults')
for r_ in [['Swift','door sticks',3],['Otter','heater hums',1]]: ws2.append(r_)
t=Table(displayName='Faults',ref='A1:C2',headerRowCount=0,tableColumns=[TableColumn(id=i+1,name=n) for i,n in enumerate(['Bus','Fault','Days in repair'])]); t.tableStyleInfo=TableStyleInfo(name='TableStyleMedium2',showRowStripes=True); ws2.add_table(t)
wb.save(out('depot.xlsx'))
case(what='xlsx: two tables side by side with a gap column and of unequal length, a third lower and shifted, an Excel table with its header row off (names only in the table part)',
 reported='https://github.com/docling-project/docling/issues/1983, https://github.com/docling-project/docling/issues/2626, https://github.com/docling-project/docling.rs/issues/132',
 order=False,
 must=['Buses','Drivers','Old Berta','Seats: 44','Fuel: hydrogen','Otter','Runa Falk','Licence until: May 2027','Mette Ruud','Licence until: August 2026','Jon Aas','Licence until: March 2031','Harbour ring','First bus: 05:10','Stops: 4','door sticks','heater hums',{'text':'Days in repair: 3','told':'header|column name|table'}],
 sequence=['Old Berta','Swift','Otter','Harbour ring','Hill express'],
 mustnot=['Unnamed','NaN','Driver: 17','Fuel: 05:10','Seats: Line','Bus: Driver'], question='Until when is the licence of Ivo Stern valid?', answer='June 2029', more=[{'question':'How many stops does the hill express have?','answer':'4'}])
