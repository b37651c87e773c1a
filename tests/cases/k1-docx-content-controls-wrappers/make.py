import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# content controls where Word writes them: cover page with a logo, inside a sentence, round a table row and a cell, nested; w:customXml and w:smartTag of Word 2007; w:bdo
import io
from PIL import Image
b=io.BytesIO(); Image.new('RGB',(40,40),(30,90,160)).save(b,'PNG')
pic='''<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="380000" cy="380000"/><wp:docPr id="3" name="Picture 3" descr="Blue square, the mark of the water board"/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="3" name="logo.png"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="rIdP"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="380000" cy="380000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'''
n=[100]
def sdt(inner, pr='<w:richText/>', alias=''):
    n[0]+=1
    return f'<w:sdt><w:sdtPr>{f"<w:alias w:val={chr(34)}{alias}{chr(34)}/>" if alias else ""}<w:id w:val="{n[0]}"/>{pr}</w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>'
def para(inner): return f'<w:p>{inner}</w:p>'
cell=lambda t: f'<w:tc><w:tcPr><w:tcW w:w="2400" w:type="dxa"/></w:tcPr>{p(t)}</w:tc>'
row=lambda *c: '<w:tr>'+''.join(x if x.startswith('<') else cell(x) for x in c)+'</w:tr>'
cover=sdt(f'<w:p>{pic}</w:p>'+sdt(p('Well water survey of Lindholm'),'<w:text/>','Title')+p('Second round, wells 1 to 4'),'<w:docPartObj><w:docPartGallery w:val="Cover Pages"/><w:docPartUnique/></w:docPartObj>')
body=cover+para(r('The survey was led by ')+sdt(r('Marit Solvang'),'<w:text/>','Leader')+r(' and paid by ')+sdt(r('the ')+sdt(r('Aldervik'),'<w:text/>')+r(' water board'),'<w:richText/>','Payer')+r(' in full.'))
body+=f'<w:customXml w:uri="urn:wells" w:element="summary">{p("Three of the four wells may be drunk from without boiling.")}</w:customXml>'
body+=para(r('Samples go to ')+f'<w:smartTag w:uri="urn:schemas-microsoft-com:office:smarttags" w:element="place">{r("Teglverk Street 12")}</w:smartTag>'+r(' before ')+f'<w:bdo w:val="ltr">{r("half past nine")}</w:bdo>'+r(' on Mondays.'))
body+='<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid><w:gridCol w:w="2400"/><w:gridCol w:w="2400"/><w:gridCol w:w="2400"/></w:tblGrid>'+row('Well','Depth','Nitrate')+row('Mill yard','18 m','11 mg/l')
body+=sdt(sdt(row('Church hill','42 m','7 mg/l'),'<w15:repeatingSectionItem xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"/>')+sdt(row('Ferry house','9 m',sdt(cell('63 mg/l'),'<w:text/>')),'<w15:repeatingSectionItem xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"/>'),'<w15:repeatingSection xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"/>')
body+=row('School','31 m',f'<w:tc><w:tcPr><w:tcW w:w="2400" w:type="dxa"/></w:tcPr>{sdt(p("5 mg/l"),"<w:text/>")}</w:tc>')+'</w:tbl>'
body+=sdt(p('The Ferry house well is closed until it has been cleaned.')+p('The next round is in May.'))
docx('wells.docx',body,parts=[('rIdP','image','media/logo.png',None,b.getvalue())],title='Wells')
case(what='text in Word wrappers: cover page control with a picture, nested controls in a sentence, controls round rows and a cell (repeating section), w:customXml, w:smartTag, w:bdo',
 reported='https://github.com/docling-project/docling/issues/3950, https://github.com/docling-project/docling/issues/3923, https://github.com/thomas-villani/all2md/pull/487, https://github.com/toxicphreAK/python-docx-ng/issues/70',
 must=['Well water survey of Lindholm','Second round, wells 1 to 4','The survey was led by Marit Solvang and paid by the Aldervik water board in full','Three of the four wells may be drunk from without boiling','Samples go to Teglverk Street 12 before half past nine on Mondays','Mill yard','11 mg/l','Church hill','42 m','7 mg/l','Ferry house','9 m','63 mg/l','School','31 m','5 mg/l','The Ferry house well is closed until it has been cleaned','The next round is in May'],
 unordered=[{'text':'Blue square, the mark of the water board','told':'alt|picture|image'}],
 mustnot=[], question='How much nitrate is in the Ferry house well?', answer='63 mg/l', more=[{'question':'Who led the well water survey?','answer':'Marit Solvang'}])
