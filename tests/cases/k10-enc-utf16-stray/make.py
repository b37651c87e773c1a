"""UTF-16 without a mark (both byte orders), UTF-8 with one stray byte, UTF-8 cut inside a character, a log whose lines are in two encodings, UTF-32 with mark, UTF-8 with a mark in the middle.
reported: https://github.com/raphaelmansuy/code2prompt/issues/30 (UTF-16 silently left out), https://github.com/brianmario/charlock_holmes/issues/141 (without mark taken for binary),
          https://github.com/docling-project/docling/pull/4202 (one stray byte), https://github.com/lobehub/lobehub/pull/13615 (UTF-16 CSV)"""
from pathlib import Path
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
(D / 'keywords.csv').write_bytes('Keyword\tSearches\tBid\nroof tiles\t1900\t1,25 €\nslate roof\t720\t2,40 €\n'.encode('utf-16-le'))
(D / 'report.txt').write_bytes('Messung am Wehr: Der Pegel stand am 4. Juni bei 2,31 Meter.\r\nDie Schützen wurden um 6 Uhr geöffnet.\r\n'.encode('utf-16-be'))
(D / 'minutes.md').write_bytes('# Minutes of the café committee\n\nThe naïve plan of Zoë was dropped.\n\n'.encode() + b'The jukebox costs \x80 640 with delivery.\n\n' + 'Jürgen orders the crème brûlée dishes, 24 pieces.\n'.encode())
(D / 'cut.txt').write_bytes('Der Fährmann wohnt am Südufer, Haus 9.\nEr fährt auch nachts; Läuten genügt. Preis für Räder: 3 Taler. Schlüssel: Frau Böh'.encode() + b'\xc3')
(D / 'server.log').write_bytes('2026-02-01 03:00 backup of ordner Verträge finished, 812 files\n'.encode() + '2026-02-01 03:07 backup of ordner Gebühren failed: disk Süd is full\n'.encode('cp1252') + '2026-02-01 03:09 mail sent to Jörg Weiß\n'.encode())
(D / 'note32.txt').write_bytes('The spare fuse is rated 6.3 A and is kept in drawer ß.\n'.encode('utf-32'))
(D / 'joined.txt').write_bytes('﻿Part one: the north gate opens at seven.\n'.encode() + '﻿Part two: the south gate opens at nine.\n'.encode())
