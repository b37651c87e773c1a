"""S/MIME opaque signature (the whole message lies inside smime.p7m, not encrypted), PGP clear-signed text, detached signature with an attachment, and one PGP/MIME message that is really encrypted and can only be named."""
import os, sys; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
import base64, datetime
from cryptography import x509
from cryptography.x509.oid import NameOID
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
key = ec.generate_private_key(ec.SECP256R1())
name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, 'Mika Aalto')])
cert = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(8812).not_valid_before(datetime.datetime(2026, 1, 1)).not_valid_after(datetime.datetime(2030, 1, 1)).sign(key, hashes.SHA256()))
crlf = lambda s: s.replace('\r\n', '\n').replace('\n', '\r\n').encode('utf-8')
inner = crlf('''Content-Type: multipart/mixed; boundary="in1"

--in1
Content-Type: multipart/alternative; boundary="in2"

--in2
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

The turbine at Koskela weir will stand still from 4 to 11 June.
Käyntiluvan numero on 5521.

--in2
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: 8bit

<p>The turbine at Koskela weir will stand still from 4 to 11 June.</p><p>Käyntiluvan numero on 5521.</p>

--in2--
--in1
Content-Type: text/csv; charset=utf-8; name="spares.csv"
Content-Disposition: attachment; filename="spares.csv"

Part,Shelf
Guide vane bolt,C4
Shaft seal,C9
--in1--
''')
der = pkcs7.PKCS7SignatureBuilder().set_data(inner).add_signer(cert, key, hashes.SHA256()).sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
head = 'From: Mika Aalto <mika@weir.example>\nTo: Office <office@weir.example>\nDate: Mon, 4 May 2026 08:10:00 +0300\nMIME-Version: 1.0\n'
put('opaque.eml', crlf(head + 'Subject: Standstill of the turbine\nContent-Type: application/pkcs7-mime; smime-type=signed-data; name="smime.p7m"\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename="smime.p7m"\n\n' + base64.encodebytes(der).decode()))
put('clearsigned.eml', crlf(head + '''Subject: Key of the boathouse
Content-Type: text/plain; charset=utf-8

-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA512

The key of the boathouse hangs behind the second oar.
- - Take it only with the harbour master.
- - Bring it back before nine.
-----BEGIN PGP SIGNATURE-----

iHUEARYKAB0WIQQ7bG9yZW0gaXBzdW0gZG9sb3Igc2l0AAoJEGFtZXQgY29uc2Vj
dGV0dXIAAQD9Zm9vYmFyYmF6cXV4ZnJvYm96enk=
=Qz1a
-----END PGP SIGNATURE-----
'''))
put('detached.eml', crlf(head + '''Subject: Ice report
Content-Type: multipart/signed; protocol="application/pgp-signature"; micalg=pgp-sha512; boundary="sig"

--sig
Content-Type: multipart/mixed; boundary="sin"

--sin
Content-Type: text/plain; charset=iso-8859-15
Content-Transfer-Encoding: quoted-printable

The ice on the upper pond is 31 cm, on the lower one 18 cm. K=E4velk=E4=E4 varoen.
--sin
Content-Type: text/plain; name="holes.txt"
Content-Disposition: attachment; filename="holes.txt"

Holes were cut at the pier and at the red barn.
--sin--

--sig
Content-Type: application/pgp-signature; name="signature.asc"

-----BEGIN PGP SIGNATURE-----

iHUEARYKAB0WIQQ7bG9yZW0gaXBzdW0gZG9sb3Igc2l0AAoJEGFtZXQgY29uc2Vj
=Qz1a
-----END PGP SIGNATURE-----
--sig--
'''))
cipher = base64.encodebytes(bytes([0x84, 0x5e]) + bytes((i * 73 + 41) % 256 for i in range(400))).decode()
put('sealed.eml', crlf(head + f'''Subject: Sealed bids
Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="enc"

--enc
Content-Type: application/pgp-encrypted

Version: 1

--enc
Content-Type: application/octet-stream; name="encrypted.asc"
Content-Disposition: inline; filename="encrypted.asc"

-----BEGIN PGP MESSAGE-----

{cipher}=aB3d
-----END PGP MESSAGE-----
--enc--
'''))
case(what='S/MIME opaque signature with the body and a CSV inside smime.p7m, PGP clear-signed text with dash escapes, detached PGP signature with an attachment, one really encrypted message that must be named',
 reported=['https://github.com/zammad/zammad/issues/6376', 'https://github.com/ddeboer/imap/issues/467', 'https://github.com/bbottema/outlook-message-parser/issues/4', 'https://github.com/linagora/tmail-backend/issues/1159'],
 must=['Standstill of the turbine', 'Mika Aalto', 'The turbine at Koskela weir will stand still from 4 to 11 June', 'Käyntiluvan numero on 5521', 'Guide vane bolt', 'C4', 'Shaft seal', 'C9',
  'Key of the boathouse', 'The key of the boathouse hangs behind the second oar', 'Take it only with the harbour master', 'Bring it back before nine',
  'Ice report', 'The ice on the upper pond is 31 cm', 'Kävelkää varoen', 'Holes were cut at the pier and at the red barn',
  'Sealed bids', T('(the encrypted words)', 'encrypt|decrypt')],
 order=False, sequence=['Standstill of the turbine', 'The turbine at Koskela weir will stand still from 4 to 11 June', 'Guide vane bolt'],
 mustnot=['iHUEARYKAB0WIQQ7'],
 question='When will the turbine at Koskela weir stand still?', answer='from 4 to 11 June',
 more=[{'question': 'On which shelf is the shaft seal?', 'answer': 'C9'}])
