import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# page 1: portrait MediaBox with /Rotate 90, text drawn sideways so that it is upright on the screen; page 2: a table set sideways on a portrait page; page 3: /Rotate 180; a sideways margin note
def up(lines,x0=60,lead=22,size=12):   # rotated matrix: upright after /Rotate 90
    return ''.join(f'BT /F1 {size} Tf 0 1 -1 0 {x0+i*lead} 60 Tm ({s}) Tj ET\n' for i,s in enumerate(lines))
L1=['Evacuation plan of the concert hall','At the first bell the ushers open doors 3 and 7.','At the second bell the orchestra leaves by the loading dock.','The meeting point is the square behind the post office.','The fire warden on duty carries the green radio.']
cols=[60,230,330,430]; rows=[['Door','Width','Opens to','Usher'],['Door 3','2.10 m','foyer','Ragna'],['Door 5','0.90 m','yard','Sverre'],['Door 7','1.80 m','quay','Torunn'],['Door 9','1.20 m','garage','Ulf']]
tab=''.join(f'BT /F1 12 Tf 0 1 -1 0 {150+i*30} {cols[j]} Tm ({c}) Tj ET\n' for j in range(4) for i,c in [(i,r_[j]) for i,r_ in enumerate(rows)])
tab='BT /F1 15 Tf 0 1 -1 0 110 60 Tm (Doors and ushers) Tj ET\n'+tab
L3=['Lighting','House lights are dimmed from desk B.','Emergency lights burn for ninety minutes.']
p3=''.join(f'BT /F1 12 Tf -1 0 0 -1 535 {100+i*24} Tm ({s}) Tj ET\n' for i,s in enumerate(L3))
p4=('BT /F1 12 Tf 120 760 Td (Ventilation) Tj 0 -24 Td (Fans one to four run at half speed during concerts.) Tj 0 -24 Td (Fan five draws smoke from the stage.) Tj 0 -24 Td (Filters are changed in January and July.) Tj ET\nBT /F1 9 Tf 0 1 -1 0 40 200 Tm (Form BK-77, keep for ten years) Tj ET\n')
o={1:'<< /Type /Catalog /Pages 2 0 R >>',2:'<< /Type /Pages /Kids [3 0 R 4 0 R 5 0 R 6 0 R] /Count 4 >>',7:'<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>'}
for n,(rot,c) in enumerate([(90,up(L1)),(0,tab),(180,p3),(0,p4)]):
    o[3+n]=f'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Rotate {rot} /Resources << /Font << /F1 7 0 R >> >> /Contents {10+n} 0 R >>'; o[10+n]=('',c)
pdf('hall.pdf',o)
case(what='rotated pages (90, 180) whose text is upright on screen, a table set sideways on an unrotated page and painted column by column, a sideways form number in the margin',
 reported='https://github.com/xberg-io/xberg/issues/1358, https://github.com/yfedoseev/pdf_oxide/issues/1416, https://github.com/jsvine/pdfplumber/issues/848',
 must=['Evacuation plan of the concert hall','At the first bell the ushers open doors 3 and 7. At the second bell the orchestra leaves by the loading dock. The meeting point is the square behind the post office','Doors and ushers','Door 3','Door 7','Torunn','Door 9','House lights are dimmed from desk B. Emergency lights burn for ninety minutes','Fans one to four run at half speed during concerts. Fan five draws smoke from the stage'],
 unordered=['Form BK-77, keep for ten years'],mustnot=['Door 3 Door 5','Ragna Sverre'],question='Who is the usher of door 7?',answer='Torunn',more=[{'question':'How wide is door 5?','answer':'0.90 m'},{'question':'Where is the meeting point of the concert hall?','answer':'the square behind the post office'},{'question':'How long do the emergency lights burn?','answer':'ninety minutes'}])
