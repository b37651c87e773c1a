"""HTML with the labels of the web, that codecs do not know or mean otherwise: windows-31j, x-gbk, iso-8859-9, ks_c_5601-1987, x-mac-cyrillic, iso-8859-1 (is 1252), utf-16 in a byte page (is UTF-8), a meta after 2000 bytes, a mark that beats the meta, one tag after another."""
import os, sys; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
def page(n, label, body, enc, pre='', title='x', bom=b''):
    put(n, bom + f'<!DOCTYPE html>\n<html><head>{pre}<meta charset="{label}"><title>{title}</title></head><body>{body}</body></html>\n'.encode(enc))
page('jp.html', 'windows-31j', '<p>港の灯台は㈱北光が管理し、点検は①四月 ②十月に行います。</p>', 'cp932', title='灯台')
page('cn.html', 'x-gbk', '<p>渡船每天六点开出，票价三元。</p>', 'gbk', title='渡船')
page('tr.html', 'iso-8859-9', '<p>Değirmenin anahtarı Şükrü’nün evinde; ışığı söndürmeyi unutmayın.</p>', 'cp1254', title='Değirmen')
page('kr.html', 'ks_c_5601-1987', '<p>등대지기는 똠방각하라는 별명을 가진 펲시콜 씨입니다.</p>', 'cp949', title='등대')
page('mac.html', 'x-mac-cyrillic', '<p>Ключ от амбара висит за печью, спросите Ефросинью.</p>', 'mac_cyrillic', title='Амбар')
put('old.html', '<HTML><HEAD><META HTTP-EQUIV=Content-Type CONTENT="text/html; CHARSET=ISO-8859-1"><TITLE>Tolls</TITLE></HEAD><BODY><P>The toll is 5 € – “exact money only”, said the keeper’s wife.</BODY></HTML>\n'.encode('cp1252'))
page('wide.html', 'utf-16', '<p>Žebřík stojí u třešně, košík visí na hřebíku.</p>', 'utf-8', title='Žebřík')
page('late.html', 'koi8-r', '<p>Паром ходит до ледостава.</p>', 'koi8-r', pre='<script>' + '/* analytics */ var q=[];' * 90 + '</script>', title='Паром')
page('mark.html', 'iso-8859-2', '<p>Smør koster tolv kroner på lørdag.</p>', 'utf-8', title='Smør', bom=b'\xef\xbb\xbf')
case(what='HTML charset labels as the web means them: windows-31j, x-gbk, iso-8859-9, ks_c_5601-1987, x-mac-cyrillic, iso-8859-1 as 1252, utf-16 in a byte page, a late meta, a mark that beats the meta',
 reported=['https://github.com/tox-dev/turbohtml/issues/424', 'https://github.com/tox-dev/turbohtml/issues/66', 'https://github.com/jsdom/html-encoding-sniffer/issues/13', 'https://github.com/microsoft/markitdown/pull/2104'],
 must=['港の灯台は㈱北光が管理し', '①四月', '渡船每天六点开出，票价三元', 'Değirmenin anahtarı Şükrü’nün evinde', 'ışığı söndürmeyi', '똠방각하라는 별명을 가진 펲시콜', 'Ключ от амбара висит за печью', 'Ефросинью', 'The toll is 5 € – “exact money only”, said the keeper’s wife', 'Žebřík stojí u třešně, košík visí na hřebíku', 'Паром ходит до ледостава', 'Smør koster tolv kroner på lørdag'],
 order=False, mustnot=['\ufffd', 'analytics', 'SmĂ'],
 question='Where does the key of the mill hang or lie (Değirmenin anahtarı)?', answer='Şükrü’nün evinde',
 more=[{'question': 'Где висит ключ от амбара?', 'answer': 'за печью'}])
