import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# writing in pictures inside files of other kinds: RTF (\pict), OpenDocument text, EPUB, and a mail whose HTML shows an inline picture by cid: and one as an attachment
import io, zipfile, email.message, email.policy
def png(*l,w=620,h=150):
    b=io.BytesIO(); sheet(list(l),w=w,h=h,size=30,x=20,y=24,lead=1.5).quantize(4).save(b,'PNG',optimize=True); return b.getvalue()
r_=rb'{\rtf1\ansi\deff0{\fonttbl{\f0 Arial;}}\pard Instructions for the loom.\par\pard{\*\shppict{\pict\pngblip\picw620\pich150\picwgoal6200\pichgoal1500 '+png('Plate on the loom','Thread count 2240').hex().encode()+rb'}}{\nonshppict{\pict\wmetafile8\picw1\pich1 00}}\par\pard Oil the treadles weekly.\par}'
open(out('loom.rtf'),'wb').write(r_)
N='xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
with zipfile.ZipFile(out('dyehouse.odt'),'w',zipfile.ZIP_DEFLATED) as z:
    z.writestr('mimetype','application/vnd.oasis.opendocument.text',zipfile.ZIP_STORED)
    z.writestr('content.xml',f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {N} office:version="1.2"><office:body><office:text><text:p>The vats stand in a row.</text:p><text:p><draw:frame draw:name="g1" text:anchor-type="paragraph" svg:width="15cm" svg:height="3.6cm"><draw:image xlink:href="Pictures/v.png" xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad"/></draw:frame></text:p><text:p>Madder is boiled last.</text:p></office:text></office:body></office:document-content>')
    z.writestr('Pictures/v.png',png('Vat 3: weld yellow','never above 70 degrees'))
    z.writestr('META-INF/manifest.xml','<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/><manifest:file-entry manifest:full-path="Pictures/v.png" manifest:media-type="image/png"/></manifest:manifest>')
with zipfile.ZipFile(out('weavers.epub'),'w',zipfile.ZIP_DEFLATED) as z:
    z.writestr('mimetype','application/epub+zip',zipfile.ZIP_STORED)
    z.writestr('META-INF/container.xml','<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OEBPS/c.opf" media-type="application/oebps-package+xml"/></rootfiles></container>')
    z.writestr('OEBPS/c.opf','<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="i"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="i">urn:w</dc:identifier><dc:title>Weavers</dc:title><dc:language>en</dc:language><meta property="dcterms:modified">2026-01-01T00:00:00Z</meta></metadata><manifest><item id="n" href="n.xhtml" media-type="application/xhtml+xml" properties="nav"/><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/><item id="p" href="img/gate.png" media-type="image/png"/></manifest><spine><itemref idref="a"/></spine></package>')
    z.writestr('OEBPS/n.xhtml','<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title>n</title></head><body><nav epub:type="toc"><ol><li><a href="a.xhtml">The guild</a></li></ol></nav></body></html>')
    z.writestr('OEBPS/a.xhtml','<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>The guild</title></head><body><h1>The guild</h1><p>Over the gate stands:</p><p><img src="img/gate.png" alt=""/></p><p>The gate was sold.</p></body></html>')
    z.writestr('OEBPS/img/gate.png',png('WEAVERS HALL 1612','Enter with clean hands'))
m=email.message.EmailMessage(policy=email.policy.SMTP); m['From']='Tilde <tilde@loom.example>'; m['To']='Rasmus <rasmus@loom.example>'; m['Subject']='Price of the blue yarn'; m['Date']='Mon, 02 Mar 2026 09:00:00 +0100'; m['Message-ID']='<1@loom.example>'
m.set_content('See the picture below.'); m.add_alternative('<p>See the picture below.</p><p><img src="cid:tag@x" alt=""></p><p>Tell me by Friday.</p>',subtype='html')
m.get_payload()[1].add_related(png('Blue yarn','14.60 per skein'),'image','png',cid='<tag@x>',filename='image001.png')
m.add_attachment(png('Red yarn','11.25 per skein'),'image','png',filename='red.png'); open(out('yarn.eml'),'wb').write(bytes(m))
t=lambda f,x: {'text':x,'told':f+'.*(OCR|image|picture|attach)'}
case(what='writing in pictures inside RTF, ODT, EPUB and a mail (shown by cid: and attached): read by OCR at its place, or told',
 reported='https://github.com/tbluemel/rtf.js/issues/105, https://github.com/TKasperczyk/thunderbird-mcp/issues/137, https://github.com/docling-project/docling/issues/886',
 needs='ocr', order=False,
 must=['Instructions for the loom',t('loom.rtf','Thread count 2240'),'Oil the treadles weekly','The vats stand in a row',t('dyehouse.odt','never above 70 degrees'),'Madder is boiled last','Over the gate stands',t('weavers.epub','Enter with clean hands'),'The gate was sold','See the picture below',t('yarn.eml','14.60 per skein'),'Tell me by Friday',t('yarn.eml','11.25 per skein')],
 mustnot=['89504e47','pngblip'], question='What does the blue yarn cost per skein?', answer='14.60', more=[{'question':'How warm may the weld yellow vat become?','answer':'70 degrees'}])
