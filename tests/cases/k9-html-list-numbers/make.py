# list numbers as a browser prints them: start, type, value, reversed, ul directly in ol, CSS counters for clauses
open('rules.html','w',encoding='utf-8').write('''<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Rules of the lake club</title><style>
.cl{counter-reset:c;list-style:none;padding-left:1em}.cl>li{counter-increment:c}.cl>li::before{content:"Clause " counter(c) ": "}</style></head><body><main><h1>Rules of the lake club</h1>
<p>Continued from the board on the pier.</p>
<ol start="7"><li>Boats are moored at the east jetty.<ol type="a"><li>Rowing boats at rings 1 to 20</li><li>Sailing boats at rings 21 to 34
<ul><li>masts over 9 m only at ring 34</li></ul></li></ol></li>
<ul><li>Guests moor at the buoy for 12 euros a night</li></ul>
<li>Swimming is forbidden near the weir.</li><li value="15">The slip is closed in January.</li></ol>
<h2>Order of arrival</h2><ol reversed><li>Petrel</li><li>Gannet</li><li>Skua</li></ol>
<h2>Statutes</h2><ol class="cl"><li>The club has 140 members at most.</li><li>The fee is due on 31 March.</li></ol></main></body></html>''')
