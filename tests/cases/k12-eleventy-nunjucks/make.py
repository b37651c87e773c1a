"""Eleventy: Nunjucks in Markdown and .njk: set, macro and call with text arguments, paired shortcodes, comments, filters with a text, raw, front matter with JSON and multi-line text used in the page, a data file beside it."""
import os, sys; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
put('shop.md', '''---json
{ "title": "The net maker", "hours": [ { "day": "Tuesday", "from": "9 to 12" }, { "day": "Friday", "from": "14 to 18" } ], "layout": "base.njk" }
---
{# editors: photo is missing #}
{% set material = "hemp and cotton" %}
# {{ title }}

Nets of {{ material }} are tied here since 1911.

{% for h in hours %}
- {{ h.day }}: {{ h.from }}
{% endfor %}

{% callout "warning", "Tar on the floor" %}
Wear old shoes in the *tar room*.
{% endcallout %}

{% image "src/net.jpg", "A herring net drying on poles", "50vw" %}

{{ "mended within a week" | upper }} and {% raw %}{{ price }} is typed like this{% endraw %}.

{% if env.draft %}Only for drafts{% else %}Orders are taken by the widow Hansen.{% endif %}
''')
put('_includes/card.njk', '''{% macro card(title, text="no text given") %}<article><h3>{{ title }}</h3><p>{{ text }}</p></article>{% endmacro %}
''')
put('visit.njk', '''---
title: Visiting the rope walk
permalink: /visit/
---
{% extends "base.njk" %}{% from "card.njk" import card %}
{% block content %}
<h1>{{ title }}</h1>
{{ card("Tickets", text="4 crowns, children free") }}
{{ card("Dogs", "wait at the gate") }}
{% call dialog(heading="Lost property") %}<p>Ask in the pitch house.</p>{% endcall %}
{%- set steps = ["cross the yard", "mind the cart"] -%}
<ol>{% for s in steps %}<li>{{ s }}</li>{% endfor %}</ol>
<p>The walk is 300 metres long{{ ", the longest on this coast" }}.</p>
{% endblock %}
''')
put('_data/prices.json', '{"rope": [{"thick": "12 mm", "metre": "3 crowns"}, {"thick": "20 mm", "metre": "5 crowns"}]}\n')
put('prices.liquid.md', '''---
title: Prices
---
{% for r in prices.rope %}
{{ r.thick }} costs {{ r.metre }} a metre.
{% endfor %}
{%- comment -%} not for readers: rebate {%- endcomment -%}
{% render "note", text: "Prices hold until Martinmas", kind: "info" %}
''')
S = r'shortcode|template|nunjucks|liquid|macro|tag'
case(what='Eleventy with Nunjucks: texts in set, macro and call arguments, paired and single shortcodes, loops over JSON front matter, extends and block, raw, a render tag with text, data file',
 reported=['https://github.com/11ty/image/issues/56', 'https://github.com/11ty/buildawesome/issues/2261', 'https://github.com/11ty/buildawesome/issues/3665'],
 must=['The net maker', 'hemp and cotton', 'are tied here since 1911', 'Tuesday', '9 to 12', 'Friday', '14 to 18', T('Tar on the floor', S), 'Wear old shoes in the', T('A herring net drying on poles', S), 'is typed like this', 'Orders are taken by the widow Hansen',
  'Visiting the rope walk', T('Tickets', S), T('4 crowns, children free', S), T('wait at the gate', S), T('Lost property', S), 'Ask in the pitch house', T('cross the yard', S), T('mind the cart', S), 'The walk is 300 metres long', T('the longest on this coast', S), '12 mm', '3 crowns', '20 mm', '5 crowns', T('Prices hold until Martinmas', S)],
 order=False, mustnot=['photo is missing', 'endcallout', 'not for readers: rebate', 'endmacro'],
 question='Who takes the orders at the net maker?', answer='the widow Hansen',
 more=[{'question': 'What do tickets for the rope walk cost?', 'answer': '4 crowns, children free'}])
