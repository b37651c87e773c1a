import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# contract outline: numbers come from paragraph styles, levels in different formats, isLgl, restarts and start values
lv=lambda i,fmt,txt,extra='',start=1,ps='': f'<w:lvl w:ilvl="{i}"><w:start w:val="{start}"/><w:numFmt w:val="{fmt}"/>{f"""<w:pStyle w:val="{ps}"/>""" if ps else ""}{extra}<w:suff w:val="space"/><w:lvlText w:val="{txt}"/><w:lvlJc w:val="left"/></w:lvl>'
num=f'''{XML}<w:numbering {NS}><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="multilevel"/>{lv(0,"upperRoman","ARTICLE %1",ps="Heading1")}{lv(1,"decimal","%1.%2","<w:isLgl/>",ps="Clause")}{lv(2,"lowerLetter","(%3)",ps="Sub")}{lv(3,"lowerRoman","(%4)")}</w:abstractNum>
<w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="singleLevel"/>{lv(0,"decimalZero","Annex %1",start=7)}</w:abstractNum>
<w:abstractNum w:abstractNumId="2"><w:multiLevelType w:val="singleLevel"/>{lv(0,"upperLetter","%1)")}</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="3"><w:abstractNumId w:val="2"/></w:num>
<w:num w:numId="4"><w:abstractNumId w:val="2"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num></w:numbering>'''
st=lambda i,n,l: f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{i}"><w:name w:val="{n}"/><w:basedOn w:val="Normal"/><w:pPr><w:numPr><w:ilvl w:val="{l}"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
styles=st('Clause','Clause',1)+st('Sub','Sub clause',2)
np=lambda n,l=0: f'<w:numPr><w:ilvl w:val="{l}"/><w:numId w:val="{n}"/></w:numPr>'
H=lambda t: p(t,'Heading1',ppr=np(1)); C=lambda t:p(t,'Clause'); S=lambda t:p(t,'Sub'); I=lambda t:p(t,ppr=np(1,3)); A=lambda t,n:p(t,ppr=np(n))
body=(p('Storage agreement',rpr='<w:b/>')+H('Parties')+C('The keeper is Bruun Storage.')+H('Fees')+C('The fee is due monthly.')+C('Late payment costs interest.')
 +H('Deposit')+C('A deposit secures the keeper.')+C('The deposit is kept for')+S('lost keys,')+S('broken locks, namely')+I('padlocks,')+I('cylinder locks of the gate,')+S('unpaid cleaning.')+C('The rest is paid back in ten days.')
 +p('Items not accepted',rpr='<w:b/>')+A('Paint',3)+A('Gas bottles',3)+A('Batteries',3)+p('Items accepted with a permit',rpr='<w:b/>')+A('Wine in crates',4)+A('Engines without fuel',4)+A('Plan of the hall',2)+A('House rules',2))
docx('storage.docx',body,styles=styles,parts=[('rN','numbering','numbering.xml',WT+'numbering+xml',num)])
case(what='outline numbers as Word prints them: ARTICLE III from the heading style, 3.2 (isLgl over a roman parent), (b), (ii), a restart by startOverride, decimalZero starting at 7',
 reported='https://github.com/docling-project/docling/issues/2758, https://github.com/superdoc/docx-editor/issues/3925',
 must=['ARTICLE I Parties','1.1 The keeper is Bruun Storage','ARTICLE III Deposit','3.2 The deposit is kept for','(a) lost keys','(b) broken locks','(ii) cylinder locks of the gate','(c) unpaid cleaning','3.3 The rest is paid back in ten days','C) Batteries','A) Wine in crates','B) Engines without fuel','Annex 07 Plan of the hall','Annex 08 House rules'],
 mustnot=['III.2','D) Wine in crates'],question='What does clause 3.3 of the storage agreement say?',answer='The rest is paid back in ten days.',more=[{'question':'For which locks is the deposit kept under 3.2 (b) (ii)?','answer':'cylinder locks of the gate'},{'question':'What is Annex 08?','answer':'House rules'}])
