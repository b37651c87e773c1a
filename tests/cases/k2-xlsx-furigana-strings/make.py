# Strings as Excel of other countries and other writers store them: rPh phonetic runs, rich text runs, inlineStr, t="str" of a formula, _x000a_ escapes, boolean; hand-written package with prefixes (x:)
import zipfile
X='http://schemas.openxmlformats.org/spreadsheetml/2006/main'
R='http://schemas.openxmlformats.org/officeDocument/2006/relationships'
z=zipfile.ZipFile('docs/campus.xlsx','w',zipfile.ZIP_DEFLATED)
z.writestr('[Content_Types].xml','<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>')
z.writestr('_rels/.rels',f'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{R}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
z.writestr('xl/_rels/workbook.xml.rels',f'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{R}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{R}/sharedStrings" Target="sharedStrings.xml"/></Relationships>')
z.writestr('xl/workbook.xml',f'<?xml version="1.0"?><x:workbook xmlns:x="{X}" xmlns:r="{R}"><x:sheets><x:sheet name="Campus" sheetId="1" r:id="rId1"/></x:sheets></x:workbook>')
z.writestr('xl/sharedStrings.xml',f'''<?xml version="1.0" encoding="UTF-8"?><x:sst xmlns:x="{X}" count="8" uniqueCount="8"><x:si><x:t>School</x:t></x:si><x:si><x:t>Station</x:t></x:si><x:si><x:t>Note</x:t></x:si>
<x:si><x:t>國學院大学</x:t><x:rPh sb="0" eb="5"><x:t>コクガクインダイガク</x:t></x:rPh><x:phoneticPr fontId="1"/></x:si>
<x:si><x:r><x:t>渋谷</x:t></x:r><x:r><x:rPr><x:b/></x:rPr><x:t>駅</x:t></x:r><x:rPh sb="0" eb="2"><x:t>シブヤ</x:t></x:rPh></x:si>
<x:si><x:r><x:t xml:space="preserve">Take exit </x:t></x:r><x:r><x:rPr><x:b/></x:rPr><x:t>C17</x:t></x:r><x:r><x:t xml:space="preserve"> to the street</x:t></x:r></x:si>
<x:si><x:t>Fire drill_x000A_on 14 May</x:t></x:si><x:si><x:t>Open_x005F_x0041_lab</x:t></x:si></x:sst>''')
c=lambda r,i:f'<x:c r="{r}" t="s"><x:v>{i}</x:v></x:c>'
z.writestr('xl/worksheets/sheet1.xml',f'''<?xml version="1.0"?><x:worksheet xmlns:x="{X}"><x:sheetData>
<x:row r="1">{c('A1',0)}{c('B1',1)}{c('C1',2)}</x:row><x:row r="2">{c('A2',3)}{c('B2',4)}{c('C2',5)}</x:row>
<x:row r="3"><x:c r="A3" t="inlineStr"><x:is><x:r><x:t xml:space="preserve">Harbour </x:t></x:r><x:r><x:t>Annexe</x:t></x:r></x:is></x:c><x:c r="B3" t="str"><x:f>"Pier "&amp;9</x:f><x:v>Pier 9</x:v></x:c>{c('C3',6)}</x:row>
<x:row r="4">{c('A4',7)}<x:c r="B4" t="b"><x:v>1</x:v></x:c><x:c t="inlineStr"><x:is><x:t>Key with the porter, hut 3</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>''')
z.close()
