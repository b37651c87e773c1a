# Symbols from the Insert Symbol dialog (w:sym in the Symbol font), non-breaking and soft hyphens as elements, tab and ptab between words
import docx
from docx.oxml import parse_xml
NS='xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
d=docx.Document()
d.add_heading('Calibration sheet for probe set 9',1)
def para(*xs):
    p=d.add_paragraph()
    for x in xs:
        p._p.append(parse_xml(f'<w:r {NS}>'+''.join(f'<w:t xml:space="preserve">{y}</w:t>' if not y.startswith('<') else y for y in ([x] if isinstance(x,str) else x))+'</w:r>'))
sym=lambda c:f'<w:sym w:font="Symbol" w:char="{c}"/>'
para('Rinse the probe with 250 ',sym('F06D'),'g of reagent per litre.')
para('The bridge resistor is 47 ',sym('F057'),' and must not be replaced.')
para(['Order the spare seal under part number KL','<w:noBreakHyphen/>','4471','<w:noBreakHyphen/>','B from the store.'])
para(['The dis','<w:softHyphen/>','con','<w:softHyphen/>','nector is behind the left panel.'])
para(['Supervisor','<w:tab/>','Ilse Brandt'])
para(['Telephone','<w:ptab w:relativeTo="margin" w:alignment="right" w:leader="dot"/>','extension 318'])
para(['Room','<w:br/>','C 2.07'])
d.save('docs/calibration.docx')
