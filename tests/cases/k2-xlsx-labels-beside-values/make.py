import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# a quotation as offices fill it in: labels with a colon beside what is filled in, two such blocks side by side; a description merged over columns that hold nothing of their own; totals without names; a text merged over all columns and two rows; zero in the format of accounts
import xlsxwriter
w=xlsxwriter.Workbook(out('quotation.xlsx')); s=w.add_worksheet('Quote'); b=w.add_format({'bold':1}); eur=w.add_format({'num_format':'"EUR" #,##0.00'}); acc=w.add_format({'num_format':'_-* #,##0.00\\ "kr"_-;-* #,##0.00\\ "kr"_-;_-* "-"??\\ "kr"_-;_-@_-'})
for r,c,v in [(0,0,'QUOTATION'),(2,0,'Customer:'),(2,1,'Tofte Boatyard'),(2,4,'Quote no.:'),(2,5,'Q-778'),(3,0,'Contact:'),(3,1,'Mrs. Ruud'),(3,4,'Valid until:'),(3,5,'30 June'),(5,0,'Pos'),(5,1,'Description'),(5,4,'Qty'),(5,5,'Price')]: s.write(r,c,v,b if r in (0,5) else None)
s.merge_range('B7:D7','Bilge pump, 3 bar'); s.merge_range('B8:D8','Hose\n10 m, blue',w.add_format({'text_wrap':1}))
for r,(n,q,v) in enumerate([(1,2,310),(2,4,22.5)]): s.write(6+r,0,n); s.write(6+r,4,q); s.write(6+r,5,v,eur)
for r,(n,v) in enumerate([('Net',710),('VAT 25%',177.5),('Gross',887.5)]): s.write(9+r,4,n); s.write(9+r,5,v,eur)
s.merge_range('A14:F15','Delivery within two weeks of the order.')
s=w.add_worksheet('Paid'); s.write_row(0,0,['Month','Paid'],b)
for r,(n,v) in enumerate([('March',1500),('April',0),('May',-20)]): s.write(1+r,0,n); s.write(1+r,1,v,acc)
w.close()
case(what='a sheet that is a form: labels with a colon beside what is filled in, cells merged over columns that hold nothing else, totals that no row names, zero as accounts write it',
 must=['QUOTATION','Customer: | Tofte Boatyard','Contact: | Mrs. Ruud','Pos: 1 | Description: Bilge pump, 3 bar | Qty: 2 | Price: EUR 310.00','Pos: 2 | Description: Hose 10 m, blue | Qty: 4','Net | EUR 710.00','VAT 25% | EUR 177.50','Gross | EUR 887.50','Delivery within two weeks of the order.','Month: March | Paid: 1,500.00 kr','Month: April | Paid: - kr','Month: May | Paid: -20.00 kr'],
 unordered=['Quote no.: | Q-778','Valid until: | 30 June'],
 mustnot=['Customer:: ','Net: VAT','blue | Hose','order. | Delivery','-0 kr'], question='Who is the contact in the quotation?', answer='Mrs. Ruud')
