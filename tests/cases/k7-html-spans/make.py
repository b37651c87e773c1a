"""Row- and colspans: two header rows, row labels spanning several rows, a price that holds for two rows, tfoot written before tbody, caption, a note under the table.
reported: https://github.com/matthewwithanm/python-markdownify/issues/121 (rowspan), https://github.com/Alir3z4/html2text/issues/367 (colspan shifts columns),
          https://github.com/benbalter/wordpress-static-site-exporter/issues/296 (columns hidden because of colspan), https://github.com/xberg-io/html-to-markdown/issues/233"""
from pathlib import Path
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
(D / 'harbour.html').write_text('''<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Harbour dues 2026</title>
<style>table{border-collapse:collapse}td,th{border:1px solid #888;padding:3px}</style></head><body>
<h1>Harbour dues 2026</h1>
<table><caption>Dues in euros for each week at the east quay</caption>
<thead><tr><th rowspan="2">Berth</th><th rowspan="2">Boat length</th><th colspan="2">Members</th><th colspan="2">Guests</th></tr>
<tr><th>Summer</th><th>Winter</th><th>Summer</th><th>Winter</th></tr></thead>
<tfoot><tr><td colspan="6">All dues include water; shore power is 0.42 euros for each kWh.</td></tr></tfoot>
<tbody>
<tr><th rowspan="3" scope="rowgroup">Pontoon</th><td>up to 8 m</td><td>31</td><td>12</td><td>54</td><td rowspan="2">27</td></tr>
<tr><td>8 to 11 m</td><td>43</td><td>17</td><td>76</td></tr>
<tr><td>over 11 m</td><td>59</td><td>24</td><td>98</td><td>41</td></tr>
<tr><th rowspan="2" scope="rowgroup">Buoy</th><td>up to 8 m</td><td>19</td><td colspan="3">not let</td></tr>
<tr><td>8 to 11 m</td><td>26</td><td>9</td><td>46</td><td>15</td></tr>
</tbody></table>
<p>Dues are paid at the harbour office by Friday noon.</p>
</body></html>
''', encoding='utf-8')
