import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# encrypted PDFs: RC4-40, AES-128 and AES-256 (R5 and R6) that open without a password, text in form values and bookmarks too; one that needs a password
import io, pypdf
from reportlab.pdfgen import canvas
def page(*lines,form=None):
    b=io.BytesIO(); c=canvas.Canvas(b,pagesize=(420,300),invariant=1); c.setFont('Helvetica',13)
    for i,l in enumerate(lines): c.drawString(40,250-i*24,l)
    if form: c.acroForm.textfield(name=form[0],value=form[1],x=40,y=120,width=220,height=24,tooltip=form[0])
    c.save(); return b
def enc(name,b,alg,user='',**k):
    w=pypdf.PdfWriter(clone_from=b); w.encrypt(user,owner_password='keeper-7',algorithm=alg,permissions_flag=pypdf.constants.UserAccessPermissions.PRINT); w.write(out(name))
enc('lot1.pdf',page('Lot 1: a walnut writing desk','One drawer lock is missing.'),'RC4-40')
enc('lot2.pdf',page('Lot 2: a brass sextant by Holm','The mirror was silvered again in 1954.'),'AES-128')
enc('lot3.pdf',page('Lot 3: nine hymn books in Sami','Some leaves are foxed.',form=('Estimate','430 crowns')),'AES-256-R5')
enc('lot4.pdf',page('Lot 4: a stuffed heron','Moth damage on the left wing.'),'AES-256')
enc('reserve.pdf',page('Reserve price of lot 2: 7,700 crowns'),'AES-256','sealed bid')
case(what='encrypted PDFs that any viewer opens without asking (RC4-40, AES-128, AES-256 R5 and R6; a form value in one): read; one that asks for a password: named',
 reported='https://github.com/bzsanti/oxidizePdf/issues/379, https://github.com/yfedoseev/pdf_oxide/issues/1351, https://github.com/yfedoseev/pdf_oxide/issues/1068',
 order=False,
 must=['Lot 1: a walnut writing desk','One drawer lock is missing','Lot 2: a brass sextant by Holm','The mirror was silvered again in 1954','Lot 3: nine hymn books in Sami','430 crowns','Lot 4: a stuffed heron','Moth damage on the left wing',{'text':'Reserve price of lot 2: 7,700 crowns','told':'reserve.pdf.*(password|encrypt|locked|protected)'}],
 mustnot=[], question='When was the mirror of the sextant silvered again?', answer='1954', more=[{'question':'What is the estimate for the nine hymn books?','answer':'430 crowns'}])
