"""Rich text (RTF) in pieces: control words, letters by code pages; and the HTML that Outlook keeps in it
([MS-OXRTFEX])."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from rag.documents.symbol_fonts import is_symbolic

_TOKEN = re.compile(
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

_SIGNED = {b"~": "\u00a0", b"_": "-", b"-": ""}
"""What control signs print, where it is not themselves."""

_CHARSETS = {
    0: "cp1252", 2: "latin-1", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gbk", 136: "big5",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257",
    204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
_FONT = re.compile(rb"\\f(\d+)[^{};]*?\\fcharset(\d+)")
_FONT_NAMED = re.compile(rb"\\f(\d+)(?:\\[a-z]+-?\d*|\{[^{}]*\}|\s){0,20}([A-Za-z][\w .-]*)[;{]")
_SKIPPED = frozenset("fonttbl colortbl stylesheet info generator mhtmltag pntext listtext".split())


class Piece(NamedTuple):
    """A piece of rich text: a group that opens or closes, text, a control word with its number (``starred``:
    who does not know it skips its group), or bytes as they are."""

    kind: Literal["open", "close", "text", "word", "bytes"]
    text: str = ""
    value: int | None = None
    starred: bool = False
    data: bytes = b""


OPENS, CLOSES = Piece("open"), Piece("close")


def pieces(data: bytes) -> Iterator[Piece]:
    """The pieces of a file in their order; its letters are decoded as fonts and code pages of their group say,
    and what stands for those who know no Unicode is passed over."""
    fonts = font_encodings(data)
    stack: list[tuple[str, int]] = []
    encoding, after_unicode = "cp1252", 1
    pending = bytearray()
    to_skip, starred, at = 0, False, 0
    while (found := _TOKEN.search(data, at)) is not None:
        at = found.end()
        word, number, code, sign, brace, text = found.groups()
        if code is not None:
            if to_skip:
                to_skip -= 1
            else:
                pending.append(int(code, 16))
            continue
        if pending:
            yield Piece("text", decoded(pending, encoding))
            pending.clear()
        if text is not None:
            if shown := decoded(text[to_skip:], encoding):
                yield Piece("text", shown)
            to_skip = max(0, to_skip - len(text))
        elif brace == b"{":
            stack.append((encoding, after_unicode))
            to_skip, starred = 0, False
            yield OPENS
        elif brace == b"}":
            encoding, after_unicode = stack.pop() if stack else (encoding, after_unicode)
            to_skip = 0
            yield CLOSES
        elif sign is not None:
            starred = sign == b"*"
            if not starred:
                yield Piece("text", _SIGNED.get(sign, sign.decode("latin-1")))
        elif word is not None:
            name, value = word.decode("ascii"), int(number) if number is not None else None
            if name == "bin":
                end = at + max(0, value or 0)
                yield Piece("bytes", data=data[at:end])
                at = end
            elif name == "u" and value is not None:
                yield Piece("text", character(value))
                to_skip = after_unicode
            elif name == "uc":
                after_unicode = max(0, value or 0)
            else:
                encoding = _encoding(name, value, fonts) or encoding
                yield Piece("word", name, value, starred)
            starred = False
    if pending:
        yield Piece("text", decoded(pending, encoding))


def _encoding(name: str, value: int | None, fonts: dict[int, str]) -> str:
    """The codec that a control word sets; "" where it sets none."""
    match name:
        case "ansicpg" | "cpg":
            return codec_of(value)
        case "mac":
            return "mac_roman"
        case "pc":
            return "cp437"
        case "f" if value is not None:
            return fonts.get(value, "")
    return ""


@dataclass(frozen=True, slots=True)
class _State:
    """What holds inside a group: what it is for, whether it is for readers of RTF alone."""

    into: str = "text"  # "text", "tag", "skip"
    rtf_only: bool = False


def wrapped_html(data: bytes) -> str:
    """The HTML of a body that is RTF around it (``\\fromhtml1``)."""
    out: list[str] = []
    stack: list[_State] = []
    state = _State()
    for piece in pieces(data):
        text = ""
        match piece.kind:
            case "open":
                stack.append(state)
            case "close":
                state = stack.pop() if stack else state
            case "text":
                text = piece.text
            case "word" if piece.text in SIGNS:
                text = SIGNS[piece.text]
            case "word":
                state = _changed(state, piece)
        if state.into == "tag" or (state.into == "text" and not state.rtf_only):
            out.append(text)
    return "".join(out)


def _changed(state: _State, word: Piece) -> _State:
    """What a control word makes of the state of its group."""
    if word.text == "htmltag":
        return replace(state, into="tag")
    if word.starred or word.text in _SKIPPED:
        return replace(state, into="skip")
    if word.text == "htmlrtf":
        return replace(state, rtf_only=word.value != 0)
    return state


def font_encodings(data: bytes) -> dict[int, str]:
    """The codec of each font, by its number."""
    return {int(n): _CHARSETS.get(int(c), "cp1252") for n, c in _FONT.findall(data[:200_000])}


def symbol_fonts(data: bytes) -> dict[int, str]:
    """The names of the fonts whose letters are signs, by their numbers."""
    found: dict[int, str] = {}
    for number, name in _FONT_NAMED.findall(data[:200_000]):
        found.setdefault(int(number), name.decode("latin-1").strip())
    return {number: name for number, name in found.items() if is_symbolic(name)}


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
