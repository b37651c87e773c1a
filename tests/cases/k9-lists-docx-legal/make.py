"""Word lists as contracts have them: headings numbered through their style ('Article 1', '1.1', '1.1.1'), a sublist with a numbering of its own at level 0 and a deeper indent,
Roman numbers, a paragraph without number between two items, a numbering that starts at 4, numbers with the letters of a prefix.
reported: https://github.com/microsoft/markitdown/pull/2332 (sublist with its own numbering flattened and renumbered), https://github.com/VolodymyrBaydalka/docxjs/issues/136 (no reset at the next section)"""
from pathlib import Path
import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
W = nsdecls('w')
d = docx.Document()
num = d.part.numbering_part.element
for old in list(num): num.remove(old)
def lvl(i, fmt, text, left, start=1, style=None):
    return (f'<w:lvl w:ilvl="{i}"><w:start w:val="{start}"/><w:numFmt w:val="{fmt}"/>' + (f'<w:pStyle w:val="{style}"/>' if style else '') +
            f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{left}" w:hanging="360"/></w:pPr></w:lvl>')
abstracts = {0: lvl(0, 'decimal', 'Article %1', 0, style='Heading1') + lvl(1, 'decimal', '%1.%2', 400, style='Heading2') + lvl(2, 'decimal', '%1.%2.%3', 800),
             1: lvl(0, 'decimal', '%1.', 720, start=4), 2: lvl(0, 'lowerLetter', '%1)', 1080), 3: lvl(0, 'upperRoman', '%1.', 720)}
for i, levels in abstracts.items():
    num.append(parse_xml(f'<w:abstractNum {W} w:abstractNumId="{i}"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'))
for i in abstracts: num.append(parse_xml(f'<w:num {W} w:numId="{i + 1}"><w:abstractNumId w:val="{i}"/></w:num>'))
for name, level in (('Heading 1', 0), ('Heading 2', 1)):
    ppr = d.styles[name].element.get_or_add_pPr(); ppr.append(parse_xml(f'<w:numPr {W}><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>'))
def para(text, numid=None, level=0, style=None):
    p = d.add_paragraph(text, style=style)
    if numid: p._p.get_or_add_pPr().append(parse_xml(f'<w:numPr {W}><w:ilvl w:val="{level}"/><w:numId w:val="{numid}"/></w:numPr>'))
para('Lease of the orchard', style='Title')
para('Object', style='Heading 1'); para('The orchard', style='Heading 2'); para('It holds 46 apple trees.', 1, 2); para('The well is shared with parcel 12.', 1, 2)
para('Rent', style='Heading 1'); para('Amount', style='Heading 2'); para('The rent is 920 euros a year.', 1, 2); para('It is due on 1 October.', 1, 2)
para('Costs', style='Heading 2'); para('The tenant pays for the fence.', 1, 2)
para('Duties of the tenant (continued from sheet one):')
para('Prune every tree in February.', 2); para('Mow the grass:', 2); para('twice before the harvest', 3); para('once after it', 3); para('Keep the gate shut.', 2)
para('The landlord may look in at any time.'); para('Empty the cellar by 15 November.', 2)
para('Signed copies:'); para('for the tenant', 4); para('for the landlord', 4); para('for the parish', 4)
d.save(D / 'lease.docx')
