"""Numbered lists in old formats: RTF by WordPad (pntext, pn), RTF and binary .doc by LibreOffice from one charter (numbers computed, not typed)."""
import os, sys; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
import zipfile
W = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'
def docx(name, body, numbering, styles=''):
    X = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'; R = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
    P = 'application/vnd.openxmlformats-officedocument.wordprocessingml.'
    with zipfile.ZipFile(out(name), 'w', zipfile.ZIP_DEFLATED) as z:
        z.writestr('[Content_Types].xml', X + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>' + ''.join(f'<Override PartName="/word/{p}.xml" ContentType="{P}{t}+xml"/>' for p, t in (('document', 'document.main'), ('styles', 'styles'), ('numbering', 'numbering'))) + '</Types>')
        z.writestr('_rels/.rels', X + f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{R}/officeDocument" Target="word/document.xml"/></Relationships>')
        z.writestr('word/_rels/document.xml.rels', X + f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{R}/styles" Target="styles.xml"/><Relationship Id="rId2" Type="{R}/numbering" Target="numbering.xml"/></Relationships>')
        z.writestr('word/styles.xml', X + f'<w:styles xmlns:w="{W}"><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style><w:style w:type="paragraph" w:styleId="ListParagraph"><w:name w:val="List Paragraph"/><w:basedOn w:val="Normal"/></w:style>{styles}</w:styles>')
        z.writestr('word/numbering.xml', X + f'<w:numbering xmlns:w="{W}">{numbering}</w:numbering>')
        z.writestr('word/document.xml', X + f'<w:document xmlns:w="{W}"><w:body>{body}<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1417" w:right="1417" w:bottom="1417" w:left="1417" w:header="708" w:footer="708" w:gutter="0"/></w:sectPr></w:body></w:document>')
def lvl(i, fmt, text, start=1, extra='', font=''):
    return f'<w:lvl w:ilvl="{i}"><w:start w:val="{start}"/><w:numFmt w:val="{fmt}"/>{extra}<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{720 * (i + 1)}" w:hanging="360"/></w:pPr>{font}</w:lvl>'
def p(text, num=None, i=0, style='', extra=''):
    n = f'<w:numPr><w:ilvl w:val="{i}"/><w:numId w:val="{num}"/></w:numPr>' if num is not None else ''
    s = f'<w:pStyle w:val="{style}"/>' if style else ''
    return f'<w:p><w:pPr>{s}{n}{extra}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'
import subprocess, tempfile, shutil
put('wordpad.rtf', r'''{\rtf1\ansi\ansicpg1252\deff0\nouicompat\deflang1033{\fonttbl{\f0\fnil\fcharset0 Calibri;}{\f1\fnil\fcharset2 Symbol;}}
{\*\generator Riched20 10.0.19041}\viewkind4\uc1
\pard\sa200\sl276\slmult1\f0\fs22\lang9 Lighting the stove\par
\pard{\pntext\f0 4.\tab}{\*\pn\pnlvlbody\pnf0\pnindent0\pnstart4\pndec{\pntxta.}}
\fi-360\li720\sa200\sl276\slmult1 Open the flue\par
{\pntext\f0 5.\tab}Lay birch bark under the logs\par
\pard{\pntext\f1\'B7\tab}{\*\pn\pnlvlblt\pnf1\pnindent0{\pntxtb\'B7}}\fi-360\li1440 dry bark only\par
\pard{\pntext\f0 6.\tab}{\*\pn\pnlvlbody\pnf0\pnindent0\pnstart6\pndec{\pntxta.}}
\fi-360\li720\sa200 Shut the flue when the embers are dark\par
\pard\sa200 The stove is swept in M\'e4rz.\par
}
'''.encode('ascii'))
num = f'<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="multilevel"/>{lvl(0, "decimal", "§ %1")}{lvl(1, "decimal", "%1.%2")}{lvl(2, "lowerLetter", "%3)")}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
body = (p('Charter of the ice club') + p('Name', 1) + p('The club is called Blue Ice', 1, 1) + p('Its seat is the boathouse', 1, 1) + p('Members', 1) + p('Anyone over twelve may join', 1, 1) + p('skaters pay 15 crowns', 1, 2) + p('guests pay 5 crowns', 1, 2)
  + p('The next words carry no number of their own.') + p('The board has five seats', 1, 1) + p('Ice', 1) + p('Nobody skates below 9 cm', 1, 1))
docx('charter.docx', body, num)
with tempfile.TemporaryDirectory() as t:
    for ext, flt in (('rtf', 'rtf:Rich Text Format'), ('doc', 'doc:MS Word 97')):
        subprocess.run(['soffice', f'-env:UserInstallation=file://{t}/p', '--headless', '--convert-to', flt, '--outdir', t, out('charter.docx')], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=150)
        shutil.copy(f'{t}/charter.{ext}', out(f'charter.{ext}'))
os.remove(out('charter.docx'))
case(what='numbers of lists in RTF by WordPad (pntext) and by LibreOffice (listtext), and in binary .doc, where they stand nowhere as text',
 reported=['https://github.com/joshy/striprtf/issues/63', 'https://github.com/erdomke/RtfPipe/issues/53', 'https://github.com/SourceCodeBackup/RtfDomParser/issues/6'],
 must=['Lighting the stove', '4. Open the flue', '5. Lay birch bark under the logs', 'dry bark only', '6. Shut the flue when the embers are dark', 'The stove is swept in März',
  'Charter of the ice club', '§ 1 Name', '1.1 The club is called Blue Ice', '1.2 Its seat is the boathouse', '§ 2 Members', '2.1 Anyone over twelve may join', 'a) skaters pay 15 crowns', 'b) guests pay 5 crowns', 'The next words carry no number of their own', '2.2 The board has five seats', '§ 3 Ice', '3.1 Nobody skates below 9 cm'],
 mustnot=['pntxta', 'listtext', '7. The stove'],
 question='What does 2.2 of the ice club charter say?', answer='The board has five seats',
 more=[{'question': 'Which step is laying birch bark under the logs?', 'answer': '5'}])
