"""Plain part is a stub; header words split inside a character and in several charsets; RFC 2231 file name; ISO-2022-JP body; no charset declared (cp1252 bytes);
format=flowed with quoted history; base64 text.
reported: https://github.com/Unstructured-IO/unstructured/issues/1546 (base64 text part), https://github.com/Unstructured-IO/unstructured/issues/1504 (part chosen wrongly),
          https://github.com/mikel/mail/issues/467 (RFC 2231 names), https://github.com/smiley22/S22.Imap/issues/28 (koi8-r name)"""
import base64
from pathlib import Path
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
def put(name, data): (D / name).write_bytes(data.replace(b'\r\n', b'\n').replace(b'\n', b'\r\n'))
put('stub.eml', b'''From: =?utf-8?Q?Stadtwerke_M=C3=BChlbach?= <info@sw.example>
To: kunde@example.net
Subject: =?utf-8?B?SWhyZSBBYnJlY2hudW5nIGbDvHIgU2Now7ZuYmFjaCDigJMgTmFjaHphaGx1bmcgNDc=?=
 =?utf-8?B?LDMwIOKCrA==?=
Date: Mon, 9 Mar 2026 06:00:00 +0100
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="x1"

--x1
Content-Type: text/plain; charset=utf-8

Your mail program cannot show HTML. Open this message in a browser: https://sw.example/v/8812
--x1
Content-Type: text/html; charset=iso-8859-15
Content-Transfer-Encoding: quoted-printable

<html><body><table width=3D"600"><tr><td><h2>Ihre Abrechnung</h2>
<p>F=FCr die Z=E4hlernummer 771-09 haben Sie 1=A0932 kWh verbraucht.</p>
<p>Bitte =FCberweisen Sie 47,30 =A4 bis zum 31.&nbsp;M=E4rz.</p></td></tr></table>
<img src=3D"https://sw.example/p.gif" width=3D"1" height=3D"1" alt=3D""></body></html>
--x1--
''')
jp = '会議は三月十二日の午後二時に第三会議室で行います。'.encode('iso-2022-jp')
put('kaigi.eml', b'''From: =?ISO-2022-JP?B?''' + base64.b64encode('田中健一'.encode('iso-2022-jp')) + b'''?= <tanaka@example.jp>
To: sato@example.jp
Subject: =?ISO-2022-JP?B?''' + base64.b64encode('会議の予定'.encode('iso-2022-jp')) + b'''?=
Date: Tue, 10 Mar 2026 09:30:00 +0900
MIME-Version: 1.0
Content-Type: text/plain; charset=ISO-2022-JP
Content-Transfer-Encoding: 7bit

''' + jp + b'\n')
put('raw8bit.eml', b'''From: Ren\xe9 Dufour <rene@example.fr>
To: mairie@example.fr
Subject: Cl\xe9 de la chapelle
Date: Wed, 11 Mar 2026 18:21:00 +0100

Bonjour, la cl\xe9 de la chapelle est chez Mme B\xe9rang\xe8re, derri\xe8re le four \xe0 pain.
Elle co\xfbte 12 \x80 \xe0 remplacer.
''')
body = base64.encodebytes('Привет, ключ от склада лежит у Ольги в третьем ящике.\n'.encode('koi8-r'))
put('sklad.eml', b'''From: =?koi8-r?B?''' + base64.b64encode('Иван Петров'.encode('koi8-r')) + b'''?= <ivan@example.ru>
To: olga@example.ru
Subject: =?koi8-r?Q?=EB=CC=C0=DE?=
Date: Thu, 12 Mar 2026 10:00:00 +0300
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="y"

--y
Content-Type: text/plain; charset=koi8-r
Content-Transfer-Encoding: base64

''' + body + b'''--y
Content-Type: text/plain; charset=utf-8;
 name*0*=utf-8\'\'%D0%9E%D0%BF%D0%B8%D1%81%D1%8C%20;
 name*1*=%D1%81%D0%BA%D0%BB%D0%B0%D0%B4%D0%B0.txt
Content-Disposition: attachment;
 filename*0*=utf-8\'\'%D0%9E%D0%BF%D0%B8%D1%81%D1%8C%20;
 filename*1*=%D1%81%D0%BA%D0%BB%D0%B0%D0%B4%D0%B0.txt
Content-Transfer-Encoding: 8bit

''' + 'На складе стоят сорок две бочки.\n'.encode() + b'''--y--
''')
put('flowed.eml', b'''From: Anke Riis <anke@example.dk>
To: Bo Lund <bo@example.dk>
Subject: Re: Ferry tickets
Date: Fri, 13 Mar 2026 12:00:00 +0100
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes
Content-Transfer-Encoding: 8bit

The group ticket is valid for eleven people and has to be shown toge 
ther with the pass of the leader.

On Thu, 12 Mar 2026, Bo Lund wrote:
> How many people may travel on the group 
>  ticket?
''')
