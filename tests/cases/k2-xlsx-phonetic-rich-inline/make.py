import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# shared strings with a phonetic guide, rich runs, _x000D_ escapes; inline strings; a formula string; boolean; namespace-prefixed sheet as other writers make it
S='http://schemas.openxmlformats.org/spreadsheetml/2006/main'
ss=f'''{XML}<sst xmlns="{S}" count="9" uniqueCount="9"><si><t>店舗</t><rPh sb="0" eb="2"><t>テンポ</t></rPh></si><si><t>電話</t><rPh sb="0" eb="2"><t>デンワ</t></rPh></si><si><t>備考</t></si>
<si><t>東京都</t><rPh sb="0" eb="3"><t>トウキョウト</t></rPh><phoneticPr fontId="1"/></si><si><t>大阪府</t><rPh sb="0" eb="3"><t>オオサカフ</t></rPh></si>
<si><r><t>Closed on </t></r><r><rPr><b/></rPr><t>Thurs</t></r><r><t>days</t></r></si><si><t>Ring the lower bell_x000D_
Ask for Mr Mori</t></si><si><t xml:space="preserve">  net  </t></si><si><t>unused entry</t></si></sst>'''
c=lambda ref,i: f'<x:c r="{ref}" t="s"><x:v>{i}</x:v></x:c>'
sh=f'''{XML}<x:worksheet xmlns:x="{S}"><x:dimension ref="A1"/><x:cols><x:col min="1" max="4" width="24" customWidth="1"/></x:cols><x:sheetData><x:row>{c("A1",0)}{c("B1",1)}{c("C1",2)}<x:c r="D1" t="inlineStr"><x:is><x:t>Open</x:t></x:is></x:c></x:row>
<x:row>{c("A2",3)}<x:c r="B2" t="inlineStr"><x:is><x:r><x:t>03-5550-</x:t></x:r><x:r><x:t>1187</x:t></x:r></x:is></x:c>{c("C2",5)}<x:c r="D2" t="b"><x:v>1</x:v></x:c></x:row>
<x:row>{c("A3",4)}<x:c r="B3" t="str"><x:f>"06-"&amp;"5550-0924"</x:f><x:v>06-5550-0924</x:v></x:c>{c("C3",6)}<x:c r="D3" t="b"><x:v>0</x:v></x:c></x:row></x:sheetData></x:worksheet>'''
M='application/vnd.openxmlformats-officedocument.spreadsheetml.'
with zipfile.ZipFile(out('shops.xlsx'),'w',zipfile.ZIP_DEFLATED) as z:
    z.writestr('[Content_Types].xml',f'{XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{M}sheet.main+xml"/><Override PartName="/xl/worksheets/sheet.xml" ContentType="{M}worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="{M}sharedStrings+xml"/></Types>')
    R='<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    z.writestr('_rels/.rels',f'{XML}{R}<Relationship Id="r1" Type="{RT}officeDocument" Target="/xl/workbook.xml"/></Relationships>')
    z.writestr('xl/workbook.xml',f'{XML}<x:workbook xmlns:x="{S}" xmlns:r="{RT[:-1]}"><x:sheets><x:sheet name="店舗一覧" sheetId="1" r:id="r1"/></x:sheets></x:workbook>')
    z.writestr('xl/_rels/workbook.xml.rels',f'{XML}{R}<Relationship Id="r1" Type="{RT}worksheet" Target="/xl/worksheets/sheet.xml"/><Relationship Id="r2" Type="{RT}sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>')
    z.writestr('xl/worksheets/sheet.xml',sh); z.writestr('xl/sharedStrings.xml',ss)
case(what='phonetic guides (rPh) are not part of the value; rich runs and inline runs join; _x000D_ is a line break; no styles part, prefixed namespace, wrong dimension, absolute targets (as a .NET writer makes it)',
 reported='https://github.com/use-agent-os/agent-os/issues/2053, https://github.com/jsonkenl/xlsxir/issues/104, https://github.com/doy/spreadsheet-parsexlsx/issues/72',
 must=['東京都','03-5550-1187','Closed on Thursdays','大阪府','06-5550-0924','Ring the lower bell','Ask for Mr Mori'],mustnot=['東京都トウキョウト','トウキョウト','bell_x000D_','x000D','unused entry'],
 question='What is the phone number of the shop in 大阪府?',answer='06-5550-0924',more=[{'question':'On which day is the shop in 東京都 closed?','answer':'Thursdays'}])
