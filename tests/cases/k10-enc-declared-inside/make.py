"""The encoding is said inside the file: XML declaration, <meta content="charset=gbk"> without a media type, Python coding line, LaTeX inputenc, .po header, vCard CHARSET; escapes in .properties and JSON; a page that says iso-8859-1 and holds the euro of cp1252 (browsers read it so).
reported: https://github.com/lexmount/moli/issues/156 (charset without media type ignored), https://github.com/chardet/chardet/issues/75 (a file with a coding line detected wrongly), https://github.com/jowave/vcard2to3/issues/3 (quoted-printable vCard)"""
from pathlib import Path
import json, quopri
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
def put(name, text, enc): (D / name).write_bytes(text.encode(enc))
put('stations.xml', '<?xml version="1.0" encoding="KOI8-R"?>\n<stations><station id="4"><name>Лесная</name><platform>Вторая платформа закрыта до августа</platform></station></stations>\n', 'koi8-r')
put('jiaju.html', '<!DOCTYPE html>\n<html><head><meta http-equiv="Content-Type" content="charset=gbk"><title>家居</title></head><body><p>沙发送货需要五个工作日。</p></body></html>\n', 'gbk')
put('zoll.html', '<html><head><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"><title>Zoll</title></head><body><p>Die Gebühr beträgt 12 € – zahlbar „bar“ am Schalter.</p></body></html>\n', 'cp1252')
put('tarif.py', '# -*- coding: iso-8859-15 -*-\n# Müllgebühr je Haushalt, gültig ab Jänner\nGEBUEHR = "87,20 €"  # Vierköpfige Haushalte\n', 'iso-8859-15')
put('aufsatz.tex', '\\documentclass{article}\n\\usepackage[latin1]{inputenc}\n\\begin{document}\nDie Lärche wächst im Hochmoor höchstens neun Meter hoch.\n\\end{document}\n', 'latin-1')
put('pl.po', 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=ISO-8859-2\\n"\n\nmsgid "Close the valve"\nmsgstr "Zamknij zawór, gdy ciśnienie spadnie poniżej dziesięciu"\n', 'iso-8859-2')
put('texte.properties', 'tuer.auf=Die T\\u00fcr \\u00f6ffnet um halb sechs\npreis=7 \\u20ac je Stunde\n', 'ascii')
(D / 'orte.json').write_text(json.dumps({'ort': 'Bad Königshöfen', 'hinweis': 'Brücke für Räder gesperrt', 'zeichen': '𝄞 im Wappen'}), encoding='ascii')
(D / 'kontakt.vcf').write_bytes(b'BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:K=F6nig;S=F8ren\r\nFN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:S=F8ren K=F6nig\r\nTEL;CELL:0049 171 2288\r\nEND:VCARD\r\n')
