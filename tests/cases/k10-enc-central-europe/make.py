# Czech, Polish, Hungarian, Romanian, Turkish in cp1250, ISO-8859-2, cp852, cp1254; subtitles and CSV too
w=lambda n,e,t:open(n,'wb').write(t.encode(e))
w('film.srt','cp1250','1\r\n00:00:04,200 --> 00:00:07,900\r\nKlíč od sklepa visí u Jiřího na půdě.\r\n\r\n2\r\n00:00:08,100 --> 00:00:11,000\r\nPřijď v sobotu v šest, žádné výmluvy!\r\n')
w('sklad.csv','iso8859-2','Zboží;Počet;Místo\nŠrouby;4200;regál Ž7\nHřebíky;950;regál Č2\n')
w('notatka.txt','cp1250','Łódź stoi przy śluzie, wiosła są w żółtej skrzyni.\r\nŚwiatło gasimy o 22:30.\r\n')
w('dos.txt','cp852','Az őrház kulcsa a vörös fűzfa alatt van.\r\nA víz hőmérséklete 38 fok.\r\n')
w('film.ro.srt','cp1250','1\r\n00:01:00,000 --> 00:01:03,000\r\nŞi mâine luăm maşina de la fraţii mei.\r\n')
w('not.txt','cp1254','Anahtar çiçekçinin yanındaki dolapta, şifre İĞ-517.\r\n')
