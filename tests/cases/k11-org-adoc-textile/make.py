"""org (drawer, caption before RESULTS, table with a rule, example block, TODO state and dates, footnote, link description, comment), AsciiDoc (attributes, admonitions, table with spans and a nested block, callouts, labelled list, include, conditional, comment block, footnote), Textile (table with spans, definition, footnote, links, notes).
reported: https://github.com/docling-project/docling/issues/566 (AsciiDoc admonitions), https://github.com/jgm/pandoc/issues/3706 (org caption lost), https://github.com/jgm/pandoc/issues/7520 (drawer silenced), https://github.com/asciidoctor/asciidoctor.js/issues/1850 (cells empty)"""
from pathlib import Path
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
(D / 'garden.org').write_text('''#+TITLE: Garden diary
#+AUTHOR: M. Vaz
:PROPERTIES:
:ID: 591cd98a-3279
:END:

* TODO [#A] Order seed potatoes                                   :spring:
  DEADLINE: <2026-02-20 Fri>
  :PROPERTIES:
  :SUPPLIER: Hollis and Sons
  :END:
  Variety /Nicola/, *12 kilos*.[fn:1]

#+BEGIN_SRC R :exports results
  yields()
#+END_SRC

#+CAPTION: Harvest of the beds
#+RESULTS:
| Bed | Crop    | Kilos |
|-----+---------+-------|
| N1  | beans   |   7.5 |
| N2  | carrots |  11.2 |
#+TBLFM: $3=0

# private remark: neighbour steals apples
See [[https://seeds.example/nicola][the grower's sheet]].

#+BEGIN_EXAMPLE
Sow carrots 2 cm deep.
#+END_EXAMPLE

[fn:1] Cut potatoes must dry for two days.
''', encoding='utf-8')
(D / 'pump-chapter.adoc').write_text('''The pump turns at 1450 revolutions.
''', encoding='utf-8')
(D / 'station.adoc').write_text('''= Pumping station Vik
:station-tel: 555 80 71
:manual: true
ifdef::manual[]
Manual for the crew of {doctitle}.
endif::[]

== Alarms

[WARNING]
.High water
====
Start pump 3 when the water reaches {nbsp}2.10 metres.

. Ring {station-tel}.
. Open flap B.
====

TIP: Grease is kept in locker 5.

.Pumps of the station
[cols="1,1a,1",options="header"]
|===
|Pump |State |Hours

.2+|Row east
|* runs dry
* needs a seal
|4100
|in order |880
2+|Spare pump stands in Lade |0
|===

[source,sh]
----
pumpctl start --id 3 # <1>
----
<1> Pump 3 needs forty seconds to fill.

Fuse:: 16 amperes
Oil:: grade 46

////
Old number 111
////

include::pump-chapter.adoc[]

The key is with the harbour master.footnote:[On Sundays with the baker.] See https://vik.example/plan[the site plan].
''', encoding='utf-8')
(D / 'club.textile').write_text('''h1. Chess club

The club meets in *room 4*[1] every _Thursday_.

|_. Board |_. Player |_. Points |
|/2. One | Ruiz | 6.5 |
| Adeyemi | 5 |
|\\2. bye | 1 |

- Entry fee := 15 euros a year
- Clock := brought by the *home* team

bc. chess --rated

"The rules":https://chess.example/rules are short.

fn1. Second floor, ring at Meyer.
''', encoding='utf-8')
