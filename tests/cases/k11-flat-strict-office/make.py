"""The same office formats in other clothes: .docx and .xlsx saved as 'Strict Open XML' (other namespaces), flat OpenDocument (.fodt, .fods), Word 2003 XML saved with .doc, Excel 2003 XML with .xls, a web page that Word saved as .doc.
reported: https://github.com/python-openxml/python-docx/issues/693 and https://github.com/toxicphreAK/python-docx-ng/issues/120 (strict .docx), https://github.com/Krzysztof318/MailFathom/issues/1681 (strict file taken for a scan), https://github.com/ExcelDataReader/ExcelDataReader/issues/498 (strict .xlsx: empty sheet),
          https://github.com/docling-project/docling.rs/issues/215 and https://github.com/nextcloud/richdocuments/issues/1341 (flat ODF)"""
import io, zipfile
from pathlib import Path
import docx, openpyxl
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
MAP = [('http://schemas.openxmlformats.org/wordprocessingml/2006/main', 'http://purl.oclc.org/ooxml/wordprocessingml/main'), ('http://schemas.openxmlformats.org/spreadsheetml/2006/main', 'http://purl.oclc.org/ooxml/spreadsheetml/main'),
       ('http://schemas.openxmlformats.org/officeDocument/2006/relationships', 'http://purl.oclc.org/ooxml/officeDocument/relationships'), ('http://schemas.openxmlformats.org/drawingml/2006/', 'http://purl.oclc.org/ooxml/drawingml/'), ('http://schemas.openxmlformats.org/officeDocument/2006/extended-properties', 'http://purl.oclc.org/ooxml/officeDocument/extendedProperties')]
def strict(data, path):
    with zipfile.ZipFile(io.BytesIO(data)) as a, zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as b:
        for i in a.infolist():
            x = a.read(i)
            if i.filename.endswith(('.xml', '.rels')) and i.filename != '[Content_Types].xml':
                for old, new in MAP: x = x.replace(old.encode(), new.encode())
            if i.filename == 'word/document.xml': x = x.replace(b'<w:body>', b'<w:body>', 1).replace(b'<w:document ', b'<w:document w:conformance="strict" ', 1)
            if i.filename == 'xl/workbook.xml': x = x.replace(b'<workbook ', b'<workbook conformance="strict" ', 1)
            b.writestr(i.filename, x)
d = docx.Document(); d.add_heading('Permit for the kiosk', 1); d.add_paragraph('The kiosk may open from Easter to 31 October.')
t = d.add_table(2, 2)
for r, v in enumerate((('Stand', 'Rent'), ('Lower pier', '410 euros'))):
    for c, x in enumerate(v): t.cell(r, c).text = x
f = io.BytesIO(); d.save(f); strict(f.getvalue(), D / 'permit.docx')
w = openpyxl.Workbook(); w.active.title = 'Ice'; w.active.append(['Flavour', 'Litres']); w.active.append(['Rhubarb', 27]); w.active.append(['Elderflower', 14]); f = io.BytesIO(); w.save(f); strict(f.getvalue(), D / 'ice.xlsx')
NS = ' '.join(f'xmlns:{k}="urn:oasis:names:tc:opendocument:xmlns:{v}:1.0"' for k, v in [('office', 'office'), ('text', 'text'), ('table', 'table')])
(D / 'shift.fodt').write_text(f'''<?xml version="1.0" encoding="UTF-8"?>
<office:document {NS} office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text><text:h text:outline-level="1">Shift plan</text:h><text:p>The early shift is opened by Marisol<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>In August by Tarek.</text:p></text:note-body></text:note>.</text:p></office:text></office:body></office:document>
''', encoding='utf-8')
(D / 'till.fods').write_text(f'''<?xml version="1.0" encoding="UTF-8"?>
<office:document {NS} office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:body><office:spreadsheet><table:table table:name="Till"><table:table-row><table:table-cell office:value-type="string"><text:p>Day</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>Takings</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell office:value-type="string"><text:p>Whit Monday</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="1388"><text:p>1388</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document>
''', encoding='utf-8')
(D / 'inspection.doc').write_text('''<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<?mso-application progid="Word.Document"?>
<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint" w:macrosPresent="no" xml:space="preserve"><w:fonts><w:defaultFonts w:ascii="Times New Roman"/></w:fonts><w:body><wx:sect><w:p><w:r><w:t>The inspector found the fridge at </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>11 degrees</w:t></w:r><w:r><w:t>.</w:t></w:r></w:p><w:p><w:r><w:t>A new seal is ordered from Polar &amp; Sons.</w:t></w:r></w:p></wx:sect></w:body></w:wordDocument>
''', encoding='utf-8')
(D / 'waste.xls').write_text('''<?xml version="1.0"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="Waste"><Table><Row><Cell><Data ss:Type="String">Bin</Data></Cell><Cell><Data ss:Type="String">Emptied</Data></Cell><Cell><Data ss:Type="String">Kilos</Data></Cell></Row><Row><Cell><Data ss:Type="String">Glass</Data></Cell><Cell><Data ss:Type="String">Tuesdays</Data></Cell><Cell><Data ss:Type="Number">63</Data></Cell></Row><Row><Cell><Data ss:Type="String">Paper</Data></Cell><Cell ss:Index="3"><Data ss:Type="Number">18</Data></Cell></Row></Table></Worksheet></Workbook>
''', encoding='utf-8')
(D / 'tender.doc').write_bytes('''<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40"><head><meta http-equiv=Content-Type content="text/html; charset=windows-1252"><meta name=ProgId content=Word.Document><title>Tender</title>
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Print</w:View></w:WordDocument></xml><![endif]--><style><!-- p.MsoNormal {margin:0cm} --></style></head><body lang=FR><div class=WordSection1><p class=MsoNormal>La terrasse sera rénovée pour 8 400 € avant l’été<o:p></o:p></p><p class=MsoListParagraph><![if !supportLists]><span style='mso-list:Ignore'>2.<span>&nbsp;&nbsp;</span></span><![endif]>Les dalles viennent de Limoges.<o:p></o:p></p></div></body></html>
'''.encode('cp1252'))
