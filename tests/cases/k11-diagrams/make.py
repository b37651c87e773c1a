"""Drawings that hold the statement in labels: draw.io (compressed page and plain page), SVG with tspans, title, desc and foreignObject, Excalidraw, PlantUML, Visio .vsdx, a LibreOffice drawing .odg."""
import os, sys; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
import base64, json, subprocess, tempfile, shutil, zipfile, zlib
from urllib.parse import quote
g = lambda cells: '<mxGraphModel dx="800" dy="600"><root><mxCell id="0"/><mxCell id="1" parent="0"/>' + cells + '</root></mxGraphModel>'
v = lambda i, t: f'<mxCell id="{i}" value="{t}" style="rounded=0;html=1;" vertex="1" parent="1"><mxGeometry x="{40 * i}" y="40" width="120" height="60" as="geometry"/></mxCell>'
p1 = g(v(2, 'Grain arrives') + v(3, '&lt;b&gt;Silo 2&lt;/b&gt;&lt;br&gt;holds 80 tonnes') + '<mxCell id="4" value="if moisture is below 14 percent" edge="1" source="2" target="3" parent="1"><mxGeometry relative="1" as="geometry"/></mxCell>')
co = zlib.compressobj(9, zlib.DEFLATED, -15); packed = base64.b64encode(co.compress(quote(p1, safe="~()*!.'").encode()) + co.flush()).decode()
p2 = g(v(2, 'Dust filter') + '<UserObject label="Fan 7" tooltip="stops at 60 degrees" id="5"><mxCell style="html=1" vertex="1" parent="1"><mxGeometry width="80" height="40" as="geometry"/></mxCell></UserObject>')
put('mill.drawio', f'<mxfile host="app.diagrams.net" version="24.0.0"><diagram id="a" name="Intake">{packed}</diagram><diagram id="b" name="Air">{p2}</diagram></mxfile>\n')
put('plan.svg', '''<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 400 200"><title>Plan of the cheese cellar</title><desc>Three vaults in a row, the door in the east.</desc>
<style>.t{font:12px sans-serif}</style><defs><text id="u">never opened here</text></defs>
<text class="t" x="10" y="30"><tspan x="10" dy="0">Vault A: soft</tspan><tspan x="10" dy="15">cheese, 12 degrees</tspan></text>
<text x="150" y="30">Bri<tspan font-weight="bold">ne</tspan> bath</text>
<g display="none"><text x="9" y="90">old plan of 1950</text></g>
<foreignObject x="10" y="80" width="200" height="60"><div xmlns="http://www.w3.org/1999/xhtml"><p>Turn the wheels every <b>second</b> day</p></div></foreignObject>
<text><textPath xlink:href="#p">drain to the north ditch</textPath></text></svg>
''')
put('duty.excalidraw', json.dumps({'type': 'excalidraw', 'version': 2, 'elements': [{'id': 'a', 'type': 'text', 'x': 0, 'y': 0, 'text': 'Who feeds\nthe owls?', 'originalText': 'Who feeds the owls?', 'isDeleted': False}, {'id': 'b', 'type': 'text', 'x': 0, 'y': 90, 'text': 'Monday: Pavel', 'originalText': 'Monday: Pavel', 'isDeleted': False}, {'id': 'c', 'type': 'text', 'x': 0, 'y': 130, 'text': 'Sunday: erased', 'originalText': 'Sunday: erased', 'isDeleted': True}, {'id': 'f', 'type': 'frame', 'name': 'Aviary rota', 'isDeleted': False}], 'appState': {}, 'files': {}}))
put('lift.puml', '''@startuml
title Ski lift control
' note to self
actor Guard
Guard -> Motor : press start twice
note right of Motor: runs at 2 metres a second
@enduml
''')
X = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'; V = 'http://schemas.microsoft.com/office/visio/2012/main'; O = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'; M = 'http://schemas.microsoft.com/visio/2010/relationships'
with zipfile.ZipFile(out('cellar.vsdx'), 'w', zipfile.ZIP_DEFLATED) as z:
    z.writestr('[Content_Types].xml', X + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/visio/document.xml" ContentType="application/vnd.ms-visio.drawing.main+xml"/><Override PartName="/visio/pages/pages.xml" ContentType="application/vnd.ms-visio.pages+xml"/><Override PartName="/visio/pages/page1.xml" ContentType="application/vnd.ms-visio.page+xml"/></Types>')
    rel = lambda t, to: X + f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{t}" Target="{to}"/></Relationships>'
    z.writestr('_rels/.rels', rel(M + '/document', 'visio/document.xml')); z.writestr('visio/_rels/document.xml.rels', rel(M + '/pages', 'pages/pages.xml')); z.writestr('visio/pages/_rels/pages.xml.rels', rel(M + '/page', 'page1.xml'))
    z.writestr('visio/document.xml', X + f'<VisioDocument xmlns="{V}" xmlns:r="{O}"><DocumentSettings TopPage="0"/><StyleSheets><StyleSheet ID="0" NameU="No Style" Name="No Style"><Cell N="LineWeight" V="0.01"/></StyleSheet></StyleSheets></VisioDocument>')
    z.writestr('visio/pages/pages.xml', X + f'<Pages xmlns="{V}" xmlns:r="{O}"><Page ID="0" NameU="Wine cellar" Name="Wine cellar"><PageSheet LineStyle="0" FillStyle="0" TextStyle="0"><Cell N="PageWidth" V="8.5"/><Cell N="PageHeight" V="11"/><Cell N="PageScale" V="1" U="IN_F"/><Cell N="DrawingScale" V="1" U="IN_F"/></PageSheet><Rel r:id="rId1"/></Page></Pages>')
    sh = lambda i, y, t: f'<Shape ID="{i}" Type="Shape"><Cell N="PinX" V="2"/><Cell N="PinY" V="{y}"/><Cell N="Width" V="2"/><Cell N="Height" V="1"/><Cell N="LocPinX" V="1"/><Cell N="LocPinY" V="0.5"/><Section N="Character"><Row IX="0"><Cell N="Size" V="0.2"/></Row></Section><Section N="Geometry" IX="0"><Row T="MoveTo" IX="1"><Cell N="X" V="0"/><Cell N="Y" V="0"/></Row><Row T="LineTo" IX="2"><Cell N="X" V="2"/><Cell N="Y" V="0"/></Row><Row T="LineTo" IX="3"><Cell N="X" V="2"/><Cell N="Y" V="1"/></Row></Section><Text>{t}</Text></Shape>'
    z.writestr('visio/pages/page1.xml', X + f'<PageContents xmlns="{V}"><Shapes>{sh(1, 9, "Racking before March")}{sh(2, 7, "<cp IX=&quot;0&quot;/>Cask 5".replace("&quot;", chr(34)) + "&#10;leaks at the bung")}<Shape ID="3" Type="Group"><Cell N="PinX" V="5"/><Cell N="PinY" V="5"/><Cell N="Width" V="3"/><Cell N="Height" V="3"/><Cell N="LocPinX" V="1.5"/><Cell N="LocPinY" V="1.5"/><Shapes>{sh(4, 1, "Pump room")}</Shapes></Shape></Shapes></PageContents>')
fodg = '''<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.graphics"><office:body><office:drawing><draw:page draw:name="Fire plan">
<draw:frame svg:width="8cm" svg:height="2cm" svg:x="1cm" svg:y="1cm"><draw:text-box><text:p>Fire plan of the rope walk</text:p></draw:text-box></draw:frame>
<draw:custom-shape svg:width="5cm" svg:height="2cm" svg:x="1cm" svg:y="4cm"><svg:title>Hydrant</svg:title><svg:desc>behind the tar shed</svg:desc><text:p>Hydrant 3</text:p><draw:enhanced-geometry draw:type="rectangle" svg:viewBox="0 0 21600 21600" draw:enhanced-path="M 0 0 L 21600 0 21600 21600 0 21600 0 0 Z N"/></draw:custom-shape>
<draw:connector svg:x1="6cm" svg:y1="5cm" svg:x2="12cm" svg:y2="5cm"><text:p>hose of 40 metres</text:p></draw:connector></draw:page></office:drawing></office:body></office:document>'''
with tempfile.TemporaryDirectory() as t:
    open(f'{t}/fire.fodg', 'w').write(fodg)
    subprocess.run(['soffice', f'-env:UserInstallation=file://{t}/p', '--headless', '--convert-to', 'odg', '--outdir', t, f'{t}/fire.fodg'], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=150)
    shutil.copy(f'{t}/fire.odg', out('fire.odg'))
X = r'vsdx|visio'; D = r'drawio|compress'
case(what='labels of draw.io (compressed and plain page), SVG, Excalidraw, PlantUML, Visio and a LibreOffice drawing',
 reported=['https://github.com/jgraph/drawio/issues/706', 'https://github.com/philipz/deepwiki-md-chrome-extension/pull/24', 'https://github.com/gaphor/gaphor/issues/1446'],
 must=['Intake', T('Grain arrives', D), T('Silo 2', D), T('holds 80 tonnes', D), T('if moisture is below 14 percent', D), 'Air', 'Dust filter', 'Fan 7', T('stops at 60 degrees', 'tooltip|drawio'), 'Plan of the cheese cellar', 'Three vaults in a row, the door in the east', 'Vault A: soft cheese, 12 degrees', 'Brine bath', 'Turn the wheels every', 'drain to the north ditch',
  'Who feeds the owls?', 'Monday: Pavel', 'Aviary rota', 'Ski lift control', 'press start twice', 'runs at 2 metres a second', T('Wine cellar', X), T('Racking before March', X), T('Cask 5', X), T('leaks at the bung', X), T('Pump room', X), 'Fire plan of the rope walk', 'Hydrant 3', T('behind the tar shed', 'alt|description|desc'), 'hose of 40 metres'],
 order=False, mustnot=['Sunday: erased', 'old plan of 1950', 'mxGraphModel', 'rounded=0', '<b>Silo'],
 question='How many tonnes does silo 2 hold?', answer='80',
 more=[{'question': 'Who feeds the owls on Monday?', 'answer': 'Pavel'}])
