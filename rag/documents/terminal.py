r"""What a terminal shows of a text that was written to one: colours, titles and links are gone, what was written
over, taken back or struck twice stands as it was last seen.

>>> printed("\x1b[1;32m[ok]\x1b[0m N\bNA\bAM\bME\bE")
'[ok] NAME'
>>> printed("copied 5 percent\rcopied all\x1b[K\nlockk\b\x1b[K it")
'copied all\nlock it'
"""

from __future__ import annotations

import re

_TITLE = re.compile(
    "\x1b[\\]P^_X][^\x07\x1b\n]{0,2000}(?:\x07|\x1b\\\\)"
)  # titles, addresses of links
_ERASE = re.compile("\x1b\\[0?K")
_OTHER = re.compile("\x1b(?:\\[[0-?]*[ -/]*[@-~]|[()*+#%][\x20-~]|[0-9=><A-Zc-~])")
_MOVES = re.compile("[\b\r\x0e]")
_REST = "\x0e"  # erases what follows on the line


def printed(text: str) -> str:
    """The text as it was last shown, line by line; one without such signs as it is."""
    if "\x1b" not in text and "\b" not in text:
        return text
    text = _OTHER.sub("", _ERASE.sub(_REST, _TITLE.sub("", text)))
    return "\n".join(map(_line, re.sub("\r+\n", "\n", text).split("\n")))


def _line(text: str) -> str:
    if not _MOVES.search(text):
        return text
    shown: list[str] = []
    at = 0
    for letter in text:
        if letter == "\b":
            at = max(0, at - 1)
        elif letter == "\r":
            at = 0
        elif letter == _REST:
            del shown[at:]
        elif at == len(shown):
            shown.append(letter)
            at += 1
        else:
            if letter != "_" or shown[at] in " _":  # underlined
                shown[at] = letter
            at += 1
    return "".join(shown)
