# What stands beside the cells: text box, chart with title and axis titles, a chart sheet, old note, hyperlink with another text, header/footer of the print page; a threaded comment written by hand
import xlsxwriter, zipfile, re, shutil
wb=xlsxwriter.Workbook('tmp.xlsx',{'strings_to_urls':True}); wb.set_properties({'author':'Depot North'})
ws=wb.add_worksheet('Diesel')
ws.write_row(0,0,['Month','Litres']); D=[('January',4120),('February',3890),('March',4475)]
for i,r in enumerate(D): ws.write_row(i+1,0,r)
ws.write_url(5,0,'https://fuel.example.org/orders',string='Order page')
ws.insert_textbox('E2','Tank 3 is out of service until 9 June.')
ws.write_comment('B4','Meter was changed on 12 March.',{'author':'Petra'})
ws.set_header('&CDepot North, cost centre 40718')
ch=wb.add_chart({'type':'column'}); ch.add_series({'name':'Litres drawn','categories':'=Diesel!$A$2:$A$4','values':'=Diesel!$B$2:$B$4'}); ch.set_title({'name':'Diesel drawn at pump island 2'}); ch.set_x_axis({'name':'Month of 2026'}); ch.set_y_axis({'name':'Litres at 15 degrees'}); ws.insert_chart('E8',ch)
cs=wb.add_chartsheet('Trend'); c2=wb.add_chart({'type':'line'}); c2.add_series({'categories':'=Diesel!$A$2:$A$4','values':'=Diesel!$B$2:$B$4','name':'All pumps'}); c2.set_title({'name':'Target for 2027: 3,600 litres a month'}); cs.set_chart(c2)
wb.close()
# threaded comment (Excel 365) at B3, with the placeholder note that Excel writes beside it left out
src=zipfile.ZipFile('tmp.xlsx'); out=zipfile.ZipFile('docs/diesel.xlsx','w',zipfile.ZIP_DEFLATED)
for n in src.namelist():
    b=src.read(n).decode() if n.endswith(('.xml','.rels')) else src.read(n)
    if n=='[Content_Types].xml': b=b.replace('</Types>','<Override PartName="/xl/threadedComments/threadedComment1.xml" ContentType="application/vnd.ms-excel.threadedcomments+xml"/><Override PartName="/xl/persons/person.xml" ContentType="application/vnd.ms-excel.person+xml"/></Types>')
    if n=='xl/worksheets/_rels/sheet1.xml.rels': b=b.replace('</Relationships>','<Relationship Id="rIdT" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment" Target="../threadedComments/threadedComment1.xml"/></Relationships>')
    if n=='xl/_rels/workbook.xml.rels': b=b.replace('</Relationships>','<Relationship Id="rIdP" Type="http://schemas.microsoft.com/office/2017/10/relationships/person" Target="persons/person.xml"/></Relationships>')
    out.writestr(n,b)
NS='xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"'
out.writestr('xl/threadedComments/threadedComment1.xml',f'<?xml version="1.0"?><ThreadedComments {NS}><threadedComment ref="B3" dT="2026-03-02T09:00:00.00" personId="{{A1111111-1111-1111-1111-111111111111}}" id="{{B1111111-1111-1111-1111-111111111111}}"><text>Does this include the generator?</text></threadedComment><threadedComment ref="B3" dT="2026-03-02T10:00:00.00" personId="{{A2222222-1111-1111-1111-111111111111}}" id="{{B2222222-1111-1111-1111-111111111111}}" parentId="{{B1111111-1111-1111-1111-111111111111}}"><text>No, the generator takes 310 litres more.</text></threadedComment></ThreadedComments>')
out.writestr('xl/persons/person.xml',f'<?xml version="1.0"?><personList {NS}><person displayName="Joris Maas" id="{{A1111111-1111-1111-1111-111111111111}}"/><person displayName="Petra Lind" id="{{A2222222-1111-1111-1111-111111111111}}"/></personList>')
out.close(); import os; os.remove('tmp.xlsx')
