# UTF-16 without a mark: LE CSV (Google Ads export), BE Russian text, LE Japanese text (few zero bytes), LE with a mark but odd last byte; UTF-32 with mark
open('keywords.csv','wb').write('Keyword\tMonthly searches\tBid\r\nroof tiles Århus\t2,900\t1.35\r\nslate repair\t480\t2.10\r\n'.encode('utf-16-le'))
open('dacha.txt','wb').write('Ключ от дачи лежит под третьим горшком. Воду включают 18 апреля.\r\n'.encode('utf-16-be'))
open('minato.txt','wb').write('港の倉庫は午前六時半に開きます。鍵は管理室の青い箱にあります。\r\n'.encode('utf-16-le'))
open('cut.txt','wb').write(b'\xff\xfe'+'The spare fuse for lamp 22 is in drawer Ø3.\r\n'.encode('utf-16-le')+b'\x0a')
open('wide.txt','wb').write('Die Fähre nach Hiddensee fährt um 8:05.\n'.encode('utf-32'))
