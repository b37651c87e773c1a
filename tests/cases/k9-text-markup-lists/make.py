# nested lists in reStructuredText, AsciiDoc, Org, LaTeX and Textile: numbers written or implied, continuation paragraphs, [@n] starts
w=lambda n,t:open(n,'w',encoding='utf-8').write(t)
w('sauna.rst','''Heating the sauna
=================

3. Open the damper.
4. Lay the kindling:

   a. birch bark below
   b. split alder above

      * never use driftwood, it holds salt

5. Light it from the top.

Term list
  water bucket
    Holds 14 litres.
''')
w('ferry.adoc','''= Loading the ferry
:toc:

[start=11]
. Weigh the lorry
.. front axle on plate F
.. rear axle on plate R
+
NOTE: Plate R shows 40 kg too much.
. Chain it down
* four chains for a bus
** two of them crossed

Heavy goods:: cars over 3.5 t
+
They stand on lane 2.
''')
w('hives.org','''#+TITLE: Autumn work on the hives
* Feeding
1. [@6] Weigh the hive
   - below 14 kg :: feed nine litres
   - above 14 kg :: feed four litres
     1) warm the syrup to 30 degrees
2. [X] Close the entrance to 8 cm
''')
w('welding.tex',r'''\documentclass{article}
\begin{document}
\section{Welding permit}
\begin{enumerate}
  \item Clear the area within 11 metres.
  \begin{enumerate}
    \item Cover drains with wet sacks.
    \item[--] except drain 9, which is sealed
  \end{enumerate}
  \setcounter{enumi}{6}
  \item Keep watch for 45 minutes afterwards.
\end{enumerate}
\begin{description}
  \item[Fire post] stands at pillar D4.
\end{description}
\end{document}
''')
w('oven.textile','''h1. Bread oven

# Fire for three hours
## with beech only
## 18 kg in all
#5 Sweep the floor
** the ash goes into drum 2
''')
