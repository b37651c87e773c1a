"""Outlook items that are not mail: an appointment (place, start and end only in named properties), a contact (name, firm, telephones, address in properties), a sticky note, and a mail in 8-bit strings (code page 1251).
The compound file writer is that of k8-mail-msg; olefile reads the result."""
import os, sys; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
import struct
from datetime import datetime, timezone
from pathlib import Path
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
import uuid
def named(tree, names):
    """names: [(guid, long id)] -> 0x8000, 0x8001 ..."""
    guids = []
    entries = b''
    for i, (g, lid) in enumerate(names):
        if g not in guids: guids.append(g)
        entries += struct.pack('<IHH', lid, (3 + guids.index(g)) << 1, i)
    tree['__nameid_version1.0'] = {'__substg1.0_00020102': b''.join(uuid.UUID(g).bytes_le for g in guids), '__substg1.0_00030102': entries, '__substg1.0_00040102': b''}
    return tree
APPT, ADDR = '00062002-0000-0000-c000-000000000046', '00062004-0000-0000-c000-000000000046'
t = message({0x001A001F: 'IPM.Appointment', 0x0037001F: 'Inspection of the cable car', 0x1000001F: 'Bring the load book and the spare grip.\r\n', 0x0C1A001F: 'Petra Lenz', 0x0042001F: 'Petra Lenz', 0x00390040: when(2025, 12, 1, 8, 0),
  0x8000001F: 'Valley station, workshop 2', 0x80010040: when(2026, 5, 14, 7, 30), 0x80020040: when(2026, 5, 14, 9, 0)}, [('Urs Keller', 'urs@seilbahn.example'), ('Noemi Graf', 'noemi@seilbahn.example')])
cfb(named(t, [(APPT, 0x8208), (APPT, 0x820D), (APPT, 0x820E)]), Path(out('inspection.msg')))
t = message({0x001A001F: 'IPM.Contact', 0x0037001F: 'Ruben Ahl', 0x3001001F: 'Ruben Ahl', 0x3A06001F: 'Ruben', 0x3A11001F: 'Ahl', 0x3A16001F: 'Ahl & Daughters Rope Works', 0x3A17001F: 'Splicer',
  0x3A08001F: '+46 555 0182', 0x3A1C001F: '+46 555 0197', 0x1000001F: 'Delivers only on Thursdays.\r\n', 0x8000001F: 'ruben@ahlrope.example', 0x8001001F: 'Tjärgatan 8, 111 22 Hamnby'})
cfb(named(t, [(ADDR, 0x8083), (ADDR, 0x801B)]), Path(out('ropemaker.msg')))
t = message({0x001A001F: 'IPM.StickyNote', 0x0037001F: 'Code of the shed', 0x1000001F: 'Code of the shed\r\nis 4471, turn the handle upwards\r\n'})
cfb(t, Path(out('note.msg')))
# 8-bit strings as written by Outlook 97-2002: PT_STRING8, PR_MESSAGE_CODEPAGE 1251, store support mask without unicode
def props8(values, header):
    streams, table = {}, b''
    for tag, value in values.items():
        if tag & 0xFFFF == 0x1E:
            d = value.encode('cp1251'); streams[f'__substg1.0_{tag:08X}'] = d; v = struct.pack('<II', len(d) + 1, 0)
        elif tag & 0xFFFF == 3: v = struct.pack('<iI', value, 0)
        elif tag & 0xFFFF == 0x40: v = struct.pack('<Q', int((value - datetime(1601, 1, 1, tzinfo=timezone.utc)).total_seconds()) * 10**7)
        table += struct.pack('<II', tag, 6) + v
    streams['__properties_version1.0'] = header + table
    return streams
t = props8({0x001A001E: 'IPM.Note', 0x0037001E: 'Ремонт колокольни', 0x1000001E: 'Ремонт колокольни начнётся 3 июня.\r\nЛестница закрыта до осени.\r\n', 0x0C1A001E: 'Мария Орлова', 0x0C1F001E: 'maria@bell.example', 0x3FFD0003: 1251, 0x3FDE0003: 1251, 0x340D0003: 0, 0x00390040: when(2001, 5, 20, 6, 0)}, bytes(8) + struct.pack('<IIII', 0, 0, 0, 0) + bytes(8))
t['__nameid_version1.0'] = {f'__substg1.0_000{n}0102': b'' for n in (2, 3, 4)}
cfb(t, Path(out('remont.msg')))
case(what='.msg items that are no mail: appointment with place and start in named properties, contact, sticky note; and a mail in 8-bit strings of code page 1251',
 reported=['https://github.com/Sicos1977/MSGReader/issues/263', 'https://github.com/TeamMsgExtractor/msg-extractor/issues/149', 'https://github.com/TeamMsgExtractor/msg-extractor/issues/143', 'https://github.com/Sicos1977/MSGReader/issues/38'],
 must=['Inspection of the cable car', 'Valley station, workshop 2', '2026', 'Bring the load book and the spare grip', 'Petra Lenz', 'Urs Keller', 'Noemi Graf',
  'Ruben Ahl', 'Ahl & Daughters Rope Works', 'Splicer', '+46 555 0182', '+46 555 0197', 'ruben@ahlrope.example', 'Tjärgatan 8', '111 22 Hamnby', 'Delivers only on Thursdays',
  'Code of the shed', 'is 4471, turn the handle upwards', 'Ремонт колокольни', 'Мария Орлова', 'Ремонт колокольни начнётся 3 июня', 'Лестница закрыта до осени'],
 order=False, mustnot=[],
 question='Where does the inspection of the cable car take place?', answer='Valley station, workshop 2',
 more=[{'question': "What is Ruben Ahl's trade or job title?", 'answer': 'Splicer'}])
