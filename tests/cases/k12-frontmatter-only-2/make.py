# pages whose text stands in the front matter alone: YAML (folded scalars, lists of blocks), TOML, JSON; one with three dashes in a value, CRLF and BOM; one empty front matter
w=lambda n,t,e='utf-8',nl='\n':open(n,'w',encoding=e,newline=nl).write(t)
w('_index.md','''---
title: Ferry Kvalsund
description: >
  Sails from 5:50 to 23:15,
  also on Sundays.
hero:
  headline: The last ferry waits for the train
  button: {text: Book a place, url: /book}
faq:
  - question: May I charge my car on board?
    answer: |
      Yes, at posts 1 to 6
      for 3.20 kroner per kWh.
  - question: Is there a kiosk?
    answer: Only in July.
draft: false
layout: landing
---
''')
w('prices.md','+++\ntitle = "Prices"\n[[rows]]\nname = "Lorry up to 12 metres"\nprice = "412 kroner"\n[[rows]]\nname = "Bicycle"\nprice = "free of charge"\n+++\n')
w('about.md','{\n  "title": "About us",\n  "subtitle": "A cooperative since 1921",\n  "people": [{"name": "Turid Moe", "role": "skipper"}]\n}\n')
w('notice.md','---\ntitle: Notice\nsummary: "Pier 2 is closed --- use pier 4"\ndate: 2026-04-02\n---\n','utf-8-sig','\r\n')
w('plain.md','---\n---\nThe waiting room has 34 seats.\n')
