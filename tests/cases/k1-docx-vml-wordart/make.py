# Old Word shapes: VML text box without any DrawingML twin, WordArt whose words stand in an attribute (v:textpath string), a VML group with two boxes, and a DrawingML group (wpg) with a box
import docx
from docx.oxml import parse_xml
NS='xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:wpg="http://schemas.microsoft.com/office/word/2010/wordprocessingGroup" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
d=docx.Document()
box=lambda t:f'<w:txbxContent><w:p><w:r><w:t>{t}</w:t></w:r></w:p></w:txbxContent>'
def add(x,text=''):
    p=d.add_paragraph(text); p._p.append(parse_xml(x)); return p
add(f'<w:r {NS}><w:pict><v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" path="m@7,l@8,m@5,21600l@6,21600e"><v:path textpathok="t"/><v:textpath on="t" fitshape="t"/></v:shapetype><v:shape id="WA1" type="#_x0000_t136" style="width:380pt;height:40pt" fillcolor="navy"><v:textpath style="font-family:&quot;Arial&quot;" string="Spring fair on 23 May 2026"/></v:shape></w:pict></w:r>')
d.add_paragraph('The allotment society opens its gardens to visitors.')
add(f'<w:r {NS}><w:pict><v:rect id="R1" style="width:240pt;height:40pt"><v:textbox>{box("Stalls cost 18 euros for the day.")}</v:textbox></v:rect></w:pict></w:r>')
d.add_paragraph('Helpers meet in the shed at eight.')
add(f'<w:r {NS}><w:pict><v:group id="G1" style="width:400pt;height:60pt" coordsize="4000,600"><v:rect style="position:absolute;left:0;top:0;width:1900;height:600"><v:textbox>{box("Gate A: cars and trailers")}</v:textbox></v:rect><v:rect style="position:absolute;left:2000;top:0;width:1900;height:600"><v:textbox>{box("Gate D: prams and bicycles")}</v:textbox></v:rect></v:group></w:pict></w:r>')
shp=lambda i,x,t:f'<wps:wsp><wps:cNvPr id="{i}" name="s{i}"/><wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="{x}" y="0"/><a:ext cx="1800000" cy="500000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></wps:spPr><wps:txbx>{box(t)}</wps:txbx><wps:bodyPr/></wps:wsp>'
add(f'<w:r {NS}><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="4000000" cy="500000"/><wp:docPr id="77" name="Group"/><a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingGroup"><wpg:wgp><wpg:cNvGrpSpPr/><wpg:grpSpPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="4000000" cy="500000"/><a:chOff x="0" y="0"/><a:chExt cx="4000000" cy="500000"/></a:xfrm></wpg:grpSpPr>{shp(78,0,"Rain date: 30 May")}{shp(79,2000000,"Contact: Mrs Oduya, 0441 7720")}</wpg:wgp></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>')
d.add_paragraph('Dogs stay on the lead.')
d.save('docs/fair.docx')
