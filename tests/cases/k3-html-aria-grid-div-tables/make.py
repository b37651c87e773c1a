import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# HTML tables that are no <table>: ARIA roles, CSS display:table, a definition list laid out as a table, a real table whose body rows have th in the first place and names in the data-label of each cell (names hidden on wide screens, shown on narrow ones)
open(out('sauna.html'),'w',encoding='utf-8').write('''<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sauna by the lake</title><style>
.t{display:table;border-collapse:collapse}.r{display:table-row}.c,.h{display:table-cell;padding:4px}.h{font-weight:bold}
@media(max-width:600px){td::before{content:attr(data-label) ": "}thead{display:none}}</style></head><body><main><h1>Sauna by the lake</h1>
<div role="table" aria-label="Heat of the rooms" aria-describedby="cap"><div id="cap">Measured on the upper bench</div>
<div role="rowgroup"><div role="row"><span role="columnheader">Room</span><span role="columnheader" aria-sort="none">Heat</span><span role="columnheader">Bench for</span></div></div>
<div role="rowgroup"><div role="row"><span role="rowheader">Smoke room</span><span role="cell">96 degrees</span><span role="cell">7 people</span></div>
<div role="row"><span role="rowheader">Herb room</span><span role="cell">58 degrees</span><span role="cell">12 people</span></div></div></div>
<p>Wood is split by the guests.</p>
<div class="t"><div class="r"><div class="h">Ticket</div><div class="h">Price</div><div class="h">Valid</div></div><div class="r"><div class="c">Morning</div><div class="c">13 euros</div><div class="c">until noon</div></div><div class="r"><div class="c">Moonlight</div><div class="c">21 euros</div><div class="c">from ten at night</div></div></div>
<table><thead><tr><th scope="col">Day</th><th scope="col">Swimming hole</th><th scope="col">Guard</th></tr></thead><tbody><tr><th scope="row">Monday</th><td data-label="Swimming hole">closed</td><td data-label="Guard">nobody</td></tr><tr><th scope="row">Friday</th><td data-label="Swimming hole">4 by 6 metres</td><td data-label="Guard">Aslaug</td></tr></tbody></table>
<dl><div><dt>Towels</dt><dd>3 euros</dd></div><div><dt>Birch whisk</dt><dd>6 euros</dd><dd>dried: 5 euros</dd></div></dl>
</main></body></html>''')
case(what='tables of divs: ARIA table roles, CSS display:table, dl in rows, and a table whose first column is th scope=row; each row carries the names of its columns',
 reported='https://github.com/linuxfoundation/lfx-self-serve/pull/719, https://github.com/xberg-io/html-to-markdown/issues/171, https://github.com/microsoft/markitdown/issues/207',
 must=['Sauna by the lake','Measured on the upper bench','Smoke room','96 degrees','7 people','Herb room','Herb room | 58 degrees','58 degrees | 12 people','Wood is split by the guests','Morning','13 euros','Moonlight','Moonlight | 21 euros','21 euros | from ten at night','Friday','Friday | 4 by 6 metres','4 by 6 metres | Aslaug','Towels','3 euros','Birch whisk','6 euros','dried: 5 euros'],
 mustnot=['RoomHeat','Smoke room96','TicketPrice','Morning13'], question='How hot is the herb room?', answer='58 degrees', more=[{'question':'From when is a moonlight ticket valid?','answer':'from ten at night'}])
