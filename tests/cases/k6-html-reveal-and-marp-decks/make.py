import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# slides as text: a reveal.js page whose slides stand as Markdown in <script type="text/template">, with vertical slides, fragments, notes and a hidden slide; a Marp deck with directives in comments (not text), a presenter note in a comment (text), header and footer from the front matter
open(out('glass.html'),'w',encoding='utf-8').write('''<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Glass for beginners</title><link rel="stylesheet" href="dist/reveal.css"></head><body><div class="reveal"><div class="slides">
<section><h1>Glass for beginners</h1><p class="fragment fade-in">Evening course, room 12</p><aside class="notes">Hand out the goggles before anything else.</aside></section>
<section><section data-markdown data-separator="^\\n---\\n$" data-separator-notes="^Note:"><script type="text/template">
## The furnace

- It is lit on **Thursday** at five
- It reaches 1120 degrees <!-- .element: class="fragment" -->

| Colour | Metal |
|--------|-------|
| Blue   | cobalt |
| Ruby   | gold |

Note:
Nobody opens the door alone.

---

## Cooling

One hour for each millimetre.
</script></section><section><h2>If it cracks</h2><p>Sweep it up, never pick it up.</p></section></section>
<section data-visibility="hidden"><h2>Prices of 2021</h2><p>The course cost 95 euros.</p></section>
<section data-markdown><textarea data-template>
## What it costs

The course costs 130 euros, *pipes included*.
</textarea></section>
</div></div><script src="dist/reveal.js"></script><script>Reveal.initialize({hash:true, plugins:[RevealMarkdown]});</script></body></html>''')
open(out('kiln.md'),'w',encoding='utf-8').write('''---
marp: true
theme: gaia
paginate: true
header: 'Potters of Lund'
footer: 'Kiln watch: Solveig, hut 3'
style: |
  section { background: #fdf6e3; }
---

<!-- _class: lead -->
<!-- _paginate: false -->

# Firing the kiln

![bg right:40%](kiln.jpg)

---

## Morning

* Stack the shelves, *glaze side up*
* Leave two fingers of air

<!--
Tell them about the cracked jar of 2019.
-->

---

<!-- backgroundColor: aqua -->

## Night

Cone | Heat
---- | ----
06   | 998 degrees
10   | 1285 degrees

<style scoped>h2 { color: red }</style>
''')
case(what='slides as text: reveal.js with Markdown in script and textarea templates, notes and a hidden slide; Marp with directives in comments, a presenter note, header and footer in the front matter',
 reported='https://github.com/hakimel/reveal.js/issues/887, https://github.com/hakimel/reveal.js/issues/1094, https://github.com/hakimel/reveal.js/issues/253',
 order=False,
 must=['Glass for beginners','Evening course, room 12','Hand out the goggles before anything else','The furnace','It is lit on','at five','It reaches 1120 degrees','Blue | cobalt','Ruby','Nobody opens the door alone','Cooling','One hour for each millimetre','If it cracks','Sweep it up, never pick it up',{'text':'The course cost 95 euros','told':'hidden'},'The course costs 130 euros','pipes included','Firing the kiln','Stack the shelves','Leave two fingers of air','Tell them about the cracked jar of 2019','Night','06 | 998 degrees','10 | 1285 degrees','Potters of Lund','Kiln watch: Solveig, hut 3'],
 sequence=['Glass for beginners','Evening course, room 12','The furnace','It reaches 1120 degrees','One hour for each millimetre','Sweep it up, never pick it up','The course costs 130 euros','Firing the kiln','Stack the shelves','10 | 1285 degrees'],
 mustnot=['Reveal.initialize','_class: lead','backgroundColor','.element: class','color: red'], question='What does the glass course cost?', answer='130 euros', more=[{'question':'How hot is cone 10?','answer':'1285 degrees'}])
