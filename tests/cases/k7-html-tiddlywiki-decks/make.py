"""Pages whose text lies in a store that their own script shows: TiddlyWiki 5 (JSON store), TiddlyWiki classic (hidden storeArea), remark.js (textarea#source), reveal.js (script type text/template), strapdown (xmp)."""
import os, sys; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
import json
tid = [{'title': 'Ringing the old bell', 'tags': 'bell tower', 'created': '20260301090000000', 'text': "The old bell is rung on ''Saturday'' at six.\n\n|!Occasion|!Strokes|\n|Wedding|12|\n|Fire|40|\n\nThe rope was renewed in 2019."},
 {'title': 'Who has a key', 'text': '* Agnes Tamm\n* the miller at Lower Ford'}, {'title': '$:/StoryList', 'text': '', 'list': '[[Ringing the old bell]]'},
 {'title': '$:/state/sidebar', 'text': 'no'}]
put('bell.html', '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="application-name" content="TiddlyWiki"><meta name="tiddlywiki-version" content="5.3.3"><title>Bell tower</title></head>\n<body class="tc-body">\n'
 '<script class="tiddlywiki-tiddler-store" type="application/json">' + json.dumps(tid, ensure_ascii=False).replace('<', '\\u003C') + '</script>\n<div id="storeArea" style="display:none;"></div>\n'
 '<noscript>This TiddlyWiki needs JavaScript.</noscript>\n<script>window.$tw={};</script></body></html>\n')
put('classic.html', '''<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Ferry notes</title><style>#storeArea{display:none}</style></head><body>
<noscript><div id="noscript">Your browser must have JavaScript enabled.</div></noscript>
<div id="contentWrapper"></div>
<div id="storeArea">
<div title="Ferry timetable" creator="lotte" modified="202602011200" tags="ferry"><pre>First crossing at 5:50, last at 22:15.
With ice the ferry &quot;Alk&quot; runs instead.</pre></div>
<div title="Fares" creator="lotte"><pre>Bicycle: 4 marks. Horse &amp; cart: 19 marks.</pre></div>
</div></body></html>
''')
put('remark.html', '''<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Beekeeping talk</title></head><body>
<textarea id="source">
class: center

# Wintering bees

- Feed 14 kilos of syrup by *20 September*
- Close the bottom board

???
Tell them about the winter of 2010, when nine hives froze.

---
# Spring check
Weigh the hive &amp; its floor before opening it.
</textarea>
<script src="remark-latest.min.js"></script><script>var slideshow = remark.create();</script></body></html>
''')
put('reveal.html', '''<!doctype html>
<html><head><meta charset="utf-8"><title>Dyke patrol</title></head><body><div class="reveal"><div class="slides">
<section data-markdown><script type="text/template">
## Dyke patrol
Walk from sluice 4 to the chapel, *never alone*.

Note: the radio for the night patrol hangs in the chapel.
</script></section>
<section><h2>Signals</h2><p class="fragment">Two long blasts: water over the crest</p><aside class="notes">Practise the signals on 1 October.</aside></section>
</div></div></body></html>
''')
put('strapdown.html', '''<!DOCTYPE html>
<html><title>Kiln rules</title>
<xmp theme="united" style="display:none;">
# Kiln rules
Never open the kiln above 90 degrees.

| Glaze | Cone |
|-------|------|
| Ash blue | 9 |
</xmp>
<script src="http://strapdownjs.com/v/0.2/strapdown.js"></script></html>
''')
J = r'script|store|hidden|template'
case(what='text that lies in a store which the page\'s own script shows: TiddlyWiki 5 and classic, remark.js with presenter notes, reveal.js Markdown template with notes, strapdown xmp',
 reported=['https://github.com/arc42/arc42-generator/issues/33', 'https://github.com/TiddlyWiki/TiddlyWiki5/issues/1733', 'https://github.com/marp-team/marp-cli/issues/278'],
 must=[T('Ringing the old bell', J), T('Wedding', J), T('12', J), T('Fire', J), T('40', J), T('The rope was renewed in 2019', J), T('Agnes Tamm', J), T('the miller at Lower Ford', J),
  T('Ferry timetable', J), T('First crossing at 5:50, last at 22:15', J), T('With ice the ferry "Alk" runs instead', J), T('Horse & cart: 19 marks', J),
  'Wintering bees', 'Feed 14 kilos of syrup by', 'Close the bottom board', 'the winter of 2010, when nine hives froze', 'Spring check', 'Weigh the hive & its floor before opening it',
  T('Walk from sluice 4 to the chapel', J), T('the radio for the night patrol hangs in the chapel', J), 'Two long blasts: water over the crest', 'Practise the signals on 1 October',
  T('Never open the kiln above 90 degrees', J), T('Ash blue', J)],
 order=False, sequence=['Wintering bees', 'Spring check'], mustnot=['remark.create', '\\u003C', 'window.$tw'],
 question='How many strokes of the old bell mean fire?', answer='40',
 more=[{'question': 'What does horse and cart cost on the ferry?', 'answer': '19 marks'}])
