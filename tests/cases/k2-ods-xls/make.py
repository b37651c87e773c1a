# The same kind of workbook as LibreOffice writes it in .ods (repeated cells and rows, covered cells, annotation, text box) and in .xls (BIFF8)
import openpyxl, subprocess, os, zipfile, re
from openpyxl.comments import Comment
wb=openpyxl.Workbook(); ws=wb.active; ws.title='Rooms'
ws.append(['Hostel Bryggen, prices valid from 1 April 2026']); ws.merge_cells('A1:D1')
ws.append(['Floor','Room','Beds','Price'])
for r in [['Ground','G1',4,0],['Ground','G2',4,0],['First','F1',4,4],['First','F2',6,6]]: ws.append(r)
ws.merge_cells('A3:A4'); ws.merge_cells('A5:A6')
for i,v in zip(range(3,7),(48,48,52.5,61)): ws.cell(i,4,v).number_format='#,##0.00 [$€-407]'
ws['B6'].comment=Comment('Closed in November.','Kari')
ws['A12']='Occupancy'; ws['B12']=0.835; ws['B12'].number_format='0.0%'
ws2=wb.create_sheet('Shifts'); ws2.append(['Day','Early','Late','Night']); ws2.append(['Monday','Odd','Odd','Odd']); ws2.append(['Tuesday','Liv','Liv','Siri'])
wb.properties.creator='x'; wb.save('/tmp/b2rooms.xlsx')
for ext in ('ods','xls'):
    subprocess.run(['soffice','--headless','--convert-to',ext,'--outdir','/tmp/b2out','/tmp/b2rooms.xlsx'],check=True,stdout=subprocess.DEVNULL)
os.replace('/tmp/b2out/b2rooms.ods','docs/rooms.ods')
# the .xls has other names and numbers, so that a text found is of this file
for w in (ws,):
    w['A1']='Guest house Torvet, prices valid from 15 June 2026'; w['B3']='T11'; w['D6']=77.4; w['B12']=0.642; w['B6'].comment=Comment('Noisy on Saturdays.','Kari')
ws2['B3']='Ragnhild'
wb.save('/tmp/b2torvet.xlsx'); subprocess.run(['soffice','--headless','--convert-to','xls','--outdir','docs','/tmp/b2torvet.xlsx'],check=True,stdout=subprocess.DEVNULL); os.replace('docs/b2torvet.xls','docs/torvet.xls')
