import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# documents whose body is, in part or whole, a chunk of another format that Word takes in when it opens the file: HTML (cp1252), text, RTF, a docx; and an export whose whole body is MHTML (as html-docx-js writes it)
import io, zipfile
html='''<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1252"><style>p{margin:0}</style></head><body><h2>Fees of the allotment garden</h2><table border=1><tr><th>Plot<th>Fee a year</tr><tr><td>Small<td>48 \u20ac</tr><tr><td>Large with shed<td>91 \u20ac</tr></table><p>Water is paid by the meter.</p></body></html>'''.encode('cp1252')
txt='Rules for the caf\u00e9 table\r\nNobody lights a fire after nine in the evening.\r\n'.encode('utf-8-sig')
rtf=rb'{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}}{\pard\f0 The gate code is changed on the \b first Sunday\b0  of each quarter.\par}{\pard H\'f6chst is asked for the code by telephone.\par}}'
def minidocx(text):
    b=io.BytesIO()
    with zipfile.ZipFile(b,'w',zipfile.ZIP_DEFLATED) as z:
        z.writestr('[Content_Types].xml',f'{XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="{WT}document.main+xml"/></Types>')
        z.writestr('_rels/.rels',f'{XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{RT}officeDocument" Target="word/document.xml"/></Relationships>')
        z.writestr('word/document.xml',f'{XML}<w:document {NS}><w:body>{text}<w:sectPr/></w:body></w:document>')
    return b.getvalue()
ac=lambda i: f'<w:altChunk r:id="{i}"/>'
body=p('Garden handbook','Heading1')+ac('rIdH')+p('The second part is the house rules.')+ac('rIdT')+ac('rIdR')+p('The third part was written by the compost group.')+ac('rIdD')+p('End of the handbook.')
docx('handbook.docx',body,parts=[('rIdH','aFChunk','afchunk1.htm','text/html',html),('rIdT','aFChunk','afchunk2.txt','text/plain',txt),('rIdR','aFChunk','afchunk3.rtf','application/rtf',rtf),('rIdD','aFChunk','afchunk4.docx','application/vnd.openxmlformats-officedocument.wordprocessingml.document',minidocx(p('Compost is turned in March and in August.')))])
mht='''MIME-Version: 1.0
Content-Type: multipart/related;
    type="text/html";
    boundary="----=mhtDocumentPart"


------=mhtDocumentPart
Content-Type: text/html;
    charset="utf-8"
Content-Transfer-Encoding: quoted-printable
Content-Location: file:///C:/fake/document.html

<!DOCTYPE html><html><head><style>body {font-size: 12pt;}</style></head><body><h1 class=3D"t">Minutes of the seed swap</h1><p>Tom=C3=A1=C5=A1 brings the long bean=
s, forty packets.</p><ul><li>The hall is paid until eleven.</li><li>The scales are with Ingeborg.</li></ul></body></html>

------=mhtDocumentPart--
'''.replace('\n','\r\n').encode()
docx('minutes.docx',ac('htmlChunk'),parts=[('htmlChunk','aFChunk','afchunk.mht','message/rfc822',mht)])
case(what='w:altChunk: HTML in cp1252, plain text, RTF and a docx between paragraphs; a document that is one MHTML chunk and nothing else',
 reported='https://github.com/jgm/pandoc/issues/7890, https://github.com/yfedoseev/office_oxide/issues/155, https://github.com/mwilliamson/mammoth.js/issues/424',
 must=['Garden handbook','Fees of the allotment garden','Large with shed','91 €','Water is paid by the meter','The second part is the house rules','Rules for the café table','Nobody lights a fire after nine in the evening','The gate code is changed on the first Sunday of each quarter','Höchst is asked for the code by telephone','The third part was written by the compost group','Compost is turned in March and in August','End of the handbook'],
 unordered=['Minutes of the seed swap','Tomáš brings the long beans, forty packets','The hall is paid until eleven','The scales are with Ingeborg'],
 mustnot=['mhtDocumentPart','font-size','ansicpg'], question='How much is a large plot with a shed a year?', answer='91 €', more=[{'question':'Who has the scales for the seed swap?','answer':'Ingeborg'}])
