import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# run-level elements that stand for a character: noBreakHyphen, sym, cr, ptab, softHyphen; and text hidden by a character style
body=(p('Filter care in the aquarium house','Heading1')
 +'<w:p><w:r><w:t>Wait 1</w:t><w:noBreakHyphen/><w:t>24 hours after feeding before the filter is opened.</w:t></w:r></w:p>'
 +'<w:p><w:r><w:t xml:space="preserve">The heater needs a 47 k</w:t></w:r><w:r><w:sym w:font="Symbol" w:char="F057"/></w:r><w:r><w:t xml:space="preserve"> resistor on the probe.</w:t></w:r></w:p>'
 +'<w:p><w:r><w:t>Pump room east</w:t><w:cr/><w:t>Spare carbon in locker 9</w:t><w:br/><w:t>Hose clamps in locker 4</w:t></w:r></w:p>'
 +'<w:p><w:r><w:t>Next main</w:t><w:softHyphen/><w:t>tenance</w:t></w:r><w:r><w:ptab w:relativeTo="margin" w:alignment="right" w:leader="dot"/><w:t>19 October</w:t></w:r></w:p>'
 +'<w:p><w:r><w:t xml:space="preserve">Set the flow valve to position </w:t></w:r><w:r><w:rPr><w:rStyle w:val="old"/></w:rPr><w:t>seven</w:t></w:r><w:r><w:t>three</w:t></w:r><w:r><w:t>.</w:t></w:r></w:p>'
 +'<w:p><w:r><w:t xml:space="preserve">Water change: </w:t></w:r><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>every second Tuesday</w:t></w:r></w:p>')
docx('filter.docx',body,styles='<w:style w:type="character" w:customStyle="1" w:styleId="old"><w:name w:val="Old value"/><w:rPr><w:vanish/></w:rPr></w:style>')
case(what='noBreakHyphen (1-24 must not become 124), w:sym from the Symbol font, w:cr and w:br without a space, softHyphen inside a word, w:ptab; a word hidden by a character style runs into the visible one',
 reported='https://github.com/yfedoseev/office_oxide/issues/152, https://github.com/python-openxml/python-docx/issues/1018, https://github.com/yfedoseev/office_oxide/issues/356',
 must=['Wait 1-24 hours after feeding',{'text':'47 kΩ resistor','told':'symbol'},'Pump room east','Spare carbon in locker 9','Hose clamps in locker 4','Next maintenance','19 October','Water change: every second Tuesday'],
 mustnot=['124 hours','eastSpare','9Hose','maintenance19','seventhree','position seven'],
 question='To which position is the flow valve set?',answer='three',more=[{'question':'How long must one wait after feeding before opening the filter?','answer':'1-24 hours'},{'question':'When is the next maintenance?','answer':'19 October'}])
