# Declarative shadow DOM with slots, iframe srcdoc, dialog and popover opened by a button; an inert template nobody sees
open('clinic.html','w',encoding='utf-8').write('''<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Clinic for small animals</title></head><body>
<main><h1>Clinic for small animals</h1>
<info-card><template shadowrootmode="open"><style>p{color:navy}</style><h2>Opening hours</h2><p>We are open from 7:30 to 16:45 on weekdays.</p><slot name="night"></slot></template>
<p slot="night">At night call the vet on duty, 555 0137.</p></info-card>
<h2>Prices</h2>
<iframe title="Price list" srcdoc="&lt;table&gt;&lt;tr&gt;&lt;th&gt;Service&lt;/th&gt;&lt;th&gt;Price&lt;/th&gt;&lt;/tr&gt;&lt;tr&gt;&lt;td&gt;Rabbit vaccination&lt;/td&gt;&lt;td&gt;48 euros&lt;/td&gt;&lt;/tr&gt;&lt;/table&gt;" width="400" height="90"></iframe>
<p>Chips are read free of charge.</p>
<button onclick="document.getElementById('d').showModal()">Before an operation</button>
<dialog id="d"><h3>Before an operation</h3><p>Do not feed a cat for ten hours before an anaesthetic.</p></dialog>
<button popovertarget="pp">Parking</button><div id="pp" popover>Park in yard 3 behind the pharmacy.</div>
<template id="row"><p>Placeholder text {{name}} of the row</p></template>
</main></body></html>''')
