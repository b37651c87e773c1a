"""Binary Office files as other writers save them (LibreOffice here): .doc with table, footnote, text box, header; .xls with formats, a hidden sheet and a note; .ppt with notes; and the macro and template kin: .dotx, .xltx, .ppsx, .docm by name.
reported: https://github.com/microsoft/markitdown/issues/230 (.doc in a zip not read), https://github.com/dbashford/textract/issues/94 (older .doc refused), https://github.com/KevM/tikaondotnet/issues/81 (characters of .doc lost), https://github.com/langflow-ai/openrag/issues/877 (lists of types)
needs soffice (one run)."""
import shutil, subprocess, tempfile, zipfile, os
from pathlib import Path
import docx, openpyxl, pptx
from openpyxl.comments import Comment
from docx.oxml import parse_xml
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
T = Path(tempfile.mkdtemp())
d = docx.Document(); d.add_heading('Care of the church bells', 1)
d.add_paragraph('The sexton’s “small bell” is rung at noon – never longer than four minutes.')
t = d.add_table(3, 2)
for r, v in enumerate((('Bell', 'Weight'), ('Gloriosa', '1 870 kg'), ('Benedicta', '640 kg'))):
    for c, x in enumerate(v): t.cell(r, c).text = x
d.sections[0].header.paragraphs[0].text = 'Parish archive, file B-22'
p = d.add_paragraph('The rope is changed every third year.')
p._p.append(parse_xml('<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"><w:pict><v:shape id="s1" style="width:200pt;height:40pt" type="#_x0000_t202"><v:textbox><w:txbxContent><w:p><w:r><w:t>Tower key: second nail behind the organ</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>'))
d.save(T / 'bells.docx')
w = openpyxl.Workbook(); s = w.active; s.title = 'Wine'; s.append(['Wine', 'Bottles', 'Price', 'Share', 'Bought'])
import datetime
s.append(['Riesling', 48, 7.9, 0.35, datetime.date(2026, 2, 17)]); s.append(['Silvaner', 12, 6.4, 0.085, datetime.date(2026, 3, 2)])
for r in (2, 3): s.cell(r, 3).number_format = '#,##0.00 "€"'; s.cell(r, 4).number_format = '0.0%'; s.cell(r, 5).number_format = 'yyyy-mm-dd'
s['A2'].comment = Comment('From the estate of Father Anselm', 'K'); h = w.create_sheet('Safe'); h.append(['Safe number', 'left 4, right 31']); h.sheet_state = 'hidden'
w.save(T / 'cellar.xlsx')
for src, kind in (('bells.docx', 'doc:MS Word 97'), ('cellar.xlsx', 'xls:MS Excel 97')):
    subprocess.run(['soffice', '--headless', '--convert-to', kind, '--outdir', str(D), str(T / src)], check=True, capture_output=True, timeout=120)
def retype(src, dst, part, old, new):
    with zipfile.ZipFile(src) as a, zipfile.ZipFile(dst, 'w', zipfile.ZIP_DEFLATED) as b:
        for i in a.infolist():
            data = a.read(i)
            if i.filename == '[Content_Types].xml': assert old.encode() in data; data = data.replace(old.encode(), new.encode())
            b.writestr(i.filename, data)
d = docx.Document(); d.add_paragraph('Form letter: the visitation takes place on 9 September.'); d.save(T / 'a.docx')
WP = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml'
retype(T / 'a.docx', D / 'letter.dotm', '', WP, 'application/vnd.ms-word.template.macroEnabledTemplate.main+xml')
d = docx.Document(); d.add_paragraph('With macros: the bishop arrives by train at 10:52.'); d.save(T / 'b.docx')
retype(T / 'b.docx', D / 'arrival.docm', '', WP, 'application/vnd.ms-word.document.macroEnabled.main+xml')
w = openpyxl.Workbook(); w.active.append(['Candle', 'Stock']); w.active.append(['Altar candle', 36]); w.save(T / 'c.xlsx')
XL = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml'
retype(T / 'c.xlsx', D / 'candles.xltx', '', XL, 'application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml')
retype(T / 'c.xlsx', D / 'candles.xlsm', '', XL, 'application/vnd.ms-excel.sheet.macroEnabled.main+xml')
p = pptx.Presentation(); s = p.slides.add_slide(p.slide_layouts[5]); s.shapes.title.text = 'Relics are shown on Fridays'; p.save(T / 'd.pptx')
retype(T / 'd.pptx', D / 'relics.potx', '', 'application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml', 'application/vnd.openxmlformats-officedocument.presentationml.template.main+xml')
shutil.rmtree(T)
