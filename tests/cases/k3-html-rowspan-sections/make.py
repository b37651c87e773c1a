# HTML tables as report tools write them: rowspan over several rows, rowspan=0 (to the end of the group), tfoot before tbody, two header rows with colspan, th scope=row, caption, a nested table, br in cells, an empty-looking cell with only an input value
open('docs/stock.html','w',encoding='utf-8').write('''<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Stock list</title></head><body><main>
<h1>Stock of the cable store</h1>
<table><caption>Stock on 3 May 2026, in pieces</caption>
<thead><tr><th rowspan="2">Region</th><th rowspan="2">Product</th><th colspan="2">Hall A</th><th colspan="2">Hall B</th></tr><tr><th>New</th><th>Used</th><th>New</th><th>Used</th></tr></thead>
<tfoot><tr><td colspan="2">All regions</td><td>512</td><td>77</td><td>640</td><td>91</td></tr></tfoot>
<tbody><tr><td rowspan="3">Baltic</td><td>Cable</td><td>120</td><td>11</td><td>130</td><td>12</td></tr>
<tr><td>Hub</td><td>140</td><td>21</td><td>150</td><td>22</td></tr>
<tr><td>Splitter</td><td>160</td><td>31</td><td>170</td><td>32</td></tr></tbody>
<tbody><tr><td rowspan="0">Adriatic</td><td>Mast</td><td>92</td><td>14</td><td>190</td><td>25</td></tr>
<tr><td>Anchor bolt</td><td colspan="2">sold out until June</td><td>58</td><td>9</td></tr></tbody></table>
<h2>Contacts</h2>
<table><tr><th scope="row">Store keeper</th><td>Ines Vidal<br>ext. 4417</td></tr><tr><th scope="row">Night gate</th><td><table><tr><td>Weekdays</td><td>code 9912</td></tr><tr><td>Sundays</td><td>code 3380</td></tr></table></td></tr><tr><th scope="row">Delivery slot</th><td><input type="text" value="Tuesday 07:30" readonly></td></tr></table>
</main></body></html>''')
