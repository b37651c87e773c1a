"""A binary workbook by SheetJS (npm install xlsx), whose cells come in the short records that leave their column out;
number formats, dates, times, leading zeros, a hidden sheet."""
import subprocess
from pathlib import Path

SCRIPT = r"""
const X=require('xlsx');
const wb=X.utils.book_new();
const a=X.utils.aoa_to_sheet([['Loan','Rate','Sum','From','At','Code'],['Home',0.0475,1250.5,new Date(Date.UTC(2026,2,15)),0.5625,7001],['Car',0.25,99.9,new Date(Date.UTC(2026,10,2)),0.75,42]],{cellDates:false});
for(const r of [2,3]){a['B'+r].z='0.00%';a['C'+r].z='#,##0.00 "€"';a['D'+r].z='yyyy-mm-dd';a['E'+r].z='hh:mm';a['F'+r].z='00000';}
X.utils.book_append_sheet(wb,a,'Loans');
const b=X.utils.aoa_to_sheet([['Pool','Depth'],['West',2.1],['East',3]]); X.utils.book_append_sheet(wb,b,'Pools');
const c=X.utils.aoa_to_sheet([['Door','4471']]); X.utils.book_append_sheet(wb,c,'Keys');
wb.Workbook={Sheets:[{Hidden:0},{Hidden:0},{Hidden:1}]};
X.writeFile(wb,'docs/loans.xlsb',{bookType:'xlsb'});
"""
Path("docs").mkdir(exist_ok=True)
subprocess.run(["node", "-e", SCRIPT], check=True)
