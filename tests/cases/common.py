"""Shared by the make.py of each case: hand-written docx packages and raw PDF files."""
import json, os, sys, zipfile
HERE = os.path.dirname(os.path.abspath(sys.argv[0]))
DOCS = os.path.join(HERE, 'docs'); os.makedirs(DOCS, exist_ok=True)
def out(n):
    p = os.path.join(DOCS, n); os.makedirs(os.path.dirname(p), exist_ok=True); return p
def put(n, data):
    with open(out(n), 'wb') as f: f.write(data if isinstance(data, bytes) else data.encode('utf-8'))
def T(text, told): return {'text': text, 'told': told}
def case(**k):
    u = k.pop('unordered', None)
    if u: k['sequence'] = [m if isinstance(m, str) else m['text'] for m in k['must']]; k['must'] = k['must'] + u; k['order'] = False
    open(os.path.join(HERE, "case.json"), "w", encoding="utf-8").write(json.dumps(k, indent=1, ensure_ascii=False) + "\n")
NS = ('xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
 'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
 'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
 'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:wpg="http://schemas.microsoft.com/office/word/2010/wordprocessingGroup" '
 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" mc:Ignorable="w14"')
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
RT = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
WT = 'application/vnd.openxmlformats-officedocument.wordprocessingml.'
STYLES = f'''{XML}<w:styles {NS}><w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="22"/></w:rPr></w:rPrDefault></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/><w:sz w:val="32"/></w:rPr></w:style>%s</w:styles>'''
def p(text, style=None, rpr='', ppr=''):
    s = f'<w:pStyle w:val="{style}"/>' if style else ''
    return f'<w:p><w:pPr>{s}{ppr}</w:pPr>{r(text, rpr)}</w:p>'
def r(text, rpr=''):
    return f'<w:r>{"<w:rPr>"+rpr+"</w:rPr>" if rpr else ""}<w:t xml:space="preserve">{text}</w:t></w:r>'
def docx(name, body, styles='', parts=(), sect='', title='', author='R. Holm'):
    """parts: (rId, rel type, part name, content type, data[, rels])"""
    body = f'{XML}<w:document {NS}><w:body>{body}<w:sectPr>{sect}<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1417" w:right="1417" w:bottom="1417" w:left="1417" w:header="708" w:footer="708" w:gutter="0"/>{"<w:titlePg/>" if "first" in sect else ""}</w:sectPr></w:body></w:document>'
    ct = ['<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>','<Default Extension="xml" ContentType="application/xml"/>','<Default Extension="png" ContentType="image/png"/>','<Default Extension="jpeg" ContentType="image/jpeg"/>',
      f'<Override PartName="/word/document.xml" ContentType="{WT}document.main+xml"/>', f'<Override PartName="/word/styles.xml" ContentType="{WT}styles+xml"/>',
      '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>']
    rels = [f'<Relationship Id="rIdS" Type="{RT}styles" Target="styles.xml"/>']
    with zipfile.ZipFile(out(name), 'w', zipfile.ZIP_DEFLATED) as z:
        for it in parts:
            rid, typ, part, ctype, data = it[:5]
            if ctype: ct.append(f'<Override PartName="/word/{part}" ContentType="{ctype}"/>')
            rels.append(f'<Relationship Id="{rid}" Type="{typ if typ.startswith("http") else RT+typ}" Target="{part}"/>')
        z.writestr('[Content_Types].xml', f'{XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{"".join(ct)}</Types>')
        z.writestr('_rels/.rels', f'{XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{RT}officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>')
        z.writestr('docProps/core.xml', f'{XML}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title><dc:creator>{author}</dc:creator></cp:coreProperties>')
        z.writestr('word/document.xml', body)
        z.writestr('word/styles.xml', STYLES % styles)
        z.writestr('word/_rels/document.xml.rels', f'{XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{"".join(rels)}</Relationships>')
        for it in parts:
            z.writestr('word/'+it[2], it[4])
            if len(it) > 5:
                d, f = os.path.split(it[2]); z.writestr(f'word/{d+"/" if d else ""}_rels/{f}.rels', it[5])
def pdf(name, objs, root=1, info=None):
    """objs: dict number -> bytes or (dict bytes, stream bytes)"""
    b = bytearray(b'%PDF-1.7\n%\xe2\xe3\xcf\xd3\n'); off = {}
    for n in sorted(objs):
        off[n] = len(b); o = objs[n]
        b += b'%d 0 obj\n' % n
        if isinstance(o, tuple):
            d, s = o; s = s if isinstance(s, bytes) else s.encode('cp1252'); d = d if isinstance(d, bytes) else d.encode()
            b += b'<< ' + d + b' /Length %d >>\nstream\n' % len(s) + s + b'\nendstream'
        else: b += o if isinstance(o, bytes) else o.encode('cp1252')
        b += b'\nendobj\n'
    x = len(b); m = max(objs)
    b += b'xref\n0 %d\n0000000000 65535 f \n' % (m+1)
    for n in range(1, m+1):
        b += b'%010d 00000 n \n' % off[n] if n in off else b'0000000000 65535 f \n'
    b += b'trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n' % (m+1, root, x)
    open(out(name), 'wb').write(b)
def patch(name, edits, add=None):
    """rewrite members of a zip package: edits {member: func(bytes)->bytes}, add {member: data}"""
    with zipfile.ZipFile(out(name)) as z: mem = [(i.filename, z.read(i)) for i in z.infolist()]
    with zipfile.ZipFile(out(name), 'w', zipfile.ZIP_DEFLATED) as z:
        for n, d in mem: z.writestr(n, edits[n](d) if n in edits else d)
        for n, d in (add or {}).items(): z.writestr(n, d)
def sheet(lines, w=1240, h=1754, size=34, x=120, y=140, lead=1.7, mode='L', noise=0, seed=1, fill=0, bg=255, bold=(0,)):
    """a page image of text lines (150 dpi A4 by default)"""
    from PIL import Image, ImageDraw, ImageFont
    import random
    D = '/usr/share/fonts/truetype/dejavu/DejaVu'
    im = Image.new(mode, (w, h), bg); d = ImageDraw.Draw(im)
    for i, s in enumerate(lines):
        f = ImageFont.truetype(D + ('Sans-Bold.ttf' if i in bold else 'Serif.ttf'), size)
        d.text((x, y + i*size*lead), s, fill=fill, font=f)
    if noise:
        rnd = random.Random(seed)
        for _ in range(noise):
            a, b = rnd.randrange(w), rnd.randrange(h); d.point((a, b), fill=0 if mode in 'L1' else (0, 0, 0))
    return im
OCR = r'ocr|scan|image|picture|photo'
