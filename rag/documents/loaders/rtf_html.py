"""HTML that Outlook keeps inside RTF, taken out again ([MS-OXRTFEX])."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rag.documents.loaders.rtf import SIGNS, TOKEN, character, codec_of, decoded, font_encodings

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
