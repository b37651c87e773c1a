import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# tracked changes: replaced numbers, text moved inside a paragraph (w:moveFrom keeps its text in w:t), a deleted and an inserted row, an inserted-then-deleted word, a deleted paragraph mark, old properties
A='w:author="K. Brede" w:date="2026-02-11T09:00:00Z"'
k=[0]
def rev(tag,inner): k[0]+=1; return f'<w:{tag} w:id="{k[0]}" {A}>{inner}</w:{tag}>'
d=lambda t: rev('del',f'<w:r><w:delText xml:space="preserve">{t}</w:delText></w:r>')
i=lambda t: rev('ins',r(t))
P=lambda x,ppr='': f'<w:p>{f"<w:pPr>{ppr}</w:pPr>" if ppr else ""}{x}</w:p>'
cell=lambda x: f'<w:tc><w:tcPr><w:tcW w:w="3000" w:type="dxa"/></w:tcPr>{P(x)}</w:tc>'
row=lambda cs,pr='': f'<w:tr>{f"<w:trPr>{pr}</w:trPr>" if pr else ""}{"".join(cell(c) for c in cs)}</w:tr>'
mark=lambda t: f'<w:rPr><w:{t} w:id="9{t=="del"}{k[0]}" {A}/></w:rPr>'
body=p('Lease of the mill flat','Heading1')
body+=P(r('The rent is ')+d('870')+i('940')+r(' euros a month and is due on the ')+d('fifth')+i('third')+r(' working day.'))
body+=P(r('The deposit is two rents. ')+f'<w:moveFromRangeStart w:id="70" w:name="move1" {A}/>'+rev('moveFrom',r('It is paid back in May. '))+'<w:moveFromRangeEnd w:id="70"/>'+r('The tenant pays it before the keys are handed over. ')+f'<w:moveToRangeStart w:id="71" w:name="move1" {A}/>'+rev('moveTo',r('It is paid back in May. '))+'<w:moveToRangeEnd w:id="71"/>'+r('Interest stays with the owner.'))
body+='<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid><w:gridCol w:w="3000"/><w:gridCol w:w="3000"/></w:tblGrid>'
body+=row([r('Extra'),r('Price a month')])+row([r('Cellar room'),r('25 euros')])
body+=row([d('Garage'),d('60 euros')],f'<w:del w:id="501" {A}/>')+row([i('Bicycle shed'),i('12 euros')],f'<w:ins w:id="502" {A}/>')+'</w:tbl>'
body+=P(r('The attic is not '),mark('del'))+P(r('part of the lease.'))
body+=P(r('Pets ')+rev('ins',r('under ten kilos '))+f'<w:ins w:id="610" {A}><w:del w:id="611" {A}><w:r><w:delText xml:space="preserve">and ferrets </w:delText></w:r></w:del></w:ins>'+r('are welcome.'),f'<w:pPrChange w:id="620" {A}><w:pPr><w:pStyle w:val="Heading1"/></w:pPr></w:pPrChange>')
body+=f'<w:p><w:pPr>{mark("del")}</w:pPr>{d("Smoking is allowed on the stairs.")}</w:p>'
body+=p('Signed at Aldervik.')
docx('lease.docx',body)
case(what='Word tracked changes: replaced amounts, text moved within a paragraph (old place is w:moveFrom with w:t), deleted and inserted table rows, a word inserted and then deleted, a deleted paragraph mark',
 reported='https://github.com/docling-project/docling/issues/3152, https://github.com/bloknayrb/tandem/pull/1256, https://github.com/ui-insight/vandalizer/issues/822',
 must=['Lease of the mill flat','940','euros a month','third','working day','The deposit is two rents','The tenant pays it before the keys are handed over','It is paid back in May. Interest stays with the owner','Cellar room','25 euros','Bicycle shed','12 euros','The attic is not part of the lease','under ten kilos','are welcome','Signed at Aldervik'],
 mustnot=['rent is 870 euros','870940','fifththird','two rents. It is paid back in May. The tenant','kilos and ferrets are welcome'],
 question='What is the rent of the mill flat a month?', answer='940 euros', more=[{'question':'What does the bicycle shed cost a month?','answer':'12 euros'}])
