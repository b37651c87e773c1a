# notebook (nbformat 3 and 4: html table, error, markdown output, raw cell, stderr); epub in storage order other than spine, endnotes page that looks like a nav, linear=no appendix; zip with cp437 and Shift-JIS names and a nested zip; tar.gz; gz
import json,zipfile,io,tarfile,gzip
nb={'nbformat':4,'nbformat_minor':5,'metadata':{'title':'Ice survey'},'cells':[
 {'cell_type':'markdown','metadata':{},'source':['# Ice survey\n','Drilled on **14 February**.']},
 {'cell_type':'code','metadata':{},'execution_count':1,'source':'thickness.describe()','outputs':[
  {'output_type':'stream','name':'stderr','text':['Warning: station 9 has no data\n']},
  {'output_type':'execute_result','execution_count':1,'metadata':{},'data':{'text/html':['<table><tr><th>station</th><th>cm</th></tr><tr><td>Holmen</td><td>38.5</td></tr></table>']}},
  {'output_type':'display_data','metadata':{},'data':{'text/markdown':'**Safe load:** 1.9 tonnes','image/png':'iVBORw0KGgo='}},
  {'output_type':'error','ename':'ZeroDivisionError','evalue':'division by zero in station 9','traceback':['\x1b[0;31mZeroDivisionError\x1b[0m: division by zero in station 9']}]},
 {'cell_type':'raw','metadata':{},'source':'Print this page for the sledge team.'}]}
json.dump(nb,open('ice.ipynb','w'))
json.dump({'nbformat':3,'nbformat_minor':0,'metadata':{'name':''},'worksheets':[{'cells':[{'cell_type':'heading','level':2,'source':['Snow depth 2009']},{'cell_type':'code','language':'python','input':['max(d)'],'outputs':[{'output_type':'pyout','prompt_number':1,'text':['131 cm at Gaustad']}],'metadata':{}}],'metadata':{}}]},open('old.ipynb','w'))
X=lambda t,b:f'<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title>{t}</title></head><body>{b}</body></html>'
z=zipfile.ZipFile('voyage.epub','w'); z.writestr('mimetype','application/epub+zip'); z.writestr('META-INF/container.xml','<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="O/p.opf" media-type="application/oebps-package+xml"/></rootfiles></container>')
z.writestr('O/c2.xhtml',X('Two','<h1>The ice</h1><p>On the ninth day the ice closed; the ship lay 61 days.</p>')); z.writestr('O/c1.xhtml',X('One','<h1>The harbour</h1><p>They took 30 barrels of peas aboard.<a epub:type="noteref" href="n.xhtml#n1">1</a></p>'))
z.writestr('O/n.xhtml',X('Notes','<h1>Notes</h1><ol><li id="n1"><a href="c1.xhtml">1</a> A barrel held 115 litres.</li><li><a href="c2.xhtml">2</a> Log of the mate, folio 12.</li></ol>')); z.writestr('O/a.xhtml',X('Crew','<h1>Crew list</h1><table><tr><th>Name</th><th>Rank</th></tr><tr><td>Isak Borg</td><td>cooper</td></tr></table>'))
z.writestr('O/pl.xhtml',X('Plate','<p><img src="missing.png" alt="Plate 1: the brig Fortuna in tow"/></p>')); z.writestr('O/nav.xhtml',X('nav','<nav epub:type="toc"><ol><li><a href="c1.xhtml">The harbour</a></li></ol></nav>'))
it=''.join(f'<item id="{i}" href="{i}.xhtml" media-type="application/xhtml+xml"{x}/>' for i,x in [('c1',''),('c2',''),('n',''),('a',''),('pl',''),('nav',' properties="nav"')])
z.writestr('O/p.opf',f'<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="u"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="u">x</dc:identifier><dc:title>The voyage of the Fortuna</dc:title><dc:creator>A. Nerud</dc:creator><dc:language>en</dc:language></metadata><manifest>{it}</manifest><spine><itemref idref="pl"/><itemref idref="c1"/><itemref idref="c2"/><itemref idref="n"/><itemref idref="a" linear="no"/></spine></package>'); z.close()
b=io.BytesIO(); y=zipfile.ZipFile(b,'w'); y.writestr('inner/gate.txt','The gate of yard 5 is opened with card 0931.\n'); y.close()
def raw(zf,name,data):
    zi=zipfile.ZipInfo('PLACEHOLDER'); zi.filename=name; zf.writestr(zi,data)
z=zipfile.ZipFile('handover.zip','w'); raw(z,'AAAAAAA.txt','Der Öltank fasst 2.300 Liter.\n'.encode()); raw(z,'BBBBBB.txt','倉庫の鍵は二階です。\n'.encode('cp932')); z.writestr('more.zip',b.getvalue()); z.writestr('__MACOSX/._x','junk'); z.close()
d=open('handover.zip','rb').read().replace(b'AAAAAAA.txt','öltänk1.txt'.encode('cp437')).replace(b'BBBBBB.txt','倉庫鍵'.encode('cp932')+b'.txt'); open('handover.zip','wb').write(d)
t=tarfile.open('backup.tar.gz','w:gz'); i=tarfile.TarInfo('cellar/readme.txt'); s='The cellar floods at 2.1 metres on the river gauge.\n'.encode(); i.size=len(s); t.addfile(i,io.BytesIO(s)); t.close()
with gzip.GzipFile('syslog.txt.gz','wb',mtime=0) as g: g.write(b'Fuse 14 blown at 03:52\n')
