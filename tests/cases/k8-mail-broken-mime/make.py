"""Mail as it arrives broken: no closing boundary, the boundary in the middle of a line, one boundary that begins like another, base64 with a list footer behind it, a body said to be 7bit that is UTF-8, invalid quoted-printable, a type that is no type."""
import os, sys; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
import base64
def mail(name, subject, rest, frm='Vera Holt <vera@parish.example>'):
    put(name, (f'From: {frm}\nTo: council@parish.example\nSubject: {subject}\nDate: Fri, 10 Apr 2026 10:00:00 +0200\nMIME-Version: 1.0\n'.encode() + (rest if isinstance(rest, bytes) else rest.encode('utf-8'))).replace(b'\r\n', b'\n').replace(b'\n', b'\r\n'))
mail('noend.eml', 'Bridge closed', '''Content-Type: multipart/mixed; boundary="BND"

--BND
Content-Type: text/plain; charset=utf-8

The bridge stays closed; see the sheet --BND for details
and use the ford at Elm Farm until 30 April.
--BND
Content-Type: text/plain; charset=utf-8; name="detour.txt"
Content-Disposition: attachment; filename="detour.txt"

Detour: past the smithy, then left at the white cross.
Lorries over 9 tonnes turn at the dairy
''')
mail('prefix.eml', 'Two boundaries', '''Content-Type: multipart/mixed; boundary="part"

This is a multi-part message in MIME format.

--part
Content-Type: multipart/alternative; boundary="part1"

--part1
Content-Type: text/plain; charset=utf-8

The well house needs a new roof: 2400 crowns.
--part1
Content-Type: text/html; charset=utf-8

<p>The well house needs a new roof: <b>2400 crowns</b>.</p>
--part1--

--part
Content-Type: text/plain; charset=utf-8; name="slates.txt"
Content-Disposition: attachment; filename="slates.txt"

Slates come from the quarry at Tarn.
--part--
''')
mail('footer.eml', 'Hall keys', 'Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n' + base64.encodebytes('Die Schlüssel der Halle liegen ab Mai bei Jörg Täuber im Pfarrhaus.\nErsatzschlüssel: Schublade 7.\n'.encode()).decode() + '\n_______________________________________________\nCouncil mailing list\nUnsubscribe: council-leave@parish.example\n')
mail('sevenbit.eml', 'Žlab u mlýna', 'Content-Type: text/plain; charset=us-ascii\nContent-Transfer-Encoding: 7bit\n\nŽlab u mlýna opraví tesař Křížek do středy.\n')
mail('qp.eml', 'Prices', b'Content-Type: text/plain; charset="utf-8\nContent-Transfer-Encoding: quoted-printable\n\nEggs cost 3 =E2=82=AC a dozen; 2+2=4 as always, and the egg box =  \ncosts =zz nothing. Caf=C3=A9 opens at 8.=\n')
mail('notype.eml', 'Plough', 'Content-Type: text\nContent-Transfer-Encoding: 8-bit\n\nThe plough goes to the museum on 2 May; the shed stays open.\n')
case(what='no closing boundary, boundary in the middle of a line, a boundary that begins like another, base64 followed by a list footer, UTF-8 declared us-ascii 7bit, invalid quoted-printable and an open quote, invalid type and encoding names',
 reported=['https://github.com/stalwartlabs/mail-parser/issues/156', 'https://github.com/mjl-/mox/issues/315', 'https://github.com/IndySockets/Indy/issues/59', 'https://github.com/MailCore/mailcore2/issues/122'],
 must=['Bridge closed', 'The bridge stays closed; see the sheet --BND for details and use the ford at Elm Farm until 30 April', 'Detour: past the smithy, then left at the white cross', 'Lorries over 9 tonnes turn at the dairy',
  'The well house needs a new roof', '2400 crowns', 'Slates come from the quarry at Tarn', 'Die Schlüssel der Halle liegen ab Mai bei Jörg Täuber im Pfarrhaus', 'Ersatzschlüssel: Schublade 7',
  'Žlab u mlýna opraví tesař Křížek do středy', 'Žlab u mlýna', 'Eggs cost 3 € a dozen', '2+2=4 as always', 'Café opens at 8', 'The plough goes to the museum on 2 May; the shed stays open'],
 order=False, sequence=['Bridge closed', 'Detour: past the smithy, then left at the white cross'], mustnot=['RGllIFNjaGz', '=E2=82=AC', 'This is a multi-part message'],
 question='Where do lorries over 9 tonnes turn?', answer='at the dairy',
 more=[{'question': 'Wo liegt der Ersatzschlüssel der Halle?', 'answer': 'Schublade 7'}])
