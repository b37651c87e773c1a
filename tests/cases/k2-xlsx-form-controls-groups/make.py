import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# controls and grouped shapes on a sheet as Excel 2007 writes them: captions in the VML drawing (button, check boxes, options, group box, a drop-down with its choice), two grouped shapes and a connector in DrawingML
import xlsxwriter
wb=xlsxwriter.Workbook(out('survey.xlsx')); ws=wb.add_worksheet('Survey'); bold=wb.add_format({'bold':1})
ws.write_row('A1',['Question','Answer'],bold); ws.write_row('A2',['Days in the hut',6])
ws.write_column('H1',['Barley soup','Pea stew','Pancakes'])
ws.insert_button('D2',{'macro':'Send','caption':'Send to the hut warden','width':160,'height':30})
ws.insert_textbox('D20','PLACEHOLDER')
wb.close()
sh=lambda i,top,kind,text,extra='': f'''<v:shape id="_x0000_s20{i}" type="#_x0000_t201" style='position:absolute;margin-left:10pt;margin-top:{top}pt;width:150pt;height:16pt;z-index:{i}' filled="f" fillcolor="window [65]" stroked="f" strokecolor="windowText [64]" o:insetmode="auto"><v:textbox style='mso-direction-alt:auto' o:singleclick="f"><div style='text-align:left'><font face="Tahoma" size="160" color="auto">{text}</font></div></v:textbox><x:ClientData ObjectType="{kind}"><x:SizeWithCells/><x:Anchor>3, 10, {i}, 5, 6, 20, {i+1}, 6</x:Anchor><x:AutoFill>False</x:AutoFill><x:AutoLine>False</x:AutoLine>{extra}</x:ClientData></v:shape>'''
shapes=sh(30,60,'GBox','Stove in your room')+sh(31,75,'Radio','wood stove','<x:FirstButton/>')+sh(32,90,'Radio','tiled stove','<x:Checked>1</x:Checked>')+sh(33,110,'Checkbox','We brought our own sheets','<x:Checked>1</x:Checked>')+sh(34,125,'Checkbox','We wish to come again at Easter')
shapes+='''<v:shape id="_x0000_s2035" type="#_x0000_t201" style='position:absolute;margin-left:10pt;margin-top:145pt;width:150pt;height:16pt;z-index:35' stroked="f" strokecolor="windowText [64]" o:insetmode="auto"><x:ClientData ObjectType="Drop"><x:SizeWithCells/><x:Anchor>3, 10, 35, 5, 6, 20, 36, 6</x:Anchor><x:AutoLine>False</x:AutoLine><x:Val>0</x:Val><x:Min>0</x:Min><x:Max>0</x:Max><x:FmlaRange>$H$1:$H$3</x:FmlaRange><x:Sel>2</x:Sel><x:SelType>Single</x:SelType><x:DropStyle>Combo</x:DropStyle></x:ClientData></v:shape>'''
sp=lambda i,x,t: f'<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="{i}" name="Box {i}"/><xdr:cNvSpPr/></xdr:nvSpPr><xdr:spPr><a:xfrm><a:off x="{x}" y="0"/><a:ext cx="1500000" cy="500000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr><xdr:txBody><a:bodyPr/><a:lstStyle/><a:p><a:r><a:rPr lang="en-GB"/><a:t>{t}</a:t></a:r></a:p></xdr:txBody></xdr:sp>'
grp='<xdr:grpSp><xdr:nvGrpSpPr><xdr:cNvPr id="9" name="Group 9"/><xdr:cNvGrpSpPr/></xdr:nvGrpSpPr><xdr:grpSpPr><a:xfrm><a:off x="1800000" y="3800000"/><a:ext cx="4000000" cy="500000"/><a:chOff x="0" y="0"/><a:chExt cx="4000000" cy="500000"/></a:xfrm></xdr:grpSpPr>'+sp(10,0,'Fill in the form')+sp(11,2500000,'Hang the key on nail 14')+'<xdr:cxnSp macro=""><xdr:nvCxnSpPr><xdr:cNvPr id="12" name="Arrow 12"/><xdr:cNvCxnSpPr/></xdr:nvCxnSpPr><xdr:spPr><a:xfrm><a:off x="1500000" y="250000"/><a:ext cx="1000000" cy="0"/></a:xfrm><a:prstGeom prst="straightConnector1"><a:avLst/></a:prstGeom></xdr:spPr></xdr:cxnSp></xdr:grpSp>'
import re
patch('survey.xlsx',{'xl/drawings/vmlDrawing1.vml':lambda d: d.replace(b'</xml>',shapes.encode()+b'</xml>'),'xl/drawings/drawing1.xml':lambda d: re.sub(rb'<xdr:sp .*?</xdr:sp>',lambda m: grp.encode(),d,flags=re.S)})
C='control|button|check ?box|form|caption|drawing'
case(what='xlsx: captions of a button, a group box, option buttons and check boxes and the chosen entry of a drop-down (VML controls), grouped shapes with text',
 reported='https://github.com/SheetJS/sheetjs/issues/2241, https://github.com/yfedoseev/office_oxide/issues/276, https://github.com/microsoft/markitdown/issues/332',
 order=False,
 must=['Days in the hut','6','Barley soup','Pea stew',{'text':'Send to the hut warden','told':C},{'text':'Stove in your room','told':C},{'text':'wood stove','told':C},{'text':'tiled stove','told':C},{'text':'We brought our own sheets','told':C},{'text':'We wish to come again at Easter','told':C},{'text':'Fill in the form','told':'shape|drawing|text box'},{'text':'Hang the key on nail 14','told':'shape|drawing|text box'}],
 mustnot=['PLACEHOLDER'], question='On which nail is the key hung?', answer='14', more=[{'question':'How many days were they in the hut?','answer':'6'}])
