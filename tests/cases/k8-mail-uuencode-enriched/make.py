"""Before and beside MIME: a uuencoded text file in a plain body, text/enriched as the only body, a Mac attachment as multipart/appledouble, a gzip and an octet-stream attachment that are text."""
import os, sys; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
import base64, binascii, gzip
def uu(name, data):
    lines = [data[i:i + 45] for i in range(0, len(data), 45)]
    return f'begin 644 {name}\n' + ''.join(binascii.b2a_uu(x, backtick=True).decode() for x in lines) + '`\nend\n'
notes = b'Well no. 3: 41 buckets a day.\nWell no. 4: dry since the ninth of August.\nThe rope of well no. 5 was replaced.\n'
put('wells.eml', f'''From: Tomas Reyl <tomas@wells.example>
To: warden@wells.example
Subject: Readings of the wells
Date: Tue, 11 Aug 1998 17:20:00 +0200

Here are the readings as a file.

{uu('WELLS.TXT', notes)}
Please begin 4 days earlier next month, or we end too late.
''')
put('enriched.eml', '''From: Lise Dahl <lise@orchard.example>
To: pickers@orchard.example
Subject: Picking
Date: Wed, 2 Sep 2026 06:00:00 +0200
MIME-Version: 1.0
Content-Type: text/enriched; charset=us-ascii

<bold>Picking starts on Monday</bold> in the <italic>upper</italic>
row.


Baskets with <<10 kg go to the press. <nofill>
Red ladder   Karl
Blue ladder  Mette
</nofill><color><param>red</param>Nobody climbs the pear tree.</color>
''')
apple = b'\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        \x00\x01\x00\x00\x00\x09\x00\x00\x00\x26\x00\x00\x00\x20TEXTttxt' + bytes(24)
put('apple.eml', f'''From: Ewan Firth <ewan@tide.example>
To: pilots@tide.example
Subject: Bar soundings
Date: Thu, 3 Sep 2026 11:00:00 +0100
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="=_mac"

--=_mac
Content-Type: text/plain; charset="us-ascii"

Soundings attached twice.

--=_mac
Content-Type: multipart/appledouble; boundary="=_dbl"

--=_dbl
Content-Type: application/applefile; name="Soundings"
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="Soundings"

{base64.encodebytes(apple).decode()}
--=_dbl
Content-Type: text/plain; charset=macintosh; name="Soundings"
Content-Transfer-Encoding: quoted-printable
Content-Disposition: attachment; filename="Soundings"

North bar 2.4 fathoms at low water=0DSouth bar 1.9 fathoms=0DL=8Ange der Barre: 80 m

--=_dbl--

--=_mac
Content-Type: application/gzip; name="buoys.csv.gz"
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="buoys.csv.gz"

{base64.encodebytes(gzip.compress(b'Buoy,Light' + chr(10).encode() + b'Kettle,two green flashes' + chr(10).encode() + b'Sow,steady white' + chr(10).encode(), mtime=0)).decode()}
--=_mac
Content-Type: application/octet-stream; name="pilots.md"
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="pilots.md"

{base64.encodebytes(b'# Pilots on duty' + chr(10).encode() + b'Saturday: Morag Innes' + chr(10).encode()).decode()}
--=_mac--
''')
case(what='uuencoded text file in a plain body, text/enriched as the only body, text in multipart/appledouble, gzip and octet-stream attachments',
 reported=['https://github.com/jstedfast/MimeKit/issues/1143', 'https://github.com/apache/ponymail/issues/289', 'https://github.com/deltachat/deltachat-core/issues/90', 'https://github.com/mysociety/alaveteli/issues/941'],
 must=['Readings of the wells', 'Here are the readings as a file', 'Well no. 3: 41 buckets a day', 'Well no. 4: dry since the ninth of August', 'Please begin 4 days earlier next month, or we end too late',
  'Picking starts on Monday', 'in the', 'upper', 'row', 'Baskets with <10 kg go to the press', 'Red ladder', 'Karl', 'Blue ladder', 'Mette', 'Nobody climbs the pear tree',
  'Soundings attached twice', 'North bar 2.4 fathoms at low water', 'South bar 1.9 fathoms', 'Länge der Barre: 80 m', T('two green flashes', 'buoys|gz'), 'Saturday: Morag Innes'],
 order=False, sequence=['Picking starts on Monday', 'Nobody climbs the pear tree', 'Here are the readings as a file'],
 mustnot=['begin 644', '<bold>', '<param>', 'red</param>', 'TEXTttxt'],
 question='Since when is well no. 4 dry?', answer='since the ninth of August',
 more=[{'question': 'Which pilot is on duty on Saturday?', 'answer': 'Morag Innes'}])
