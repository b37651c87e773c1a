"""Feeds and maps: RSS with content:encoded beside a short description, Atom with xhtml content, KML with CDATA, ExtendedData and a hidden folder, KMZ, GPX with comments."""
import os, sys; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
import zipfile
put('news.rss', '''<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>News of the lighthouse society</title><link>https://light.example/</link><description>Twice a month</description>
<item><title>Lens &amp; lamp</title><dc:creator>Ottilie Brandt</dc:creator><pubDate>Tue, 03 Mar 2026 10:00:00 GMT</pubDate><category>repairs</category><description>The lens came back from the &lt;i&gt;workshop&lt;/i&gt; …</description><content:encoded><![CDATA[<p>The lens came back from the workshop on 2 March.</p><ul><li>weight: 310 kilograms</li><li>cost: 18&nbsp;900 crowns</li></ul><p>Visitors may see it from Easter.</p>]]></content:encoded><guid isPermaLink="false">tag-99812</guid></item></channel></rss>
''')
put('rowers.atom', '''<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title type="html">Rowers&amp;#8217; club</title><id>urn:uuid:1</id><updated>2026-04-01T08:00:00Z</updated>
<entry><title>New boat</title><id>urn:uuid:2</id><updated>2026-04-01T08:00:00Z</updated><author><name>Emil Sund</name></author><summary>A boat for eight.</summary><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>The boat <em>Grebe</em> seats eight and is launched on 19 April.</p></div></content></entry></feed>
''')
kml = '''<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>Springs of Hollow Down</name><Schema name="S" id="S"><SimpleField type="int" name="flow"><displayName>Litres a minute</displayName></SimpleField></Schema>
<Folder><name>Drinkable</name><Placemark><name>Nun’s Well</name><description><![CDATA[<b>Cup on a chain.</b><br>Frozen in January.]]></description><ExtendedData><SchemaData schemaUrl="#S"><SimpleData name="flow">14</SimpleData></SchemaData><Data name="owner"><displayName>Owner</displayName><value>the parish</value></Data></ExtendedData><Point><coordinates>-1.55,51.2,0</coordinates></Point></Placemark>
<Placemark><name>Badger Spring</name><Snippet>dry in August</Snippet><description>
  <![CDATA[Path is &lt;steep&gt;.]]>
</description><Point><coordinates>-1.57,51.21,0</coordinates></Point></Placemark></Folder></Document></kml>
'''
put('springs.kml', kml)
with zipfile.ZipFile(out('wrecks.kmz'), 'w', zipfile.ZIP_DEFLATED) as z:
    z.writestr('doc.kml', '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>Wrecks</name><Placemark><name>Brig Fortuna</name><description>lies at 22 metres, mast upright</description><Point><coordinates>8.1,54.2</coordinates></Point></Placemark></Document></kml>')
put('walk.gpx', '''<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="Walker" xmlns="http://www.topografix.com/GPX/1/1"><metadata><name>Moor walk</name><desc>Eleven kilometres, two stiles</desc></metadata><wpt lat="54.1" lon="-2.2"><name>Refuge hut</name><cmt>door sticks</cmt><desc>Stove and six bunks</desc><sym>Lodge</sym></wpt><trk><name>Return by the tramway</name><trkseg><trkpt lat="54.10" lon="-2.20"><ele>310</ele></trkpt><trkpt lat="54.11" lon="-2.21"><ele>322</ele></trkpt></trkseg></trk></gpx>
''')
case(what='RSS with the text in content:encoded, Atom with xhtml content, KML with CDATA, ExtendedData and display names, KMZ, GPX waypoint comments',
 reported=['https://github.com/mapbox/togeojson/issues/42', 'https://github.com/openlayers/openlayers/issues/1310', 'https://github.com/w3stling/rssreader/pull/4', 'https://github.com/mapbox/tokml/issues/6'],
 must=['News of the lighthouse society', 'Lens & lamp', 'Ottilie Brandt', 'The lens came back from the workshop on 2 March', 'weight: 310 kilograms', 'cost: 18 900 crowns', 'Visitors may see it from Easter', 'Rowers’ club', 'New boat', 'Emil Sund', 'seats eight and is launched on 19 April',
  'Springs of Hollow Down', 'Drinkable', 'Nun’s Well', 'Cup on a chain.', 'Frozen in January', 'Litres a minute', '14', 'Owner', 'the parish', 'Badger Spring', 'dry in August', 'Wrecks', 'Brig Fortuna', 'lies at 22 metres, mast upright', 'Moor walk', 'Eleven kilometres, two stiles', 'Refuge hut', 'door sticks', 'Stove and six bunks', 'Return by the tramway'],
 order=False, sequence=['News of the lighthouse society', 'Lens & lamp', 'weight: 310 kilograms', 'Springs of Hollow Down', 'Cup on a chain.', 'Badger Spring'], mustnot=['chain.Frozen', '<li>', 'CDATA', '&nbsp;', '&#8217;'],
 question='How heavy is the lens of the lighthouse?', answer='310 kilograms',
 more=[{'question': 'Who owns Nun’s Well?', 'answer': 'the parish'}])
