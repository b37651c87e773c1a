"""Notebook with outputs (stream, result, pandas HTML with plain twin, HTML alone, Markdown, traceback, picture), a raw cell, v3 worksheets; R Markdown with chunk options and inline code; Quarto with callouts, cell options, tabset, cross references.
reported: https://github.com/NousResearch/hermes-agent/pull/80907 (outputs dropped), https://github.com/HKUDS/LightRAG/pull/3548 (all outputs left out), https://github.com/executablebooks/MyST-NB/issues/117 (raw cells ignored)"""
import json
from pathlib import Path
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
md = lambda s: {'cell_type': 'markdown', 'metadata': {}, 'source': s.splitlines(True)}
code = lambda n, s, *o: {'cell_type': 'code', 'execution_count': n, 'metadata': {}, 'source': s.splitlines(True), 'outputs': list(o)}
nb = {'cells': [md('# Bat counts in the quarry\n\nCounted in **June** and July.'),
    code(1, 'import pandas as pd\nd = pd.read_csv("bats.csv")\nprint(len(d))', {'output_type': 'stream', 'name': 'stdout', 'text': ['Rows read: 431\n', 'Nights without data: 6\n']}),
    code(2, 'd.groupby("cave").sum()', {'output_type': 'execute_result', 'execution_count': 2, 'metadata': {}, 'data': {
        'text/html': ['<div><style scoped>.dataframe tbody tr th {vertical-align: top;}</style><table border="1" class="dataframe"><thead><tr><th></th><th>bats</th></tr></thead><tbody><tr><th>Swallow hole</th><td>212</td></tr><tr><th>Long gallery</th><td>97</td></tr></tbody></table></div>'],
        'text/plain': ['              bats\ncave              \nSwallow hole   212\nLong gallery    97']}}),
    code(3, 'display(HTML(report))', {'output_type': 'display_data', 'metadata': {}, 'data': {'text/html': ['<p>The lesser horseshoe bat was heard on <b>19</b> nights.</p>']}}),
    code(4, 'plot(d)', {'output_type': 'display_data', 'metadata': {}, 'data': {'image/png': 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'text/plain': ['<Figure size 640x480 with 1 Axes>']}}),
    code(5, 'Markdown(summary)', {'output_type': 'display_data', 'metadata': {}, 'data': {'text/markdown': ['Peak night: **3 July** with 58 bats.']}}),
    code(6, 'load("2019.csv")', {'output_type': 'error', 'ename': 'FileNotFoundError', 'evalue': 'the recordings of 2019 are missing', 'traceback': ['\x1b[0;31mFileNotFoundError\x1b[0m Traceback (most recent call last)', '\x1b[0;31mFileNotFoundError\x1b[0m: the recordings of 2019 are missing']}),
    {'cell_type': 'raw', 'metadata': {'raw_mimetype': 'text/restructuredtext'}, 'source': ['Permit of the count: NR-2026-115.']}],
    'metadata': {'kernelspec': {'display_name': 'Python 3', 'language': 'python', 'name': 'python3'}}, 'nbformat': 4, 'nbformat_minor': 5}
for i, c in enumerate(nb['cells']): c['id'] = f'c{i}'
(D / 'bats.ipynb').write_text(json.dumps(nb, indent=1, ensure_ascii=False), encoding='utf-8')
old = {'metadata': {'name': 'old'}, 'nbformat': 3, 'nbformat_minor': 0, 'worksheets': [{'cells': [{'cell_type': 'heading', 'level': 2, 'metadata': {}, 'source': ['Gauge of the weir']}, {'cell_type': 'markdown', 'metadata': {}, 'source': ['The gauge was moved in 2011.']},
    {'cell_type': 'code', 'collapsed': False, 'input': ['print(level)'], 'language': 'python', 'metadata': {}, 'prompt_number': 4, 'outputs': [{'output_type': 'stream', 'stream': 'stdout', 'text': ['highest level 3.47 m\n']}, {'output_type': 'pyout', 'prompt_number': 4, 'metadata': {}, 'text': ['mean level 1.12 m']}]}]}]}
(D / 'weir.ipynb').write_text(json.dumps(old), encoding='utf-8')
(D / 'yield.Rmd').write_text('''---
title: "Hop yield 2025"
author: "K. Sykora"
output: html_document
---

## Result

```{r setup, include=FALSE}
knitr::opts_chunk$set(echo = FALSE)
```

The mean yield was 1.9 tonnes, n = `r nrow(hops)` fields.

```{r fig1, fig.cap="Yield by slope, south slopes lead"}
plot(hops$slope, hops$yield)
```

Hail fell on 14 July.[^hail]

[^hail]: Fields 3 and 9 were insured.
''', encoding='utf-8')
(D / 'soil.qmd').write_text('''---
title: Soil moisture
subtitle: Station Ebene 5
---

::: {.callout-warning title="Sensor drift"}
Sensor 12 reads 4 percent too high.
:::

::: {.panel-tabset}
### Summer
Watered every third day.

### Winter
The valve is closed from November.
:::

```{python}
#| label: fig-moist
#| fig-cap: "Moisture at 30 cm depth"
#| echo: false
plot()
```

As @fig-moist shows, clay keeps water longest.
''', encoding='utf-8')
