# Outlook "forward meeting": body only text/calendar, base64, folded, X-ALT-DESC html, escaped commas; second: Google invite with a stub text part
import base64
ics='\r\n'.join(['BEGIN:VCALENDAR','METHOD:REQUEST','PRODID:Microsoft Exchange Server 2010','VERSION:2.0','BEGIN:VTIMEZONE','TZID:W. Europe Standard Time','BEGIN:STANDARD','DTSTART:16010101T030000','TZOFFSETFROM:+0200','TZOFFSETTO:+0100','END:STANDARD','END:VTIMEZONE','BEGIN:VEVENT','ORGANIZER;CN=Marta Østby:mailto:marta@kraft.example','ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;CN=Per Dahl:mailto:per@kraft.example','DESCRIPTION;LANGUAGE=nb-NO:Agenda: spillway gates\\, budget and the dive on 8 June.\\','  nBring the key of gate house 2\\; the code of the lock is 4471.\\n','SUMMARY;LANGUAGE=en-GB:Dam inspection walk','DTSTART;TZID=W. Europe Standard Time:20260603T093000','DTEND;TZID=W. Europe Standard Time:20260603T113000','LOCATION;LANGUAGE=en-GB:Meeting point car park Nord','UID:040000008200E00074C5','END:VEVENT','END:VCALENDAR','']).replace('\\\r\n  n','\\\r\n n')
open('dam.eml','wb').write(b'From: Marta =?iso-8859-1?Q?=D8stby?= <marta@kraft.example>\r\nTo: Per Dahl <per@kraft.example>\r\nSubject: FW: Dam inspection walk\r\nDate: Mon, 18 May 2026 12:00:00 +0200\r\nMIME-Version: 1.0\r\nContent-Type: text/calendar; charset="utf-8"; method=REQUEST\r\nContent-Transfer-Encoding: base64\r\n\r\n'+base64.encodebytes(ics.encode()).replace(b'\n',b'\r\n'))
open('turbine.eml','w',newline='\r\n',encoding='utf-8').write('''From: Kalender <noreply@kraft.example>
To: per@kraft.example
Subject: Invitation
Date: Tue, 19 May 2026 09:00:00 +0200
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="B1"

--B1
Content-Type: multipart/alternative; boundary="B2"

--B2
Content-Type: text/plain; charset=utf-8

Your mail program cannot show this invitation.
--B2
Content-Type: text/html; charset=utf-8

<html><body><div style="display:none;max-height:0">preheader</div><p>Turbine 2 stands still from <b>22 June</b> to <b>4 July</b> for the new runner.</p></body></html>
--B2--
--B1
Content-Type: application/ics; name="invite.ics"
Content-Disposition: attachment; filename="invite.ics"

BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
SUMMARY:Crane for the runner
LOCATION:Power house hall\\, door 5
DTSTART:20260622T060000Z
END:VEVENT
END:VCALENDAR
--B1--
''')
