"""Labels, units and warnings that stand only in the style sheet (::before/::after with attr() and strings): a price list made of divs without header cells."""
import os, sys; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
put('berths.html', '''<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Berths at Skarv Quay</title>
<style>
.row { display: grid; grid-template-columns: repeat(3, 1fr); border-bottom: 1px solid #999 }
.row > div::before { content: attr(data-label) ": "; font-weight: bold }
.fee::after { content: " kroner per night" }
.warn::before { content: "Strong current! " ; color: #b00 }
.ok::after { content: " \\2014  shore power included" }
.soon::after { content: "Opens in June 2027"; font-style: italic }
@media print { .row::after { content: "printed copy is not valid" } }
</style></head><body>
<h1>Berths at Skarv Quay</h1>
<div class="row" data-key="rec-8841"><div data-label="Berth">Heron</div><div data-label="Longest boat">11 metres</div><div data-label="Fee" class="fee">240</div></div>
<div class="row" data-key="rec-8842"><div data-label="Berth">Plover</div><div data-label="Longest boat">7 metres</div><div data-label="Fee" class="fee">165</div></div>
<p class="warn">Moor at Plover only at slack water.</p>
<p class="ok">Heron has a post with two sockets</p>
<p>The third berth, Curlew: <span class="soon"></span></p>
</body></html>
''')
S = r'css|style|generated'
case(what='labels, units, a warning and a whole statement that only the style sheet writes (::before and ::after with attr() and strings), in a price list of divs',
 reported=['https://github.com/mozilla/geckodriver/issues/1879', 'https://github.com/SerenityOS/serenity/issues/21751', 'https://github.com/nightwatchjs/nightwatch/issues/682'],
 must=['Berths at Skarv Quay', T('Berth', S), 'Heron', T('Longest boat', S), '11 metres', T('Fee', S), '240', T('kroner per night', S), 'Plover', '7 metres', '165', T('Strong current!', S),
  'Moor at Plover only at slack water', 'Heron has a post with two sockets', T('shore power included', S), 'The third berth, Curlew', T('Opens in June 2027', S)],
 order=False, sequence=['Berths at Skarv Quay','Heron','Plover','Moor at Plover only at slack water','The third berth, Curlew'],
 mustnot=['rec-8841', 'attr(data-label)', 'grid-template'],
 question='When does the berth Curlew at Skarv Quay open?', answer='June 2027',
 more=[{'question': 'What is the longest boat for the berth Plover?', 'answer': '7 metres'}])
