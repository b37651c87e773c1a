import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# OpenDocument sheet (flat parts written by hand as LibreOffice writes them): repeated equal cells and rows, covered cells, notes, percent and currency values, several paragraphs in a cell
O='urn:oasis:names:tc:opendocument:xmlns:'
ns=f'xmlns:office="{O}office:1.0" xmlns:table="{O}table:1.0" xmlns:text="{O}text:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:style="{O}style:1.0" xmlns:number="{O}datastyle:1.0" xmlns:fo="{O}xsl-fo-compatible:1.0" xmlns:draw="{O}drawing:1.0" xmlns:svg="{O}svg-compatible:1.0" office:version="1.2"'
t=lambda s,a='': f'<table:table-cell office:value-type="string"{a}>'+''.join(f'<text:p>{x}</text:p>' for x in s.split('|'))+'</table:table-cell>'
row=lambda x,a='': f'<table:table-row{a}>{x}</table:table-row>'
rep=' table:number-columns-repeated="3"'
body=(row(t('Night shifts of the fire watch',' table:number-columns-spanned="5"')+'<table:covered-table-cell table:number-columns-repeated="4"/>')
 +row(t('Week')+t('Friday')+t('Saturday')+t('Sunday')+t('Bonus'))
 +row(t('31')+t('Aune',rep)+'<table:table-cell office:value-type="percentage" office:value="0.125" table:style-name="pc"><text:p>12.5%</text:p></table:table-cell>')
 +row(t('32')+t('Bakke')+'<table:table-cell/>'+t('Dahl')+'<table:table-cell office:value-type="percentage" office:value="0.075" table:style-name="pc"><text:p>7.5%</text:p></table:table-cell>')
 +row(t('open')+t('nobody yet',rep)+'<table:table-cell/>',' table:number-rows-repeated="2"')
 +row(t('35')+f'<table:table-cell office:value-type="string"><office:annotation><dc:creator>H. Moe</dc:creator><dc:date>2026-08-01T00:00:00</dc:date><text:p>Swapped with Dahl, see mail</text:p></office:annotation><text:p>Eide</text:p></table:table-cell>'+t('Eide')+t('Foss|<text:s text:c="1"/>until 3:00')+'<table:table-cell office:value-type="currency" office:currency="EUR" office:value="1450" table:style-name="cu"><text:p>€1,450.00</text:p></table:table-cell>')
 +'<table:table-row table:number-rows-repeated="1048569"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>')
content=f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {ns}><office:automatic-styles><number:percentage-style style:name="N1"><number:number number:decimal-places="1" number:min-decimal-places="1" number:min-integer-digits="1"/><number:text>%</number:text></number:percentage-style><number:currency-style style:name="N2"><number:currency-symbol>€</number:currency-symbol><number:number number:decimal-places="2" number:min-decimal-places="2" number:min-integer-digits="1" number:grouping="true"/></number:currency-style><style:style style:name="pc" style:family="table-cell" style:data-style-name="N1"/><style:style style:name="cu" style:family="table-cell" style:data-style-name="N2"/><style:style style:name="hid" style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet><table:table table:name="Watch"><table:table-column table:number-columns-repeated="5"/>{body}</table:table><table:table table:name="Codes" table:style-name="hid"><table:table-column/>{row(t("Gate code"))}{row(t("4406"))}</table:table></office:spreadsheet></office:body></office:document-content>'
with zipfile.ZipFile(out('watch.ods'),'w',zipfile.ZIP_DEFLATED) as z:
    z.writestr(zipfile.ZipInfo('mimetype'),'application/vnd.oasis.opendocument.spreadsheet')
    z.writestr('META-INF/manifest.xml',f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{O}manifest:1.0" manifest:version="1.2"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>')
    z.writestr('content.xml',content)
case(what='.ods: equal neighbouring cells and rows stored once with a repeat count (a million empty rows too), an empty cell between values, a note, two paragraphs in a cell, a hidden sheet',
 reported='https://github.com/SheetJS/sheetjs/issues/328, https://github.com/ropensci/readODS/issues/81, https://github.com/SheetJS/sheetjs/issues/383',
 order=False,must=['Night shifts of the fire watch','12.5%','Bakke','Dahl','7.5%','nobody yet','Eide','Foss','until 3:00','1,450.00',{'text':'Swapped with Dahl, see mail','told':'comment|note|annotation'},{'text':'4406','told':'hidden'}],mustnot=['Saturday: Dahl'],
 question='Who has the night shift on Sunday of week 31?',answer='Aune',more=[{'question':'Who has the night shift on Sunday of week 32?','answer':'Dahl'},{'question':'What is the bonus of week 31?','answer':'12.5%'}])
