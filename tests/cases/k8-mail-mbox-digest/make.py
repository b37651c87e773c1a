# mbox as Thunderbird and old Forte Agent write it: a body line "From memory, ..." unquoted, a ">From " quoted one, format=flowed with DelSp,
# a multipart/digest whose parts have no Content-Type (message/rfc822 by default), and a base64 message/rfc822 without a name
import base64
fwd=b'''From: Pump service <service@pumper.example>\r\nTo: Anne Brekke <anne@water.example>\r\nSubject: Pump 6 overhaul\r\nDate: Mon, 12 Jan 2026 10:02:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nThe overhaul of pump 6 costs 18\xe2\x80\xaf400 kroner and takes nine days.\r\n'''
m=b'''From anne@water.example Mon Jan 12 11:20:41 2026
From: Anne Brekke <anne@water.example>
To: Odd Lien <odd@water.example>
Subject: Level of the upper basin
Date: Mon, 12 Jan 2026 11:20:41 +0100
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes

Hello Odd,

the level sensor of the upper basin shows 3.8 metres, the staff gau 
ge shows 4.1 metres.

From memory, the sensor was last calibrated in October 2023.

>From there the cable runs to cabinet 14.

Anne

From odd@water.example Tue Jan 13 08:05:10 2026
From: Odd Lien <odd@water.example>
To: Anne Brekke <anne@water.example>
Subject: Digest of the week
Date: Tue, 13 Jan 2026 08:05:10 +0100
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="OUT"

--OUT
Content-Type: text/plain

The two reports and the offer are enclosed.
--OUT
Content-Type: multipart/digest; boundary="DIG"

--DIG

From: Kari Moe <kari@water.example>
Subject: Chlorine report
Date: Thu, 8 Jan 2026 09:00:00 +0100

Chlorine at the outlet was 0.21 mg per litre.

--DIG

From: Jon Vik <jon@water.example>
Subject: Leak report
Date: Fri, 9 Jan 2026 15:30:00 +0100

The leak in Storgata was closed at 14:50.

--DIG--
--OUT
Content-Type: message/rfc822
Content-Disposition: attachment
Content-Transfer-Encoding: base64

'''+base64.encodebytes(fwd)+b'''--OUT--

'''
open('archive.mbox','wb').write(m)
