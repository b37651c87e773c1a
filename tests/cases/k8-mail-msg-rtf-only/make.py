# Outlook .msg without plain and HTML stream: body only as compressed RTF that encapsulates HTML (\fromhtml1), cp1253 escapes; a text attachment
# needs: pip install compressed-rtf. CFB (OLE) is written by hand: all streams under 4096 bytes, so all in the mini stream
import struct,compressed_rtf
def cfb(tree):
    ents=[];mini=b'';minifat=[]
    def add(name,typ): ents.append([name,typ,-1,-1,-1,0xFFFFFFFE,0]); return len(ents)-1
    def fill(idx,d):
        nonlocal mini
        kids=[]
        for n,v in d.items():
            if isinstance(v,dict): i=add(n,1); fill(i,v)
            else:
                i=add(n,2)
                if v:
                    s=len(minifat); k=-(-len(v)//64); ents[i][5]=s; ents[i][6]=len(v); mini+=v+b'\0'*(k*64-len(v)); minifat.extend([s+j+1 for j in range(k-1)]+[0xFFFFFFFE])
                else: ents[i][6]=0
            kids.append(i)
        kids.sort(key=lambda i:(len(ents[i][0]),ents[i][0].upper()))
        def bal(l):
            if not l: return -1
            m=len(l)//2; ents[l[m]][2]=bal(l[:m]); ents[l[m]][3]=bal(l[m+1:]); return l[m]
        ents[idx][4]=bal(kids)
    add('Root Entry',5); fill(0,tree)
    sec=lambda b:b+b'\0'*(-len(b)%512)
    while len(ents)%4: ents.append(['',0,-1,-1,-1,0,0])
    nd=len(ents)*128//512; mf=struct.pack('<%dI'%len(minifat),*minifat); mf+=b'\xff'*(-len(mf)%512); nm=len(mf)//512; md=sec(mini); ns=len(md)//512
    fat=[0xFFFFFFFD]; chain=lambda s,n:[s+j+1 for j in range(n-1)]+[0xFFFFFFFE]
    d0=1; m0=d0+nd; s0=m0+nm; fat+=chain(d0,nd)+chain(m0,nm)+chain(s0,ns); assert len(fat)<=128; fat+=[0xFFFFFFFF]*(128-len(fat))
    ents[0][5]=s0; ents[0][6]=len(mini); D=b''
    for n,t,l,r,c,s,z in ents:
        u=n.encode('utf-16le'); D+=u+b'\0'*(64-len(u))+struct.pack('<HBBiii',len(u)+2 if n else 0,t,1,l,r,c)+b'\0'*16+b'\0'*4+b'\0'*16+struct.pack('<IQ',s if t else 0,z)
    H=b'\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'+b'\0'*16+struct.pack('<HHHHH',0x3e,3,0xfffe,9,6)+b'\0'*6+struct.pack('<IIIIIIIII',0,1,d0,0,4096,m0,nm,0xFFFFFFFE,0)+struct.pack('<I',0)+b'\xff'*(108*4)
    return H+struct.pack('<128I',*fat)+D+mf+md
gr=lambda s:''.join("\\'%02x"%b if b>127 else chr(b) for b in s.encode('cp1253'))
rtf=(r"{\rtf1\ansi\ansicpg1253\fromhtml1 \deff0{\fonttbl{\f0\fswiss\fcharset161 Arial;}}{\*\htmltag19 <html>}{\*\htmltag50 <body>}{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 "+gr("Η αντλία 5 σταματά στις 14:20.")+r"\htmlrtf\par}\htmlrtf0{\*\htmltag72 </p>}{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 "+gr("Ο κωδικός της πόρτας είναι 6082.")+r"\htmlrtf\par}\htmlrtf0{\*\htmltag72 </p>}{\*\htmltag64 <p>}Pressure limit: 8.4 bar {\*\htmltag84 &#8364;}\htmlrtf ?\htmlrtf0  230 a day{\*\htmltag72 </p>}{\*\htmltag58 </body>}{\*\htmltag27 </html>}}").encode('latin-1')
u=lambda s:s.encode('utf-16le')
def P(tag,val): return struct.pack('<IIQ',tag,6,val)
def var(tag,n): return struct.pack('<IIII',tag,6,n,0)
def strs(d): return {'__substg1.0_%08X'%t:(u(v) if t&0xffff==0x1f else v) for t,v in d.items()}
def vp(d): return b''.join(var(t,len(u(v))+2 if t&0xffff==0x1f else len(v)) for t,v in d.items())
main={0x001A001F:'IPM.Note',0x0037001F:'Αντλία 5',0x0C1A001F:'Νίκος Παππάς',0x0C1F001F:'nikos@antlia.example',0x0E04001F:'Eleni',0x10090102:compressed_rtf.compress(rtf)}
att={0x3704001F:'notes.txt',0x3707001F:'notes.txt',0x37010102:'Ανταλλακτικό: φλάντζα 77-B, ράφι 12.\r\n'.encode('utf-8')}
rec={0x3001001F:'Eleni',0x3003001F:'eleni@antlia.example'}
t=strs(main); t['__properties_version1.0']=b'\0'*8+struct.pack('<IIII',1,1,1,1)+b'\0'*8+vp(main)+P(0x340D0003,0x40000)+P(0x3FDE0003,1253)+P(0x0E070003,0)+struct.pack('<IIQ',0x00390040,6,134200000000000000)
t['__nameid_version1.0']={'__substg1.0_00020102':b'','__substg1.0_00030102':b'','__substg1.0_00040102':b''}
a=strs(att); a['__properties_version1.0']=b'\0'*8+vp(att)+P(0x37050003,1)+P(0x0E210003,0); t['__attach_version1.0_#00000000']=a
r=strs(rec); r['__properties_version1.0']=b'\0'*8+vp(rec)+P(0x0C150003,1)+P(0x30000003,0); t['__recip_version1.0_#00000000']=r
open('pump.msg','wb').write(cfb(t))
