"""Notes of outliners: an Obsidian canvas and Dataview fields, hidden comment, aliased and embedded links, folded callout; a Logseq page of bullets with properties, scheduled task, query; a Notion export with aside, toggle, and a CSV of its database with an id in the name."""
import os, sys; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
import json
put('Boathouse.md', '''---
aliases: [Slip hall]
tags: harbour/buildings
---
Keeper:: [[Persons/Liv Dahl|Liv]]
The roof (area:: 320 m²) was tarred in [year:: 2024].

> [!warning]- Rotten plank
> Third plank from the door gives way.

%% private: sell it? %%
==Low beams== in the loft ^beams

![[slip.png|The slip at low water|300]]
![[Tide table#Spring]]

```dataview
TABLE area FROM #harbour
```
- [>] forwarded: paint the doors
''')
put('Tide table.md', '# Neap\nno matter\n# Spring\nSpring tide reaches the second step.\n')
put('plan.canvas', json.dumps({'nodes': [{'id': 'a', 'type': 'text', 'text': '**Haul out** on 3 October', 'x': 0, 'y': 0, 'width': 200, 'height': 60}, {'id': 'b', 'type': 'text', 'text': 'Wash with fresh water', 'x': 300, 'y': 0, 'width': 200, 'height': 60}, {'id': 'g', 'type': 'group', 'label': 'Autumn work', 'x': -20, 'y': -20, 'width': 600, 'height': 120}, {'id': 'f', 'type': 'file', 'file': 'Boathouse.md', 'x': 0, 'y': 200, 'width': 200, 'height': 60}], 'edges': [{'id': 'e', 'fromNode': 'a', 'toNode': 'b', 'label': 'same day'}]}))
put('logseq/pages/Beehives.md', '''title:: Beehives
keeper:: Mona Ek
type:: [[apiary]]

- ## Hive 1
  collapsed:: true
\t- TODO Requeen in [[May 2026]]
\t  SCHEDULED: <2026-05-12 Tue>
\t  :LOGBOOK:
\t  CLOCK: [2026-04-01 Wed 10:00:00]--[2026-04-01 Wed 10:20:00] =>  00:20:00
\t  :END:
\t\t- the new queen comes from Gotland
\t- DONE Honey taken: 11 kilos
\t  id:: 6630f0aa-1111-4222-8333-944455556666
- {{query (and (task TODO) [[apiary]])}}
- As said: ((6630f0aa-1111-4222-8333-944455556666))
- {{embed [[Winter feed]]}}
- #+BEGIN_TIP
  Smoke is kept in the blue tin.
  #+END_TIP
''')
put('Export/Workshop 1f2e3d4c5b6a79880011223344556677.md', '''# Workshop

Owner: Karin Holt
Status: In use

<aside>
💡 Switch the lathe off at the wall.

</aside>

- Where is the glue?
    
    On the shelf over the window, in a jar.
    

[Tools](Workshop%201f2e3d4c5b6a79880011223344556677/Tools%20aabbccdd.csv)

| **Day** | Who |
| --- | --- |
| Monday | Ali |
''')
put('Export/Workshop 1f2e3d4c5b6a79880011223344556677/Tools aabbccddeeff00112233445566778899.csv', '\ufeffName,Place,Lent to\nDrawknife,Wall 2,"Ulf, until June"\nAdze,Chest,\n')
case(what='Obsidian page (inline fields, folded callout, comment, embeds), canvas; Logseq page (properties, task, logbook, block reference, query, tip); Notion export (aside, toggle, database CSV)',
 reported=['https://github.com/logseq/logseq/issues/1841', 'https://github.com/logseq/db-test/issues/198', 'https://github.com/KosmosisDire/obsidian-webpage-export/issues/732', 'https://github.com/obsidianmd/obsidian-importer/pull/592'],
 must=['Slip hall', 'Keeper', 'Liv', '320 m²', '2024', 'Rotten plank', 'Third plank from the door gives way', 'Low beams', 'The slip at low water', 'Spring tide reaches the second step', 'paint the doors', 'Haul out', 'on 3 October', 'Wash with fresh water', 'Autumn work', 'same day',
  'Beehives', 'Mona Ek', 'Hive 1', 'Requeen in', '2026-05-12', 'the new queen comes from Gotland', 'Honey taken: 11 kilos', 'Smoke is kept in the blue tin', 'Workshop', 'Karin Holt', 'Switch the lathe off at the wall', 'Where is the glue?', 'On the shelf over the window, in a jar', 'Monday', 'Ali', 'Drawknife', 'Wall 2', 'Ulf, until June', 'Adze', 'Chest'],
 order=False, sequence=['Rotten plank', 'Third plank from the door gives way', 'Low beams', 'Hive 1', 'Requeen in', 'the new queen comes from Gotland', 'Honey taken: 11 kilos', 'Smoke is kept in the blue tin'],
 mustnot=['sell it?', 'collapsed:: true', 'BEGIN_TIP', '"fromNode"'],
 question='Where is the glue in the workshop?', answer='On the shelf over the window, in a jar',
 more=[{'question': 'Where does the new queen of hive 1 come from?', 'answer': 'Gotland'}])
