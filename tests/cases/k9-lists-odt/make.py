"""OpenDocument lists: numbering that goes on after a paragraph (text:continue-numbering), a start value, levels 1 / 1.1 / a), a list header without a number, a numbered paragraph whose number was removed.
reported: https://github.com/jgm/pandoc/issues/8979 (continue-numbering), https://github.com/jgm/pandoc/issues/7730 (item without number deleted)"""
import zipfile
from pathlib import Path
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
NS = ' '.join(f'xmlns:{k}="urn:oasis:names:tc:opendocument:xmlns:{v}:1.0"' for k, v in [('office', 'office'), ('text', 'text'), ('style', 'style')]) + ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'
content = f'''<?xml version="1.0" encoding="UTF-8"?>
<office:document-content {NS} office:version="1.3"><office:automatic-styles>
<text:list-style style:name="L1">
<text:list-level-style-number text:level="1" style:num-suffix="." style:num-format="1"><style:list-level-properties text:space-before="0.6cm" text:min-label-width="0.6cm"/></text:list-level-style-number>
<text:list-level-style-number text:level="2" style:num-suffix="." style:num-format="1" text:display-levels="2"><style:list-level-properties text:space-before="1.2cm" text:min-label-width="0.9cm"/></text:list-level-style-number>
<text:list-level-style-number text:level="3" style:num-suffix=")" style:num-format="a"><style:list-level-properties text:space-before="2cm" text:min-label-width="0.6cm"/></text:list-level-style-number>
</text:list-style></office:automatic-styles>
<office:body><office:text>
<text:h text:outline-level="1">Statutes of the rowing club</text:h>
<text:list xml:id="list1" text:style-name="L1">
<text:list-header><text:p>These rules hold from the general meeting of 2026.</text:p></text:list-header>
<text:list-item><text:p>The club is called Aurora.</text:p></text:list-item>
<text:list-item><text:p>Members</text:p>
 <text:list><text:list-item><text:p>Full members pay 140 euros a year.</text:p></text:list-item>
 <text:list-item><text:p>Young members</text:p>
  <text:list><text:list-item><text:p>below 14 pay nothing</text:p></text:list-item><text:list-item><text:p>from 14 to 18 pay 35 euros</text:p></text:list-item></text:list></text:list-item>
 </text:list></text:list-item>
</text:list>
<text:p>The following points were added in 2024.</text:p>
<text:list xml:id="list2" text:style-name="L1" text:continue-numbering="true">
<text:list-item><text:p>Boats are launched only with a second person present.</text:p></text:list-item>
<text:list-item><text:p>The boathouse key stays with the boatman.</text:p></text:list-item>
</text:list>
<text:p>Appendix</text:p>
<text:list xml:id="list3" text:style-name="L1">
<text:list-item text:start-value="11"><text:p>Oars of class B are red.</text:p></text:list-item>
<text:list-item><text:p>Oars of class C are white.</text:p></text:list-item>
</text:list>
</office:text></office:body></office:document-content>'''
with zipfile.ZipFile(D / 'statutes.odt', 'w') as z:
    z.writestr(zipfile.ZipInfo('mimetype'), 'application/vnd.oasis.opendocument.text')
    z.writestr('content.xml', content, zipfile.ZIP_DEFLATED)
    z.writestr('META-INF/manifest.xml', '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>')
