# A deck in review: modern comments with a reply, old comment, hidden slide, notes with two paragraphs, a hidden shape, alt text of a picture, hyperlink target, sections
import pptx, zipfile, io, os
from pptx.util import Inches
from PIL import Image
p=pptx.Presentation(); L=p.slide_layouts
s=p.slides.add_slide(L[1]); s.shapes.title.text='Harvest forecast'; s.placeholders[1].text_frame.text='The orchard expects 61 tonnes of pears.'
r=s.placeholders[1].text_frame.add_paragraph().add_run(); r.text='Frost report'; r.hyperlink.address='https://orchard.example.org/frost-2026'
s.notes_slide.notes_text_frame.text='Say that the east field was lost.\nThe insurer pays 8,300 euros.'
b=io.BytesIO(); Image.new('RGB',(60,40),'green').save(b,'PNG'); b.seek(0); pic=s.shapes.add_picture(b,Inches(7),Inches(5)); pic._element.nvPicPr.cNvPr.set('descr','Map: the new wells lie north of the road')
x=s.shapes.add_textbox(Inches(1),Inches(6),Inches(4),Inches(.5)); x.text_frame.text='Draft figure 58 tonnes'; x._element.nvSpPr.cNvPr.set('hidden','1')
h=p.slides.add_slide(L[1]); h.shapes.title.text='Plan B'; h.placeholders[1].text_frame.text='Sell the lower orchard for 240,000 euros.'; h._element.set('show','0')
e=p.slides.add_slide(L[1]); e.shapes.title.text='Next steps'; e.placeholders[1].text_frame.text='Pickers start on 2 September.'
p.save('tmp.pptx'); src=zipfile.ZipFile('tmp.pptx'); out=zipfile.ZipFile('docs/harvest.pptx','w',zipfile.ZIP_DEFLATED)
P188='http://schemas.microsoft.com/office/powerpoint/2018/8/main'; A='http://schemas.openxmlformats.org/drawingml/2006/main'; PM='http://schemas.openxmlformats.org/presentationml/2006/main'
for n in src.namelist():
    d=src.read(n)
    if n=='[Content_Types].xml': d=d.replace(b'</Types>',b'<Override PartName="/ppt/authors.xml" ContentType="application/vnd.ms-powerpoint.authors+xml"/><Override PartName="/ppt/comments/modernComment_100_0.xml" ContentType="application/vnd.ms-powerpoint.comments+xml"/><Override PartName="/ppt/commentAuthors.xml" ContentType="application/vnd.openxmlformats-officedocument.presentationml.commentAuthors+xml"/><Override PartName="/ppt/comments/comment3.xml" ContentType="application/vnd.openxmlformats-officedocument.presentationml.comments+xml"/></Types>')
    if n=='ppt/slides/_rels/slide1.xml.rels': d=d.replace(b'</Relationships>',b'<Relationship Id="rIdC" Type="http://schemas.microsoft.com/office/2018/10/relationships/comments" Target="../comments/modernComment_100_0.xml"/></Relationships>')
    if n=='ppt/slides/_rels/slide3.xml.rels': d=d.replace(b'</Relationships>',b'<Relationship Id="rIdC" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments" Target="../comments/comment3.xml"/></Relationships>')
    if n=='ppt/_rels/presentation.xml.rels': d=d.replace(b'</Relationships>',b'<Relationship Id="rIdA" Type="http://schemas.microsoft.com/office/2018/10/relationships/authors" Target="authors.xml"/><Relationship Id="rIdB" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/commentAuthors" Target="commentAuthors.xml"/></Relationships>')
    out.writestr(n,d)
tx=lambda t:f'<p188:txBody><a:bodyPr/><a:lstStyle/><a:p><a:r><a:rPr lang="en-GB"/><a:t>{t}</a:t></a:r></a:p></p188:txBody>'
g=lambda k:'{%s1111111-1111-1111-1111-111111111111}'%k
out.writestr('ppt/authors.xml',f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><p188:authorLst xmlns:p188="{P188}"><p188:author id="{g("A")}" name="Nora Beck" initials="NB" userId="nora" providerId="AD"/><p188:author id="{g("B")}" name="Emil Ruud" initials="ER" userId="emil" providerId="AD"/></p188:authorLst>')
out.writestr('ppt/comments/modernComment_100_0.xml',f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><p188:cmLst xmlns:a="{A}" xmlns:p188="{P188}"><p188:cm id="{g("C")}" authorId="{g("A")}" created="2026-02-01T10:00:00.000"><p188:replyLst><p188:reply id="{g("D")}" authorId="{g("B")}" created="2026-02-01T11:00:00.000">{tx("No, 64 tonnes after the recount.")}</p188:reply></p188:replyLst>{tx("Is the pear figure final?")}</p188:cm></p188:cmLst>')
out.writestr('ppt/commentAuthors.xml',f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><p:cmAuthorLst xmlns:p="{PM}"><p:cmAuthor id="0" name="Sigrid Moe" initials="SM" lastIdx="1" clrIdx="0"/></p:cmAuthorLst>')
out.writestr('ppt/comments/comment3.xml',f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><p:cmLst xmlns:p="{PM}"><p:cm authorId="0" dt="2026-02-03T08:00:00.000" idx="1"><p:pos x="10" y="10"/><p:text>Book the hostel for 22 pickers.</p:text></p:cm></p:cmLst>')
out.close(); os.remove('tmp.pptx')
