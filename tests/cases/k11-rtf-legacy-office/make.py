# RTF by hand as Word writes it (unicode with fallback, footnote, table, field, hidden text, header, annotation); xls/doc/ppt made by LibreOffice from xlsx/docx/pptx with comment, hidden sheet, notes
import subprocess,os,openpyxl,docx
from openpyxl.comments import Comment
open('quarry.rtf','wb').write(rb"""{\rtf1\ansi\ansicpg1252\uc1\deff0{\fonttbl{\f0\froman Times;}}{\colortbl;\red255\green0\blue0;}{\info{\title Quarry plan}{\author Nils}}
{\header\pard Quarry board, sheet 19\par}{\footer\pard Valid until 30 June 2027\par}
\pard\b Blasting plan\b0\par
\pard Blasting is done at 13\u58 :05 on work days, distance \u8805 ?300 m, \u937 ?-fuse {\uc2\u26862 \'90\'58\u23665 \'8e\'52}.\par
The siren sounds three times{\super\chftn}{\footnote\pard\plain{\super\chftn} Short, short, long.} before.\par
{\v Hidden internal remark 777}\pard Stones of class \ldblquote B\rdblquote\~cost 46\'a0\'80 a tonne\emdash delivered.\par
\trowd\cellx2000\cellx5000\intbl Face\cell Height\cell\row\trowd\cellx2000\cellx5000\intbl North\cell 17.5 m\cell\row\pard
{\field{\*\fldinst HYPERLINK "https://quarry.example/permit"}{\fldrslt Permit 2024/118}}\par
{\*\atnid NB}{\*\atnauthor Nils}\chatn{\*\annotation\pard\plain Ask the county about the berm.}
\par
Last line: the berm is 2.4 m high.\par}""")
wb=openpyxl.Workbook(); s=wb.active; s.title='Drill'; s.append(['Hole','Depth','Water']); s.append(['H-1',14.2,0.055]); s['C2'].number_format='0.0%'; s['A2'].comment=Comment('Collapsed at 11 m','Nils'); h=wb.create_sheet('Costs'); h.append(['Diesel','9,150 kroner']); h.sheet_state='hidden'; wb.save('drill.xlsx')
d=docx.Document(); d.add_heading('Loader hand-over',1); d.add_paragraph('The loader has run 8,412 hours.'); t=d.add_table(2,2); [t.cell(i,j).__setattr__('text',x) for i,j,x in [(0,0,'Fluid'),(0,1,'Litres'),(1,0,'Hydraulic oil'),(1,1,'135')]]; d.sections[0].footer.paragraphs[0].text='Keys hang in locker 6'; d.save('loader.docx')
for a,b in [('drill.xlsx','xls'),('loader.docx','doc')]:
    subprocess.run(['soffice','--headless','--convert-to',b,a],capture_output=True,timeout=120); os.remove(a)
