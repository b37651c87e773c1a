"""Mail as Apple Mail writes it: text, attachment, text again (multipart/mixed with two text parts), and multipart/alternative whose attachment stands only in the HTML branch.
reported: https://github.com/ikvk/imap_tools/issues/247 (text after the inline image lost), https://github.com/nickrussler/email-to-pdf-converter/issues/70,
          https://github.com/hypermail-project/hypermail/issues/52 (attachment lost with the plain branch), https://github.com/php-mime-mail-parser/php-mime-mail-parser/issues/164"""
import base64, io, quopri
from pathlib import Path
import docx
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
(D / 'roof.eml').write_bytes(f'''From: Tove Lindqvist <tove@example.org>
To: Karl Boman <karl@example.org>
Subject: Roof of the boat house
Date: Tue, 21 Apr 2026 17:44:03 +0200
Message-Id: <A1B2-1@example.org>
Mime-Version: 1.0 (Mac OS X Mail 16.0 \\(3731.600.7\\))
Content-Type: multipart/mixed; boundary="Apple-Mail=_11AA"
X-Mailer: Apple Mail (2.3731.600.7)

--Apple-Mail=_11AA
Content-Transfer-Encoding: 7bit
Content-Type: text/plain;
\tcharset=us-ascii

Hello Karl,

the picture shows the ridge before the repair.


--Apple-Mail=_11AA
Content-Disposition: inline;
\tfilename=ridge.png
Content-Type: image/png;
\tx-unix-mode=0644;
\tname="ridge.png"
Content-Transfer-Encoding: base64

{PNG}
--Apple-Mail=_11AA
Content-Transfer-Encoding: quoted-printable
Content-Type: text/plain;
\tcharset=utf-8


And here is the price list of the slater; he asks for 2=E2=80=AF340 =E2=82=AC including the scaf=
folding.
He can start on 11 May if you agree by Friday.

Tove
--Apple-Mail=_11AA
Content-Disposition: attachment;
\tfilename=slates.csv
Content-Type: text/csv;
\tname="slates.csv"
Content-Transfer-Encoding: 7bit

Slate;Pieces;Price
Welsh purple;320;4.15
Norwegian grey;80;3.60

--Apple-Mail=_11AA--
'''.replace('\n', '\r\n').encode('utf-8'))
d = docx.Document(); d.add_paragraph('The roof warranty runs for twelve years and excludes moss.'); b = io.BytesIO(); d.save(b)
enc = base64.encodebytes(b.getvalue()).decode()
html = lambda s: quopri.encodestring(f'<html><head></head><body style="overflow-wrap: break-word;">{s}</body></html>'.encode()).decode()
(D / 'warranty.eml').write_bytes(f'''From: Tove Lindqvist <tove@example.org>
To: Karl Boman <karl@example.org>
Subject: Warranty
Date: Wed, 22 Apr 2026 08:10:40 +0200
Message-Id: <A1B2-2@example.org>
Mime-Version: 1.0 (Mac OS X Mail 16.0 \\(3731.600.7\\))
Content-Type: multipart/alternative;
\tboundary="Apple-Mail=_22BB"

--Apple-Mail=_22BB
Content-Transfer-Encoding: 7bit
Content-Type: text/plain;
\tcharset=us-ascii

Here is the warranty of the slater.



Please sign page one and keep the original.
--Apple-Mail=_22BB
Content-Type: multipart/mixed;
\tboundary="Apple-Mail=_33CC"

--Apple-Mail=_33CC
Content-Transfer-Encoding: quoted-printable
Content-Type: text/html;
\tcharset=us-ascii

{html("<div>Here is the <b>warranty</b> of the slater.</div><div><br></div>")}
--Apple-Mail=_33CC
Content-Disposition: inline;
\tfilename=warranty.docx
Content-Type: application/vnd.openxmlformats-officedocument.wordprocessingml.document;
\tname="warranty.docx"
Content-Transfer-Encoding: base64

{enc}
--Apple-Mail=_33CC
Content-Transfer-Encoding: quoted-printable
Content-Type: text/html;
\tcharset=us-ascii

{html("<div>Please sign page one and keep the original.</div>")}
--Apple-Mail=_33CC--

--Apple-Mail=_22BB--
'''.replace('\r\n', '\n').replace('\n', '\r\n').encode())
