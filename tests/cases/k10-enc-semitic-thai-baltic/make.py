"""Text files without declaration in Hebrew (cp1255), Arabic (cp1256), Persian (cp1256), Thai (cp874), Vietnamese (cp1258), Lithuanian (cp1257), Estonian (ISO-8859-13)."""
import os, sys; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
import unicodedata
def w(n, t, e): put(n, t.encode(e))
w('modaa.txt', 'הודעה לתושבי הכפר\r\nהמים ינותקו ביום רביעי בין שמונה לעשר בבוקר.\r\nהבאר הישנה ליד בית הספר תישאר פתוחה.\r\n', 'cp1255')
w('ilan.txt', 'إعلان إلى سكان القرية\r\nتغلق المكتبة أبوابها يوم الخميس من أجل الجرد.\r\nمفتاح الحديقة عند الحارس قرب البوابة الشمالية.\r\n', 'cp1256')
w('prakat.txt', 'ประกาศถึงชาวบ้าน\r\nสะพานไม้จะปิดซ่อมตั้งแต่วันจันทร์ถึงวันศุกร์\r\nเรือข้ามฟากออกทุกครึ่งชั่วโมงจากท่าวัด\r\n', 'cp874')
def viet(t):
    r = []
    for ch in unicodedata.normalize('NFC', t):
        try: ch.encode('cp1258'); r.append(ch); continue
        except UnicodeEncodeError: pass
        d = unicodedata.normalize('NFD', ch)
        for base in (unicodedata.normalize('NFC', d[:2]) + d[2:], unicodedata.normalize('NFC', d[0] + d[2:]) + d[1], d):
            try: base.encode('cp1258'); r.append(base); break
            except UnicodeEncodeError: continue
        else: raise SystemExit(repr(ch))
    return ''.join(r)
w('thongbao.txt', viet('Thông báo cho dân làng\r\nGiếng nước ở đầu làng được sửa vào thứ bảy.\r\nChìa khóa nhà kho để ở chỗ bà Hạnh.\r\n'), 'cp1258')
w('pranesimas.txt', 'Pranešimas gyventojams\r\nŽiemą kelias į malūną nevalomas, todėl važiuokite pro bažnyčią.\r\nRaktą turi ūkvedys Šarūnas.\r\n', 'cp1257')
w('teade.txt', 'Teade külaelanikele\r\nŠokolaadivabrik sõidutab töölisi bussiga kell kuus.\r\nVäravavõti on žürii laua sahtlis, õues müüakse mõdu.\r\n', 'iso8859-13')
E = r'encoding|charset'
case(what='undeclared Hebrew, Arabic, Thai, Vietnamese and Baltic code pages',
 reported=['https://github.com/tarot231/leafpad/issues/3', 'https://github.com/chardet/chardet/issues/137', 'https://github.com/brianmario/charlock_holmes/issues/79', 'https://github.com/aadsm/jschardet/issues/10'],
 must=['הודעה לתושבי הכפר', 'המים ינותקו ביום רביעי', 'הבאר הישנה ליד בית הספר', 'إعلان إلى سكان القرية', 'تغلق المكتبة أبوابها يوم الخميس', 'قرب البوابة الشمالية', 'ประกาศถึงชาวบ้าน', 'สะพานไม้จะปิดซ่อม', 'จากท่าวัด',
  T('Thông báo cho dân làng', E), T('được sửa vào thứ bảy', E), T('Chìa khóa nhà kho', E), 'Pranešimas gyventojams', 'Žiemą kelias į malūną nevalomas', 'ūkvedys Šarūnas', T('Šokolaadivabrik sõidutab töölisi', E), T('žürii laua sahtlis', E)],
 order=False, mustnot=['ðåú', 'ÊÛáÞ', '\ufffd'],
 question='متى تغلق المكتبة من أجل الجرد؟', answer='يوم الخميس',
 more=[{'question': 'Kas turi raktą į malūną?', 'answer': 'ūkvedys Šarūnas'}])
