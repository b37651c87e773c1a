import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# files called .xls that Excel opens though they are none: an HTML table (web export), SpreadsheetML 2003, UTF-16 text with tabs (SAP), and a "single file web page" of two sheets
h='''<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns="http://www.w3.org/TR/REC-html40"><head><meta http-equiv=Content-Type content="text/html; charset=utf-8"><style>br{mso-data-placement:same-cell;} .s{mso-number-format:"\\@";}</style></head><body><table border=1><tr><td colspan=3><b>Lost property of the tram depot</b></td></tr><tr><th>Number</th><th>Thing</th><th>Found on</th></tr><tr><td class=s>00417</td><td>Green umbrella</td><td>Line 6<br>stop Kastell</td></tr><tr><td class=s>00418</td><td>Viola case</td><td>Line 2</td></tr></table></body></html>'''
open(out('lostproperty.xls'),'w',encoding='utf-8').write(h)
C=lambda v,t='String',a='': f'<Cell{a}><Data ss:Type="{t}">{v}</Data></Cell>'
x=f'''<?xml version="1.0"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:html="http://www.w3.org/TR/REC-html40">
<Styles><Style ss:ID="Default" ss:Name="Normal"/><Style ss:ID="d"><NumberFormat ss:Format="dd/mm/yyyy"/></Style><Style ss:ID="p"><NumberFormat ss:Format="0.0%"/></Style></Styles>
<Worksheet ss:Name="Stock"><Table ss:ExpandedColumnCount="5" ss:ExpandedRowCount="6"><Row>{C("Shelf")}{C("Seed")}{C("Sown on")}{C("Sprouted")}{C("Remark")}</Row>
<Row>{C("B2")}{C("Black salsify")}{C("2026-03-21T00:00:00.000","DateTime",' ss:StyleID="d"')}{C("0.625","Number",' ss:StyleID="p"')}</Row>
<Row ss:Index="4">{C("B5")}{C("Sea kale")}{C("late",a=' ss:Index="5"')}</Row><Row>{C("C1")}<Cell><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40"><B>Lovage</B> of the monks</ss:Data><Comment ss:Author="E. Rask"><ss:Data xmlns="http://www.w3.org/TR/REC-html40">Only from the abbey garden</ss:Data></Comment></Cell></Row></Table></Worksheet>
<Worksheet ss:Name="Suppliers"><Table><Row>{C("Name")}{C("Town")}</Row><Row>{C("Sieg &amp; Sohn")}{C("Teglverk")}</Row></Table></Worksheet></Workbook>'''
open(out('seeds.xls'),'w',encoding='utf-8').write(x)
open(out('rates.xls'),'wb').write(('Plant\tMaterial\tPrice\r\n1020\tFelt 4 mm\t7,35\r\n1020\tCork sheet\t12,80\r\n').encode('utf-16'))
B='----=_NextPart_01DC.8A'
sheet_=lambda rows: '<html xmlns:x=3D"urn:schemas-microsoft-com:office:excel"><body><table>'+''.join('<tr>'+''.join(f'<td>{c}</td>' for c in q)+'</tr>' for q in rows)+'</table></body></html>'
part=lambda loc,body: f'--{B}\r\nContent-Location: file:///C:/2F1/{loc}\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Type: text/html; charset="windows-1252"\r\n\r\n{body}\r\n\r\n'
m=f'MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\nContent-Type: multipart/related; boundary="{B}"\r\n\r\nThis document is a Single File Web Page, also known as a Web Archive file.\r\n\r\n'
m+=part('rota.htm','<html xmlns:x=3D"urn:schemas-microsoft-com:office:excel"><head><title>rota</title><xml><x:ExcelWorkbook><x:ExcelWorksheets><x:ExcelWorksheet><x:Name>March</x:Name><x:WorksheetSource HRef=3D"rota_files/sheet001.htm"/></x:ExcelWorksheet><x:ExcelWorksheet><x:Name>April</x:Name><x:WorksheetSource HRef=3D"rota_files/sheet002.htm"/></x:ExcelWorksheet></x:ExcelWorksheets></x:ExcelWorkbook></xml></head><frameset rows=3D"*,39"><frame src=3D"rota_files/sheet001.htm"><noframes><body><p>This page uses frames, but your browser doesn\'t support them.</p></body></noframes></frameset></html>')
m+=part('rota_files/sheet001.htm',sheet_([('Day','Bakes'),('Monday','J=FCrgen'),('Tuesday','Ada')]))+part('rota_files/sheet002.htm',sheet_([('Day','Bakes'),('Wednesday','Sigrun and Ole')]))+f'--{B}--\r\n'
open(out('rota.xls'),'wb').write(m.encode('ascii'))
case(what='.xls files that are HTML, SpreadsheetML 2003 (cell and row indexes, date, percent, rich text, comment, second sheet), UTF-16 tab text, and MHTML with two sheets',
 reported='https://github.com/python-excel/xlrd/issues/350, https://github.com/python-excel/xlrd/issues/188, https://github.com/python-excel/xlrd/issues/351, https://github.com/wireservice/csvkit/issues/847, https://github.com/SheetJS/sheetjs/issues/458',
 order=False,
 must=['Lost property of the tram depot','00417','Green umbrella','stop Kastell','00418','Viola case','Black salsify','2026-03-21','62.5%','Sea kale','late','Lovage of the monks','Only from the abbey garden','Sieg & Sohn','Teglverk','Felt 4 mm','7,35','Cork sheet','12,80','Jürgen','Tuesday','Ada','Sigrun and Ole'],
 sequence=['Green umbrella','Viola case'],
 mustnot=['mso-data-placement','=FC','J=FCrgen','NextPart'], question='Where was the green umbrella found?', answer='Line 6', more=[{'question':'Who bakes on Wednesday?','answer':'Sigrun and Ole'}])
