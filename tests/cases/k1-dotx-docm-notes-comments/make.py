import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# a template (.dotx) and a macro document (.docm): footnotes with a table and two paragraphs, a note called from a table cell, a note with its own mark, an endnote; a comment with a reply, one marked as done
CT=lambda new: (lambda b: b.replace((WT+'document.main+xml').encode(), new.encode()))
FN='application/vnd.openxmlformats-officedocument.wordprocessingml.'
sep='<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote><w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>'
ref=lambda n,m='': f'<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="{n}"{" w:customMarkFollows=%s1%s"%(chr(34),chr(34)) if m else ""}/>{f"<w:t>{m}</w:t>" if m else ""}</w:r>'
mark='<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteRef/></w:r>'
cell=lambda x: f'<w:tc><w:tcPr><w:tcW w:w="2500" w:type="dxa"/></w:tcPr><w:p>{x}</w:p></w:tc>'
tbl=lambda rows: '<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid><w:gridCol w:w="2500"/><w:gridCol w:w="2500"/></w:tblGrid>'+''.join('<w:tr>'+''.join(cell(c) for c in q)+'</w:tr>' for q in rows)+'</w:tbl>'
foot=f'{XML}<w:footnotes {NS}>{sep}<w:footnote w:id="1"><w:p>{mark}{r(" Weighed dry, without the basket.")}</w:p>{p("The scale is checked every January.")}</w:footnote><w:footnote w:id="2"><w:p>{mark}{r(" Kept apart because of the cat.")}</w:p></w:footnote><w:footnote w:id="3"><w:p>{r("† Grades of wool:")}</w:p>{tbl([[r("Grade"),r("Thickness")],[r("Fine"),r("19 micron")],[r("Coarse"),r("34 micron")]])}<w:p/></w:footnote></w:footnotes>'
end=f'{XML}<w:endnotes {NS}>{sep.replace("footnote","endnote")}<w:endnote w:id="1"><w:p><w:r><w:endnoteRef/></w:r>{r(" After the shearing diary of Osk Farm, page 14.")}</w:p></w:endnote></w:endnotes>'
body=p('Shearing list','Heading1')+f'<w:p>{r("The flock gave 212 kilos of wool")}{ref(1)}{r(" in two days.")}</w:p>'
body+=tbl([[r('Sheep'),r('Wool')],[r('Gerda'),r('3.4 kg')+ref(2)],[r('Old Frost'),r('2.9 kg')]])
body+=f'<w:p>{r("Fine wool is sold first")}{ref(3,chr(0x2020))}{r(", the rest waits")}<w:r><w:endnoteReference w:id="1"/></w:r>{r(".")}</w:p>'
docx('shearing.dotx',body,parts=[('rIdF','footnotes','footnotes.xml',FN+'footnotes+xml',foot),('rIdE','endnotes','endnotes.xml',FN+'endnotes+xml',end)])
patch('shearing.dotx',{'[Content_Types].xml':CT('application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml')})
W14='xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
cm=lambda n,a,pid,*t: f'<w:comment w:id="{n}" w:author="{a}" w:date="2026-03-0{n+2}T10:00:00Z" w:initials="{a[0]}">'+''.join(f'<w:p w14:paraId="{pid}{j}">{r(x)}</w:p>' for j,x in enumerate(t))+'</w:comment>'
com=f'{XML}<w:comments {NS}>{cm(0,"Una Krag","0000AA","The dyer asked for thirty kilos.","She pays when she fetches it.")}{cm(1,"Pelle Moe","0000BB","Thirty-five, she rang again.")}{cm(2,"Una Krag","0000CC","Is the cart mended?")}</w:comments>'
ex=f'{XML}<w15:commentsEx xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"><w15:commentEx w15:paraId="0000AA1" w15:done="0"/><w15:commentEx w15:paraId="0000BB0" w15:paraIdParent="0000AA1" w15:done="0"/><w15:commentEx w15:paraId="0000CC0" w15:done="1"/></w15:commentsEx>'
cr=lambda *n: ''.join(f'<w:commentRangeEnd w:id="{x}"/><w:r><w:commentReference w:id="{x}"/></w:r>' for x in n)
st=lambda *n: ''.join(f'<w:commentRangeStart w:id="{x}"/>' for x in n)
body=p('Wool for the dyer','Heading1')+f'<w:p>{r("Set aside ")}{st(0,1)}{r("thirty kilos")}{cr(0,1)}{r(" of the coarse wool.")}</w:p><w:p>{st(2)}{r("The cart leaves at six.")}{cr(2)}</w:p>'
docx('dyer.docm',body,parts=[('rIdC','comments','comments.xml',FN+'comments+xml',com),('rIdX','http://schemas.microsoft.com/office/2011/relationships/commentsExtended','commentsExtended.xml','application/vnd.openxmlformats-officedocument.wordprocessingml.commentsExtended+xml',ex)])
patch('dyer.docm',{'[Content_Types].xml':CT('application/vnd.ms-word.document.macroEnabled.main+xml')})
case(what='.dotx and .docm (python-docx refuses their content types); footnote of two paragraphs, a note from a table cell, a table inside a note, a note with its own mark, endnote; a comment of two paragraphs with a reply, a resolved comment',
 reported='https://github.com/yfedoseev/office_oxide/issues/240, https://github.com/microsoft/markitdown/issues/31, https://github.com/docling-project/docling/pull/3675',
 order=False,
 must=['Shearing list','The flock gave 212 kilos of wool','Weighed dry, without the basket','The scale is checked every January','Gerda','3.4 kg','Kept apart because of the cat','Old Frost','Fine wool is sold first','Grades of wool','Fine','19 micron','Coarse','34 micron','After the shearing diary of Osk Farm, page 14','Wool for the dyer','Set aside','of the coarse wool','The dyer asked for thirty kilos','She pays when she fetches it','Thirty-five, she rang again','The cart leaves at six','Is the cart mended?'],
 sequence=['The dyer asked for thirty kilos','She pays when she fetches it','Thirty-five, she rang again'],
 mustnot=[], question='How thick is coarse wool?', answer='34 micron', more=[{'question':'How many kilos does the dyer want after she rang again?','answer':'thirty-five'}])
