"""MDX of a documentation site: import and export lines, components whose text stands in their attributes or between tags, tabs, cards, accordion, an exported constant used in the text, a JSX comment, a component with an object list, braces in code.
reported: https://github.com/hashintel/hash/pull/30 (Liquid hints turned into MDX components), https://github.com/mintlify/docs/issues/840 (tab titles), https://github.com/executablebooks/sphinx-tabs/pull/203"""
from pathlib import Path
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
(D / 'billing.mdx').write_text('''---
title: Billing
description: "Invoices, dunning and the direct debit of the water works"
sidebar_label: Bills
---
import Tabs from '@theme/Tabs';
import TabItem from '@theme/TabItem';
import { Price } from '../components/Price';

export const fee = '3.20 euros';
export const meta = { owner: 'Team Aqua' };

# Billing

{/* internal: the discount for staff is 55 percent */}

A paper bill costs {fee} a month.

<Note title="Meter readings">
  Send the reading **before the 5th** of the month.
</Note>

<Tabs groupId="pay">
  <TabItem value="debit" label="Direct debit">

Money is taken on the 18th.

  </TabItem>
  <TabItem value="card" label="Card">

Cards work only at the counter in Dock Street.

  </TabItem>
</Tabs>

<CardGroup cols={2}>
  <Card title="Moving house" icon="house" href="/moving">
    Tell us the new address two weeks ahead.
  </Card>
  <Card title="Leak" href="/leak">Up to 400 litres are waived once.</Card>
</CardGroup>

<Accordion title="Why did I get two bills?">The tariff changed on 1 April.</Accordion>

<Price label="Standing charge" value="9.75 euros" period="each month" />

<Steps steps={[{ title: 'Open the cover', text: 'A screwdriver of size 6 is needed.' }, { title: 'Read the black digits', text: 'Leave out the red ones.' }]} />

```js
const total = { base: 9.75, perLitre: 0.004 }; // rounded down
```

Prices hold in <abbr title="Zone of the upper town">Z2</abbr> too, if x \\< 5 and {'{'}y{'}'} is set.
''', encoding='utf-8')
