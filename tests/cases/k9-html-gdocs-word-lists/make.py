"""Lists that only look nested: Google Docs export (each level its own flat ol with lst-kix classes, numbers by CSS counters over interrupted lists), Word "save as web page" (MsoListParagraph with the number in an Ignore span in a conditional comment)."""
import os, sys; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
put('gdocs.html', '''<html><head><meta content="text/html; charset=UTF-8" http-equiv="content-type"><style type="text/css">ul.lst-kix_ab1-0{list-style-type:none}ol.lst-kix_ab1-0.start{counter-reset:lst-ctn-kix_ab1-0 0}ol.lst-kix_ab1-1.start{counter-reset:lst-ctn-kix_ab1-1 0}.lst-kix_ab1-0>li{counter-increment:lst-ctn-kix_ab1-0}.lst-kix_ab1-1>li{counter-increment:lst-ctn-kix_ab1-1}.lst-kix_ab1-0>li:before{content:"" counter(lst-ctn-kix_ab1-0,decimal) ". "}.lst-kix_ab1-1>li:before{content:"" counter(lst-ctn-kix_ab1-0,decimal) "." counter(lst-ctn-kix_ab1-1,decimal) ". "}ol{margin:0;padding:0}ol.lst-kix_ab1-0,ol.lst-kix_ab1-1{list-style-type:none}.c1{margin-left:36pt}.c4{margin-left:72pt}.c7{font-weight:700}</style></head><body class="c9 doc-content">
<p class="c2 title" id="h.1"><span class="c7">Statutes of the weavers</span></p>
<ol class="c5 lst-kix_ab1-0 start" start="1"><li class="c1 li-bullet-0"><span class="c0">Looms</span></li></ol>
<ol class="c5 lst-kix_ab1-1 start" start="1"><li class="c4 li-bullet-0"><span class="c0">The great loom belongs to the gu</span><span class="c7">ild</span></li><li class="c4 li-bullet-0"><span class="c0">Small looms may be lent</span></li></ol>
<ol class="c5 lst-kix_ab1-0" start="2"><li class="c1 li-bullet-0"><span class="c0">Wool</span></li></ol>
<p class="c2"><span class="c0">Wool is weighed on market day.</span></p>
<ol class="c5 lst-kix_ab1-1 start" start="1"><li class="c4 li-bullet-0"><span class="c0">Black wool costs 7 groats</span></li></ol>
<ol class="c5 lst-kix_ab1-0" start="3"><li class="c1 li-bullet-0"><span class="c0">Feast days</span></li></ol>
</body></html>
''')
put('wordweb.htm', '''<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40">
<head><meta http-equiv=Content-Type content="text/html; charset=windows-1252"><meta name=Generator content="Microsoft Word 15"><title>Dye house</title>
<!--[if gte mso 9]><xml><o:DocumentProperties><o:Author>hidden author</o:Author></o:DocumentProperties></xml><![endif]-->
<style><!-- @list l0:level1 {mso-level-text:"%1\\)";} p.MsoListParagraph {margin-left:36.0pt;} --></style></head>
<body lang=EN-GB style='tab-interval:36.0pt'><div class=WordSection1>
<p class=MsoNormal>Rules of the dye house</p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>7)<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;&nbsp; </span></span><![endif]>Woad is stirred twice a day<o:p></o:p></p>
<p class=MsoListParagraphCxSpMiddle style='margin-left:72.0pt;text-indent:-18.0pt;mso-list:l0 level2 lfo1'><![if !supportLists]><span style='font-family:"Courier New"'><span style='mso-list:Ignore'>o<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span></span><![endif]>in the morning by the journeyman<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>8)<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;&nbsp; </span></span><![endif]>Madder \x96 only from Zeeland \x96 costs \x80 31 a sack<o:p></o:p></p>
<p class=MsoNormal><span style='mso-spacerun:yes'>\xa0</span>Rinse in the upper<span style='mso-tab-count:1'>      </span>brook.</p>
</div></body></html>
'''.encode('latin-1'))
case(what='lists of a Google Docs export (flat lists, numbers by CSS counters) and of a Word web page (numbers in conditional Ignore spans, cp1252 dashes)',
 reported=['https://github.com/googlecodelabs/tools/issues/9', 'https://github.com/googlecodelabs/tools/issues/888', 'https://github.com/ckeditor/ckeditor4/issues/2870', 'https://github.com/dergachev/gdocs-export/issues/1'],
 must=['Statutes of the weavers', '1. Looms', '1.1. The great loom belongs to the guild', '1.2. Small looms may be lent', '2. Wool', 'Wool is weighed on market day', '2.1. Black wool costs 7 groats', '3. Feast days',
  'Rules of the dye house', '7) Woad is stirred twice a day', 'in the morning by the journeyman', '8) Madder – only from Zeeland – costs € 31 a sack', 'Rinse in the upper', 'brook'],
 mustnot=['supportLists', 'gu ild', 'hidden author', 'o in the morning'],
 question='What does 2.1 of the weavers’ statutes say?', answer='Black wool costs 7 groats',
 more=[{'question': 'How often is woad stirred in the dye house?', 'answer': 'twice a day'}])
