# Raw PDF operators: bold by drawing twice with a small shift, a shadow copy, a letter-spaced heading (Tc), word gaps only as numbers in TJ, word gaps only as moves (Td), small caps of two sizes, superscript, a word drawn letter by letter out of order
def pdf(path,content,w=420,h=595):
    objs=['<</Type/Catalog/Pages 2 0 R>>','<</Type/Pages/Kids[3 0 R]/Count 1>>',f'<</Type/Page/Parent 2 0 R/MediaBox[0 0 {w} {h}]/Contents 4 0 R/Resources<</Font<</F1 5 0 R/F2 6 0 R>>>>>>',f'<</Length {len(content)}>>\nstream\n{content}\nendstream','<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>','<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>']
    out=b'%PDF-1.4\n'; off=[]
    for i,o in enumerate(objs,1): off.append(len(out)); out+=f'{i} 0 obj\n{o}\nendobj\n'.encode('latin1')
    x=len(out); out+=f'xref\n0 {len(objs)+1}\n0000000000 65535 f \n'.encode()+b''.join(f'{o:010d} 00000 n \n'.encode() for o in off)+f'trailer<</Size {len(objs)+1}/Root 1 0 R>>\nstartxref\n{x}\n%%EOF'.encode()
    open(path,'wb').write(out)
from reportlab.pdfbase.pdfmetrics import stringWidth as sw
L=[]
L.append('BT /F2 16 Tf 6 Tc 40 540 Td (PILOT NOTICE) Tj 0 Tc ET')
for dx in (0,.35): L.append(f'BT /F1 12 Tf {40+dx} 505 Td (Harbour speed is limited to 6 knots.) Tj ET')
# per-letter twins: each glyph drawn twice before the next
x=40
for ch in 'Anchoring is forbidden in zone 44.':
    for dx in (0,.3): L.append(f'BT /F1 12 Tf {x+dx:.2f} 480 Td ({ch}) Tj ET')
    x+=sw(ch,'Helvetica',12)
L.append('0.6 g BT /F1 12 Tf 41 454 Td (Ferries have right of way.) Tj ET 0 g BT /F1 12 Tf 40 455 Td (Ferries have right of way.) Tj ET')
L.append('BT /F1 12 Tf 40 430 Td [(Call) -278 (the) -278 (tower) -278 (on) -278 (channel) -278 (73)-278(before)-278(entering.)] TJ ET')
x=40; s=[]
for wd in 'Ships over 9000 tons take two pilots.'.split(): s.append(f'BT /F1 12 Tf {x:.2f} 405 Td ({wd}) Tj ET'); x+=sw(wd+' ','Helvetica',12)
L+=s
L.append('BT /F1 12 Tf 40 380 Td (T) Tj /F1 9 Tf (IDE) Tj /F1 12 Tf ( T) Tj /F1 9 Tf (ABLE) Tj /F1 12 Tf ( valid until 30 June) Tj ET')
w1=sw('Anchor ground of 12 km','Helvetica',12)
L.append(f'BT /F1 12 Tf 40 355 Td (Anchor ground of 12 km) Tj /F1 7 Tf 5 Ts (2) Tj 0 Ts /F1 12 Tf ( north of the pier) Tj ET')
# a line whose words are painted last to first
ws='The fog signal sounds every 40 seconds.'.split(); xs=[]; x=40
for wd in ws: xs.append(x); x+=sw(wd+' ','Helvetica',12)
for wd,x in reversed(list(zip(ws,xs))): L.append(f'BT /F1 12 Tf {x:.2f} 330 Td ({wd}) Tj ET')
L.append('BT /F1 12 Tf 2 Tr 0.3 w 40 300 Td (Report damage to the buoys within 24 hours.) Tj 0 Tr ET')
L.append('BT /F1 12 Tf 40 275 Td (Fee per berth: 1) Tj /F1 12 Tf (7.50 euros) Tj ET')
pdf('docs/pilot-notice.pdf','\n'.join(L))
