"""Readings over characters, soft hyphens and wbr inside words, fractions and powers in MathML that must not run together, a KaTeX formula that stands twice in the file and once on the screen."""
import os, sys; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
put('seeds.html', '''<!DOCTYPE html>
<html lang="de"><head><meta charset="utf-8"><title>Samenbank</title></head><body>
<h1>Jahres&shy;bericht der Samen&shy;bank</h1>
<p>Die Keim&shy;fähigkeits&shy;prüfung fand im Kühl<wbr>raum<wbr>gebäude statt; zuständig ist das Landes&#173;pflanzen&#173;amt.</p>
<p>Von der Probe keimten <math><mfrac><mn>3</mn><mn>8</mn></mfrac></math> der Körner, im Substrat lagen <math><msup><mn>10</mn><mn>6</mn></msup></math> Sporen je Gramm.</p>
<p>Formel: <span class="katex"><span class="katex-mathml"><math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mrow><mi>k</mi><mo>=</mo><mn>17</mn><mi>m</mi></mrow><annotation encoding="application/x-tex">k = 17\\\\,m</annotation></semantics></math></span><span class="katex-html" aria-hidden="true"><span class="base"><span class="mord mathnormal">k</span><span class="mrel">=</span></span><span class="base"><span class="mord">17</span><span class="mord mathnormal">m</span></span></span></span></p>
</body></html>
'''.replace('\\\\,', '\\,'))
put('meibo.html', '''<!DOCTYPE html>
<html lang="ja"><head><meta charset="utf-8"><title>名簿</title></head><body>
<h1>種子銀行の名簿</h1>
<p>所長は<ruby>小<rp>（</rp><rt>たか</rt><rp>）</rp>鳥<rp>（</rp><rt>な</rt><rp>）</rp>遊<rp>（</rp><rt>し</rt><rp>）</rp></ruby>さんです。</p>
<p>倉庫は<ruby>常陸<rt>ひたち</rt></ruby>にあります。鍵は<ruby><rb>東雲</rb><rtc><rt>しののめ</rt></rtc></ruby>さんが持っています。</p>
</body></html>
''')
case(what='soft hyphens and wbr inside words, MathML fraction and power, KaTeX twice in the file, ruby by character and by word',
 reported=['https://github.com/xberg-io/html-to-markdown/pull/43', 'https://github.com/contao/core/issues/8389', 'https://github.com/trilbymedia/grav-plugin-tntsearch/issues/133'],
 must=['Jahresbericht der Samenbank', 'Keimfähigkeitsprüfung', 'Kühlraumgebäude', 'Landespflanzenamt', 'der Körner', 'Sporen je Gramm', '17',
  '種子銀行の名簿', T('小鳥遊', 'ruby|reading'), '常陸', '東雲', 'さんが持っています', 'ひたち', 'しののめ'],
 mustnot=['38 der Körner', '106 Sporen', '（（'],
 question='Was fand im Kühlraumgebäude statt?', answer='Keimfähigkeitsprüfung',
 more=[{'question': '種子銀行の倉庫はどこにありますか。', 'answer': '常陸'}])
