# Word: legal numbering "%1.%2", level restarts, list interrupted by a paragraph, sub-list under an own numId at ilvl 0 nested by indent, numbered style heading "§ 1"
import docx
from docx.oxml import parse_xml
W='xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
d=docx.Document()
n=d.part.numbering_part._element
def absn(i,levels):
    x=''.join(f'<w:lvl w:ilvl="{k}"><w:start w:val="1"/><w:numFmt w:val="{f}"/><w:lvlText w:val="{t}"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{ind}" w:hanging="360"/></w:pPr></w:lvl>' for k,(f,t,ind) in enumerate(levels))
    n.insert(0,parse_xml(f'<w:abstractNum {W} w:abstractNumId="{i}"><w:multiLevelType w:val="multilevel"/>{x}</w:abstractNum>'))
def num(i,a,ov=''): n.append(parse_xml(f'<w:num {W} w:numId="{i}"><w:abstractNumId w:val="{a}"/>{ov}</w:num>'))
absn(90,[('decimal','§ %1',360),('decimal','%1.%2',720),('lowerRoman','(%3)',1080)]); absn(91,[('lowerLetter','%1)',1440)])
num(90,90); num(91,91); num(92,91,'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>')
def p(t,num=None,lvl=0):
    q=d.add_paragraph(t)
    if num: q._p.get_or_add_pPr().append(parse_xml(f'<w:numPr {W}><w:ilvl w:val="{lvl}"/><w:numId w:val="{num}"/></w:numPr>'))
d.add_heading('Bylaws of the water cooperative',0)
p('Members',90); p('A member owns one share.',90,1); p('A share costs 750 euros.',90,1); p('payable in three parts',90,2); p('the first on joining',90,2)
p('This paragraph was added in 2019.')
p('Wells',90); p('Each well has a warden.',90,1); p('The warden reads the meter',91); p('The warden clears the ditch',91); p('Wells are closed in frost.',90,1); p('below minus 8 degrees',92); p('and on order of the board',92)
d.save('bylaws.docx')
