import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# Word table of 96 rows: row label merged downwards, unit row under the header, rows that start with gridBefore, caption with a SEQ field
def tc(t,w=1800,extra=''): return f'<w:tc><w:tcPr><w:tcW w:w="{w}" w:type="dxa"/>{extra}</w:tcPr>{p(t) if t else "<w:p/>"}</w:tc>'
def tr(x,pr=''): return f'<w:tr>{"<w:trPr>"+pr+"</w:trPr>" if pr else ""}{x}</w:tr>'
rows=tr(tc('Station')+tc('Month')+tc('Rain')+tc('Wind')+tc('Frost'))+tr(tc('')+tc('')+tc('mm')+tc('m/s')+tc('days'))
mon=['January','February','March','April','May','June','July','August','September','October','November','December']
sts=['Ærø','Bryne','Corran','Dalen','Ekeby','Fossum','Glomma','Hestra']
for i,s in enumerate(sts):
    for j,m in enumerate(mon):
        v=tc(str(20+(i*31+j*17)%97))+tc(str(2+(i*5+j*3)%11))+tc(str((i*7+j*5)%19))
        if s=='Corran': rows+=tr(tc(s)+tc(m)+v) if j==0 else tr(tc(m)+v,'<w:gridBefore w:val="1"/><w:wBefore w:w="1800" w:type="dxa"/>')
        else: rows+=tr(tc(s if j==0 else '',extra='<w:vMerge w:val="restart"/>' if j==0 else '<w:vMerge/>')+tc(m)+v)
tbl='<w:tbl><w:tblPr><w:tblW w:w="9000" w:type="dxa"/><w:tblBorders><w:insideH w:val="single" w:sz="4"/><w:insideV w:val="single" w:sz="4"/></w:tblBorders></w:tblPr><w:tblGrid>'+'<w:gridCol w:w="1800"/>'*5+'</w:tblGrid>'+rows+'</w:tbl>'
cap='<w:p><w:r><w:t xml:space="preserve">Table </w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> SEQ Table \\* ARABIC </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>4</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t xml:space="preserve">: Weather at the stations, 2025</w:t></w:r></w:p>'
docx('weather.docx',p('Yearbook','Heading1')+cap+tbl+p('Ekeby was moved in May.'))
case(what='long Word table whose row label spans twelve rows (vMerge; one station by gridBefore), unit row, caption numbered by a field: each row must keep station, column name and unit',
 reported='https://github.com/Tencent/WeKnora/pull/2657, https://github.com/docling-project/docling/issues/2975',
 must=['Table 4: Weather at the stations, 2025','Ærø','Corran','Hestra','Ekeby was moved in May'],mustnot=['SEQ Table'],
 question='How many frost days had Glomma in October?',answer=str((6*7+9*5)%19),more=[{'question':'How much rain fell at Dalen in August?','answer':f'{20+(3*31+7*17)%97} mm'},{'question':'What was the wind at Corran in June?','answer':f'{2+(2*5+5*3)%11} m/s'},{'question':'How much rain fell at Hestra in December?','answer':f'{20+(7*31+11*17)%97} mm'}])
