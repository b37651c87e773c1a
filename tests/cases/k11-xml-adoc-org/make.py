# JATS (tables in floats-group, fn-group, display formula, nested list), DocBook 5 (variablelist, callouts, admonition), plain XML with attributes and CDATA; AsciiDoc tables with a| cells; Org drawers and results
w=lambda n,t:open(n,'w',encoding='utf-8').write(t)
w('eel.xml','''<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) Journal Publishing DTD v1.2 20190208//EN" "JATS-journalpublishing1.dtd">
<article xmlns:xlink="http://www.w3.org/1999/xlink" article-type="research-article"><front><article-meta><title-group><article-title>Eel passage at <italic>Lomma</italic> weir</article-title></title-group><contrib-group><contrib contrib-type="author"><name><surname>Lindqvist</surname><given-names>Agnes</given-names></name></contrib></contrib-group><abstract><p>We counted eels for 212 nights.</p></abstract></article-meta></front>
<body><sec><title>Results</title><p>Most eels passed at dusk<xref ref-type="fn" rid="fn1"><sup>1</sup></xref> (<xref ref-type="table" rid="t1">Table 1</xref>).<list list-type="order"><list-item><p>Rain helped.</p><list list-type="bullet"><list-item><p>above 6 mm a day</p></list-item></list></list-item></list></p><fig id="f1"><label>Figure 1</label><caption><p>Trap with bristle ramp of 35 degrees.</p></caption><graphic xlink:href="f1.tif"/></fig></sec></body>
<back><ack><title>Acknowledgements</title><p>The weir keeper let us use hut 3.</p></ack><fn-group><fn id="fn1"><label>1</label><p>Dusk: 40 minutes after sunset.</p></fn></fn-group><ref-list><ref id="r1"><mixed-citation>Berg T. Ramps for eels. <year>2011</year>.</mixed-citation></ref></ref-list></back>
<floats-group><table-wrap id="t1"><label>Table 1</label><caption><p>Eels by month</p></caption><table><thead><tr><th>Month</th><th>Count</th></tr></thead><tbody><tr><td>June</td><td>1,847</td></tr><tr><td>July</td><td>629</td></tr></tbody></table><table-wrap-foot><p>July without the night of the flood.</p></table-wrap-foot></table-wrap></floats-group></article>''')
w('pump.dbk.xml','''<?xml version="1.0"?><article xmlns="http://docbook.org/ns/docbook" version="5.0"><title>Sewage pump</title>
<variablelist><varlistentry><term>Float switch</term><listitem><para>starts the pump at 62 cm</para></listitem></varlistentry></variablelist>
<warning><para>Cut the power at box K2 first.</para></warning>
<programlistingco><areaspec><area xml:id="a1" coords="1"/></areaspec><programlisting>set level=62</programlisting><calloutlist><callout arearefs="a1"><para>centimetres above the floor</para></callout></calloutlist></programlistingco>
<para>Grease it twice a year<footnote><para>Only with grease LM-40.</para></footnote>.</para></article>''')
w('stock.xml','''<?xml version="1.0" encoding="UTF-8"?><stock date="2026-02-03"><item sku="RV-118" bin="C7"><name>Relief valve</name><note><![CDATA[Opens at 4.2 bar & closes at 3.9 bar]]></note></item></stock>''')
w('kiln.adoc',''':kiln-temp: 1240

= Kiln diary
The glaze melts at {kiln-temp} degrees.footnote:[Measured with cone 8.]

.Firings
[cols="1,2a",options="header"]
|===
|Day |Remarks
|Monday
|Good.

[WARNING]
====
Shelf 3 is cracked.
====
|Tuesday 2+|no firing, gas was out
|===

// internal: ask Per about the price
[quote,Ida Sand]
Never open above 200 degrees.

<<shelves,See the shelves>>
''')
w('well.org','''#+TITLE: Well log
* TODO Lower the pump :well:
DEADLINE: <2026-05-02 Sat>
:PROPERTIES:
:Contractor: Brunnborr AS
:END:
The pump hangs at 31 metres.[fn:1]
:FINDINGS:
Iron is 0.8 mg per litre.
:END:
| Depth | Flow |
|-------+------|
|    31 |  4.4 |
#+begin_src python :results output
print(31*2)
#+end_src
#+RESULTS:
: 62 metres of cable
# comment for me only
[fn:1] Measured from the well cover.
''')
