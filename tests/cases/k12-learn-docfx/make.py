"""DocFX / Microsoft Learn Markdown: tabs as headings with #tab/ links, zone pivots, rows and columns, :::image with alt text and long description, [!INCLUDE] of a file in the folder, alerts, checklist div, code from a file, video, xref."""
import os, sys; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
put('articles/install.md', '''---
title: Install the tide gauge
description: Sets up a gauge on a pier in an afternoon.
ms.author: jlund
zone_pivot_groups: gauge-kind
---
# Install the tide gauge

> [!div class="checklist"]
> * Check the depth at the pier
> * Mount the float tube

[!INCLUDE [safety](../includes/safety.md)]

> [!CAUTION]
> Never work alone on the ladder.

::: zone pivot="float"
Float gauges need a tube of 30 cm.
::: zone-end
::: zone pivot="radar"
Radar gauges hang 2 metres above the highest water.
::: zone-end

# [Battery](#tab/battery)

Change the cells every 14 months.

# [Mains](#tab/mains)

Fuse: 6 ampere, slow.

---

:::row:::
   :::column span="2":::
      **North pier**: bracket of oak
   :::column-end:::
   :::column:::
      **South pier**: bracket of steel
   :::column-end:::
:::row-end:::

:::image type="complex" source="media/gauge.png" alt-text="Drawing of the gauge with its float." lightbox="media/big.png":::
   The float sits in the tube; the wire runs over two wheels to the drum.
:::image-end:::

:::image type="content" source="media/drum.png" alt-text="Drum with a week of paper.":::

:::code language="ini" source="../samples/gauge.ini" range="1-2" highlight="1":::

See <xref:Tide.Gauge.Read*> and [!UICONTROL Start] or press <kbd>Ctrl</kbd>+<kbd>G</kbd>.

> [!VIDEO https://video.example/embed/77]

> [!NOTE|style:flat]
> The drum turns once in eight days.

| Gauge<br>kind | Error |
|:--|--:|
| Float[^1] | 2&nbsp;cm |

[^1]: Without ice.

## Next steps

> [!div class="nextstepaction"]
> [Read the first curve](first-curve.md)
''')
put('includes/safety.md', 'Wear a life jacket within two metres of the edge.\n')
put('samples/gauge.ini', '[gauge]\nzero = 4.21 m below the bolt\n')
D = r'image|alt|include|code|zone'
case(what='DocFX / Microsoft Learn: tabs as headings, zone pivots, rows and columns, images with alt text and long description, include and code from files in the folder, alerts, UI control, footnote in a table',
 reported=['https://github.com/dotnet/docfx/issues/2683', 'https://github.com/microsoft/vscode-docs-authoring/issues/23', 'https://github.com/dotnet/docfx/issues/1659'],
 must=['Install the tide gauge', 'Check the depth at the pier', 'Mount the float tube', 'Wear a life jacket within two metres of the edge', 'Never work alone on the ladder', 'Float gauges need a tube of 30 cm', 'Radar gauges hang 2 metres above the highest water', 'Battery', 'Change the cells every 14 months', 'Mains', 'Fuse: 6 ampere, slow',
  'North pier', 'bracket of oak', 'South pier', 'bracket of steel', T('Drawing of the gauge with its float', D), 'The float sits in the tube; the wire runs over two wheels to the drum', T('Drum with a week of paper', D), 'zero = 4.21 m below the bolt', 'Start', 'The drum turns once in eight days', 'Float', '2 cm', 'Without ice', 'Read the first curve'],
 order=False, sequence=['Install the tide gauge', 'Never work alone on the ladder', 'Float gauges need a tube of 30 cm', 'Radar gauges hang 2 metres above the highest water', 'Change the cells every 14 months', 'Fuse: 6 ampere, slow', 'bracket of oak', 'bracket of steel', 'The float sits in the tube; the wire runs over two wheels to the drum', 'The drum turns once in eight days', 'Read the first curve'],
 mustnot=['column-end', 'zone-end', '#tab/mains', 'lightbox=', 'nextstepaction', '[!CAUTION]'],
 question='How often are the cells of the tide gauge changed?', answer='every 14 months',
 more=[{'question': 'Which fuse does the tide gauge on mains need?', 'answer': '6 ampere, slow'}])
