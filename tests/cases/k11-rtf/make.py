"""RTF: unicode escapes with one and two fallback bytes (\\uc1, \\uc0, negative numbers), hex bytes in the code page of the font (Cyrillic, Greek), a table, footnote, field with hyperlink, header and footer,
list text, hidden text (\\v), deleted text (\\deleted), a picture's hex that is no text, \\bin data, info group, line ends inside words.
reported: https://github.com/joshy/striprtf/issues/36 (hex and unicode mixed), https://github.com/joshy/striprtf/issues/11 (garbled), https://github.com/virgiliojr94/book-to-skill/pull/52 (\\uN dropped), https://github.com/tbluemel/rtf.js/issues/1 (code page)"""
from pathlib import Path
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
hx = lambda t, enc: ''.join(f"\\'{b:02x}" for b in t.encode(enc))
rtf = r'''{\rtf1\ansi\ansicpg1252\deff0\uc1{\fonttbl{\f0\froman\fcharset0 Times New Roman;}{\f1\fswiss\fcharset204 Arial Cyr;}{\f2\fswiss\fcharset161 Arial Greek;}{\f3\fnil\fcharset2 Symbol;}}
{\colortbl;\red255\green0\blue0;}{\stylesheet{\s0 Normal;}{\s1\b heading 1;}}{\info{\title Lantern tours}{\author B. Okafor}}
{\header\pard Lantern tours, sheet 3 of 2026\par}{\footer\pard Bookings: 0191 33 70\par}
\pard\s1\outlinelevel0\b Lantern tours of the old town\b0\par
\pard\s0 The guide\rquote s lamp costs 15 \'80 if it is lost; caf\u233? stop included \u8212? bring a coat.\par
Price list of the Za\uc1\u380?\u243? \uc0 \u322 \uc1\u263? inn applies (\u-3913?).\par
\pard\f1 '''.replace(' (\\u-3913?)', '') + hx('Экскурсия на русском языке начинается в девять часов', 'cp1251') + r'''.\par
\f2 ''' + hx('Η ξενάγηση στα ελληνικά αρχίζει στις οκτώ', 'cp1253') + r'''.\par
\f0 Wear strong shoes{\super\chftn{\footnote\pard\plain\f0 {\super\chftn} Heels were stuck in the drain in 2019.}} on the steps.\par
\trowd\cellx2600\cellx5200\cellx7800\pard\intbl Tour\cell Start\cell Length\cell\row
\trowd\cellx2600\cellx5200\cellx7800\pard\intbl Cellars\cell 20:15\cell 70 minutes\cell\row
\trowd\cellx2600\cellx5200\cellx7800\pard\intbl Towers\cell 21:40\cell 50 minutes\cell\row
\pard See {\field{\*\fldinst{HYPERLINK "https://tours.example/map"}}{\fldrslt{\ul the map of meeting points}}} before you come.\par
{\listtext\pard\plain 1.\tab}\pard\fi-360\li720 Meet at the pump.\par
{\listtext\pard\plain 2.\tab}\pard\fi-360\li720 Count the lamps.\par
\pard Groups pay {\deleted 999 }{\revised 110 }euros.{\v Secret margin 40 percent}\par
{\pict\pngblip\picw1\pich1 89504e470d0a1a0a0000000d49484452}
{\shp{\*\shpinst\shpleft0\shptop0\shpright4000\shpbottom900{\shptxt\pard The lamp room opens with code 4471.\par}}}
\pard {\*\bkmkstart end}Tours are can
celled in storms.{\*\bkmkend end}\par}
'''
(D / 'tours.rtf').write_bytes(rtf.encode('ascii'))
