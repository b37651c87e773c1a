"""Pages whose content stands in the front matter alone (a question list, a person, an event; YAML, TOML and JSON), a file with front matter and blanks, one whose front matter has a broken line, Windows line ends and a BOM before ---, and a page closed with '...'.
reported: https://github.com/jonbeebe/frontmatter/issues/20 (file without a body refused), https://github.com/sculpin/sculpin/issues/139 (skipped without a word), https://github.com/basicmachines-co/basic-memory/issues/1451 (silently dropped when the block isn't YAML), https://github.com/facebook/docusaurus/pull/21"""
from pathlib import Path
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
(D / 'faq.md').write_text('''---
layout: faq
title: Questions about the sauna
questions:
  - q: How hot is the stove?
    a: |
      It reaches 92 degrees.
      On Sundays it is kept at 75.
  - q: May children come?
    a: >
      Yes, with an adult,
      until six in the evening.
---
''', encoding='utf-8')
(D / 'person.md').write_text('+++\nname = "Aino Korpela"\nrole = "Keeper of the sauna"\nphone = "040 551 27"\nbio = """\nAino learned stone setting\nin Kuopio."""\n+++\n', encoding='utf-8')
(D / 'event.md').write_text('{\n  "title": "Night of the whisks",\n  "date": "2026-06-20",\n  "place": "Lower jetty",\n  "entry": "9 euros, towels 2 euros"\n}\n', encoding='utf-8')
(D / 'blank.md').write_text('---\ntitle: Wood delivery\ndescription: Birch logs come on the first Monday of October.\n---\n\n   \n\n', encoding='utf-8')
(D / 'windows.md').write_bytes('\ufeff---\r\ntitle: Löyly rules\r\nsubtitle: Ask before you throw water\r\n---\r\n\r\nThree ladles are enough.\r\n'.encode('utf-8'))
(D / 'broken.md').write_text('---\ntitle: Opening: winter hours\ndescription: Mon: closed, Tue - Sun: 15 to 21\nnote: "unfinished\n---\n\nThe key card is blue.\n', encoding='utf-8')
(D / 'dots.md').write_text('---\ntitle: Towels\nabstract: Linen towels are boiled every night.\n...\n\nBring your own on Mondays.\n', encoding='utf-8')
