# WebVTT (auto-caption time tags, voices, entities, STYLE/NOTE, a cue named STYLE), SRT (cue text that is only a number, missing index), ics folded inside a UTF-8 character, vCards 2.1/3.0 with quoted-printable soft breaks
open('lecture.vtt','w',encoding='utf-8').write('''WEBVTT - Mooring course
Kind: captions

STYLE
::cue { color: yellow }

NOTE Proofread by Siv, second pass missing

STYLE
00:00:01.000 --> 00:00:04.000
<v Kaptein Lie>The bow line comes first &amp; is 24 metres long.</v>

00:00:04.200 --> 00:00:08.000 align:start position:0%
Never<00:00:04.500><c> stand</c><00:00:05.000><c> in</c><00:00:05.300><c> the</c><00:00:05.900><c> bight.</c>

00:00:09.000 --> 00:00:12.000
<v Elev>How many bollards?
<i>note that</i> the quay has P&L signs
''')
open('interview.srt','w',encoding='utf-8-sig').write('''1\r
00:00:02,000 --> 00:00:04,000\r
How many sheep were lost in the storm?\r
\r
2\r
00:00:04,500 --> 00:00:05,500\r
217\r
\r
00:00:06,000 --> 00:00:09,000\r
<font color="#ffff00">- And the barn?</font>\r
- The roof landed by the church.\r
''')
def fold(l):
    b=l.encode(); out=[]; n=75
    while b: out.append(b[:n]); b=b[n:]; n=74
    return b'\r\n '.join(out)+b'\r\n'
L=['BEGIN:VCALENDAR','VERSION:2.0','PRODID:-//aegee//x','BEGIN:VEVENT','UID:7@x','SUMMARY:Bjørnejegermøte på Åsgård ved Øvre Øyangen\\, øst for Ødegård og søndre Åbjør','DTSTART;TZID=Europe/Oslo:20260912T181500','RRULE:FREQ=WEEKLY;COUNT=3','DESCRIPTION:Ta med lykt\\, kaffe og fåresko.\\nNøkkelen henger på låven\\; kode 5530.','LOCATION:Grendehuset','BEGIN:VALARM','ACTION:DISPLAY','DESCRIPTION:Reminder','TRIGGER:-PT30M','END:VALARM','END:VEVENT','BEGIN:VTODO','SUMMARY:Order 60 litres of diesel','DUE:20260910','END:VTODO','END:VCALENDAR']
open('hunt.ics','wb').write(b''.join(fold(l) for l in L))
open('contacts.vcf','wb').write(b'BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=98deg=C3=A5rd;Tor;;;\r\nTEL;CELL;PREF:+47 900 33 218\r\nNOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Ring etter kl. 17.=0D=0AHar n=C3=B8kkel til bommen ved =\r\nTrollvatn.\r\nEND:VCARD\r\nBEGIN:VCARD\r\nVERSION:3.0\r\nFN:Dr. Unni Sagen\r\nitem1.TEL:+47 800 51 006\r\nitem1.X-ABLabel:Night line\r\nADR;TYPE=work:;;Fjellveien 3\\, 2nd floor;Bjorli;;2669;Norway\r\nNOTE:Vaccinates reindeer dogs\\nonly on Thu\r\n rsdays.\r\nEND:VCARD\r\n')
