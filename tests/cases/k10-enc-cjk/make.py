"""East Asian text files without declaration: Shift-JIS with half-width kana, EUC-JP, GB18030, Big5, EUC-KR, and ISO-2022-JP (looks like ASCII).
reported: https://github.com/jawah/charset_normalizer/issues/357 (half-width kana not detected), https://github.com/docling-project/docling/pull/4202 (Shift-JIS, GBK), https://github.com/chardet/chardet/issues/93 (GB2312 wrong)"""
from pathlib import Path
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
def put(name, text, enc): (D / name).write_bytes(text.encode(enc))
put('zaiko.txt', '倉庫の在庫一覧\r\nﾎﾞﾙﾄは棚番号七にあります。\r\n鍵は事務所の赤い箱に入れてください。\r\n', 'cp932')
put('oshirase.txt', '図書室からのお知らせ\n来週の水曜日は蔵書点検のため休館します。\n返却は玄関の箱をご利用ください。\n', 'euc-jp')
put('tongzhi.txt', '小区通知\n星期六上午九点到十一点停水，请提前储水。\n联系人：物业王师傅，电话八八二六。\n', 'gb18030')
put('gonggao.txt', '圖書館公告\n閱覽室將於三月十五日整修，請改用二樓自習室。\n停車場入口改在後門。\n', 'big5')
put('annae.txt', '도서관 안내\n매주 월요일은 휴관이며 반납함은 정문 옆에 있습니다.\n복사 요금은 한 장에 오십 원입니다.\n', 'euc-kr')
put('renraku.txt', '連絡先：山田商店、電話は午前中にお願いします。\n', 'iso-2022-jp')
