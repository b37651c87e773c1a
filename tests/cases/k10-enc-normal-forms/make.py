"""UTF-8 that looks right and is not found: decomposed accents (file names and texts from a Mac), soft hyphens and zero-width spaces inside words, ligature characters, no-break spaces inside numbers, bidi marks around a number."""
import os, sys; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
import unicodedata
d = lambda s: unicodedata.normalize('NFD', s)
put(d('Übersicht.txt'), d('Übersicht der Mühlen am Fluß\nDie Mühle in Grünöd mahlt täglich, die in Ödhöfen nur samstags.\nMüller: Götz Äckerle\n'))
put('rates.csv', 'Café,Größe,Preis\n'.encode('utf-8').decode() + d('Café Zoé,größer,12\nCrémerie Noël,klein,9\n'))
put('letter.md', '# Kinder\u00adgarten\u00adordnung\n\nDie Auf\u00adsichts\u00adpflicht endet um 16\u00a0Uhr. Der Bei\u200btrag ist 1\u202f250\u00a0Euro im Jahr.\n\nThe o\ufb03ce keeps the \ufb01re plan on the \ufb02oor above. Tele\u2060phone: \u200e+49\u00a0711\u00a0555\u00a00199\u200e.\n')
put('mahmal.txt', 'رقم الغرفة: \u200f104\u200f\nالمـــدير: سامي\n')
case(what='decomposed accents in text, CSV and a file name; soft hyphens, zero-width spaces and word joiners inside words; ligature characters; narrow no-break spaces in numbers; bidi marks, tatweel',
 reported=['https://github.com/trilbymedia/grav-plugin-tntsearch/issues/133', 'https://github.com/contao/core/issues/8389', 'https://github.com/Woundorf/foxreplace/issues/393', 'https://github.com/pymupdf/PyMuPDF/issues/1503'],
 must=['Übersicht der Mühlen am Fluß', 'Die Mühle in Grünöd mahlt täglich', 'die in Ödhöfen nur samstags', 'Götz Äckerle', 'Café Zoé', 'größer', '12', 'Crémerie Noël', 'Kindergartenordnung', 'Die Aufsichtspflicht endet um 16 Uhr', 'Beitrag ist 1 250 Euro im Jahr', 'The office keeps the fire plan on the floor above', 'Telephone', '+49 711 555 0199', '104', 'سامي'],
 order=False, mustnot=[],
 question='Wer ist der Müller von Grünöd?', answer='Götz Äckerle',
 more=[{'question': 'Wann endet die Aufsichtspflicht?', 'answer': '16 Uhr'}])
