import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# a dynamic XFA form (Adobe LiveCycle): the PDF page says only "Please wait...", form texts stand in the XFA template, what was filled in stands in the datasets
tpl='''<template xmlns="http://www.xfa.org/schema/xfa-template/3.3/"><subform name="form1" layout="tb" locale="en_GB"><pageSet><pageArea name="Page1"><contentArea x="20mm" y="20mm" w="170mm" h="250mm"/><medium stock="a4" short="210mm" long="297mm"/></pageArea></pageSet><subform name="Body" layout="tb" w="170mm">
<draw name="T1" w="170mm" h="10mm"><value><text>Request to moor a houseboat</text></value></draw>
<draw name="T2" w="170mm" h="12mm"><value><exData contentType="text/html"><body xmlns="http://www.w3.org/1999/xhtml"><p>Boats longer than <b>eighteen metres</b> need a pilot.</p></body></exData></value></draw>
<field name="Boat" w="120mm" h="9mm"><ui><textEdit/></ui><caption reserve="40mm"><value><text>Name of the boat</text></value></caption></field>
<field name="Len" w="120mm" h="9mm"><ui><numericEdit/></ui><caption reserve="40mm"><value><text>Length in metres</text></value></caption></field>
<field name="Quay" w="120mm" h="9mm"><ui><choiceList/></ui><caption reserve="40mm"><value><text>Quay</text></value></caption><items><text>Mill quay</text><text>Tar quay</text></items><items save="1" presence="hidden"><text>q1</text><text>q2</text></items></field>
<field name="Cat" w="120mm" h="9mm"><ui><checkButton/></ui><caption reserve="40mm"><value><text>A cat lives on board</text></value></caption><items><integer>1</integer><integer>0</integer></items></field>
<draw name="T3" presence="hidden" w="170mm" h="10mm"><value><text>Office use: fee waived</text></value></draw></subform></subform></template>'''
ds='<xfa:datasets xmlns:xfa="http://www.xfa.org/schema/xfa-data/1.0/"><xfa:data><form1><Body><Boat>Vilde Gris</Boat><Len>16.4</Len><Quay>q2</Quay><Cat>1</Cat></Body></form1></xfa:data></xfa:datasets>'
pre='<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/" timeStamp="2026-01-12T08:00:00Z">'
cfg='<config xmlns="http://www.xfa.org/schema/xci/3.0/"><present><pdf><version>1.7</version></pdf></present><acrobat><acrobat7><dynamicRender>required</dynamicRender></acrobat7></acrobat></config>'
s='BT /F1 12 Tf 60 760 Td 18 TL (Please wait...) Tj T* (If this message is not eventually replaced by the proper contents of the document, your PDF) Tj T* (viewer may not be able to display this type of document.) Tj ET'
pdf('mooring.pdf',{1:'<< /Type /Catalog /Pages 2 0 R /NeedsRendering true /AcroForm << /Fields [] /XFA [(preamble) 6 0 R (config) 7 0 R (template) 8 0 R (datasets) 9 0 R (postamble) 10 0 R] >> /Extensions << /ADBE << /BaseVersion /1.7 /ExtensionLevel 3 >> >> >>',2:'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',3:'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',4:('',s),5:'<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',6:('',pre),7:('',cfg),8:('',tpl.encode()),9:('',ds.encode()),10:('','</xdp:xdp>')})
t=lambda x: {'text':x,'told':'mooring.pdf.*(XFA|dynamic form|LiveCycle|Adobe)'}
case(what='dynamic XFA form: the page is only "Please wait..."; headings, captions, choices and the values that were filled in stand in the XFA streams: read, or told',
 reported='https://github.com/py-pdf/pypdf/issues/1224, https://github.com/mozilla/pdf.js/issues/13781, https://github.com/itext/itext-java/pull/45',
 must=[t(x) for x in ['Request to moor a houseboat','need a pilot','Name of the boat','Vilde Gris','Length in metres','16.4','Quay','Tar quay','A cat lives on board']],
 mustnot=['presence=','choiceList','dynamicRender'], question='How long is the houseboat Vilde Gris?', answer='16.4', more=[{'question':'At which quay does the Vilde Gris want to moor?','answer':'Tar quay'}])
