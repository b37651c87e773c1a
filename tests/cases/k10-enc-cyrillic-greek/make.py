"""Cyrillic and Greek text without any declaration: KOI8-R, cp866, cp1251 (Bulgarian), KOI8-U (Ukrainian), ISO-8859-7, cp1253.
reported: https://github.com/jawah/charset_normalizer/issues/371 (Bulgarian cp1251 taken for cp1257), https://github.com/docling-project/docling/pull/4202 (KOI8-R decoded as cp1252: wrong text)"""
from pathlib import Path
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
def put(name, text, enc): (D / name).write_bytes(text.encode(enc))
put('raspisanie.txt', 'Расписание парома\n\nПаром на остров отходит в семь часов утра и в шесть часов вечера.\nБилет стоит двести сорок рублей, дети до семи лет едут бесплатно.\n', 'koi8-r')
put('SKLAD.TXT', 'Опись склада номер три\r\nНа верхней полке лежат двенадцать запасных фильтров.\r\nОтветственный: кладовщик Семёнов.\r\n', 'cp866')
put('obyava.txt', 'Читалището ще бъде затворено от петък до неделя заради ремонт на покрива.\nКлючът се пази от госпожа Петрова на втория етаж.\n', 'cp1251')
put('lyst.txt', 'Шановні мешканці, гарячу воду вимкнуть у середу о дев’ятій годині.\nЇї ввімкнуть знову ввечері, якщо ґрунт навколо труби буде сухий.\n'.replace('’', "'"), 'koi8-u')
put('anakoinosi.txt', 'Η βιβλιοθήκη θα παραμείνει κλειστή την Τρίτη λόγω απογραφής.\nΤα βιβλία επιστρέφονται στο κουτί δίπλα στην είσοδο.\n', 'iso-8859-7')
put('odigies.txt', 'Άνοιξε πρώτα τη βάνα του νερού και περίμενε τρία λεπτά.\nΎστερα πάτησε το πράσινο κουμπί.\n', 'cp1253')
