"""Subtitles with speakers, notes, inline times, entities, a blank line inside a block, missing numbers, BOM and tags; a calendar with folded lines, escapes, a rule, a to-do and an alarm; contacts in 2.1 with quoted-printable over lines and in 4.0 folded.
reported: https://github.com/docling-project/docling/issues/2525 (& fails), https://github.com/docling-project/docling-core/pull/744 (inline times: whole block dropped), https://github.com/jellyrock/jellyrock/issues/1007 (ids and notes shown as text),
          https://github.com/ics-py/ics-py/issues/215 (folding), https://github.com/jowave/vcard2to3/issues/4, https://github.com/mixerp/MixERP.Net.VCards/issues/16 (folded note lost)"""
from pathlib import Path
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
(D / 'council.vtt').write_text('''WEBVTT - Council meeting of 6 May
Kind: captions
Language: en

STYLE
::cue { color: yellow }

NOTE Checked by the town clerk, page 2 pending

intro-1
00:00:01.000 --> 00:00:05.200 align:start position:10%
<v Mayor Lindgren>Welcome. The budget for parks &amp; paths is 2.4 million.</v>

intro-2
00:00:05.400 --> 00:00:09.000
<v Ms Okoye>- Is the bridge in it?
- No, the bridge is paid by the region.

00:00:09.300 --> 00:00:12.000
The<00:00:09.600><c> vote</c><00:00:10.000><c> is</c><00:00:10.300><c> on</c><00:00:10.800><c> Thursday</c>

00:00:12.100 --> 00:00:15.000
We heard from Q&A that <i>nobody</i> objects.
''', encoding='utf-8')
(D / 'tour.srt').write_bytes(('\ufeff1\n00:00:00,500 --> 00:00:03,000\n<font color="#ffff00">The mill</font> was built\nin 1744.\n\n2\n00:00:03,200 --> 00:00:06,000 X1:40 X2:600 Y1:20 Y2:50\n{\\an8}Its wheel turns <b>eleven</b> times a minute.\n\n3\n00:01:10,000 --> 00:01:12,500\n12\n\n5\n00:01:13,000 --> 00:01:16,000\nThe stones weigh 900 kilos each.\n').replace('\n', '\r\n').encode('utf-8'))
(D / 'dates.ics').write_text('\r\n'.join(['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Nextcloud//EN', 'BEGIN:VEVENT', 'UID:77@x', 'DTSTAMP:20260301T080000Z', 'DTSTART;TZID=Europe/Oslo:20260611T173000', 'DTEND;TZID=Europe/Oslo:20260611T190000', 'RRULE:FREQ=WEEKLY;COUNT=6;BYDAY=TH',
    'SUMMARY:Rowing course\\, beginners', 'LOCATION:Boat house\\; lower door', 'DESCRIPTION:Bring dry clothes.\\nThe fee of 95 euros is paid to the treasurer befo', ' re the first evening.\\nLife jackets hang in the drying room.', 'ATTENDEE;CN="Hege Solberg";PARTSTAT=ACCEPTED:mailto:hege@example.no', 'BEGIN:VALARM', 'ACTION:DISPLAY', 'DESCRIPTION:Reminder', 'TRIGGER:-PT30M', 'END:VALARM', 'END:VEVENT',
    'BEGIN:VTODO', 'UID:78@x', 'DTSTAMP:20260301T080000Z', 'DUE;VALUE=DATE:20260520', 'SUMMARY:Varnish the oars', 'DESCRIPTION:Two coats; tin 4 in the loft.', 'END:VTODO', 'END:VCALENDAR', '']), encoding='utf-8')
(D / 'contacts.vcf').write_bytes('\r\n'.join(['BEGIN:VCARD', 'VERSION:2.1', 'N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=85kerl=C3=B6f;Bj=C3=B6rn;;;', 'FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Bj=C3=B6rn =C3=85kerl=C3=B6f', 'TEL;CELL;PREF:+46 70 118 22', 'NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Chimney sweep, comes in M=C3=A4rz=3B ladder is beh=', 'ind the shed=0D=0ACosts 650 kronor', 'END:VCARD',
    'BEGIN:VCARD', 'VERSION:4.0', 'FN:Dr. Inés Ferrer', 'ORG:Clinic Sant Pau;Dentistry', 'TEL;TYPE="work,voice";VALUE=uri:tel:+34-972-5566', 'ADR;TYPE=work:;;Carrer del Pont 9;Olot;;17800;Spain', 'BDAY:19770314', 'NOTE:Open on Saturdays too\\, from nine. Ring twice if the shutter is do', ' wn.', 'PHOTO:data:image/gif;base64,R0lGODlhAQABAAAAACw=', 'END:VCARD', '']).encode('utf-8'))
