"""Stores of records: SQLite with a view and a blob, a binary property list, YAML with several documents, anchors and folded blocks, JSON lines with escapes, a Telegram export whose sentences are cut into pieces, an ini in cp1251."""
import os, sys; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
import json, plistlib, sqlite3, datetime
f = out('loans.db')
if os.path.exists(f): os.remove(f)
db = sqlite3.connect(f)
db.executescript('''create table tool(id integer primary key, name text, shelf text, price real); create table loan(tool integer references tool, who text, until text, remark text);
insert into tool values(1,'Turf spade','R2',31.5),(2,'Peat knife','R4',18.0); insert into loan values(2,'Sunniva Berg','2026-06-30','Blade is to be sharpened before it comes back.');
create view out_now as select name, who from tool join loan on tool.id = loan.tool;'''); db.commit(); db.execute('vacuum'); db.close()
put('station.plist', plistlib.dumps({'Station': 'Weather hut 6', 'Keeper': {'Name': 'Åse Lind', 'Since': datetime.datetime(2019, 5, 1)}, 'Instruments': ['rain gauge', 'barometer of 1932'], 'Key under mat': False}, fmt=plistlib.FMT_BINARY))
put('crew.yaml', '''# crew list
defaults: &d
  watch: night watch from ten
skipper:
  <<: *d
  name: "Ren\\u00e9e \\
    Malvoisin"
rules: >-
  Nobody smokes
  in the net loft,

  nor on the pier.
menu: |
  Monday    pea soup
  Tuesday   cod
---
ship: 'Skipper''s Luck'
norway: no
...
---
!!binary_note
text: !note Harbour dues are 55 kroner
''')
put('calls.jsonl', '\n'.join(json.dumps(x) for x in ({'t': '08:10', 'caller': 'Zoë Ångström', 'note': 'lost a red kayak\nnear buoy 9'}, {'t': '08:44', 'caller': 'Pilot \U0001F6A2 3', 'note': 'fog bank, 200 m', 'tags': ['fog', {'level': 'amber'}]})) + '\n')
put('result.json', json.dumps({'name': 'Allotment 14', 'type': 'private_group', 'id': 99, 'messages': [
  {'id': 1, 'type': 'service', 'date': '2026-05-01T08:00:00', 'actor': 'Hanne', 'action': 'create_group', 'title': 'Allotment 14', 'text': ''},
  {'id': 2, 'type': 'message', 'date': '2026-05-02T09:00:00', 'from': 'Hanne', 'text': ['The water is ', {'type': 'bold', 'text': 'shut off'}, ' on ', {'type': 'italic', 'text': '7 May'}, ', fill your ', {'type': 'strikethrough', 'text': 'buckets'}, 'barrels.'], 'text_entities': [{'type': 'plain', 'text': 'The water is '}, {'type': 'bold', 'text': 'shut off'}, {'type': 'plain', 'text': ' on '}, {'type': 'italic', 'text': '7 May'}, {'type': 'plain', 'text': ', fill your '}, {'type': 'strikethrough', 'text': 'buckets'}, {'type': 'plain', 'text': 'barrels.'}]},
  {'id': 3, 'type': 'message', 'date': '2026-05-02T09:05:00', 'from': 'Bo', 'reply_to_message_id': 2, 'text': 'I have the key of the pump.', 'text_entities': [{'type': 'plain', 'text': 'I have the key of the pump.'}]},
  {'id': 4, 'type': 'message', 'date': '2026-05-02T09:09:00', 'from': 'Hanne', 'text': '', 'poll': {'question': 'Who cleans the pond?', 'closed': False, 'answers': [{'text': 'the left row', 'voters': 4}, {'text': 'the right row', 'voters': 6}]}}]}, indent=1, ensure_ascii=False))
put('pump.ini', '; насосная станция\r\n[Насос]\r\nНазвание=Северный колодец\r\nДавление=4 бара\r\n'.encode('cp1251'))
X = r'sqlite|\.db|plist|no loader'
case(what='SQLite, binary property list, multi-document YAML with folded text, JSON lines with escapes, Telegram export with sentences in pieces and a poll, ini in cp1251',
 reported=['https://github.com/telegramdesktop/tdesktop/pull/26295', 'https://github.com/titanwings/ex-skill/pull/23', 'https://github.com/paul-nameless/tg/issues/286'],
 must=[T('Turf spade', X), T('R2', X), T('Peat knife', X), T('Sunniva Berg', X), T('Blade is to be sharpened before it comes back', X), T('Weather hut 6', X), T('Åse Lind', X), T('barometer of 1932', X),
  'night watch from ten', 'Malvoisin', 'in the net loft', 'nor on the pier', 'pea soup', 'cod', 'Luck', 'Harbour dues are 55 kroner', 'Zoë Ångström', 'lost a red kayak', 'near buoy 9', 'fog bank, 200 m', 'amber',
  'Allotment 14', 'Hanne', 'The water is shut off on 7 May, fill your', 'barrels', 'I have the key of the pump', 'Who cleans the pond?', 'the right row', 'Северный колодец', '4 бара'],
 order=False, sequence=['The water is shut off on 7 May, fill your', 'I have the key of the pump', 'Who cleans the pond?'], mustnot=['\\u00eb', 'SQLite format', 'bplist00'],
 question='On which day is the water at Allotment 14 shut off?', answer='7 May',
 more=[{'question': 'Who has borrowed the peat knife?', 'answer': 'Sunniva Berg'}])
