import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# raw PDF: text fields, check boxes, radio and choice fields (NeedAppearances, no appearance for the texts), a FreeText and a sticky note, a link whose target isn't its text
T=lambda x,y,s: f'BT /F1 11 Tf {x} {y} Td ({s}) Tj ET\n'
page=('BT /F1 16 Tf 60 780 Td (Application for a garden plot) Tj ET\n'+T(60,740,'Applicant:')+T(60,710,'Persons in the household:')+T(60,680,'Wanted area:')+T(60,650,'Start:')
 +T(90,620,'Greenhouse wanted')+T(90,595,'Beehives wanted')+T(60,565,'Payment:')+T(140,565,'by invoice')+T(270,565,'by direct debit')+T(60,520,'Read the garden rules before you sign.')+T(60,120,'Handed in at the office, counter 2.'))
o={1:'<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [10 0 R 11 0 R 12 0 R 13 0 R 14 0 R 15 0 R 16 0 R] /NeedAppearances true /DR << /Font << /Helv 4 0 R >> >> /DA (/Helv 11 Tf 0 g) >> >>',
 2:'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
 3:'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R /Annots [10 0 R 11 0 R 12 0 R 13 0 R 14 0 R 15 0 R 17 0 R 18 0 R 20 0 R 21 0 R 22 0 R] >>',
 4:'<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',5:('',page)}
W=lambda ft,t,rect,rest: f'<< /Type /Annot /Subtype /Widget /FT /{ft} /T ({t}) /Rect [{rect}] /F 4 /P 3 0 R /DA (/Helv 11 Tf 0 g) {rest} >>'
o[10]=W('Tx','txtName01','220 735 420 752','/TU (Applicant) /V (Solveig Amundsen)')
o[11]=W('Tx','txtField2','220 705 420 722','/V <FEFF0066006900760065>')
o[12]=W('Ch','cmbArea','220 675 420 692','/Ff 131072 /Opt [[(s) (120 square metres)] [(m) (180 square metres)] [(l) (240 square metres)]] /V (m)')
o[13]=W('Tx','txtStart','220 645 420 662','/V (1 April 2027) /MK << >>')
ap='/AP << /N << /Yes 30 0 R /Off 31 0 R >> >> '
o[14]=W('Btn','chk1','60 618 74 632',ap+'/V /Yes /AS /Yes')
o[15]=W('Btn','chk2','60 593 74 607',ap+'/V /Off /AS /Off')
o[16]='<< /FT /Btn /Ff 49152 /T (pay) /V /debit /Kids [17 0 R 18 0 R] >>'
o[17]='<< /Type /Annot /Subtype /Widget /Parent 16 0 R /Rect [122 563 134 575] /F 4 /AP << /N << /invoice 30 0 R /Off 31 0 R >> >> /AS /Off >>'
o[18]='<< /Type /Annot /Subtype /Widget /Parent 16 0 R /Rect [252 563 264 575] /F 4 /AP << /N << /debit 30 0 R /Off 31 0 R >> >> /AS /debit >>'
o[20]='<< /Type /Annot /Subtype /FreeText /Rect [60 420 420 470] /F 4 /DA (/Helv 11 Tf 0 0 1 rg) /Contents (Plot 88 reserved until 3 March, K. Vold) /AP << /N 32 0 R >> >>'
o[21]='<< /Type /Annot /Subtype /Text /Rect [440 735 460 755] /Name /Comment /T (K. Vold) /Contents (Identity card checked, number ends in 4471) >>'
o[22]='<< /Type /Annot /Subtype /Link /Rect [60 516 260 532] /Border [0 0 1] /A << /S /URI /URI (https://gardens.example.org/rules-2027) >> >>'
o[30]=('/Type /XObject /Subtype /Form /BBox [0 0 14 14]','0 0 14 14 re S 2 2 m 12 12 l S 2 12 m 12 2 l S')
o[31]=('/Type /XObject /Subtype /Form /BBox [0 0 14 14]','0 0 14 14 re S')
o[32]=('/Type /XObject /Subtype /Form /BBox [0 0 360 50] /Resources << /Font << /Helv 4 0 R >> >>','0 0 1 rg BT /Helv 11 Tf 4 30 Td (Plot 88 reserved until 3 March, K. Vold) Tj ET')
pdf('application.pdf',o)
A='annotation|note|comment|form|field'
case(what='PDF form: values of text, choice (export value m shows "180 square metres"), check boxes and radio buttons, with the printed labels; a FreeText remark, a sticky note, a link target',
 reported='https://github.com/docling-project/docling/issues/2677, https://github.com/yfedoseev/pdf_oxide/issues/92, https://github.com/0xabu/pdfannots/issues/50, https://github.com/yfedoseev/pdf_oxide/issues/173',
 order=False,must=['Applicant','Solveig Amundsen','180 square metres','1 April 2027','Greenhouse wanted','Beehives wanted','by direct debit',{'text':'Plot 88 reserved until 3 March','told':A},{'text':'Identity card checked, number ends in 4471','told':A},{'text':'gardens.example.org/rules-2027','told':'link'},'Handed in at the office, counter 2'],
 mustnot=['240 square metres 180'],question='Who applies for the garden plot?',answer='Solveig Amundsen',more=[{'question':'Which area is wanted?','answer':'180 square metres'},{'question':'When does the plot start?','answer':'1 April 2027'},{'question':'How does Solveig Amundsen pay?','answer':'by direct debit'}])
