# Markdown tables: escaped pipes, pipes in code, br and links in cells, no outer pipes, a row with fewer cells and one with more, a table inside a list item, an HTML table in Markdown, a grid table (pandoc)
open('docs/adapters.md','w',encoding='utf-8').write('''# Adapter list

| Product | Connector | Price |
|:--------|:---------:|------:|
| Travel cable | USB-A\\|USB-C | 12.90 € |
| Shell tool | `grep -E "warn\\|fatal" log` | free |
| Dock 7 | [HDMI 2.1](https://dock.example.org/7)<br>and DisplayPort | 149.00 € |
| Rack kit |

Port | Room | Switch
--- | --- | ---
P-14 | Library | SW-3
P-15 | Aula \\| stage left | SW-8

1. First check the cabinet:

   | Shelf | Contents |
   |---|---|
   | upper | spare fuses 16 A |
   | lower | patch cords, 5 m |

2. Then sign the list.

<table><tr><th>Loan</th><th>Deposit</th></tr><tr><td>Projector lamp</td><td>45 €</td></tr></table>

+-----------+----------------------+
| Device    | Remark               |
+===========+======================+
| Beamer 2  | Fan is noisy, repair |
|           | planned for week 38  |
+-----------+----------------------+
''')
