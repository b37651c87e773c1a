import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# pictures placed IN cells (rich values): the sheet stores #VALUE! for old programs; a person sees the picture, its alt text is in the rich value part
import xlsxwriter, io
from PIL import Image, ImageDraw, ImageFont
def pic(t,size=34):
    f=ImageFont.truetype('/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf',size); im=Image.new('L',(430,90),255); ImageDraw.Draw(im).text((16,24),t,font=f,fill=0); b=io.BytesIO(); im.save(b,'PNG'); b.seek(0); return b
wb=xlsxwriter.Workbook(out('valves.xlsx')); ws=wb.add_worksheet('Valves'); ws.set_column(1,1,40)
ws.write_row(0,0,['Valve','Plate on the valve','Opened'],wb.add_format({'bold':1}))
for i,(v,t,alt,o) in enumerate([('Mill race','TURN LEFT 3 TIMES','Brass plate with an arrow to the left','daily'),('Fish ladder','KEEP OPEN IN MAY','Painted plate, red letters','monthly')],1):
    ws.set_row(i,60); ws.write(i,0,v); ws.embed_image(i,1,f'plate{i}.png',{'image_data':pic(t),'description':alt}); ws.write(i,2,o)
ws.write(4,0,'Ratio'); ws.write_formula(4,1,'=1/0',value='#DIV/0!')
wb.close()
I='picture|image|OCR|alt'
case(what='pictures placed in cells (richData): #VALUE! is never shown, the alt text and the writing in the pictures are; a real error value beside it stays',
 reported='https://github.com/yfedoseev/office_oxide/issues/302, https://github.com/abap2xlsx/abap2xlsx/issues/1366, https://github.com/JanMarvin/openxlsx2/issues/981',
 must=['Mill race','daily','Fish ladder','monthly','Ratio','#DIV/0!'],
 unordered=[{'text':'Brass plate with an arrow to the left','told':I},{'text':'Painted plate, red letters','told':I},{'text':'TURN LEFT 3 TIMES','told':I},{'text':'KEEP OPEN IN MAY','told':I}],
 mustnot=['#VALUE!'], question='How often is the fish ladder valve opened?', answer='monthly', more=[{'question':'Which valve is opened daily?','answer':'Mill race'}])
