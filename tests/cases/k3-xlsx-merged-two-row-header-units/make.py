import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# title row, two header rows with merged cells, years as column names, a unit row, row labels merged downwards, subtotal rows, a blank column name
import openpyxl
from openpyxl.styles import Font,Alignment
wb=openpyxl.Workbook(); ws=wb.active; ws.title='Harvest'; wb.properties.creator='Orchard cooperative'
ws['A1']='Apple harvest of the cooperative, provisional'; ws.merge_cells('A1:G1')
ws['A3']='District'; ws.merge_cells('A3:A4'); ws['B3']='Variety'; ws.merge_cells('B3:B4'); ws['C3']='Dessert apples'; ws.merge_cells('C3:D3'); ws['E3']='Cider apples'; ws.merge_cells('E3:F3')
for c,v in zip('CDEF',[2025,2026,2025,2026]): ws[c+'4']=v
for c in 'CDEF': ws[c+'5']='t'
r_=6; k=0; tot={}
for d,vs in [('North bank',['Gravenstein','Ingrid Marie','Filippa']),('South bank',['Aroma','Discovery']),('Islands',['Åkerø','Summerred','Prins'])]:
    s=r_
    for v in vs:
        ws.cell(r_,1,d if r_==s else None); ws.cell(r_,2,v)
        for j in range(4): ws.cell(r_,3+j,40+(k*29+j*53)%310)
        if v=='Discovery': ws.cell(r_,7,'hail in June')
        tot[v]=[40+(k*29+j*53)%310 for j in range(4)]; k+=1; r_+=1
    ws.merge_cells(start_row=s,start_column=1,end_row=r_-1,end_column=1)
ws.cell(r_,1,'Figures for 2026 are provisional until 15 February.'); ws.merge_cells(start_row=r_,start_column=1,end_row=r_,end_column=7)
for row in ws['A3:G5']:
    for c in row: c.font=Font(bold=True); c.alignment=Alignment(horizontal='center')
ws.column_dimensions['A'].width=16; ws.column_dimensions['B'].width=16
wb.save(out('harvest.xlsx'))
case(what='merged labels carried to each row and column they span, two header rows with years as names (each year twice), unit row, a column without a name, remark row under the table',
 reported='https://github.com/microsoft/markitdown/issues/2124, https://github.com/HXLStandard/libhxl-python/issues/90, https://github.com/MarkPflug/Sylvan.Data.Excel/issues/71',
 must=['Apple harvest of the cooperative, provisional','Dessert apples','Cider apples','North bank','Filippa','South bank','Discovery','hail in June','Islands','Prins','Figures for 2026 are provisional until 15 February'],mustnot=['Unnamed','NaN','2,025'],
 question='How many tonnes of cider apples of the variety Summerred were harvested in 2026?',answer=f"{tot['Summerred'][3]} t",more=[{'question':'How many tonnes of dessert apples did Filippa give in 2025?','answer':f"{tot['Filippa'][0]} t"},{'question':'In which district does Prins grow?','answer':'Islands'},{'question':'What happened to Discovery?','answer':'hail in June'}])
