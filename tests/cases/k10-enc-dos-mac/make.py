"""Western European text files of other systems: cp437 and cp850 (DOS, with a box around a table), Mac Roman, cp1252 with curly quotes and the euro sign, cp1250, one very short file.
reported: https://github.com/aadsm/jschardet/issues/76 (cp850), https://github.com/rspeer/python-ftfy/issues/148 (cp437 read as cp1252), https://github.com/jawah/charset_normalizer/issues/358 (Spanish cp1252 taken for Chinese, Croatian),
          https://github.com/jawah/charset_normalizer/issues/477 (latin-1 taken for mac_latin2)"""
from pathlib import Path
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
def put(name, text, enc, nl='\r\n'): (D / name).write_bytes(text.replace('\n', nl).encode(enc))
put('LIESMICH.TXT', '''Mühle Großkötz - Bedienung der Öltanks

Der Schlüssel für die Prüföffnung hängt über der Tür.
┌──────────┬───────┐
│ Behälter │ Füllung│
├──────────┼───────┤
│ Süd      │ 880 l │
│ Höhe 2   │ 415 l │
└──────────┴───────┘
Überlauf schließen, sobald 900 l überschritten werden.
''', 'cp437')
put('REGNING.TXT', '''Regning for snørydning på gårdspladsen
Køreren får 450 kroner for hver påbegyndt time.
Nøglen ligger i blå æske på første sal.
''', 'cp850')
put('lettre.txt', '''Chère voisine,

la clé du grenier est cachée sous le pot de géraniums, à côté de l’escalier.
Le chauffe-eau coûte « deux cents » francs à réparer ; René l’a déjà payé.
''', 'mac_roman', '\r')
put('quotes.txt', '''The surveyor wrote: “The wall isn’t plumb – it leans 4 cm.”
Repair will cost about €1,150… if the façade is dry.
''', 'cp1252')
put('dopis.txt', '''Vážená paní Dvořáková,
příští prohlídka výtahu proběhne ve čtvrtek, ozvěte se správci Řehořovi.
Šatna v přízemí zůstane otevřená.
''', 'cp1250')
put('aviso.txt', 'La piscina cerrará mañana a las ocho; el señor Núñez tiene el botiquín.\n', 'cp1252')
