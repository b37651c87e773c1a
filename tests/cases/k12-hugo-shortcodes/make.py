"""A Hugo site: TOML front matter, shortcodes of both kinds with text in parameters (figure, notice, ref, tabs, param) and between tags, a nested shortcode, an escaped one, _index.md of a section, summary divider.
reported: https://github.com/ropensci-review-tools/babeldown/issues/24 (alt and caption in shortcodes), https://github.com/gohugoio/hugo/issues/2982 (caption text), https://github.com/basicmachines-co/basic-memory/issues/1451 (a file whose --- block isn't YAML silently dropped)"""
from pathlib import Path
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
(D / 'cheese').mkdir(exist_ok=True)
(D / 'cheese' / '_index.md').write_text('''+++
title = "Cheese cellar"
description = "How wheels are turned, washed and sold at the Alp Sura."
weight = 20
[params]
  summary_line = "Open to visitors on Wednesdays"
+++
''', encoding='utf-8')
(D / 'cheese' / 'washing.md').write_text('''+++
title = "Washing the rind"
date = 2026-03-08T10:00:00+01:00
draft = false
tags = ["rind", "brine"]
summary = "Brine of 18 percent, twice a week."
+++

Wheels are washed from the fifth day on.<!--more-->

{{< figure src="/img/rack.jpg" title="Rack 6" caption="Wheels of May stand at the top" alt="A wooden rack with cloths" >}}

{{% notice warning "Cold hands" %}}
Brine is mixed at **12 degrees**; see [the salt table]({{< ref "salt.md#table" >}}).
{{% /notice %}}

{{< tabs >}}
{{< tab "Young wheels" >}}Turn them every day.{{< /tab >}}
{{< tab "Old wheels" >}}Turn them on Saturdays and brush them with rye flour.{{< /tab >}}
{{< /tabs >}}

{{< details summary="Why is the rind red?" >}}
Because of a bacterium that likes oxygen.
{{< /details >}}

The shortcode is written {{</* figure */>}} in the source.

{{< youtube id="w7Ft2ymGmfc" title="Video: turning by hand" >}}

| Age | Turns |
|---|---|
| {{< nowrap >}}3 weeks{{< /nowrap >}} | 21 |

Sold at {{< param "price" >}} the kilo, or 260 francs the wheel.
''', encoding='utf-8')
(D / 'letter.md').write_text('''---
**ALP SURA CHEESE COOPERATIVE**
Cellar 4, 7530 Zernez
---

Dear shareholder, the dividend of 2025 is one wheel of 6 kilos.
''', encoding='utf-8')
