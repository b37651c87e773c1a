import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# a hidden slide with last year's price that contradicts the visible one, classic and modern (threaded) review comments, notes of a hidden slide, a slide order that isn't the file order
from pptx import Presentation; from pptx.util import Inches
prs=Presentation(); prs.core_properties.author='Camp office'
def sl(t,lines,notes=None):
    s=prs.slides.add_slide(prs.slide_layouts[1]); s.shapes.title.text=t; s.placeholders[1].text='\n'.join(lines)
    if notes: s.notes_slide.notes_text_frame.text=notes
    return s
a=sl('Summer camp 2027',['The camp fee is 310 euros.','Siblings pay half.'],'Say that the fee includes the bus.')
b=sl('Arrival',['Arrival is on Saturday between 14:00 and 16:00.'])
c=sl('Summer camp, old draft',['The camp fee is 265 euros.','The lake house sleeps forty.'],'Old numbers, ask Terje before use.')
d=sl('Packing list',['Sleeping bag','Head lamp','No knives'])
c._element.set('show','0')
l=prs.slides._sldIdLst; ids=list(l); l.remove(ids[3]); l.insert(1,ids[3])      # packing list moved to place 2
prs.save(out('camp.pptx'))
P='http://schemas.openxmlformats.org/presentationml/2006/main'; P8='http://schemas.microsoft.com/office/powerpoint/2018/8/main'
rel=lambda i,t,g: (lambda x: x.replace(b'</Relationships>',f'<Relationship Id="{i}" Type="{t}" Target="{g}"/></Relationships>'.encode()))
pr=rel('rIdCA',RT+'commentAuthors','commentAuthors.xml'); pr2=rel('rIdAU','http://schemas.microsoft.com/office/2018/10/relationships/authors','authors.xml')
patch('camp.pptx',{'ppt/slides/_rels/slide1.xml.rels':rel('rIdC',RT+'comments','../comments/comment1.xml'),'ppt/slides/_rels/slide2.xml.rels':rel('rIdC','http://schemas.microsoft.com/office/2018/10/relationships/comments','../comments/modernComment_101_0.xml'),
 'ppt/_rels/presentation.xml.rels':lambda x:pr2(pr(x)),
 '[Content_Types].xml':lambda x:x.replace(b'</Types>',b'<Override PartName="/ppt/comments/comment1.xml" ContentType="application/vnd.openxmlformats-officedocument.presentationml.comments+xml"/><Override PartName="/ppt/commentAuthors.xml" ContentType="application/vnd.openxmlformats-officedocument.presentationml.commentAuthors+xml"/><Override PartName="/ppt/comments/modernComment_101_0.xml" ContentType="application/vnd.ms-powerpoint.comments+xml"/><Override PartName="/ppt/authors.xml" ContentType="application/vnd.ms-powerpoint.authors+xml"/></Types>')},
 {'ppt/commentAuthors.xml':f'{XML}<p:cmAuthorLst xmlns:p="{P}"><p:cmAuthor id="0" name="Terje Moen" initials="TM" lastIdx="1" clrIdx="0"/></p:cmAuthorLst>',
  'ppt/comments/comment1.xml':f'{XML}<p:cmLst xmlns:p="{P}"><p:cm authorId="0" dt="2026-11-02T10:00:00.000" idx="1"><p:pos x="10" y="10"/><p:text>Refunds only until 1 June</p:text></p:cm></p:cmLst>',
  'ppt/authors.xml':f'{XML}<p188:authorLst xmlns:p188="{P8}"><p188:author id="{{AAAA1111-2222-4333-8444-555555555555}}" name="Ida Lie" initials="IL" userId="x" providerId="None"/></p188:authorLst>',
  'ppt/comments/modernComment_101_0.xml':f'{XML}<p188:cmLst xmlns:p188="{P8}" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><p188:cm id="{{BBBB1111-2222-4333-8444-555555555555}}" authorId="{{AAAA1111-2222-4333-8444-555555555555}}" created="2026-11-03T09:00:00.000"><p188:replyLst><p188:reply id="{{CCCC1111-2222-4333-8444-555555555555}}" authorId="{{AAAA1111-2222-4333-8444-555555555555}}" created="2026-11-03T10:00:00.000"><p188:txBody><a:bodyPr/><a:lstStyle/><a:p><a:r><a:t>The ferry of 13:10 arrives in time</a:t></a:r></a:p></p188:txBody></p188:reply></p188:replyLst><p188:txBody><a:bodyPr/><a:lstStyle/><a:p><a:r><a:t>Which ferry should they take?</a:t></a:r></a:p></p188:txBody></p188:cm></p188:cmLst>'})
case(what='hidden slide with an old price (labelled or told, never the answer) and its notes; a classic comment, a modern comment with a reply; slides in the order of the show, not of the files',
 reported='https://github.com/developer0hye/office2pdf/issues/227, https://github.com/ssine/pptx2md/pull/91',
 must=['The camp fee is 310 euros','Siblings pay half','No knives','Arrival is on Saturday between 14:00 and 16:00'],
 unordered=['Say that the fee includes the bus',{'text':'The lake house sleeps forty','told':'hidden'},{'text':'Old numbers, ask Terje before use','told':'hidden|note'},{'text':'Refunds only until 1 June','told':'comment'},{'text':'The ferry of 13:10 arrives in time','told':'comment'}],mustnot=[],
 question='How much is the camp fee?',answer='310 euros',more=[{'question':'Until when are refunds given for the camp?','answer':'1 June','told':'comment'},{'question':'When is arrival at the camp?','answer':'Saturday between 14:00 and 16:00'},{'question':'What does the fee include?','answer':'the bus'}])
