import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# exports: pipe-separated, title lines on top, two tables with different columns one below the other; and a tab-separated one with old Mac line ends, a unit row and backslash-escaped quotes
a='''Report;Cold store, hall B
Created;2026-07-14 06:02
Operator;S. Nygaard

Chamber|Set point|Measured|Alarm
C1|-18.0|-17.6|no
C2|-24.0|-19.3|yes
C3|4.0|4.4|no

Sensor|Battery|Last calibrated|Remark
T-11|81 %|2026-02-03|
T-12|12 %|2025-11-20|"replace before August | spare in drawer 5"
T-14|64 %|2026-03-30|
'''
open(out('coldstore.csv'),'w',encoding='utf-8',newline='').write(a.replace('\n','\r\n'))
rows=['Well\tDepth\tYield\tOwner','\tm\tl/min\t']+[f'W-{i:03}\t{12+i*7%55}\t{30+i*13%170}\tParcel {i*3%40+1}' for i in range(1,141)]
rows[78]='W-077\t"58"\t"91"\t"Kari \\"Kaja\\" Berg"'
open(out('wells.csv'),'w',encoding='utf-8',newline='').write('\r'.join(rows)+'\r')
case(what='CSV: pipe as delimiter with a different delimiter in the title lines, two tables stacked, the delimiter inside quotes; tabs in a .csv with CR line ends, a unit row, backslash quotes, 140 rows',
 reported='https://github.com/mholt/PapaParse/issues/951, https://github.com/microsoft/markitdown/issues/2124, https://github.com/lzakharov/csv2md/issues/8',
 order=False,must=['Cold store, hall B','S. Nygaard','-19.3','C3','T-12','replace before August','spare in drawer 5','W-001','W-140','Berg'],mustnot=['Chamber: T-12','Set point: 12 %','Alarm: 2025-11-20'],
 question='When was sensor T-12 last calibrated?',answer='2025-11-20',more=[{'question':'What was measured in chamber C2?','answer':'-19.3'},{'question':'How deep is well W-120?','answer':f'{12+120*7%55} m'},{'question':'What is the yield of well W-131?','answer':f'{30+131*13%170} l/min'}])
