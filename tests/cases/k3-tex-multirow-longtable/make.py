import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# LaTeX tables: multirow and multicolumn under cmidrules, minipage headers in a longtable with repeated heads and feet, a tabularx with makecell, an S column, an escaped ampersand, a comment with an ampersand
open(out('orchard.tex'),'w',encoding='utf-8').write(r'''\documentclass{article}
\usepackage{booktabs,longtable,multirow,tabularx,makecell,siunitx}
\newcommand{\cask}[1]{cask~#1}
\begin{document}
\section{Cider year}
\begin{table}[ht]
\caption[Short]{Juice pressed in each hall}\label{tab:j}
\centering
\begin{tabular}{@{}l l S[table-format=3.1] S[table-format=3.1]@{}}
\toprule
\multirow{2}{*}{Hall} & \multirow{2}{*}{Apple} & \multicolumn{2}{c}{Litres} \\
\cmidrule(lr){3-4}
 & & {Autumn} & {Winter} \\
\midrule
\multirow{2}{2cm}{Upper hall} & Gravenstein & 412.5 & 38.0 \\
 % & dropped & 999 & 999 \\
 & Ingrid Marie & 207.0 & {--} \\[2pt]
Lower hall & Cox \& Boskoop & 96.5 & 121.0 \\
\bottomrule
\end{tabular}
\end{table}

\begin{longtable}[]{@{}
  >{\raggedright\arraybackslash}p{(\columnwidth - 4\tabcolsep) * \real{0.3000}}
  >{\raggedright\arraybackslash}p{(\columnwidth - 4\tabcolsep) * \real{0.4000}}
  >{\raggedright\arraybackslash}p{(\columnwidth - 4\tabcolsep) * \real{0.3000}}@{}}
\toprule
\begin{minipage}[b]{\linewidth}\raggedright
Cask
\end{minipage} & \begin{minipage}[b]{\linewidth}\raggedright
Filled with
\end{minipage} & \begin{minipage}[b]{\linewidth}\raggedright
Opened
\end{minipage} \\
\midrule
\endfirsthead
\multicolumn{3}{l}{\emph{continued}} \\
\endhead
\multicolumn{3}{r}{\emph{see next page}} \\
\endfoot
\bottomrule
\endlastfoot
\cask{14} & Perry of \textbf{1998} & never \\
\cask{15} & Dry cider & 3~March \\
\end{longtable}

\begin{tabularx}{\textwidth}{lX}
\hline
\thead{Sort} & \thead{Taste} \\ \hline
Dry & \makecell[l]{sharp,\\ with smoke} \\
Sweet & honey\footnote{Only in warm years.} \\ \hline
\end{tabularx}
\end{document}
''')
case(what='LaTeX: multirow, multicolumn, S columns, booktabs; a commented-out row; longtable with minipage headers and repeated head and foot; tabularx with thead and makecell; an own macro in a cell, a footnote',
 reported='https://github.com/jgm/pandoc/issues/6311, https://github.com/jgm/pandoc/issues/7757, https://github.com/jgm/pandoc/issues/8789',
 order=False,
 must=['Cider year','Juice pressed in each hall','Upper hall','Gravenstein','412.5','38.0','Ingrid Marie','207.0','Lower hall','Cox & Boskoop','96.5','121.0','cask 14','Perry of 1998','cask 14 | Perry of 1998 | never','Dry cider','cask 15 | Dry cider | 3 March','Sort','Taste','with smoke','honey','Only in warm years'],
 sequence=['Upper hall','Gravenstein','Ingrid Marie','Lower hall','cask 14','cask 15'],
 mustnot=['multirow','cmidrule','tabcolsep','raggedright','table-format','999'], question='How many litres of juice did Ingrid Marie give in autumn?', answer='207.0', more=[{'question':'When was cask 15 opened?','answer':'3 March'}])
