import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# a hidden row, a hidden column, rows hidden by a filter, a hidden and a very hidden sheet
import openpyxl
from openpyxl.styles import Font
wb=openpyxl.Workbook(); ws=wb.active; ws.title='Fees 2027'; wb.properties.creator='Town pool'
ws.append(['Service','Fee','Internal cost','From'])
for x in [('Season ticket','95 euros','71 euros','May'),('Season ticket','82 euros','66 euros','May'),('Locker','12 euros','4 euros','May'),('Towel','3 euros','1 euro','June'),('Sauna','16 euros','9 euros','October')]: ws.append(x)
ws.row_dimensions[3].hidden=True            # last year's fee
ws.column_dimensions['C'].hidden=True
ws.auto_filter.ref='A1:D6'; ws.auto_filter.add_filter_column(3,['May','October']); ws.row_dimensions[5].hidden=True
a=wb.create_sheet('Contacts'); a.sheet_state='hidden'; a.append(['Key holder','Phone']); a.append(['Petra Lind','0170 55 21'])
b=wb.create_sheet('Lists'); b.sheet_state='veryHidden'; b.append(['Discount code']); b.append(['SVALE20'])
for c in ws[1]: c.font=Font(bold=True)
ws.column_dimensions['A'].width=22
wb.save(out('fees.xlsx'))
T=r'hidden|filter'
case(what='hidden row with last year\'s fee, hidden column, row hidden by a filter, hidden and very hidden sheet: kept with a label, or told; the visible fee is the answer',
 reported='https://github.com/tidyverse/readxl/issues/428, https://github.com/SheetJS/sheetjs/issues/630, https://github.com/SheetJS/sheetjs/issues/1413',
 order=False,must=['95 euros','12 euros',{'text':'3 euros','told':T},'16 euros',{'text':'Petra Lind','told':T},{'text':'SVALE20','told':T}],mustnot=[],
 question='What does a season ticket cost?',answer='95 euros',more=[{'question':'What does the sauna cost?','answer':'16 euros'},{'question':'What does a towel cost?','answer':'3 euros','told':T}])
