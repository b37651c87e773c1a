"""Containers and data: zip with a zip inside, names in cp437 and GBK, a .docx; tar.gz; a saved page (.mhtml) with a frame and cp1252; an EPUB whose spine order isn't the manifest's, with a part that is linear="no" and not in the table of contents;
parquet, GeoJSON, JSON5, a script and a letter without suffix.
reported: https://github.com/microsoft/markitdown/issues/1506 (names), https://github.com/stalwartlabs/mail-parser/issues/74 (frames of mhtml missing), https://github.com/blindpandas/bookworm/issues/419 and https://github.com/onyx-dot-app/onyx/pull/14773 (spine order), https://github.com/ScerIO/epubx.dart/issues/26 (parts not in the NCX missing), https://github.com/langflow-ai/openrag/issues/877 (types)
needs pyarrow for the parquet file (pip install pyarrow)."""
import io, json, quopri, tarfile, zipfile
from pathlib import Path
import docx
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
b = io.BytesIO(); d = docx.Document(); d.add_paragraph('The lifeboat is serviced in Havn every April.'); d.save(b)
inner = io.BytesIO()
with zipfile.ZipFile(inner, 'w') as z: z.writestr('engine/oil.txt', 'Engine oil: 10W-40, six litres.')
def zip_raw_names(path, members):
    """Names as bytes without the UTF-8 flag, as old Windows tools write them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_STORED) as z:
        marks = {}
        for i, (name, data) in enumerate(members):
            mark = f'@@{i:02d}' + 'x' * (len(name) - 4); marks[mark.encode()] = name; z.writestr(mark, data)
    raw = out.getvalue()
    for mark, name in marks.items(): raw = raw.replace(mark, name)
    path.write_bytes(raw)
zip_raw_names(D / 'boat.zip', [('Schlüsselliste.txt'.encode('cp437'), 'The spare key hangs on hook nine.'), ('停车说明.txt'.encode('gbk'), '车停在码头后面。'.encode('utf-8')), (b'lifeboat.docx', b.getvalue()), (b'more-engine.zip', inner.getvalue())])
with tarfile.open(D / 'charts.tar.gz', 'w:gz') as t:
    for name, text in (('charts/readme.md', '# Charts\n\nChart 44 shows the wreck at 17 metres.\n'), ('charts/tides.csv', 'Port;High water\nHavn;06:52\nLund;07:31\n')):
        i = tarfile.TarInfo(name); data = text.encode(); i.size = len(data); t.addfile(i, io.BytesIO(data))
qp = lambda s, e: quopri.encodestring(s.encode(e)).decode()
(D / 'harbour-page.mhtml').write_bytes(f'''From: <Saved by Blink>
Snapshot-Content-Location: https://harbour.example/
Subject: Harbour
Date: Sat, 2 May 2026 10:00:00 -0000
MIME-Version: 1.0
Content-Type: multipart/related;
\ttype="text/html";
\tboundary="----MultipartBoundary--q1----"

------MultipartBoundary--q1----
Content-Type: text/html
Content-ID: <frame-1@mhtml.blink>
Content-Transfer-Encoding: quoted-printable
Content-Location: https://harbour.example/

{qp('<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1252"><title>Harbour</title></head><body><h1>Café am Kai</h1><p>Geöffnet bis zehn – außer Montag, Suppe 6 €.</p><iframe src="cid:frame-2@mhtml.blink"></iframe></body></html>', 'cp1252')}
------MultipartBoundary--q1----
Content-Type: text/html
Content-ID: <frame-2@mhtml.blink>
Content-Transfer-Encoding: quoted-printable
Content-Location: https://harbour.example/notice

{qp('<html><head><meta charset="utf-8"></head><body><p>Crane closed: mast work only on the 12th of May.</p></body></html>', 'utf-8')}
------MultipartBoundary--q1----
Content-Type: text/css
Content-Transfer-Encoding: quoted-printable
Content-Location: cid:css-1@mhtml.blink

p {{ color: navy; }}
------MultipartBoundary--q1------
'''.replace('\r\n', '\n').replace('\n', '\r\n').encode())
x = lambda t, b: f'<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title>{t}</title></head><body>{b}</body></html>'
with zipfile.ZipFile(D / 'voyage.epub', 'w') as z:
    z.writestr(zipfile.ZipInfo('mimetype'), 'application/epub+zip')
    z.writestr('META-INF/container.xml', '<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>')
    z.writestr('OEBPS/content.opf', '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="i"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="i">v1</dc:identifier><dc:title>The voyage of the Lark</dc:title><dc:language>en</dc:language><dc:creator>P. Quill</dc:creator></metadata><manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/><item id="a" href="aa.xhtml" media-type="application/xhtml+xml"/><item id="m" href="Mid%20part.xhtml" media-type="application/xhtml+xml"/><item id="n" href="notes.xhtml" media-type="application/xhtml+xml"/><item id="z" href="zz.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="z"/><itemref idref="m"/><itemref idref="a"/><itemref idref="n" linear="no"/></spine></package>')
    z.writestr('OEBPS/aa.xhtml', x('Three', '<h1>Home</h1><p>The Lark came home with eleven barrels of tar.</p>'))
    z.writestr('OEBPS/Mid part.xhtml', x('Two', '<h1>Ice</h1><p>In the ice the mate broke his compass<a epub:type="noteref" href="notes.xhtml#n1">1</a>.</p>'))
    z.writestr('OEBPS/notes.xhtml', x('Notes', '<p id="n1">The compass was mended in Vardo.</p>'))
    z.writestr('OEBPS/zz.xhtml', x('One', '<h1>Out</h1><p>The Lark sailed with a crew of thirteen.</p>'))
    z.writestr('OEBPS/nav.xhtml', x('Contents', '<nav epub:type="toc"><ol><li><a href="zz.xhtml">Out</a></li><li><a href="aa.xhtml">Home</a></li></ol></nav>'))
try:
    import pyarrow as pa, pyarrow.parquet as pq, datetime
    pq.write_table(pa.table({'buoy': ['Alfa', 'Bravo', 'Kilo'], 'depth_m': [4.5, 11.0, None], 'checked': [datetime.date(2026, 4, 1), datetime.date(2026, 4, 3), None], 'light': ['white', 'red', 'green, flashing']}), D / 'buoys.parquet')
except ImportError: print('no pyarrow: buoys.parquet not written')
(D / 'moorings.geojson').write_text(json.dumps({'type': 'FeatureCollection', 'name': 'moorings', 'features': [{'type': 'Feature', 'properties': {'name': 'Mooring Heron', 'max_length': '14 m', 'price': 22}, 'geometry': {'type': 'Point', 'coordinates': [10.4, 59.2]}}]}), encoding='utf-8')
(D / 'radio.json5').write_text('''// Settings of the harbour radio
{
  channel: 12, // call on the hour
  call: 'Havn Radio',
  hours: "07:00\\
-22:00",
  spare: [ +9, .5, 0x1F, ],
}
''', encoding='utf-8')
(D / 'backup').write_text('#!/bin/sh\n# Copies the berth register to the old fort every night at 02:40\nrsync -a /srv/berths fort:/vault\n', encoding='utf-8')
(D / 'letter_to_owner').write_text('Dear Mr Falk,\n\nyour berth number changes from 31 to 58 in June.\n', encoding='utf-8')
