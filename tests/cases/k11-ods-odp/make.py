"""ODS with cells and rows written once and repeated (number-columns-repeated, number-rows-repeated), formats (currency, percent, date, time), covered cells, a comment, a hidden sheet, padding to the sheet's end;
ODP with notes, a table, a text in a custom shape, a group, a hidden slide.
reported: https://github.com/ropensci/readODS/issues/81 (repeated rows lost), https://github.com/pyexcel/pyexcel-ods/issues/1 (repeated cells blank), https://github.com/SheetJS/sheetjs/issues/383, https://github.com/lfnovo/open-notebook/issues/976 (ODF not taken)"""
import zipfile
from pathlib import Path
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
NS = ' '.join(f'xmlns:{k}="urn:oasis:names:tc:opendocument:xmlns:{v}:1.0"' for k, v in [('office', 'office'), ('text', 'text'), ('style', 'style'), ('table', 'table'), ('draw', 'drawing'), ('svg', 'svg-compatible'), ('fo', 'xsl-fo-compatible'), ('presentation', 'presentation'), ('number', 'datastyle')]) + ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
def pack(name, mime, content, styles=None):
    with zipfile.ZipFile(D / name, 'w') as z:
        z.writestr(zipfile.ZipInfo('mimetype'), mime); z.writestr('content.xml', content, zipfile.ZIP_DEFLATED)
        if styles: z.writestr('styles.xml', styles, zipfile.ZIP_DEFLATED)
        z.writestr('META-INF/manifest.xml', f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:media-type="{mime}"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>' + ('<manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/>' if styles else '') + '</manifest:manifest>')
S = lambda t, a='': f'<table:table-cell office:value-type="string"{a}><text:p>{t}</text:p></table:table-cell>'
row = lambda *c, a='': f'<table:table-row{a}>{"".join(c)}</table:table-row>'
money = lambda v, t, a='': f'<table:table-cell table:style-name="ceM" office:value-type="currency" office:currency="EUR" office:value="{v}"{a}><text:p>{t}</text:p></table:table-cell>'
E = '<table:table-cell/>'
pad = '<table:table-row table:number-rows-repeated="1048560"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
pack('rota.ods', 'application/vnd.oasis.opendocument.spreadsheet', f'''<?xml version="1.0" encoding="UTF-8"?>
<office:document-content {NS} office:version="1.3"><office:automatic-styles><style:style style:name="taH" style:family="table"><style:table-properties table:display="false"/></style:style>
<number:currency-style style:name="N1"><number:number number:decimal-places="2" number:min-integer-digits="1" number:grouping="true"/><number:text> </number:text><number:currency-symbol>€</number:currency-symbol></number:currency-style><style:style style:name="ceM" style:family="table-cell" style:data-style-name="N1"/>
<number:percentage-style style:name="N2"><number:number number:decimal-places="1" number:min-integer-digits="1"/><number:text>%</number:text></number:percentage-style><style:style style:name="ceP" style:family="table-cell" style:data-style-name="N2"/>
<number:date-style style:name="N3"><number:day number:style="long"/><number:text>.</number:text><number:month number:style="long"/><number:text>.</number:text><number:year number:style="long"/></number:date-style><style:style style:name="ceD" style:family="table-cell" style:data-style-name="N3"/></office:automatic-styles>
<office:body><office:spreadsheet>
<table:table table:name="Rota"><table:table-column table:number-columns-repeated="6"/>
{row(S('Watch'), S('Mon'), S('Tue'), S('Wed'), S('Thu'), S('Fri'), '<table:table-cell table:number-columns-repeated="16378"/>')}
{row(S('Early'), S('Astrid', ' table:number-columns-repeated="3"'), S('Bjarne', ' table:number-columns-repeated="2"'))}
{row(S('Late'), S('Cato'), S('Dagny', ' table:number-columns-repeated="4"'), a=' table:number-rows-repeated="1"')}
{row(S('Night'), S('Einar', ' table:number-columns-repeated="5"'))}
{pad}</table:table>
<table:table table:name="Costs"><table:table-column table:number-columns-repeated="4"/>
{row(S('Item'), S('Price'), S('Discount'), S('Ordered'))}
{row(S('Lifebuoy'), money(1249.5, '1,249.50 €'), '<table:table-cell table:style-name="ceP" office:value-type="percentage" office:value="0.125"><text:p>12.5%</text:p></table:table-cell>', '<table:table-cell table:style-name="ceD" office:value-type="date" office:date-value="2026-06-08"><text:p>08.06.2026</text:p></table:table-cell>')}
{row(S('Rope'), '<table:table-cell table:style-name="ceM" office:value-type="currency" office:currency="EUR" office:value="86"><office:annotation><dc:creator>Liv</dc:creator><text:p>Price for 60 metres, asked on 2 June.</text:p></office:annotation><text:p>86.00 €</text:p></table:table-cell>', E, E)}
{row(S('Flare'), money(14, '14.00 €'), E, E, a=' table:number-rows-repeated="3"')}
{row(S('Insurance', ' table:number-columns-spanned="2"'), '<table:covered-table-cell/>', S('paid by the harbour'), E)}
{pad}</table:table>
<table:table table:name="Old" table:style-name="taH">{row(S('Store key'), S('K-19'))}</table:table>
</office:spreadsheet></office:body></office:document-content>''')
frame = lambda x, y, inner: f'<draw:frame svg:x="{x}cm" svg:y="{y}cm" svg:width="11cm" svg:height="3cm"><draw:text-box>{inner}</draw:text-box></draw:frame>'
P = lambda t: f'<text:p>{t}</text:p>'
pack('ferry.odp', 'application/vnd.oasis.opendocument.presentation', f'''<?xml version="1.0" encoding="UTF-8"?>
<office:document-content {NS} office:version="1.3"><office:automatic-styles><style:style style:name="dpH" style:family="drawing-page"><style:drawing-page-properties presentation:visibility="hidden"/></style:style></office:automatic-styles>
<office:body><office:presentation>
<draw:page draw:name="page1" draw:master-page-name="Default">{frame(2, 1, P('New ferry for Lysøy'))}{frame(2, 5, P('The ferry takes 24 cars and runs on batteries.'))}
<draw:custom-shape svg:x="15cm" svg:y="6cm" svg:width="6cm" svg:height="3cm"><text:p>Charging takes 9 minutes</text:p><draw:enhanced-geometry svg:viewBox="0 0 21600 21600" draw:type="rectangle" draw:enhanced-path="M 0 0 L 21600 0 21600 21600 0 21600 0 0 Z N"/></draw:custom-shape>
<draw:g>{frame(2, 11, P('Quay north: rebuilt by May'))}{frame(14, 11, P('Quay south: rebuilt by August'))}</draw:g>
<presentation:notes><draw:frame presentation:class="notes" svg:x="2cm" svg:y="14cm" svg:width="16cm" svg:height="10cm"><draw:text-box><text:p>Say that the mayor of Lysøy opens the line on 17 May.</text:p></draw:text-box></draw:frame></presentation:notes></draw:page>
<draw:page draw:name="page2" draw:master-page-name="Default">{frame(2, 1, P('Fares'))}<draw:frame svg:x="2cm" svg:y="5cm" svg:width="20cm" svg:height="5cm"><table:table><table:table-column/><table:table-column/>{row(S('Passenger'), S('Fare'))}{row(S('Adult'), S('48 kr'))}{row(S('Child'), S('24 kr'))}</table:table></draw:frame></draw:page>
<draw:page draw:name="page3" draw:master-page-name="Default" draw:style-name="dpH">{frame(2, 1, P('Reserve boat'))}{frame(2, 5, P('MS Tind replaces the ferry in week 40.'))}</draw:page>
</office:presentation></office:body></office:document-content>''', f'''<?xml version="1.0" encoding="UTF-8"?><office:document-styles {NS} office:version="1.3"><office:automatic-styles><style:page-layout style:name="PM"><style:page-layout-properties fo:page-width="28cm" fo:page-height="15.75cm" style:print-orientation="landscape"/></style:page-layout></office:automatic-styles><office:master-styles><style:master-page style:name="Default" style:page-layout-name="PM"/></office:master-styles></office:document-styles>''')
