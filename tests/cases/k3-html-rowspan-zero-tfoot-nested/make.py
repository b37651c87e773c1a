import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# HTML tables: tfoot written before tbody, rowspan to the end of the group (0), colspan in two header rows, a nested table, abbreviations in th
h='''<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Ferry fares - Sundlinjen</title></head><body><main><h1>Ferry fares</h1>
<table border="1"><caption>Fares in euros from 1 April</caption><thead><tr><th rowspan="2">Route</th><th rowspan="2">Passenger</th><th colspan="2">Winter</th><th colspan="2">Summer</th></tr><tr><th>single</th><th>return</th><th>single</th><th>return</th></tr></thead>
<tfoot><tr><td colspan="6">Dogs travel free on all routes.</td></tr></tfoot>
<tbody><tr><td rowspan="3">Havn to Skjær</td><td>Adult</td><td>6.10</td><td>11.00</td><td>8.40</td><td>15.20</td></tr><tr><td>Child</td><td>3.05</td><td>5.50</td><td>4.20</td><td>7.60</td></tr><tr><td>Pensioner</td><td colspan="2">free</td><td>5.90</td><td>10.80</td></tr></tbody>
<tbody><tr><td rowspan="0">Havn to Ytterøy</td><td>Adult</td><td rowspan="2" colspan="2">does not run</td><td>12.70</td><td>23.00</td></tr><tr><td>Child</td><td>6.35</td><td>11.50</td></tr></tbody></table>
<h2>Vehicles</h2>
<table border="1"><tr><th>Vehicle</th><th>Length and price</th><th>Booking</th></tr>
<tr><td>Car</td><td><table border="1"><tr><th>up to</th><th>price</th></tr><tr><td>4 m</td><td>28 euros</td></tr><tr><td>6 m</td><td>36 euros</td></tr></table></td><td>needed</td></tr>
<tr><td>Bicycle</td><td><ul><li>plain: 2 euros</li><li>cargo: 5 euros</li></ul></td><td>not needed</td></tr></table></main></body></html>'''
open(out('fares.html'),'w',encoding='utf-8').write(h)
case(what='rowspan and colspan (also rowspan=0) filled, two header rows, tfoot before tbody, nested table and list in cells, caption',
 reported='https://github.com/microsoft/markitdown/pull/2522, https://github.com/arc53/DocsGPT/pull/2797, https://github.com/matthewwithanm/python-markdownify/issues/121',
 order=False,must=['Fares in euros from 1 April','Dogs travel free on all routes','Havn to Skjær','Pensioner','5.90','Havn to Ytterøy','6.35','does not run','36 euros','cargo: 5 euros','not needed'],mustnot=['Route: Child','Passenger: 6.35','Route: Pensioner'],
 question='What does a return ticket for a child cost from Havn to Ytterøy in summer?',answer='11.50',more=[{'question':'What does a single ticket for a pensioner cost in summer from Havn to Skjær?','answer':'5.90'},{'question':'What does a car of 6 m cost?','answer':'36 euros'},{'question':'What does a pensioner pay in winter from Havn to Skjær?','answer':'free'}])
