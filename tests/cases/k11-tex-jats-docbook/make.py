"""LaTeX with own macros, footnote, multirow table, accents, \\input, siunitx, \\verb, comments, bibliography; JATS with tables in floats-group and footnotes of a table, nested sections, boxed text; DocBook with procedure, admonition, variablelist, entities and CDATA.
reported: https://github.com/jgm/pandoc/issues/6596 (text in a right-most multirow lost), https://github.com/jgm/pandoc/pull/6898 (cells under an unknown macro lost), https://github.com/cyanheads/pubmed-mcp-server/issues/111 (JATS tables dropped, cells fused), https://github.com/linkml/linkml-reference-validator/pull/83"""
from pathlib import Path
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
(D / 'eel.tex').write_text(r'''\documentclass[12pt]{article}
\usepackage{multirow,siunitx}
\newcommand{\lake}{Lake Vesk}
\newcommand{\keyword}[1]{\textsf{#1}}
\title{Eels of \lake}
\author{J\"urgen Ha\v{s}ek \and Zo\"e Br{\o}nsted}
\begin{document}
\maketitle
\begin{abstract}
Eels in \lake{} shrank by \SI{14}{\percent} in ten years.
\end{abstract}
% reviewer: drop this paragraph, 77 eels were invented
\section{Catch}\label{sec:catch}
We set \keyword{fyke nets} at 23 places,\footnote{Place 9 was lost in the storm of May.} see Table~\ref{tab:c}. The fee was 25\% or \$40 \& paid by \verb|fund_x|.
\begin{table}
\caption{Catch by year}\label{tab:c}
\begin{tabular}{lrr}
\hline
Year & Eels & \multirow{2}{*}{Net type K} \\
2015 & 318 & \\
\multicolumn{2}{c}{2020: no fishing} & closed \\ \hline
\end{tabular}
\end{table}
\input{methods}
Growth follows $L = 4.2\sqrt{t}$ with $t$ in years.
\begin{itemize}\item[Silver] eels leave in October \item[Yellow] eels stay\end{itemize}
\begin{thebibliography}{9}
\bibitem{moe} A. Moe, \emph{Ålen i sjøen}, Bergen 1998.
\end{thebibliography}
\end{document}
''', encoding='utf-8')
(D / 'methods.tex').write_text('Each eel was measured twice and marked with tag colour blue.\n', encoding='utf-8')
(D / 'article.xml').write_text('''<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) Journal Archiving and Interchange DTD v1.2 20190208//EN" "JATS-archivearticle1.dtd">
<article article-type="research-article" xmlns:xlink="http://www.w3.org/1999/xlink"><front><article-meta><title-group><article-title>Dosing of zinc in <italic>Ovis aries</italic></article-title></title-group>
<contrib-group><contrib contrib-type="author"><name><surname>Adebayo</surname><given-names>Funmi</given-names></name></contrib></contrib-group>
<abstract><sec><title>Aims</title><p>To find the lowest safe dose.</p></sec></abstract></article-meta></front>
<body><sec><title>Results</title><p>Twelve ewes were dosed (<xref ref-type="table" rid="t1">Table 1</xref>).<table-wrap id="t2"><label>Table 2</label><caption><p>Feed for each ewe</p></caption><table><tbody><tr><td>Hay</td><td>1.6</td></tr><tr><td>Oats</td><td>0.4</td></tr></tbody></table></table-wrap></p>
<sec><title>Side effects</title><p>Two ewes limped.<fn id="f1"><p>Both recovered in nine days.</p></fn></p><boxed-text><p>Never dose above 90 mg.</p></boxed-text></sec></sec></body>
<back><ack><p>We thank the shepherds of Glen Orrin.</p></ack></back>
<floats-group><table-wrap id="t1"><label>Table 1</label><caption><title>Zinc in blood</title></caption><table><thead><tr><th>Group</th><th>Dose</th><th>Zinc</th></tr></thead><tbody><tr><td rowspan="2">Lowland</td><td>30 mg</td><td>0.81</td></tr><tr><td>60 mg</td><td>1.07<xref ref-type="table-fn" rid="tf1">a</xref></td></tr></tbody></table><table-wrap-foot><fn id="tf1"><label>a</label><p>One sample was spilled.</p></fn></table-wrap-foot></table-wrap></floats-group></article>
''', encoding='utf-8')
(D / 'manual.xml').write_text('''<?xml version="1.0"?>
<!DOCTYPE article [<!ENTITY prod "Press M-20"><!ENTITY eacute "&#233;">]>
<article xmlns="http://docbook.org/ns/docbook" version="5.0"><info><title>&prod; quick guide</title></info>
<section><title>Start</title><procedure><step><para>Turn the red key to II.</para></step><step><para>Wait for the lamp</para><substeps><step><para>green means ready</para></step></substeps></step></procedure>
<warning><title>Crush hazard</title><para>Keep both hands on the bar of &prod;.</para></warning>
<variablelist><varlistentry><term>E7</term><listitem><para>oil too cold, warm it for 15 minutes</para></listitem></varlistentry></variablelist>
<programlisting><![CDATA[if pressure < 40 && ready: stop()]]></programlisting><para>Made by Andr&eacute; et Fils<footnote><para>Closed in August.</para></footnote>.</para></section></article>
''', encoding='utf-8')
