# Outlook/Exchange rich-text mail: text/plain is empty, body and attachment sit in winmail.dat (TNEF)
import struct,email.message,email.utils
def attr(level,aid,data): return struct.pack('<BII',level,aid,len(data))+data+struct.pack('<H',sum(data)&0xffff)
def props(*ps):
    b=struct.pack('<I',len(ps))
    for t,i,v in ps:
        b+=struct.pack('<HH',t,i)+struct.pack('<I',1)+struct.pack('<I',len(v))+v+b'\0'*(-len(v)%4)
    return b
html='<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body><p>Dear Mr Falk,</p><p>the annealing oven reaches 1180 degrees; the door seal has to be changed every 14 months.</p><p>Spare part number <b>DS-3309</b>.</p></body></html>'.encode()
csv='Step;Minutes;Degrees\r\nHeat up;95;780\r\nHold;240;1180\r\nCool down;610;60\r\n'.encode()
t=struct.pack('<IH',0x223E9F78,1)+attr(1,0x00089006,struct.pack('<I',0x10000))+attr(1,0x00069007,struct.pack('<II',65001,0))
t+=attr(1,0x00078008,b'IPM.Microsoft Mail.Note\0')+attr(1,0x00018004,b'Annealing oven\0')
t+=attr(1,0x00069003,props((0x0102,0x1013,html)))
t+=attr(2,0x00069002,struct.pack('<HIHHI',1,0xffffffff,0,0,0))+attr(2,0x0006800F,csv)+attr(2,0x00018010,b'program.csv\0')
m=email.message.EmailMessage(); m['From']='Lena Holm <lena@ovn.example>'; m['To']='falk@verk.example'; m['Subject']='Annealing oven'; m['Date']='Wed, 11 Mar 2026 14:00:00 +0100'
m.set_content('\n'); m.add_attachment(t,maintype='application',subtype='ms-tnef',filename='winmail.dat')
open('oven.eml','wb').write(m.as_bytes())
