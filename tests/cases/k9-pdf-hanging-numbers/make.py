"""PDF lists whose numbers are drawn apart from their texts (all texts of the page first, then the numbers in the margin), three levels by indent, wrapped lines, a list that goes on over the page, Roman numbers set right-aligned."""
import os, sys; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
from reportlab.pdfgen import canvas
c = canvas.Canvas(out('locks.pdf'), pagesize=(420, 400), invariant=1); c.setTitle('Duties of the lock keeper')
def page(items, title=None):
    y = 350
    if title: c.setFont('Helvetica-Bold', 15); c.drawString(50, y, title); y -= 34
    marks = []
    c.setFont('Helvetica', 10.5)
    for mark, level, lines in items:
        x = 84 + 28 * level; marks.append((mark, x - 8, y))
        for line in lines: c.drawString(x, y, line); y -= 15
        y -= 5
    for mark, x, y in marks: c.drawRightString(x, y, mark)
    c.showPage()
page([('1.', 0, ['Before sunrise']), ('1.1', 1, ['read the gauge at the upper gate and write it', 'into the green book']), ('1.2', 1, ['clear weed from the rack']), ('i.', 2, ['rake on the left']), ('ii.', 2, ['net on the right']), ('2.', 0, ['When a barge calls']), ('2.1', 1, ['open the paddles by six turns, never more,', 'and wait for the red flag'])], 'Duties of the lock keeper')
page([('2.2', 1, ['take the toll of 9 pence']), ('3.', 0, ['After dark']), ('3.1', 1, ['hang two lamps on the', 'tail gate']), ('viii.', 2, ['green lamp seaward'])])
c.save()
case(what='PDF lists: numbers drawn after all texts of the page, levels by indent, wrapped items, list over two pages',
 reported=['https://github.com/docling-project/docling/issues/1067'],
 must=['Duties of the lock keeper', '1. Before sunrise', '1.1 read the gauge at the upper gate and write it into the green book', '1.2 clear weed from the rack', 'i. rake on the left', 'ii. net on the right', '2. When a barge calls', '2.1 open the paddles by six turns, never more, and wait for the red flag', '2.2 take the toll of 9 pence', '3. After dark', '3.1 hang two lamps on the tail gate', 'viii. green lamp seaward'],
 mustnot=[],
 question='What does duty 2.2 of the lock keeper say?', answer='take the toll of 9 pence',
 more=[{'question': 'By how many turns are the paddles opened?', 'answer': 'six'}])
