import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# text that isn't in w:t of a plain run: equations (also with a run that has no m:t), ruby, an EQ field (its picture is made from the instruction), a QUOTE and an IF field with nested results
M='xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
mr=lambda t: f'<m:r><m:rPr><m:nor/></m:rPr><m:t xml:space="preserve">{t}</m:t></m:r>'
mx=lambda t: f'<m:r><m:t>{t}</m:t></m:r>'
frac=lambda a,b: f'<m:f><m:num>{a}</m:num><m:den>{b}</m:den></m:f>'
om=lambda x: f'<m:oMath {M}>{x}</m:oMath>'
P=lambda x: f'<w:p>{x}</w:p>'
fc=lambda t: f'<w:r><w:fldChar w:fldCharType="{t}"/></w:r>'
ins=lambda t: f'<w:r><w:instrText xml:space="preserve">{t}</w:instrText></w:r>'
fld=lambda i,res=None: fc('begin')+i+((fc('separate')+res) if res else '')+fc('end')
ruby=lambda base,rt: f'<w:r><w:ruby><w:rubyPr><w:rubyAlign w:val="distributeSpace"/><w:hps w:val="10"/><w:hpsRaise w:val="18"/><w:hpsBaseText w:val="21"/><w:lid w:val="ja-JP"/></w:rubyPr><w:rt><w:r><w:rPr><w:sz w:val="10"/></w:rPr><w:t>{rt}</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>{base}</w:t></w:r></w:rubyBase></w:ruby></w:r>'
body=p('Feeding plan of the fish pond','Heading1')
body+=P(r('The ration is ')+om(frac(mr('fish weight'),mr('water warmth'))+mx('+')+mr('reserve')+'<m:r><m:rPr><m:sty m:val="p"/></m:rPr></m:r>')+r(' grams a day.'))
body+=f'<w:p><m:oMathPara {M}><m:oMath>{mx("V")}{mx("=")}<m:sSup><m:e>{mx("(")}{mr("radius")}{mx(")")}</m:e><m:sup>{mx("2")}</m:sup></m:sSup>{mx("×")}{mr("depth of the pond")}</m:oMath></m:oMathPara></w:p>'
body+=f'<w:p><m:oMathPara {M}><m:oMath><m:eqArr><m:e>{mr("carp need 31 g")}</m:e><m:e>{mr("tench need 23 g")}</m:e></m:eqArr></m:oMath></m:oMathPara></w:p>'
body+=P(r('Mix ')+fld(ins(r' EQ \f(17;48) '))+r(' of the sack with barley.'))
body+=P(r('Feed before ')+fld(ins(' IF ')+fld(ins(' MERGEFIELD Season '),r('summer'))+ins(' = "summer" "seven in the morning" "ten in the morning" '),r('seven in the morning'))+r(' until September.'))
body+=P(r('The keeper is ')+ruby('山田','やまだ')+r('さん, hut 6.'))
docx('pond.docx',body)
case(what='Word equations (fraction, power, lines of an array, a run without m:t), a fraction drawn by an EQ field from its instruction alone, nested IF and MERGEFIELD (only the result is seen), ruby above a name',
 reported='https://github.com/yfedoseev/office_oxide/issues/270, https://github.com/microsoft/markitdown/pull/1668, https://github.com/ONLYOFFICE/DocumentServer/issues/3554, https://github.com/dbashford/textract/issues/174',
 must=['Feeding plan of the fish pond','The ration is','fish weight','water warmth','reserve','grams a day','radius','depth of the pond','carp need 31 g','tench need 23 g','Mix','17','48','of the sack with barley','Feed before seven in the morning until September','The keeper is','山田','hut 6'],
 unordered=['やまだ'], mustnot=['MERGEFIELD','ten in the morning','やまだ山田'],
 question='When are the fish fed?', answer='before seven in the morning', more=[{'question':'How much do tench need?','answer':'23 g'}])
