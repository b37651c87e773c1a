import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# a ledger as bookkeeping prints it: typewriter letters, columns by blanks, rules of hyphens between the names and the rows and above the sum, carried over to a second page
from reportlab.pdfgen import canvas
k=canvas.Canvas(out('ledger.pdf'),pagesize=(595,842),invariant=1)
rows=[('01.03','Opening balance','','','1,000.00'),('04.03','Tofte Boatyard 101','620.00','','1,620.00'),('07.03','Rent of the quay','','450.00','1,170.00'),('09.03','Card fees','','12.30','1,157.70'),('15.03','Ruud & Co 102','340.00','','1,497.70'),('18.03','Salaries','','900.00','597.70'),('21.03','Postage refunded','25.00','','622.70'),('28.03','Bank charge','','3.50','619.20')]
for pg in (0,1):
    k.setFont('Courier',9); y=800
    def line(s):
        global y
        k.drawString(40,y,s); y-=12
    line('FJORD FERRIES AS'.ljust(50)+'GENERAL LEDGER'.ljust(20)+f'Page {pg+1}'); line('Account 1920 Bank'.ljust(50)+'Period 03/2024'); y-=12
    line(f'{"Date":7}{"Text":24}{"Debit":>11}{"Credit":>13}{"Balance":>15}'); line('-'*70)
    if pg: line(f'{"":7}{"Brought forward":48}{"1,157.70":>15}')
    for d,t,a,b,s in rows[pg*4:pg*4+4]: line(f'{d:7}{t:24}{a:>11}{b:>13}{s:>15}')
    line('-'*70)
    line(f'{"":7}{"Carried forward":48}{"1,157.70":>15}' if not pg else f'{"":7}{"Total":24}{"985.00":>11}{"1,365.80":>13}{"619.20":>15}'); k.showPage()
k.save()
case(what='a ledger as bookkeeping prints it: rules of hyphens between the names of the columns, the rows and the sum',
 must=['GENERAL LEDGER','Account 1920 Bank','Date | Text | Debit | Credit | Balance 01.03 | Opening balance','04.03 | Tofte Boatyard 101 | 620.00 | | 1,620.00','07.03 | Rent of the quay | | 450.00 | 1,170.00','Carried forward | | | 1,157.70','Date | Text | Debit | Credit | Balance | Brought forward | | | 1,157.70','18.03 | Salaries | | 900.00 | 597.70','Total | 985.00 | 1,365.80 | 619.20'],
 mustnot=['----'], question='What is the balance after the salaries?', answer='597.70')
