# MDX: labels and whole texts in props (TabItem label, Card, template string, JSX in a prop, array of objects), imports/exports, JSX comments, self-closing img
open('install.mdx','w',encoding='utf-8').write('''---
title: Installing the weather mast
description: Mast WM-9 for schools and farms
---
import Tabs from '@theme/Tabs';
import TabItem from '@theme/TabItem';
import {Steps, Card} from '../components/secret-internal';
export const mastHeight = 9.5;
export const meta = { author: 'Hege' };

# Installing the weather mast

{/* TODO internal: ask legal about the wording */}

<Callout type="warning" title="Work in pairs">Never raise the mast above 38 km/h wind.</Callout>

<Tabs groupId="ground">
<TabItem value="rock" label="On bare rock">

Drill four holes of 22 mm.

</TabItem>
<TabItem value="soil" label="On clay soil">

Dig down to 1.4 metres.

</TabItem>
</Tabs>

<Card title="Spare parts" href="/parts" text={`Bearing kit BK-77 fits all masts since 2015`} />

<FAQ items={[{q: 'Does it need earthing?', a: 'Yes, with 16 mm² copper.'}, {q: "Who reads the data?", a: "The county, every 10 minutes."}]} />

<img src="/img/base.png" alt="Base plate with the arrow to the north" />

<Collapser title={<>Use <InlineCode>mastctl zero</InlineCode> first</>}>

Then wait 90 seconds.

</Collapser>

The mast is {mastHeight} metres high when {props.site} agrees.

| Sensor | Price {/* net */} |
|---|---|
| Anemometer <Badge text="new" /> | 212 euros |
''')
