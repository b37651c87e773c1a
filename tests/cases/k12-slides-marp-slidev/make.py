"""Slides in Markdown: Marp (directives in comments, presenter notes in comments, background with alt), Slidev (front matter on each slide, v-click, slots, notes, imported slide), pandoc/reveal (notes div, columns, incremental, pause)."""
import os, sys; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
put('dam.marp.md', '''---
marp: true
theme: gaia
footer: Dam office, room 8
header: '**Safety day**'
---
<!-- _class: lead -->
# The dam in spring

<!-- Greet the people from the valley first. -->

---
<!-- backgroundColor: aqua -->
![bg right:40% "w"](wall.jpg)
![w:200 The spillway in flood](spill.jpg)

## Levels
* yellow from 71 metres
* red from 74 metres

<!--
Say that red was reached in 1988.
The siren is tested at noon.
-->
''')
put('slidev/slides.md', '''---
theme: seriph
title: Saving peat
info: |
  Talk for the bog council,
  spring meeting
---

# Saving peat

::right::

Pumps stop on 1 May

<!-- Bring the jar of bog water. -->

---
layout: two-cols
title: Ditches
---

# Ditches

<v-clicks>

- 14 are closed
- 3 stay open for <span v-mark.red="2">the farm</span>

</v-clicks>

::right::

```ts {2|3}
const level = 0.4
```

<Callout text="Ask the hunters" :year="2026" />
<Toc minDepth="1" />

---
layout: quote
author: Grandmother Ilse
---

"A bog forgets nothing."

---
src: ./pages/thanks.md
---
''')
put('slidev/pages/thanks.md', '# Thanks to the rangers\n\nCoffee is in the barn.\n')
put('ferry.pandoc.md', '''% The rope ferry
% Jan Prins; Mia Vos
% 2 June 2026

# Crossing

. . .

:::::::::::::: {.columns}
::: {.column width="40%"}
The rope is 90 metres long.
:::
::: {.column width="60%"}
Six cows are the limit.
:::
::::::::::::::

::: notes
Tell the story of the goat.
:::

::: incremental
- [Ring twice]{.alert} for the ferryman^[He is a little deaf.]
:::

![Ferry in ice](ice.jpg){width=50% fig-alt="The ferry frozen at the east bank"}

(@cost) A crossing costs 2 florins.
''')
N = r'note|comment'
case(what='Marp, Slidev and pandoc slides: notes in comments and divs, footer and header in front matter, directives not text, slots, clicks, component text, imported slide, example list, title block',
 reported=['https://github.com/marp-team/marp-cli/issues/278', 'https://github.com/marp-team/marp-cli/issues/346', 'https://github.com/slidevjs/slidev/issues/1594', 'https://github.com/ssine/pptx2md/issues/42'],
 must=['The dam in spring', 'Dam office, room 8', 'Safety day', T('Greet the people from the valley first', N), T('The spillway in flood', 'image|alt|picture'), 'yellow from 71 metres', 'red from 74 metres', T('Say that red was reached in 1988', N), T('The siren is tested at noon', N),
  'Saving peat', 'Pumps stop on 1 May', T('Bring the jar of bog water', N), 'Ditches', '14 are closed', '3 stay open for', 'the farm', T('Ask the hunters', 'component|attribute|prop'), 'Grandmother Ilse', 'A bog forgets nothing', 'Thanks to the rangers', 'Coffee is in the barn',
  'The rope ferry', 'Jan Prins', 'Crossing', 'The rope is 90 metres long', 'Six cows are the limit', 'Tell the story of the goat', 'Ring twice', 'He is a little deaf', 'Ferry in ice', 'The ferry frozen at the east bank', 'A crossing costs 2 florins'],
 order=False, sequence=['The dam in spring', 'yellow from 71 metres', 'red from 74 metres', 'Pumps stop on 1 May', '14 are closed', 'A bog forgets nothing', 'The rope is 90 metres long', 'Six cows are the limit', 'Tell the story of the goat', 'A crossing costs 2 florins'],
 mustnot=['_class: lead', 'backgroundColor', 'v-clicks', '::right::', 'minDepth'],
 question='When was level red of the dam reached?', answer='in 1988',
 more=[{'question': 'How many cows may the rope ferry carry?', 'answer': 'Six'}])
