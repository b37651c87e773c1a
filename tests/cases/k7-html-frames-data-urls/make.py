"""Pages saved in one file: frames, objects and a picture whose contents are data: addresses (as SingleFile and old frameset pages are saved), and a text file offered as a data: download."""
import os, sys; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
import base64
from urllib.parse import quote
b = lambda s: base64.b64encode(s.encode()).decode()
menu = '<html><body><h2>Contents</h2><ul><li>Opening hours of the weigh house</li><li>Tolls</li></ul></body></html>'
main = '<html><head><meta charset="utf-8"></head><body><h1>Tolls at the weigh house</h1><table border="1"><tr><th>Goods</th><th>Toll</th></tr><tr><td>Barrel of herring</td><td>3 pence</td></tr><tr><td>Sack of malt</td><td>2 pence</td></tr></table><p>The clerk takes Genoese coin by weight — not by count.</p></body></html>'
put('weighhouse.html', f'''<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Frameset//EN" "http://www.w3.org/TR/html4/frameset.dtd">
<html><head><title>The weigh house</title></head>
<frameset cols="25%,75%"><frame name="menu" src="data:text/html;charset=utf-8,{quote(menu)}"><frame name="main" src="data:text/html;base64,{b(main)}">
<noframes><body>Please use a browser with frames.</body></noframes></frameset></html>
''')
svg = '<svg xmlns="http://www.w3.org/2000/svg" width="260" height="60"><text x="8" y="24">Lock gate closed</text><text x="8" y="48">from 3 to 9 November</text></svg>'
tide = '<!DOCTYPE html><meta charset=utf-8><p>High water at the lock: <b>06:42</b> and <b>19:05</b>.'
crew = '<p>Lock keeper on duty: Ida Rasmussen</p>'
put('lock.html', f'''<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Lock notice</title></head><body>
<h1>Lock notice</h1>
<p><img src="data:image/svg+xml;base64,{b(svg)}"></p>
<iframe width="400" src="data:text/html,{quote(tide)}"></iframe>
<object data="data:text/html;base64,{b(crew)}" type="text/html" width="400" height="80">The duty list cannot be shown.</object>
<p><a download="boats.txt" href="data:text/plain;charset=utf-8;base64,{b('Waiting boats: Mersey Belle, Old Tom, Kestrel')}">Waiting boats (text file)</a></p>
<p>Call channel 12 before entering.</p></body></html>
''')
F = r'frame|data:|embedded|object|picture|image|svg'
case(what='frameset with data: frames, iframe and object with data: pages, text in an SVG picture given as a data: address, a text file as data: download',
 reported=['https://github.com/kestra-io/docs/issues/5667', 'https://github.com/readmeio/markdown/pull/1559', 'https://github.com/masukomi/backup_brain/issues/51'],
 must=[T('Opening hours of the weigh house', F), T('Tolls at the weigh house', F), T('Barrel of herring', F), T('3 pence', F), T('Sack of malt', F), T('2 pence', F), T('Genoese coin by weight', F),
  'Lock notice', T('Lock gate closed', F), T('from 3 to 9 November', F), T('High water at the lock', F), T('19:05', F), T('Ida Rasmussen', F), 'Waiting boats', T('Mersey Belle, Old Tom, Kestrel', r'data:|attach|download|embedded|link'), 'Call channel 12 before entering'],
 order=False, mustnot=['The duty list cannot be shown', 'PHN2Zy', '%3Cp%3E'],
 question='What is the toll for a sack of malt at the weigh house?', answer='2 pence',
 more=[{'question': 'Who is the lock keeper on duty?', 'answer': 'Ida Rasmussen'}])
