"""Outlook .msg: (a) no plain and no HTML stream, the body stands only in the RTF that encapsulates HTML, Greek in code page 1253;
(b) HTML body in windows-1252 with a text attachment and an attached Outlook message (storage, not bytes).
reported: https://github.com/TeamMsgExtractor/msg-extractor/issues/271 and /108 (no HTML body found), https://github.com/Sicos1977/MSGReader/issues/406 (Greek garbled),
          https://github.com/hrbrmstr/msgxtractr/issues/4 (HTML body cp1252 not extracted)
The compound file is written here by hand (nothing in Python writes one); extract-msg reads it."""
import struct
from datetime import datetime, timezone
from pathlib import Path
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
FREE, END, FATS = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD

def cfb(tree, path):
    """tree: dict name -> bytes | dict"""
    entries = []  # name, type, child, left, right, start, size
    def add(name, kind): entries.append([name, kind, FREE, FREE, FREE, 0, 0, b'']); return len(entries) - 1
    def build(ids):
        if not ids: return FREE
        m = len(ids) // 2; i = ids[m]
        entries[i][3] = build(ids[:m]); entries[i][4] = build(ids[m + 1:]); return i
    def walk(node, at):
        kids = []
        for name, value in node.items():
            i = add(name, 1 if isinstance(value, dict) else 2); kids.append(i)
            if isinstance(value, dict): walk(value, i)
            else: entries[i][7] = value
        kids.sort(key=lambda i: (len(entries[i][0]), entries[i][0].upper()))
        entries[at][2] = build(kids)
    walk(tree, add('Root Entry', 5))
    sectors, fat, mini, minifat = [], [], b'', []
    def put(data):
        if not data: return END
        start = len(sectors); n = -(-len(data) // 512)
        for k in range(n):
            sectors.append(data[k * 512:(k + 1) * 512].ljust(512, b'\0')); fat.append(start + k + 1 if k < n - 1 else END)
        return start
    sectors.append(b''); fat.append(FATS)  # one FAT sector
    for e in entries:
        if e[1] != 2: continue
        e[6] = len(e[7])
        if not e[7]: e[5] = END
        elif len(e[7]) >= 4096: e[5] = put(e[7])
        else:
            e[5] = len(minifat); n = -(-len(e[7]) // 64)
            for k in range(n): minifat.append(e[5] + k + 1 if k < n - 1 else END)
            mini += e[7].ljust(n * 64, b'\0')
    entries[0][6] = len(mini); entries[0][5] = put(mini)
    mf = put(b''.join(struct.pack('<I', x) for x in minifat + [FREE] * (-len(minifat) % 128)))
    raw = b''
    for name, kind, child, left, right, start, size, _ in entries:
        n = name.encode('utf-16-le') + b'\0\0'
        raw += n.ljust(64, b'\0') + struct.pack('<HBBIII', len(n), kind, 1, left, right, child)
        raw += (bytes.fromhex('0B0D020000000000C000000000000046') if kind == 5 else bytes(16)) + bytes(4 + 16) + struct.pack('<IQ', 0 if kind == 1 else start, size)
    raw += (b'\0' * 64 + struct.pack('<HBBIII', 0, 0, 0, FREE, FREE, FREE) + bytes(48)) * (-len(entries) % 4)
    directory = put(raw)
    assert len(fat) <= 128
    sectors[0] = b''.join(struct.pack('<I', x) for x in fat + [FREE] * (128 - len(fat)))
    head = bytes.fromhex('D0CF11E0A1B11AE1') + bytes(16) + struct.pack('<HHHHH', 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack('<IIIIIIIIII', 0, 1, directory, 0, 4096, mf, -(-len(minifat) // 128), END, 0, 0) + struct.pack('<I', FREE) * 108
    path.write_bytes(head + b''.join(sectors))

def props(values, header):
    """values: {tag: value}; returns the streams and the property stream"""
    streams, table = {}, b''
    for tag, value in values.items():
        kind = tag & 0xFFFF
        if kind == 0x1F:
            data = value.encode('utf-16-le'); streams[f'__substg1.0_{tag:08X}'] = data; v = struct.pack('<II', len(data) + 2, 0)
        elif kind == 0x102:
            streams[f'__substg1.0_{tag:08X}'] = value; v = struct.pack('<II', len(value), 0)
        elif kind == 0x0D:
            streams[f'__substg1.0_{tag:08X}'] = value; v = struct.pack('<II', FREE, 1)
        elif kind == 3: v = struct.pack('<iI', value, 0)
        elif kind == 0x40: v = struct.pack('<Q', int((value - datetime(1601, 1, 1, tzinfo=timezone.utc)).total_seconds()) * 10**7)
        table += struct.pack('<II', tag, 6) + v
    streams['__properties_version1.0'] = header + table
    return streams

def message(values, recipients=(), attachments=(), top=True):
    values = {0x001A001F: 'IPM.Note', 0x340D0003: 0x40000, **values}
    head = bytes(8) + struct.pack('<IIII', len(recipients), len(attachments), len(recipients), len(attachments)) + (bytes(8) if top else b'')
    tree = props(values, head)
    if top: tree['__nameid_version1.0'] = {f'__substg1.0_000{n}0102': b'' for n in (2, 3, 4)}
    for i, (name, mail) in enumerate(recipients):
        tree[f'__recip_version1.0_#{i:08X}'] = props({0x3001001F: name, 0x3003001F: mail, 0x39FE001F: mail, 0x0C150003: 1, 0x30000003: i}, bytes(8))
    for i, a in enumerate(attachments):
        tree[f'__attach_version1.0_#{i:08X}'] = props({0x0E210003: i, **a}, bytes(8))
    return tree

def when(*t): return datetime(*t, tzinfo=timezone.utc)
greek = ''.join(f"\\'{b:02x}" if b > 127 else chr(b) for b in 'Η συνάντηση μεταφέρεται στις 14 Μαΐου στην αίθουσα Β3.'.encode('cp1253'))
greek2 = ''.join(f"\\'{b:02x}" if b > 127 else chr(b) for b in 'Το κλειδί βρίσκεται στο θυρωρείο.'.encode('cp1253'))
rtf = (r'{\rtf1\ansi\ansicpg1253\fromhtml1 \fbidis \deff0{\fonttbl' '\r\n' r'{\f0\fswiss\fcharset161 Arial;}}' '\r\n' r'{\colortbl\red0\green0\blue0;}' '\r\n'
       r'\uc1\pard\plain\deftab360 \f0\fs24 ' '\r\n' r'{\*\htmltag19 <html>}{\*\htmltag34 <head>}{\*\htmltag161 <meta name="Generator" content="Microsoft Exchange Server">}{\*\htmltag41 </head>}{\*\htmltag50 <body>}'
       r'\htmlrtf \lang1032 \htmlrtf0 {\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 ' + greek + r'\htmlrtf\par}\htmlrtf0 {\*\htmltag72 </p>}' '\r\n'
       r'{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 ' + greek2 + r'\htmlrtf\par}\htmlrtf0 {\*\htmltag72 </p>}' '\r\n' r'{\*\htmltag58 </body>}{\*\htmltag27 </html>}}').encode('ascii')
mela = struct.pack('<II', len(rtf) + 12, len(rtf)) + b'MELA' + bytes(4) + rtf
cfb(message({0x0037001F: 'Αλλαγή αίθουσας', 0x0C1A001F: 'Ελένη Μαρκάκη', 0x0C1E001F: 'SMTP', 0x0C1F001F: 'eleni@example.gr', 0x0E04001F: 'Nikos Dimou',
     0x00390040: when(2026, 5, 4, 7, 15), 0x0E060040: when(2026, 5, 4, 7, 15), 0x3FDE0003: 1253, 0x10090102: mela}, [('Nikos Dimou', 'nikos@example.gr')]), D / 'allagi.msg')
attached = message({0x0037001F: 'Parts for the mower', 0x0C1A001F: 'Workshop Zeller', 0x0C1F001F: 'zeller@example.ch', 0x0E04001F: 'Urs Kaufmann', 0x00390040: when(2026, 4, 30, 12, 0),
     0x1000001F: 'The blade carrier has part number 88-1207 and is in stock again on 19 May.\r\n'}, [('Urs Kaufmann', 'urs@example.ch')], top=False)
html = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1252"></head><body><p>Grüezi Urs,</p><p>der Mäher bleibt bis <b>zum 20. Mai</b> in der Werkstatt – Kosten höchstens 380 €.</p><p>Gruß, Käthe</p></body></html>'.encode('cp1252')
cfb(message({0x0037001F: 'Der Mäher', 0x0C1A001F: 'Käthe Brunner', 0x0C1E001F: 'SMTP', 0x0C1F001F: 'kaethe@example.ch', 0x0E04001F: 'Urs Kaufmann',
     0x00390040: when(2026, 5, 5, 9, 40), 0x0E060040: when(2026, 5, 5, 9, 40), 0x3FDE0003: 1252, 0x10130102: html}, [('Urs Kaufmann', 'urs@example.ch')],
    [{0x37050003: 1, 0x37010102: 'Angebot 5512: Messer schärfen 45 Franken, Ölwechsel 60 Franken.\r\n'.encode('utf-8'), 0x3707001F: 'Angebot.txt', 0x3704001F: 'Angebot.txt', 0x370E001F: 'text/plain'},
     {0x37050003: 5, 0x3701000D: attached, 0x3001001F: 'Parts for the mower'}]), D / 'maeher.msg')
