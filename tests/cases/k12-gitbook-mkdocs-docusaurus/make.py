"""Other Markdown dialects of documentation sites: GitBook blocks, MkDocs Material (admonitions with titles, collapsed blocks, content tabs, keys, snippets, abbreviations, annotations), Docusaurus admonitions, MyST/Obsidian callouts and wiki links, VuePress containers.
reported: https://github.com/squidfunk/mkdocs-material/issues/4025 and https://github.com/squidfunk/mkdocs-material/issues/1636 (blocks inside tabs not shown), https://github.com/hashintel/hash/pull/30 (GitBook hints), https://github.com/executablebooks/sphinx-tabs/pull/203 (MyST)"""
from pathlib import Path
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
(D / 'gitbook.md').write_text('''---
description: How a lift is taken out of service
---

# Taking a lift out of service

{% hint style="danger" %}
Two fitters must be present.
{% endhint %}

{% tabs %}
{% tab title="Passenger lift" %}
Drive the cabin to floor 2 and pull fuse F9.
{% endtab %}

{% tab title="Goods lift" %}
Lower the buffer; it takes 90 seconds.
{% endtab %}
{% endtabs %}

{% stepper %}
{% step %}
### Hang up the sign
Sign 12 lies in the drawer.
{% endstep %}
{% endstepper %}

{% content-ref url="spares.md" %}
[Spare parts of the drive](spares.md)
{% endcontent-ref %}

{% file src="plan.pdf" %}
Wiring plan of 2019
{% endfile %}

{% code title="reset.txt" lineNumbers="true" %}
```
RESET 4 4 1
```
{% endcode %}
''', encoding='utf-8')
(D / 'mkdocs.md').write_text('''# Rope check

!!! danger "Loose strands"
    Six broken wires on one lay mean a new rope.

??? question "How often is it checked?"
    Every 13 weeks, by Ferro AG.

=== "Steel rope"

    Grease with type R2.

    !!! tip
        Warm the grease first.

=== "Plastic belt"

    Never grease a belt.

Press ++ctrl+shift+p++ to print the protocol.(1)
{ .annotate }

1.  :material-information: The printer stands in room 0.14.

The UCM test follows.

*[UCM]: unintended car movement

--8<-- "footer.md"
''', encoding='utf-8')
(D / 'docusaurus.md').write_text('''---
title: Emergency call
---

:::caution[Battery]

The battery lasts **three hours**.

:::

::: tip Test call
Dial 77 and wait for the tone.
:::

<details>
<summary>No tone?</summary>

Swap card B in the cabinet.

</details>
''', encoding='utf-8')
(D / 'obsidian.md').write_text('''> [!warning]- Door edge
> The light curtain fails below minus 15 degrees.

See [[Door drive|the page on the door drive]] and ![[door.png|Door seen from inside]].

The lock is %%ask Tom%% made by Kiekert. ==Oil it yearly.==

```{admonition} Before you leave
:class: note
Count the keys: there are five.
```
''', encoding='utf-8')
