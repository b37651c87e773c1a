"""Markup of manuals and wikis: a man page (man macros, tbl table, escapes), an mdoc page, POD in a Perl module, MediaWiki with template, table, ref and nowiki, Typst with a table and a footnote."""
import os, sys; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
put('bellpull.1', r'''.\" not shown: draft of Piet
.TH BELLPULL 1 "2026-02-01" "tower 3.2" "Tower Manual"
.SH NAME
bellpull \- ring the bells of St Mary\(cqs
.SH SYNOPSIS
.B bellpull
[\fB\-n\fR \fIstrokes\fR]
.IR bell ...
.SH OPTIONS
.TP
.BI \-n " strokes"
Number of strokes; the limit is 40\ \(mu\ the number of ringers.
.TP
.B \-\-muffled
Tie a leather pad on the clapper (caf\['e] mode\(em\&quiet).
.SH WEIGHTS
.TS
allbox tab(|);
lb nb
l n.
Bell|Kilograms
Gabriel|740
Little John|T{
112, re\-cast in 1891
T}
.TE
.SH "SEE ALSO"
.BR clapper (5),
.nf
  rope store: north stair
  key:        sexton
.fi
''')
put('gatectl.8', r'''.Dd March 3, 2026
.Dt GATECTL 8
.Os
.Sh NAME
.Nm gatectl
.Nd open and shut the sluice gate
.Sh SYNOPSIS
.Nm
.Op Fl f
.Ar level
.Sh DESCRIPTION
.Bl -tag -width indent
.It Fl f
Do not ask. Needs the key of
.Ar warden .
.It Ar level
Height above the sill in
.Em centimetres ,
see
.Xr tides 7 .
.El
''')
put('Ferry.pm', '''package Ferry;
use strict;
=pod

=head1 NAME

Ferry - timetable of the B<island> ferry

=over 4

=item * Last boat: I<22:10> from pier C<B2>

=item * With fog E<gt> 3 hours the L<bus|https://bus.example/> runs

=back

=begin comment

hidden from readers: ask Olav

=end comment

=cut

sub depart { return "22:10" }
1;
''')
put('Saltworks.mediawiki', """{{Infobox works|name=Saltworks of Brine|opened=1786|owner=Widow Carstens}}
'''Saltworks of Brine''' lies at the [[Lower Marsh|marsh]].<ref>Parish book of 1786, leaf 12.</ref>
<!-- editors: check the year -->
{| class=\"wikitable\"
! Pan !! Yield
|-
| North pan || 90 sacks
|-
| colspan=2 | closed since 1844
|}
* Brine is drawn
*# by the wheel
*# by hand in winter
; Boiling : takes eleven hours
<nowiki>'''not bold'''</nowiki>
[[File:Pan.jpg|thumb|The north pan in snow]]
[[Category:Salt]]
""")
put('kiln.typ', '''#set page(paper: "a5")
#let firing = [cone 9]
= Kiln book
The glaze needs #firing and a slow cooling.#footnote[Open the damper a hand wide.]
#table(columns: 2, [*Shelf*], [*Pots*], [Upper], [36], [Lower], [22])
#figure(rect[kiln], caption: [The kiln seen from the yard])
// not printed: price of bricks
- clay from #emph[Holm]
+ dry for a week
''')
case(what='man page with tbl and escapes, mdoc page, POD in a module, MediaWiki with infobox, table, ref, nowiki, Typst with a table, a footnote and a variable',
 reported=['https://github.com/jgm/pandoc/issues/9055', 'https://github.com/bagder/roffit/issues/24', 'https://github.com/sveinbjornt/ManDrake/issues/8', 'https://github.com/jgm/pandoc/issues/10716'],
 must=['bellpull', 'ring the bells of', 'strokes', 'Number of strokes; the limit is 40', 'Tie a leather pad on the clapper', 'café mode', 'Bell', 'Gabriel', '740', 'Little John', 're-cast in 1891', 'rope store: north stair', 'sexton',
  'gatectl', 'open and shut the sluice gate', 'Do not ask. Needs the key of', 'warden', 'Height above the sill in', 'centimetres', 'timetable of the', 'island', '22:10', 'Last boat', 'from pier', 'B2', '3 hours the', 'bus',
  'Saltworks of Brine', '1786', 'Widow Carstens', 'Parish book of 1786, leaf 12', 'North pan', '90 sacks', 'closed since 1844', 'Brine is drawn', 'by hand in winter', 'takes eleven hours', 'The north pan in snow',
  'Kiln book', 'cone 9', 'Open the damper a hand wide', 'Upper', '36', 'Lower', '22', 'The kiln seen from the yard', 'dry for a week'],
 order=False, sequence=['Number of strokes; the limit is 40', 'Tie a leather pad on the clapper', 'Gabriel', 'Kiln book', 'The kiln seen from the yard', 'dry for a week'],
 mustnot=['draft of Piet', 'allbox', 'check the year', r'\fB', r'\(em', 'colspan=2'],
 question='How many kilograms does the bell Gabriel weigh?', answer='740',
 more=[{'question': 'Who owned the Saltworks of Brine?', 'answer': 'Widow Carstens'}])
