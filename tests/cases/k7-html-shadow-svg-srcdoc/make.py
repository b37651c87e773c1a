"""Text that a browser shows but that isn't in ordinary elements: declarative shadow DOM, labels of an inline SVG, an iframe with srcdoc;
alt texts and an image map's area texts can be brought to sight. A plain <template> is never shown.
reported: https://github.com/lightpanda-io/browser/pull/2555 (markdown dump without shadow DOM)
          https://github.com/masukomi/backup_brain/issues/51 (inline SVG thrown out), https://github.com/kestra-io/docs/issues/5667 (iframes vanish in conversion)"""
from pathlib import Path
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
(D / 'campsite.html').write_text('''<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Campsite Furuvik - your stay</title></head><body>
<main><h1>Your stay at Furuvik</h1>
<p>Arrival is possible from two o'clock.</p>
<stay-card><template shadowrootmode="open"><style>p{margin:4px}</style>
<p>Pitch C14 lies at the lake and costs <b>38 euros</b> a night.</p><slot></slot><p>Dogs pay 4 euros more.</p></template><p>Electricity is included up to 8 kWh a day.</p></stay-card>
<h2>Map</h2>
<svg width="420" height="150" viewBox="0 0 420 150" role="img" aria-label="Map of the site"><rect width="420" height="150" fill="#eef6ea"/>
<text x="20" y="40" font-size="16">Shower block, code 2806</text><text x="20" y="80" font-size="16"><tspan>Quiet area</tspan><tspan x="20" dy="22">after 22:00</tspan></text>
<text x="220" y="40" font-size="16">Boat hire</text></svg>
<h2>House rules</h2>
<iframe title="House rules" width="420" height="110" srcdoc="&lt;p&gt;Open fires are allowed only at the stone ring.&lt;/p&gt;&lt;p&gt;Wood is sold at 7 euros a sack.&lt;/p&gt;"></iframe>
<figure><img src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAAC" alt="The jetty, with the water tap at its left side" width="40" height="40" usemap="#m"><figcaption>The swimming place is watched in July.</figcaption></figure>
<map name="m"><area shape="rect" coords="0,0,20,20" href="tap.html" alt="Drinking water tap"></map>
<template id="row-template"><p>Draft row: pitch Z99 costs 999 euros</p></template>
<p>We wish you a pleasant stay.</p></main></body></html>
''', encoding='utf-8')
