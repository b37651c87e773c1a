"""An .mbox with a quoted and an unquoted line that begins with 'From ' in the text; a calendar invitation whose place and text stand only in the text/calendar part;
a mail from Outlook whose text and file are inside winmail.dat (TNEF).
reported: https://github.com/ietf-tools/mailarchive/issues/4117 and https://github.com/thunderbird/import-export-tools-ng/issues/329 (From lines),
          https://github.com/nylas-mail-lives/nylas-mail/issues/132 and https://github.com/mustang-im/mustang/issues/681 (invitation), https://github.com/nodemailer/mailparser/issues/145 (TNEF)"""
import base64, struct
from pathlib import Path
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
(D / 'choir.mbox').write_text('''From maja@example.se Mon Jan 12 19:02:11 2026
From: Maja Sund <maja@example.se>
To: choir@example.se
Subject: Rehearsals in spring
Date: Mon, 12 Jan 2026 20:02:11 +0100
Content-Type: text/plain; charset=utf-8

Dear all,

>From February on we rehearse in the chapel hall.

From my point of view the altos should come half an hour earlier,
at 18:30.

Maja

From olle@example.se Tue Jan 13 08:45:00 2026
From: Olle Berg <olle@example.se>
To: choir@example.se
Subject: Re: Rehearsals in spring
Date: Tue, 13 Jan 2026 09:45:00 +0100
Content-Type: text/plain; charset=utf-8

The chapel hall is locked; the key hangs at Majvor's, Back Lane 5.

Maja Sund wrote:
> From February on we rehearse in the chapel hall.

From - Wed Jan 14 10:00:00 2026
X-Mozilla-Status: 0001
From: Elin Dahl <elin@example.se>
To: choir@example.se
Subject: Scores
Date: Wed, 14 Jan 2026 10:00:00 +0100
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="q"

--q
Content-Type: text/plain; charset=utf-8

The scores cost 85 kronor; the list is attached.
--q
Content-Type: text/plain; charset=utf-8; name="scores.txt"
Content-Disposition: attachment; filename="scores.txt"

Tenor folder 7 is missing the Magnificat.
--q--

''', encoding='utf-8')
(D / 'invitation.eml').write_bytes('''From: "Lund, Erik" <erik@firm.example>
To: Nina Foss <nina@firm.example>
Subject: Handover of the van
Date: Thu, 15 Jan 2026 13:20:00 +0000
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="_000_"

--_000_
Content-Type: text/plain; charset="us-ascii"


--_000_
Content-Type: text/calendar; charset="utf-8"; method=REQUEST
Content-Transfer-Encoding: 8bit

BEGIN:VCALENDAR
METHOD:REQUEST
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
BEGIN:VEVENT
ORGANIZER;CN="Lund, Erik":mailto:erik@firm.example
ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;CN="Foss, Nina":mailto:n
 ina@firm.example
DESCRIPTION;LANGUAGE=en-GB:Bring the registration papers and both keys. The
  winter tyres are stored at Hansen's\\, rack 22.\\n
SUMMARY;LANGUAGE=en-GB:Handover of the van
DTSTART;TZID=W. Europe Standard Time:20260122T140000
DTEND;TZID=W. Europe Standard Time:20260122T143000
LOCATION;LANGUAGE=en-GB:Yard of depot Nord\\, gate 3
UID:040000008200E00074C5B7101A82E008
END:VEVENT
END:VCALENDAR
--_000_--
'''.replace('\n', '\r\n').encode())
def attr(level, tag, data): return struct.pack('<BII', level, tag, len(data)) + data + struct.pack('<H', sum(data) & 0xFFFF)
tnef = struct.pack('<IH', 0x223E9F78, 1)
tnef += attr(1, 0x00089006, struct.pack('<I', 0x00010000)) + attr(1, 0x00069007, struct.pack('<II', 1252, 0)) + attr(1, 0x00078008, b'IPM.Microsoft Mail.Note\0') + attr(1, 0x00018004, b'Keys for the lift\0')
tnef += attr(1, 0x0002800C, b'The lift key is number 17 and hangs in the boiler room.\r\n\0')
tnef += attr(2, 0x00069002, struct.pack('<HIHHI', 1, 0xFFFFFFFF, 32, 32, 0)) + attr(2, 0x0006800F, b'The lift is serviced every second Tuesday by Kranz Ltd.\r\n') + attr(2, 0x00018010, b'service.txt\0')
(D / 'lift.eml').write_bytes(('''From: Property Office <office@house.example>
To: tenants@house.example
Subject: Keys for the lift
Date: Fri, 16 Jan 2026 07:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="----_=_NextPart_001"

------_=_NextPart_001
Content-Type: text/plain; charset="iso-8859-1"

Please read the attached text about the lift.

------_=_NextPart_001
Content-Type: application/ms-tnef; name="winmail.dat"
Content-Disposition: attachment; filename="winmail.dat"
Content-Transfer-Encoding: base64

''' + base64.encodebytes(tnef).decode() + '------_=_NextPart_001--\n').replace('\n', '\r\n').encode())
