"""Slides: bullets on four levels, automatic numbers (arabic with start 5, letters) that stand only as properties, a list in a table cell.
reported: https://github.com/microsoft/markitdown/pull/1911 (hierarchy of bullets flattened)"""
from pathlib import Path
from pptx import Presentation
from pptx.util import Inches
from lxml import etree
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
A = 'http://schemas.openxmlformats.org/drawingml/2006/main'
def fill(frame, rows):
    for i, (level, text, auto) in enumerate(rows):
        p = frame.paragraphs[0] if i == 0 else frame.add_paragraph()
        p.text = text; p.level = level
        if auto:
            ppr = p._p.get_or_add_pPr(); ppr.set('marL', str(457200 + 457200 * level)); ppr.set('indent', '-457200')
            e = etree.SubElement(ppr, f'{{{A}}}buFont'); e.set('typeface', '+mj-lt')
            e = etree.SubElement(ppr, f'{{{A}}}buAutoNum'); e.set('type', auto[0])
            if auto[1]: e.set('startAt', str(auto[1]))
p = Presentation()
s = p.slides.add_slide(p.slide_layouts[1]); s.shapes.title.text = 'Fire drill'
fill(s.placeholders[1].text_frame, [(0, 'East wing', None), (1, 'leaves by staircase 2', None), (2, 'wardens wear orange vests', None), (3, 'vests hang in cupboard 14', None), (0, 'West wing', None), (1, 'leaves by the fire ladder', None)])
s = p.slides.add_slide(p.slide_layouts[1]); s.shapes.title.text = 'Order of the alarm (continued)'
n = ('arabicPeriod', 5); a = ('alphaLcParenR', None)
fill(s.placeholders[1].text_frame, [(0, 'Count the visitors.', n), (0, 'Ring the porter:', n), (1, 'by day extension 300', a), (1, 'by night 0171 55 20', a), (0, 'Wait at the flagpole.', n)])
s = p.slides.add_slide(p.slide_layouts[5]); s.shapes.title.text = 'Meeting points'
t = s.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(8), Inches(2)).table
t.cell(0, 0).text = 'Kitchen'; t.cell(1, 0).text = 'Laboratory'
t.cell(0, 1).text_frame.text = 'bicycle shed'
fill(t.cell(1, 1).text_frame, [(0, 'car park C', None), (1, 'row nearest the hedge', None)])
p.save(D / 'drill.pptx')
