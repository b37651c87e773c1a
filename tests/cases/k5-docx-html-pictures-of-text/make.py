import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# text that is only in pictures: a screenshot inside a Word table cell and a cropped picture in the header; an HTML page with a picture in the file itself (data: URI) and one beside it
import io, base64
def png(im): b=io.BytesIO(); im.save(b,'PNG'); return b.getvalue()
a=png(sheet(['Price board','Whetstone: 19 euros','Axe handle: 27 euros','Closed on Wednesdays'],w=1100,h=520,size=48))
h=png(sheet(['Smithy of Ås, workshop 3B'],w=1100,h=160,size=48,y=50))
def pict(i,rid,cx,cy): return f'<w:r><w:drawing><wp:inline><wp:extent cx="{cx}" cy="{cy}"/><wp:docPr id="{i}" name="Picture {i}"/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="0" name="image"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{rid}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{cx}" cy="{cy}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
tbl='<w:tbl><w:tblPr><w:tblW w:w="9000" w:type="dxa"/></w:tblPr><w:tblGrid><w:gridCol w:w="2500"/><w:gridCol w:w="6500"/></w:tblGrid><w:tr><w:tc><w:tcPr><w:tcW w:w="2500" w:type="dxa"/></w:tcPr>'+p('Our prices')+'</w:tc><w:tc><w:tcPr><w:tcW w:w="6500" w:type="dxa"/></w:tcPr><w:p>'+pict(1,'rA',3800000,1796000)+'</w:p></w:tc></w:tr></w:tbl>'
hdr=f'{XML}<w:hdr {NS}><w:p>{pict(9,"rI",3800000,552000)}</w:p></w:hdr>'
hr=f'{XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rI" Type="{RT}image" Target="media/head.png"/></Relationships>'
docx('smithy.docx',p('The smithy','Heading1')+p('The forge is lit on weekdays.')+tbl+p('Orders by letter only.'),parts=[('rA','image','media/board.png',None,a),('rM','image','media/head.png',None,h),('rH','header','header1.xml',WT+'header+xml',hdr,hr)],sect='<w:headerReference w:type="default" r:id="rH"/>')
k=png(sheet(['Course plan','Damascus steel: 14 to 16 August','Teacher: Brynjar Foss'],w=1100,h=420,size=48))
sheet(['Bring safety shoes and a cotton apron'],w=1200,h=180,size=44,y=50).save(out('rules.png'))
open(out('courses.html'),'w',encoding='utf-8').write(f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>Courses at the smithy</title></head><body><main><h1>Courses at the smithy</h1><p>The next course is on this card:</p><p><img src="data:image/png;base64,{base64.b64encode(k).decode()}" alt=""></p><p>Before you come:</p><img src="rules.png"><p>Places are given in the order of payment.</p></main></body></html>')
R=lambda t: {'text':t,'told':OCR}
case(needs='ocr',what='pictures of text inside a Word table cell and a Word header, in an HTML page as data: URI and as a file beside it: read by OCR at their place, or counted and named',
 reported='https://github.com/docling-project/docling/issues/886, https://github.com/docwire/docwire/issues/200, https://github.com/Unstructured-IO/unstructured-api/issues/219',
 order=False,must=['The forge is lit on weekdays',R('Whetstone: 19 euros'),R('Axe handle: 27 euros'),R('workshop 3B'),'Orders by letter only','The next course is on this card',R('Damascus steel: 14 to 16 August'),R('Bring safety shoes and a cotton apron'),'Places are given in the order of payment'],mustnot=['base64'],
 question='What does an axe handle cost at the smithy?',answer='27 euros',more=[{'question':'Who teaches the Damascus steel course?','answer':'Brynjar Foss','told':OCR},{'question':'How are places in the courses given?','answer':'in the order of payment'}])
