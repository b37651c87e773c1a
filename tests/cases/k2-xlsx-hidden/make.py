# Hidden row, hidden column, a row folded away in a group, rows put away by a filter, hidden sheet, very hidden sheet
import openpyxl
from openpyxl.utils import get_column_letter
wb=openpyxl.Workbook(); ws=wb.active; ws.title='Rates'
for r in [['Service','Price in euros','Margin in percent','Region'],['Gutter cleaning',145,38,'North'],['Chimney sweep',92,41,'North'],['Roof inspection',210,29,'South'],['Moss removal',176,33,'South'],['Skylight repair',264,27,'West']]: ws.append(r)
ws.column_dimensions['C'].hidden=True
ws.row_dimensions[3].hidden=True
ws.row_dimensions[5].hidden=True; ws.row_dimensions[5].outlineLevel=1; ws.row_dimensions[6].collapsed=True
ws2=wb.create_sheet('Depots'); 
for r in [['Depot','City','Open'],['D1','Kolding','yes'],['D2','Vejle','no'],['D3','Horsens','yes']]: ws2.append(r)
ws2.auto_filter.ref='A1:C4'; ws2.auto_filter.add_filter_column(2,['yes']); ws2.row_dimensions[3].hidden=True
ws3=wb.create_sheet('Old rates'); ws3.append(['Service','Price 2019']); ws3.append(['Gutter cleaning','118 euros']); ws3.sheet_state='hidden'
ws4=wb.create_sheet('Lists'); ws4.append(['Code']); ws4.append(['internal discount key ZX-55']); ws4.sheet_state='veryHidden'
wb.properties.creator='Roof office'; wb.save('docs/rates.xlsx')
