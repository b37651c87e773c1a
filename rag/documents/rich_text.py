"""Rich text (RTF) in pieces: control words, letters by code pages; and the HTML that Outlook keeps in it
([MS-OXRTFEX])."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace

TOKEN = re.compile(
    rb"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)",
    re.IGNORECASE,
)
"""A control word with its number, a byte in digits, a control sign, a brace, text."""

SIGNS = {
    "par": "\n", "line": "\n", "sect": "\n", "page": "\n", "tab": "\t", "emdash": "—", "endash": "–",
    "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "emspace": " ",
    "enspace": " ", "qmspace": " ",
}  # fmt: skip
"""What control words print."""

_CHARSETS = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gbk", 136: "big5",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257",
    204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
_FONT = re.compile(rb"\\f(\d+)[^{};]*?\\fcharset(\d+)")
_DEEPEST = 2_000
_SKIPPED = frozenset("fonttbl colortbl stylesheet info generator mhtmltag pntext listtext".split())


@dataclass(frozen=True, slots=True)
class _State:
    """What holds inside a group: what it is for, whether it is for readers of RTF alone, its letters."""

    into: str = "text"  # "text", "tag", "skip"
    rtf_only: bool = False
    encoding: str = "cp1252"
    skip_after_unicode: int = 1


def wrapped_html(data: bytes) -> str:
    """The HTML of a body that is RTF around it (``\\fromhtml1``)."""
    fonts = font_encodings(data)
    out: list[str] = []
    stack: list[_State] = []
    state = _State()
    pending = bytearray()
    to_skip, starred = 0, False

    def add(text: str) -> None:
        if state.into == "tag" or (state.into == "text" and not state.rtf_only):
            out.append(text)

    for found in TOKEN.finditer(data):
        word, number, code, sign, brace, text = found.groups()
        if code is not None:
            if to_skip:
                to_skip -= 1
            else:
                pending.append(int(code, 16))
            continue
        if pending:
            add(decoded(pending, state.encoding))
            pending.clear()
        if text is not None:
            add(decoded(text[to_skip:], state.encoding))
            to_skip = max(0, to_skip - len(text))
        elif brace == b"{":
            if len(stack) < _DEEPEST:
                stack.append(state)
            starred = False
        elif brace == b"}":
            state = stack.pop() if stack else state
        elif sign is not None:
            starred = sign == b"*"
            add({b"~": "\u00a0", b"_": "-", b"-": "", b"*": ""}.get(sign, sign.decode("latin-1")))
        elif word is not None:
            name, value = word.decode("ascii"), int(number) if number is not None else None
            if name == "u" and value is not None:
                add(character(value))
                to_skip = state.skip_after_unicode
            elif name in SIGNS:
                add(SIGNS[name])
            else:
                state = _changed(state, name, value, starred, fonts)
            starred = False
    return "".join(out)


def _changed(
    state: _State, name: str, value: int | None, starred: bool, fonts: dict[int, str]
) -> _State:
    """What a control word makes of the state of its group."""
    if name == "htmltag":
        return replace(state, into="tag")
    if starred or name in _SKIPPED:
        return replace(state, into="skip")
    match name:
        case "htmlrtf":
            return replace(state, rtf_only=value != 0)
        case "ansicpg":
            return replace(state, encoding=codec_of(value))
        case "f" if value is not None and value in fonts:
            return replace(state, encoding=fonts[value])
        case "uc":
            return replace(state, skip_after_unicode=max(0, value or 0))
    return state


def font_encodings(data: bytes) -> dict[int, str]:
    """The codec of each font, by its number."""
    return {int(n): _CHARSETS.get(int(c), "cp1252") for n, c in _FONT.findall(data[:200_000])}


def character(value: int) -> str:
    """The character that a control word u names; "" for half of a pair."""
    value &= 0xFFFF if value < 0x10000 else 0x10FFFF
    return "" if 0xD800 <= value < 0xE000 else chr(value)


def decoded(data: bytes | bytearray, encoding: str) -> str:
    """Bytes as text, what is none of it marked."""
    return bytes(data).decode(encoding, errors="replace")


def codec_of(number: int | None) -> str:
    """The codec of a code page by its number; cp1252 for one that nobody knows."""
    if number == 65001:
        return "utf-8"
    if number == 10000:
        return "mac_roman"
    name = f"cp{number or 1252}"
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return name
