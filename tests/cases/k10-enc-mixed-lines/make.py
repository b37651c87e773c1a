# a log appended by two programs: UTF-8 lines, later cp1252 lines; a CSV with two stray Latin-1 bytes among UTF-8; a text with one NUL
a='Målestasjon Åna, vannføring 12,4 m³/s, 3 °C.\nDøgnnedbør på Bjørnestø: 41 mm.\n'.encode('utf-8')
b='Målestasjon Åna, vannføring 17,9 m³/s, 5 °C.\nFlomvarsel for Sjøåsen sendt kl. 22:15.\n'.encode('cp1252')
open('station.log','wb').write(a+b); open('station.txt','wb').write(a*3+b)
rows='Art;Ort;Temp\nSmørsopp;Ørsta;12 °C\nKantarell;Ålesund;14 °C\nPiggsopp;Førde;9 °C\n'.encode()
open('fungi.csv','wb').write(rows+'Rosé-musserong;Café Lær;21 °C\n'.encode().replace('é'.encode(),b'\xe9'))
open('nul.txt','wb').write('Der Schlüssel für Tor 8 hängt'.encode()+b'\0'+' im Büro bei Frau Schäfer.\n'.encode())
