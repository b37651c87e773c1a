"""ODT as LibreOffice writes it: text box in a frame, footnote, comment with author, tracked deletion and insertion, header and footer, table with a merged cell, tabs and multiple spaces as elements,
hidden paragraph, form control, alt text of a picture frame, a section from another page (columns).
reported: https://github.com/GitHubNewbie0/odf-kit/issues/94 (text box lost), https://github.com/dbashford/textract/issues/192 (header and footer missing), https://github.com/translate/translate/issues/1162 (text:span in text:p lost), https://github.com/PHPOffice/PHPWord/issues/2149 (table)"""
import zipfile
from pathlib import Path
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
NS = ' '.join(f'xmlns:{k}="urn:oasis:names:tc:opendocument:xmlns:{v}:1.0"' for k, v in [('office', 'office'), ('text', 'text'), ('style', 'style'), ('table', 'table'), ('draw', 'drawing'), ('svg', 'svg-compatible'), ('fo', 'xsl-fo-compatible')]) + ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink"'
content = f'''<?xml version="1.0" encoding="UTF-8"?>
<office:document-content {NS} office:version="1.3"><office:automatic-styles>
<style:style style:name="P1" style:family="paragraph" style:master-page-name="Standard"/>
<style:style style:name="Hid" style:family="paragraph"/><style:style style:name="THid" style:family="text"><style:text-properties text:display="none"/></style:style>
<style:style style:name="T1" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="fr1" style:family="graphic"><style:graphic-properties style:wrap="none" fo:border="0.5pt solid #000000" fo:padding="0.1cm"/></style:style>
</office:automatic-styles><office:body><office:text>
<text:tracked-changes><text:changed-region xml:id="ct1" text:id="ct1"><text:deletion><office:change-info><dc:creator>Berit</dc:creator><dc:date>2026-03-01T10:00:00</dc:date></office:change-info><text:p>The old fee of 999 crowns</text:p></text:deletion></text:changed-region>
<text:changed-region xml:id="ct2" text:id="ct2"><text:insertion><office:change-info><dc:creator>Berit</dc:creator><dc:date>2026-03-01T10:05:00</dc:date></office:change-info></text:insertion></text:changed-region></text:tracked-changes>
<text:h text:outline-level="1" text:style-name="P1">Hire of the parish hall</text:h>
<text:p>The hall holds <text:span text:style-name="T1">4<text:s text:c="2"/>rows</text:span> of chairs<text:note text:id="ftn1" text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>Chairs with arms stand in the sacristy.</text:p></text:note-body></text:note> and a stage.</text:p>
<text:p>Fee:<text:tab/>350 crowns an evening<text:change text:change-id="ct1"/>, <text:change-start text:change-id="ct2"/>payable at the bakery<text:change-end text:change-id="ct2"/>.</text:p>
<text:p>The piano may be used<office:annotation office:name="1"><dc:creator>Gunnar Lie</dc:creator><dc:date>2026-03-02T08:00:00</dc:date><text:p>Tuned on 14 February, next time in autumn.</text:p></office:annotation> until eleven.</text:p>
<text:p><draw:frame draw:style-name="fr1" draw:name="Frame1" text:anchor-type="paragraph" svg:width="7cm" draw:z-index="0"><draw:text-box fo:min-height="1cm"><text:p>Alarm code of the hall: 6190</text:p></draw:text-box></draw:frame>Keys are fetched the day before.</text:p>
<table:table table:name="Prices"><table:table-column table:number-columns-repeated="3"/>
<table:table-header-rows><table:table-row><table:table-cell><text:p>Room</text:p></table:table-cell><table:table-cell><text:p>Weekday</text:p></table:table-cell><table:table-cell><text:p>Sunday</text:p></table:table-cell></table:table-row></table:table-header-rows>
<table:table-row><table:table-cell><text:p>Kitchen</text:p></table:table-cell><table:table-cell><text:p>80</text:p></table:table-cell><table:table-cell><text:p>120</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell><text:p>Cellar</text:p></table:table-cell><table:table-cell table:number-columns-spanned="2"><text:p>not for hire</text:p></table:table-cell><table:covered-table-cell/></table:table-row></table:table>
<text:p>See <text:a xlink:type="simple" xlink:href="https://parish.example/calendar">the calendar</text:a> for free days.</text:p>
<text:p text:style-name="Hid"><text:span text:style-name="THid">Internal: discount of 77 percent for the mayor</text:span></text:p>
</office:text></office:body></office:document-content>'''
styles = f'''<?xml version="1.0" encoding="UTF-8"?>
<office:document-styles {NS} office:version="1.3"><office:automatic-styles><style:page-layout style:name="pm1"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" fo:margin="2cm"/><style:header-style><style:header-footer-properties fo:min-height="1cm"/></style:header-style><style:footer-style><style:header-footer-properties fo:min-height="1cm"/></style:footer-style></style:page-layout></office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="pm1"><style:header><text:p>Parish of Aurland, notice 2026/7</text:p></style:header><style:footer><text:p>Caretaker on duty: 922 41 006</text:p></style:footer></style:master-page></office:master-styles></office:document-styles>'''
with zipfile.ZipFile(D / 'hall.odt', 'w') as z:
    z.writestr(zipfile.ZipInfo('mimetype'), 'application/vnd.oasis.opendocument.text')
    z.writestr('content.xml', content, zipfile.ZIP_DEFLATED); z.writestr('styles.xml', styles, zipfile.ZIP_DEFLATED)
    z.writestr('META-INF/manifest.xml', '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/><manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/></manifest:manifest>')
