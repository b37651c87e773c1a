# Headers and footers: first page, default, even pages, and another header in the second section; a table in the footer
import docx
from docx.enum.section import WD_SECTION
from docx.shared import Cm
d=docx.Document()
d.settings.odd_and_even_pages_header_footer=True
s=d.sections[0]; s.different_first_page_header_footer=True
s.first_page_header.paragraphs[0].text='Framework contract VK-3391'
s.header.paragraphs[0].text='Framework contract, odd page'
s.even_page_header.paragraphs[0].text='Confidential until 30 September 2027'
s.first_page_footer.paragraphs[0].text='Fault line 0800 552 190'
t=s.footer.add_table(1,2,Cm(15)); t.rows[0].cells[0].text='Registered in Bergen'; t.rows[0].cells[1].text='Register number 918 442 605'
d.add_heading('Maintenance of the lifts in Nygata 14',1)
for i in range(3):
    d.add_paragraph(['The contractor inspects every lift once a month and writes a report.','Repairs are begun within four hours after the call.','Spare parts are charged at list price.'][i])
    if i<2: d.add_page_break()
s2=d.add_section(WD_SECTION.NEW_PAGE); s2.different_first_page_header_footer=False
s2.header.is_linked_to_previous=False; s2.header.paragraphs[0].text='Annex B: price list valid for Tromsø only'
d.add_paragraph('A replaced door motor costs 1,980 euros.')
d.add_page_break(); d.add_paragraph('A replaced rope costs 640 euros.')
d.save('docs/framework.docx')
