"""What was written to a terminal and kept: colours, a title, cursor moves, a progress line overwritten by carriage returns, bold and underline by overstriking (man page saved with > file), typed mistakes taken back with backspace, form feeds and NEL line ends."""
import os, sys; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
E = '\x1b'
put('deploy.log', f'{E}]0;build host{chr(7)}{E}[1;32m[ok]{E}[0m pump {E}[4mNorth 3{E}[24m started at {E}[38;5;208m06:12{E}[0m\r\n'
 + ''.join(f'\rcopying charts: {i:3d} percent{E}[K' for i in range(0, 100, 25)) + f'\rcopying charts: done, 214 files{E}[K\n'
 + f'{E}[31;1mERR{E}[0mOR: valve 7 st{E}[1muck{E}[22m half open\n{E}]8;;https://pump.example/help{E}\\see the valve page{E}]8;;{E}\\\n{E}(B{E}[m{E}[?25h')
def bold(s): return ''.join(c + '\b' + c for c in s)
def under(s): return ''.join('_\b' + c for c in s)
put('winch.txt', f'{bold("WINCH")}(8)                     Harbour manual                    {bold("WINCH")}(8)\n\n{bold("NAME")}\n       winch - raise the {under("drawbridge")}\n\n{bold("OPTIONS")}\n       {bold("-s")} {under("speed")}\n              turns per minute, at most 14\n\f\n       {bold("-q")}     ring no bell\n')
put('typescript', f'Script started on 2026-04-02 08:00:00+02:00 [TERM="xterm" TTY="/dev/pts/0" COLUMNS="80" LINES="24"]\n{E}[?2004h$ lockk{chr(8)}{E}[K --gate weset{chr(8)}{chr(8)}{chr(8)}{E}[Kst\r\r\n{E}[?2004lgate west locked by Oona\r\n{E}[?2004h$ exit\r\r\n{E}[?2004l\nScript done on 2026-04-02 08:00:09+02:00 [COMMAND_EXIT_CODE="0"]\n')
put('mainframe.txt', 'SHIP: GANNET\u0085CARGO: 41 BALES OF WOOL\u0085PIER: 9\u2028REMARK: KEEP DRY\u2029'.encode('utf-8'))
case(what='terminal colours, titles and links, overwritten progress lines, overstruck manual page, taken back typing, NEL and LS line ends',
 reported=['https://github.com/nautechsystems/nautilus_trader/issues/2274', 'https://github.com/enigma-dev/enigma-dev/issues/1833', 'https://github.com/travis-ci/travis-ci/issues/1297'],
 must=['[ok] pump North 3 started at 06:12', 'copying charts: done, 214 files', 'ERROR: valve 7 stuck half open', 'see the valve page', 'WINCH', 'NAME', 'winch - raise the drawbridge', 'OPTIONS', '-s speed', 'turns per minute, at most 14', 'ring no bell', 'lock --gate west', 'gate west locked by Oona', 'SHIP: GANNET', 'CARGO: 41 BALES OF WOOL', 'PIER: 9', 'REMARK: KEEP DRY'],
 order=False, mustnot=['[1;32m', '[38;5;208m', 'WWIINNCCHH', '_d_r', '[?2004h', 'GANNETCARGO'],
 question='Which valve is stuck half open?', answer='valve 7',
 more=[{'question': 'How many turns per minute may the winch make at most?', 'answer': '14'}])
