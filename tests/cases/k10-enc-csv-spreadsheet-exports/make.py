"""Tables as spreadsheet programs save them: Excel "Unicode text" (UTF-16 with tabs), "sep=;" in cp1252, Japanese CSV with the marks of cp932, a GBK CSV whose first six thousand bytes are ASCII, Mac Excel CSV with CR line ends in Mac Roman, UTF-8 with mark before a quoted header."""
import os, sys; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
put('unicode.txt', b'\xff\xfe' + 'Ort\tEinwohner\tBürgermeisterin\r\nŁódźka Górka\t1 204\tZofia Żak\r\n"Brücke\tWest"\t88\tJürg Größ\r\n'.encode('utf-16-le'))
put('kasse.csv', 'sep=;\r\nArtikel;Preis;Bemerkung\r\nBrötchen;0,45 €;„täglich“\r\nKäsekuchen;3,20 €;nur samstags – solange Vorrat\r\n'.encode('cp1252'))
put('meibo.csv', '番号,氏名,部署\r\n①,髙橋 淳,㈱北港\r\n②,﨑山 みどり,営業Ⅱ課\r\n'.encode('cp932'))
put('sensors.csv', ('id,value,remark\r\n' + ''.join(f'{i},{i * 7 % 97},ok\r\n' for i in range(1, 501)) + '501,13,北门传感器已更换\r\n502,44,电池电量不足\r\n').encode('gb18030'))
put('mac.csv', 'Prénom,Métier,Salaire\rHélène,maçonne,2 100 €\rNoë,pêcheur,1 850 €\r'.encode('mac_roman'))
put('bom.csv', b'\xef\xbb\xbf' + '"Řeka","Délka"\r\n"Úslava","96 km"\r\n'.encode('utf-8'))
case(what='UTF-16 tab text of Excel, sep= line in cp1252, cp932 with circled numbers and variant kanji, GBK only after six thousand ASCII bytes, Mac Roman with CR, UTF-8 mark before a quoted header',
 reported=['https://github.com/microsoft/markitdown/issues/18', 'https://github.com/microsoft/markitdown/pull/1954', 'https://github.com/jawah/charset_normalizer/issues/365', 'https://github.com/jawah/charset_normalizer/issues/612'],
 must=['Bürgermeisterin', 'Łódźka Górka', '1 204', 'Zofia Żak', 'Jürg Größ', 'Artikel', 'Brötchen', '0,45 €', '„täglich“', 'Käsekuchen', 'solange Vorrat', '氏名', '髙橋 淳', '㈱北港', '﨑山 みどり', '営業Ⅱ課', '①', 'remark', '北门传感器已更换', '电池电量不足',
  'Métier', 'Hélène', 'maçonne', '2 100 €', 'Noë', 'pêcheur', 'Řeka: Úslava', 'Délka: 96 km', 'Preis: 0,45 €'],
 order=False, mustnot=['\ufeff', 'sep=;', '\ufffd'],
 question='Was kostet ein Käsekuchen?', answer='3,20 €',
 more=[{'question': 'What is the remark for sensor 502?', 'answer': '电池电量不足'}])
