# PDF with two attached files (document level and as paper clip on the page), a layer switched off, text in a Form XObject used twice with other words each, /ActualText, bookmarks that say more than the page
import pypdf, io
from pypdf.generic import *
from reportlab.pdfgen import canvas
b=io.BytesIO(); c=canvas.Canvas(b,pagesize=(420,595)); c.setFont('Helvetica',11)
for y,t in ((540,'Tender for the footbridge at Moss'),(510,'The bridge has a free width of 3.2 metres.'),(480,'The quantities stand in the attached list.')): c.drawString(40,y,t)
c.beginForm('stamp'); c.setFont('Helvetica-Bold',12); c.drawString(40,430,'Deadline: 21 August 2026, 12:00'); c.endForm(); c.doForm('stamp')
c.bookmarkPage('p1'); c.addOutlineEntry('Tender documents, lot 2 of 5','p1',0)
c.showPage(); c.save()
w=pypdf.PdfWriter(clone_from=pypdf.PdfReader(io.BytesIO(b.getvalue()))); pg=w.pages[0]
w.add_attachment('quantities.csv',b'Item,Quantity,Unit\nSteel beam HEB 300,14,pieces\nOak planks,186,metres\nHandrail,92,metres\n')
N=NameObject; T=TextStringObject
# paper clip annotation with a text file
ef=StreamObject(); ef.set_data(b'Soil report: rock begins at 2.6 metres below the east bank.\n'); ef[N('/Type')]=N('/EmbeddedFile'); er=w._add_object(ef)
fs=w._add_object(DictionaryObject({N('/Type'):N('/Filespec'),N('/F'):T('soil.txt'),N('/UF'):T('soil.txt'),N('/EF'):DictionaryObject({N('/F'):er})}))
an=w._add_object(DictionaryObject({N('/Type'):N('/Annot'),N('/Subtype'):N('/FileAttachment'),N('/Rect'):ArrayObject([FloatObject(x) for x in (380,500,396,520)]),N('/FS'):fs,N('/Contents'):T('Soil report'),N('/Name'):N('/Paperclip')}))
pg[N('/Annots')]=ArrayObject([an])
# optional content: one layer off, one on; ActualText
ocg=lambda n:w._add_object(DictionaryObject({N('/Type'):N('/OCG'),N('/Name'):T(n)}))
on,off=ocg('Lot 2'),ocg('Internal')
w._root_object[N('/OCProperties')]=DictionaryObject({N('/OCGs'):ArrayObject([on,off]),N('/D'):DictionaryObject({N('/ON'):ArrayObject([on]),N('/OFF'):ArrayObject([off]),N('/Order'):ArrayObject([on,off])})})
pg['/Resources'][N('/Properties')]=DictionaryObject({N('/L1'):on,N('/L2'):off})
fn=[k for k in pg['/Resources']['/Font'] if pg['/Resources']['/Font'][k]['/BaseFont']=='/Helvetica'][0]
extra=f'''q /OC /L1 BDC BT {fn} 11 Tf 40 390 Td (Lot 2 covers the railing and the lamps.) Tj ET EMC
/OC /L2 BDC BT {fn} 11 Tf 40 365 Td (Own estimate: 412,000 euros, not for bidders.) Tj ET EMC
/Span <</ActualText (specification)>> BDC BT {fn} 11 Tf 40 340 Td (spe) Tj ET BT {fn} 11 Tf 57.74 340 Td (cifi) Tj ET BT {fn} 11 Tf 71.18 340 Td (cation) Tj ET EMC
BT {fn} 11 Tf 108 340 Td (number S-1180 applies.) Tj ET Q'''
s=StreamObject(); s.set_data(extra.encode()); cont=pg['/Contents']; ar=ArrayObject([pg.raw_get('/Contents')] if not isinstance(cont,ArrayObject) else list(cont)); ar.append(w._add_object(s)); pg[N('/Contents')]=ar
w.write('docs/tender.pdf')
