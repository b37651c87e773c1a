# Filled PDF form written without appearances (NeedAppearances): text, choice with export and display value, radio, check boxes; multi-line text; FreeText, sticky note with reply, highlight with a remark, link target
import pypdf
from pypdf.generic import *
from reportlab.pdfgen import canvas
import io
b=io.BytesIO(); c=canvas.Canvas(b,pagesize=(420,595)); c.setFont('Helvetica',11)
for y,t in ((540,'Application for a berth'),(500,'Name of the boat'),(470,'Length class'),(440,'Shore power'),(410,'Winter storage'),(380,'Remarks')): c.drawString(40,y,t)
c.drawString(40,300,'The harbour office answers within two weeks.'); c.showPage(); c.save()
w=pypdf.PdfWriter(clone_from=pypdf.PdfReader(io.BytesIO(b.getvalue()))); pg=w.pages[0]
N=NameObject; T=TextStringObject; rect=lambda *a:ArrayObject([FloatObject(x) for x in a])
fields=ArrayObject(); annots=ArrayObject()
def add(d,top=True):
    d=DictionaryObject(d); r=w._add_object(d); annots.append(r)
    if top: fields.append(r)
    return r
W=lambda y,**k:{N('/Type'):N('/Annot'),N('/Subtype'):N('/Widget'),N('/Rect'):rect(160,y-4,380,y+14),N('/P'):pg.indirect_reference,N('/F'):NumberObject(4),N('/DA'):T('/Helv 11 Tf 0 g'),**{N('/'+a):b for a,b in k.items()}}
add(W(500,FT=N('/Tx'),T=T('boat'),V=T('Nordlys II')))
add(W(470,FT=N('/Ch'),Ff=NumberObject(1<<17),T=T('class'),Opt=ArrayObject([ArrayObject([T('c1'),T('up to 8 metres')]),ArrayObject([T('c2'),T('8 to 12 metres')])]),V=T('c2')))
add(W(440,FT=N('/Btn'),T=T('power'),TU=T('Shore power 16 ampere'),V=N('/Yes'),AS=N('/Yes'),MK=DictionaryObject({N('/CA'):T('4')})))
par=DictionaryObject({N('/FT'):N('/Btn'),N('/Ff'):NumberObject(1<<15),N('/T'):T('storage'),N('/TU'):T('Winter storage'),N('/V'):N('/HallB'),N('/Kids'):ArrayObject()}); pr=w._add_object(par); fields.append(pr)
for i,o in enumerate(('Outside','HallB')):
    k=W(410,AS=N('/'+(o if o=='HallB' else 'Off')),Parent=pr); k[N('/Rect')]=rect(160+i*60,406,174+i*60,420); k[N('/AP')]=DictionaryObject({N('/N'):DictionaryObject({N('/'+o):w._add_object(StreamObject()),N('/Off'):w._add_object(StreamObject())})}); par['/Kids'].append(add(k,False))
r=W(350,FT=N('/Tx'),Ff=NumberObject(1<<12),T=T('remarks'),V=T('Mast is 17.4 metres high.\rPlease no berth beside the fuel jetty.')); r[N('/Rect')]=rect(160,340,380,394); add(r)
A=lambda sub,y,text,**k:add({N('/Type'):N('/Annot'),N('/Subtype'):N('/'+sub),N('/Rect'):rect(40,y,380,y+18),N('/Contents'):T(text),N('/F'):NumberObject(4),**{N('/'+a):b for a,b in k.items()}},False)
A('FreeText',260,'Berth C-41 assigned on 7 May',DA=T('/Helv 11 Tf 1 0 0 rg'))
s=A('Text',230,'Check the insurance first.',T=T('Marit'))
A('Text',230,'Insurance runs until 2028.',T=T('Jonas'),IRT=s)
A('Highlight',296,'In July rather three weeks.',T=T('Marit'),QuadPoints=rect(40,312,260,312,40,298,260,298))
add({N('/Type'):N('/Annot'),N('/Subtype'):N('/Link'),N('/Rect'):rect(40,296,260,312),N('/A'):DictionaryObject({N('/S'):N('/URI'),N('/URI'):T('https://harbour.example.org/berths')})},False)
pg[N('/Annots')]=annots
w._root_object[N('/AcroForm')]=DictionaryObject({N('/Fields'):fields,N('/NeedAppearances'):BooleanObject(True),N('/DA'):T('/Helv 11 Tf 0 g'),N('/DR'):DictionaryObject({N('/Font'):DictionaryObject({N('/Helv'):DictionaryObject({N('/Type'):N('/Font'),N('/Subtype'):N('/Type1'),N('/BaseFont'):N('/Helvetica')})})})})
w.write('docs/berth-application.pdf')
