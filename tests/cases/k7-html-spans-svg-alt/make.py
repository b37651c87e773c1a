# rowspan/colspan with tfoot before tbody, caption; inline SVG text, img alt, image map alt, figcaption, sup/sub, abbr, ruby, del/ins
open('yard.html','w',encoding='utf-8').write('''<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Timber yard</title></head><body><article><h1>Timber yard stock</h1>
<table><caption>Stock on 2 March, in m<sup>3</sup></caption>
<thead><tr><th rowspan="2">Wood</th><th colspan="2">Planed</th></tr><tr><th>dry</th><th>fresh</th></tr></thead>
<tfoot><tr><th>Sum</th><td>61.5</td><td>24.0</td></tr></tfoot>
<tbody><tr><td rowspan="2">Larch</td><td>18.5</td><td>7.5</td></tr><tr><td colspan="2">reserved for Voss AS</td></tr><tr><td>Oak</td><td>43.0</td><td>16.5</td></tr></tbody></table>
<figure><svg width="320" height="60" role="img"><title>Plan of the yard</title><rect width="320" height="60" fill="#eee"/><text x="10" y="30">Gate C is for lorries over 18 t</text></svg><figcaption>Plan of the yard, state of 2025</figcaption></figure>
<p><img src="missing-sign.png" alt="Sign: helmets from hall 4 on"></p>
<img src="missing-map.png" usemap="#m" alt="Map"><map name="m"><area shape="rect" coords="0,0,9,9" href="#k" alt="Kiln drying hall"></map>
<p>The kiln holds <del>20</del><ins>26</ins> m<sup>3</sup> and emits little CO<sub>2</sub>.</p>
<p>Open <abbr title="Monday to Thursday">Mo-Thu</abbr> 6 to 15.</p></article></body></html>''')
