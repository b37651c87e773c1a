"""An old page without content containers: layout table, unclosed <p>, inline tags with text after them, <nobr>, <br> lines,
text straight in <body> before the first heading, lists in table cells.
reported: https://github.com/adbar/trafilatura/issues/890 (text after the first inline tag lost under a layout table)
          https://github.com/adbar/trafilatura/issues/825 (<nobr> dropped), https://github.com/adbar/trafilatura/issues/531 (list in a cell lost)
          https://github.com/Unstructured-IO/unstructured/issues/1543 (<br>, text straight in body), https://github.com/docling-project/docling/issues/2330 (before the first heading)"""
from pathlib import Path
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
(D / 'sluice.htm').write_text('''<HTML><HEAD><TITLE>Mill pond of Hallum - sluice rules</TITLE></HEAD>
<BODY BGCOLOR="#ffffee">
Rules of the mill association, as agreed on 12 March.
<TABLE WIDTH=760 BORDER=0 CELLPADDING=8><TR>
<TD WIDTH=140 VALIGN=TOP BGCOLOR="#ddeedd"><A HREF="index.htm">Start</A><BR><A HREF="pics.htm">Pictures</A></TD>
<TD VALIGN=TOP><CENTER><FONT SIZE=5><B>Sluice rules</B></FONT></CENTER>
<P>If the left sluice is raised by <I>three</I> notches, the pond falls by <B>12</B> centimetres in an hour, and the weir runs dry at <I>mark 40</I> of the gauge.
<P>The keeper on duty answers at <NOBR>0777 41 60</NOBR> until ten in the evening.
<P>Miller's house<BR>
Lower Lane 3<BR>
key box code 5&#8211;5&#8211;8<BR>
<HR>
<TABLE BORDER=1>
<TR><TH>Day<TH>Sluice watch
<TR><TD>Monday<TD><UL><LI>06:00 Harm Visser<LI>18:00 Geesje Pol</UL>
<TR><TD>Tuesday<TD>closed
<TR><TD>Saturday<TD><UL><LI>09:30 Jurre Dam</UL>
</TABLE>
<DL><DT>Flood board<DD>stands behind the stable door<DT>Ice hook<DD>hangs over the oven</DL>
<BLOCKQUOTE>Never open both sluices at once; the bank gave way in 1987.</BLOCKQUOTE>
</TD></TR></TABLE>
<ADDRESS>Mill association Hallum, account 4410-77</ADDRESS>
</BODY></HTML>
''', encoding='ascii')
