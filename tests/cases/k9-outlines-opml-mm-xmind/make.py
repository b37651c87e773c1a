"""Outlines and mind maps: OPML (text and _note in attributes), FreeMind .mm (TEXT, richcontent node and note), XMind (content.json in a zip, notes and labels), Excel is not among them."""
import os, sys; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
import json, zipfile
put('voyage.opml', '''<?xml version="1.0" encoding="ISO-8859-1"?>
<opml version="2.0"><head><title>Packing for S\xf8ndre Holm</title><expansionState>0,1</expansionState></head><body>
<outline text="Boat"><outline text="Sails" _note="The storm jib is in the loft.&#10;Take the red bag."><outline text="Storm jib"/><outline text="Mainsail &amp;lt;old&amp;gt;"/></outline><outline text="Anchor, 12 kg" _status="checked"/></outline>
<outline text="Kitchen"><outline text="&lt;b&gt;Stove&lt;/b&gt; with two burners" _note="Gas bottle: 5 kg"/><outline text="" _note=""/><outline title="Charts on paper" type="link" url="https://charts.example/12"/></outline>
</body></opml>
'''.encode('latin-1'))
put('garden.mm', '''<map version="1.0.1">
<node TEXT="School garden"><node POSITION="right" FOLDED="true" TEXT="Beds"><node TEXT="Bed 1: beans&#xa;sown on 8 May"/><node><richcontent TYPE="NODE"><html><head></head><body><p>Bed 2: <b>leek</b></p><p>hoed by class 4b</p></body></html></richcontent><richcontent TYPE="NOTE"><html><head></head><body><p>The leek moth came in June.</p></body></html></richcontent></node></node>
<node POSITION="left" TEXT="Tools"><icon BUILTIN="flag"/><attribute NAME="Shed" VALUE="number 3"/><node TEXT="Spade" LINK="#ID_9"/><arrowlink DESTINATION="ID_9" MIDDLE_LABEL="borrowed by the museum"/></node></node>
</map>
''')
content = [{'id': 's1', 'class': 'sheet', 'title': 'Bakery plan', 'rootTopic': {'id': 'r', 'class': 'topic', 'title': 'Bakery plan', 'structureClass': 'org.xmind.ui.map.unbalanced', 'children': {'attached': [
  {'id': 'a', 'title': 'Night shift', 'labels': ['from 2 May'], 'notes': {'plain': {'content': 'The oven needs 90 minutes to heat.'}}, 'children': {'attached': [{'id': 'a1', 'title': 'Rye dough'}, {'id': 'a2', 'title': 'Buns\nwith cardamom'}]}},
  {'id': 'b', 'title': 'Day shift', 'children': {'attached': [{'id': 'b1', 'title': 'Counter: Signe'}], 'summary': [{'id': 'z', 'title': 'closes at 17:30'}]}}], 'detached': [{'id': 'f', 'title': 'Ask the miller about spelt'}]}}, 'relationships': [{'id': 'q', 'title': 'hands over at six', 'end1Id': 'a', 'end2Id': 'b'}]}]
with zipfile.ZipFile(out('bakery.xmind'), 'w', zipfile.ZIP_DEFLATED) as z:
    z.writestr('content.json', json.dumps(content)); z.writestr('metadata.json', '{"creator":{"name":"Vana","version":"23.05"}}'); z.writestr('manifest.json', '{"file-entries":{"content.json":{},"metadata.json":{}}}')
X = r'xmind|no loader|not read|format'
case(what='nested outlines: OPML with notes in attributes and Latin-1, FreeMind with rich nodes, notes, an attribute and a link label, XMind with notes, labels, summary, floating topic',
 reported=['https://github.com/leo-editor/leo-editor/issues/77', 'https://github.com/xmindltd/xmind/issues/70', 'https://github.com/mindmup/mindmup/issues/76', 'https://github.com/TriliumNext/Trilium/issues/1861'],
 must=['Packing for Søndre Holm', 'Boat', 'Sails', 'The storm jib is in the loft', 'Take the red bag', 'Storm jib', 'Mainsail', 'Anchor, 12 kg', 'Kitchen', 'Stove', 'with two burners', 'Gas bottle: 5 kg', 'Charts on paper',
  'School garden', 'Beds', 'Bed 1: beans', 'sown on 8 May', 'Bed 2', 'leek', 'hoed by class 4b', 'The leek moth came in June', 'Tools', 'Shed', 'number 3', 'Spade', 'borrowed by the museum',
  T('Night shift', X), T('from 2 May', X), T('The oven needs 90 minutes to heat', X), T('Rye dough', X), T('with cardamom', X), T('Counter: Signe', X), T('closes at 17:30', X), T('Ask the miller about spelt', X), T('hands over at six', X)],
 order=False, sequence=['Packing for Søndre Holm', 'Sails', 'Anchor, 12 kg', 'Kitchen', 'Gas bottle: 5 kg', 'Charts on paper', 'School garden', 'Bed 1: beans', 'hoed by class 4b', 'Tools', 'Spade'],
 mustnot=['unbalanced', 'expansionState', '&amp;'],
 question='Where is the storm jib?', answer='in the loft',
 more=[{'question': 'Who hoed bed 2 in the school garden?', 'answer': 'class 4b'}])
