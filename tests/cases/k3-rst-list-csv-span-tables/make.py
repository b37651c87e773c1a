import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# reStructuredText tables: list-table with a stub column, csv-table with another delimiter and a line break in a cell, simple table with spans and wrapped rows, grid table with spans in both directions
open(out('tools.rst'),'w',encoding='utf-8').write('''Tool library
============

.. list-table:: What may be borrowed
   :header-rows: 1
   :stub-columns: 1
   :widths: 20 15 30

   * - Tool
     - Days
     - Deposit
   * - Floor sander
     - 2
     - 90 euros,

       returned in cash
   * - Post digger
     - 5
     -
   * - Tile cutter
     - 3
     - .. note:: none for members

.. csv-table:: Opening hours
   :header: "Day"; "From"; "Remark"
   :delim: ;
   :widths: 10, 10, 30

   "Tuesday"; 16.00; "ring twice;
   the bell is slow"
   "Saturday"; 9.30; ``cash only``

Simple table with spans:

=========  ========  ========
Person     Keys
---------  ------------------
..         Front     Store
=========  ========  ========
Agathe     yes       no
Bertil     no        yes, on
                     Fridays
Cosima     both, until June
=========  ==================

+------------+-----------+------------+
| Repair     | Who       | Cost       |
+============+===========+============+
| Sharpening | Hedda     | 4 euros    |
+------------+           +------------+
| Rewinding  |           | 22 euros   |
+------------+-----------+------------+
| Welding    | not done here          |
+------------+------------------------+

Broken tools are hung on the red hook.
''')
case(what='reStructuredText: list-table (stub column, empty cell, two paragraphs in a cell), csv-table with ; and a line break in a cell, simple table with column spans and wrapped rows, grid table with row and column spans',
 reported='https://github.com/jgm/pandoc/issues/6549, https://github.com/gamesbook/rapidtables/issues/4, https://github.com/dthaler/rst2rfcxml/pull/56'.replace('gamesbook','alttch'),
 order=False,
 must=['Tool library','What may be borrowed','Floor sander','Floor sander | 2 | 90 euros','90 euros','returned in cash','Post digger','Post digger | 5','Tile cutter','none for members','Opening hours','Tuesday','Tuesday | 16.00 | ring twice','ring twice','the bell is slow','Saturday | 9.30 | cash only','cash only','Agathe','Bertil','yes, on Fridays','both, until June','Sharpening','4 euros','Rewinding','Cost: 22 euros','not done here','Broken tools are hung on the red hook'],
 sequence=['Floor sander','Post digger','Tile cutter','Sharpening','Rewinding','Broken tools are hung on the red hook'],
 mustnot=['header-rows','stub-columns','Tool: 2','Who: 22 euros'], question='Who does the rewinding of tools?', answer='Hedda', more=[{'question':'How many days may the post digger be borrowed?','answer':'5'}])
