"""A Jekyll site: front matter with title and description, {% link %} and {% post_url %} as link targets, includes with content in their parameters, {% highlight %}, {% raw %}, {% comment %}, conditions, variables of the page and the site,
kramdown attribute lists, abbreviations, definition lists, a table of contents mark.
reported: https://github.com/galaxyproject/galaxy-hub/issues/1138 (594 Liquid tags in 125 Markdown files), https://github.com/elixir-tools/tableau/issues/90, https://github.com/leandrocp/mdex/issues/30"""
from pathlib import Path
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
(D / '_posts').mkdir(exist_ok=True); (D / '_data').mkdir(exist_ok=True)
(D / '_config.yml').write_text('title: Beekeepers of Tarn\nseason: 2026\n', encoding='utf-8')
(D / '_data' / 'prices.yml').write_text('- item: Queen\n  euros: 38\n- item: Nucleus\n  euros: 145\n', encoding='utf-8')
(D / 'swarms.md').write_text('''---
layout: page
title: "Catching a swarm"
description: >-
  What to do between the call and the evening,
  with the list of boxes that are lent out.
permalink: /swarms/
phone: 05 63 11 20
---

* TOC
{:toc}

## Before you drive
{: #before .lead}

Call {{ page.phone }} and read [the rules of the association]({% link rules.md %}) and [last year's report]({% post_url 2025-09-01-report %}#swarms).

{% include note.html type="warning" content="Never enter a roof without a second person." %}

{% if site.season == 2026 %}
In {{ site.season }} the blue boxes are lent out by Mme Cazals.
{% endif %}

{% comment %}
TODO remove: the mayor's allergy
{% endcomment %}

{% highlight yaml %}
box: 14   # holds two kilos of bees
{% endhighlight %}

{% raw %}In the form, write {{ your name }} in capitals.{% endraw %}

{% for p in site.data.prices %}
- {{ p.item }}: {{ p.euros }} euros
{% endfor %}

{% capture tip %}Spray water, never smoke.{% endcapture %}
{{ tip | markdownify }}

Swarm in a wall
: call the mason first{:.small}

![A swarm in a pear tree]({{ '/img/pear.jpg' | relative_url }}){: width="300"}

The NHC is told by noon.

*[NHC]: National Honey Council
''', encoding='utf-8')
(D / 'rules.md').write_text('---\ntitle: Rules\n---\nMembers pay {% increment x %} nothing for the first box.\n', encoding='utf-8')
(D / '_posts' / '2025-09-01-report.markdown').write_text('''---
layout: post
title: Report of the year 2025
excerpt: Sixteen swarms were caught, four of them in chimneys.
tags: [swarms]
---
The honey was thin. <!--more--> It sold at 11 euros a jar.

{% youtube JNWPsaO4PNM %}
''', encoding='utf-8')
