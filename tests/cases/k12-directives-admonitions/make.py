# directive dialects: Docusaurus :::tip[Title], VitePress ::: details, MkDocs !!!/???/=== tabs (indented), GitHub [!NOTE], GitBook hint/tabs/embed, MyST {note}, Quarto callouts, Markdoc; snippets include (told)
w=lambda n,t:open(n,'w',encoding='utf-8').write(t)
w('docusaurus.md','''# Beehouse scale

::::tip[Before you start]

Let the scale warm up for 25 minutes.

:::warning Frost
Below -6 degrees it shows 2 kg too little.
:::

::::

::: details Why two batteries?
One feeds the radio, type CR-AA9.
:::
''')
w('mkdocs.md','''# Gate motor

!!! danger "High voltage"
    Capacitor C1 holds 410 volts for a minute.

??? question "The gate stops half-way"
    Clean the light barrier with alcohol.

=== "Model A"

    Turn screw P7 to the left.

=== "Model B"

    Press reset for 11 seconds.

++ctrl+alt+g++ opens the menu. ==Grease it in October.==

--8<-- "shared/warranty.md"
''')
w('gitbook.md','''# Wood stove

> [!IMPORTANT]
> Burn only wood below 18 % moisture.

{% hint style="info" %}
The glass is cleaned with ash and water.
{% endhint %}

{% tabs %}
{% tab title="First lighting" %}
Paint cures at 250 degrees, air the room.
{% endtab %}
{% endtabs %}

{% embed url="https://stove.example/film" %}
Film: sweeping the flue
{% endembed %}

{% callout type="note" title="Chimney sweep" %}
Comes on 9 September.
{% /callout %}
''')
w('quarto.qmd','''---
title: "Slope report"
params:
  site: Fossheim
---

::: {.callout-important title="Closed road"}
The road is closed above 600 metres.
:::

```{r}
#| label: fig-a
#| fig-cap: "Creep of the slope, 14 mm a year"
#| echo: false
plot(x)
```

::: {.panel-tabset}
## Spring
Melt water 30 l/s.
:::

The factor is `r round(f, 2)` at [Fossheim]{.smallcaps}.
''')
w('myst.md','''# Kelp dryer

```{admonition} Fire risk
:class: danger
Dust above 60 g per cubic metre explodes.
```

```{list-table} Settings
:header-rows: 1
* - Kelp
  - Hours
* - Sugar kelp
  - 7.5
```

{ref}`The belt <belt>` runs at 0.8 m/s.
''')
