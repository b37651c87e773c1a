"""Mail stores, not exports: Apple Mail .emlx (byte count before, property list after) and .partial.emlx, a Maildir file without suffix, a Thunderbird folder file without suffix with X-Mozilla headers and From-space mbox with CRLF."""
import os, sys; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
plist = '''<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
\t<key>conversation-id</key>
\t<integer>77120</integer>
\t<key>date-received</key>
\t<integer>1772700000</integer>
\t<key>flags</key>
\t<integer>8590195713</integer>
\t<key>subject</key>
\t<string>Plist subject is no text</string>
</dict>
</plist>
'''
def emlx(name, msg):
    b = msg.encode('utf-8'); put(name, (str(len(b)) + '       \n').encode() + b + plist.encode())
emlx('Messages/412.emlx', '''From: Greta Solberg <greta@fjord.example>
To: Nils <nils@fjord.example>
Subject: =?utf-8?Q?Tarp_for_the_boat_=E2=80=93_price?=
Date: Thu, 5 Mar 2026 09:40:00 +0100
Content-Type: multipart/alternative; boundary="Apple-Mail-7"
Mime-Version: 1.0

--Apple-Mail-7
Content-Transfer-Encoding: quoted-printable
Content-Type: text/plain; charset=utf-8

The tarp costs 1=C2=A0340 kroner and comes in grey.
--Apple-Mail-7
Content-Transfer-Encoding: quoted-printable
Content-Type: text/html; charset=utf-8

<html><body>The tarp costs <b>1=C2=A0340 kroner</b> and comes in grey.</body></html>
--Apple-Mail-7--
''')
emlx('Messages/413.partial.emlx', '''From: Nils <nils@fjord.example>
To: Greta Solberg <greta@fjord.example>
Subject: Winter berth
Date: Fri, 6 Mar 2026 19:02:00 +0100
Mime-Version: 1.0
Content-Type: multipart/mixed; boundary="Apple-Mail-8"

--Apple-Mail-8
Content-Type: text/plain; charset=us-ascii

Our winter berth is number 26, next to the crane.
--Apple-Mail-8
Content-Type: application/pdf; name="berths.pdf"
Content-Disposition: attachment; filename="berths.pdf"
X-Apple-Content-Length: 48121

--Apple-Mail-8--
''')
put('Maildir/new/1772871000.M201P77V1.mill', '''Return-Path: <old@mill.example>
Received: from mill.example (localhost [127.0.0.1])
\tby mill.example (Postfix) with ESMTP id 4F1; Sat, 7 Mar 2026 09:10:00 +0100 (CET)
From: Old Mill <old@mill.example>
To: list@mill.example
Subject: Flour on Saturday
Date: Sat, 7 Mar 2026 09:10:00 +0100
Content-Type: text/plain; charset=utf-8

We grind spelt on Saturday from ten; bring your own sacks.
''')
put('Mail/Local Folders/Inbox', '''From - Sun Mar 08 10:00:00 2026
X-Mozilla-Status: 0001
X-Mozilla-Status2: 00000000
X-Mozilla-Keys:                                                                                 
From: Choir <choir@hall.example>
To: all@hall.example
Subject: Rehearsal moved
Date: Sun, 8 Mar 2026 10:00:00 +0100
Content-Type: text/plain; charset=utf-8; format=flowed

The rehearsal moves to the old school, \nroom 12, because the hall has no heating.

From - Mon Mar 09 10:00:00 2026
X-Mozilla-Status: 0001
X-Mozilla-Status2: 10000000
From: Baker <baker@hall.example>
To: choir@hall.example
Subject: Buns
Date: Mon, 9 Mar 2026 07:00:00 +0100
Content-Type: text/html; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

<p>Sixty buns for the choir cost 48 =80.</p><p>Gr=FC=DFe vom B=E4cker</p>

'''.replace('\n', '\r\n'))
case(what='Apple Mail .emlx and .partial.emlx, a Maildir file and a Thunderbird folder file, both without suffix',
 reported=['https://github.com/imdinu/apple-mail-mcp/issues/39', 'https://github.com/kenn-io/msgvault/issues/457', 'https://github.com/s1t5/mail-archiver/issues/364', 'https://github.com/MailCore/mailcore2/issues/122'],
 must=['Greta Solberg', 'The tarp costs', '340 kroner', 'Tarp for the boat – price', 'Winter berth', 'Our winter berth is number 26, next to the crane', T('berths.pdf', 'berths'), 'Flour on Saturday', 'We grind spelt on Saturday from ten',
  'Rehearsal moved', 'The rehearsal moves to the old school, room 12, because the hall has no heating', 'Sixty buns for the choir cost 48 €', 'Grüße vom Bäcker'],
 order=False, sequence=['Rehearsal moved', 'Sixty buns for the choir cost 48 €'], mustnot=['Plist subject is no text', 'conversation-id', 'X-Mozilla-Status2', '=C2=A0'],
 question='What does the tarp for the boat cost?', answer='340 kroner',
 more=[{'question': 'Which number is our winter berth?', 'answer': '26'}])
