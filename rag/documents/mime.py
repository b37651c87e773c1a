"""Parts of messages (MIME): their headers, and their text by the encoding that they name."""

from __future__ import annotations

from typing import Any

from rag.documents.encoding import codec, decode

_BY_HABIT = ("cp1252", "iso8859-15")  # names that programs give to text in UTF-8


def header(message: Any, name: str) -> str:
    """A header of a message or a part; "" where it is not there, or damaged."""
    try:
        return str(message.get(name) or "")
    except Exception:  # the stdlib parses headers lazily, and some hostile ones break it
        return ""


def part_text(part: Any) -> str:
    """The text of a part, by the encoding that it names where that is right."""
    data = part.get_payload(decode=True)
    raw = data if isinstance(data, bytes) else b""
    named = part.get_content_charset() or ""
    charset = "utf-8" if named.lower() in ("utf-8", "utf8") else codec(named)
    try:
        if not raw.isascii() and charset in _BY_HABIT:
            raw.decode("utf-8")
            charset = "utf-8"
    except UnicodeDecodeError:
        pass
    try:
        text = raw.decode(charset) if charset else decode(raw) if raw.strip() else ""
    except (LookupError, UnicodeDecodeError):
        text = decode(raw)
    flowed = str(part.get_param("format") or "").lower() == "flowed"
    return _unflowed(text, str(part.get_param("delsp") or "").lower() == "yes") if flowed else text


def _unflowed(text: str, spaces: bool) -> str:
    """Text whose lines go on where they end in a blank (RFC 3676), its paragraphs put together; where
    ``spaces``, the blank is none of the text's."""
    lines: list[list[str]] = []
    depth, goes_on = 0, False
    for line in text.replace("\r\n", "\n").split("\n"):
        bare = line.lstrip(">")
        quoted = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        if goes_on and quoted == depth and bare != "-- ":
            lines[-1].append(bare)
        else:
            lines.append([">" * quoted + " " * bool(quoted), bare])
        depth, goes_on = quoted, bare.endswith(" ") and bare != "-- "
        if goes_on and spaces:
            lines[-1][-1] = bare[:-1]
    return "\n".join("".join(parts) for parts in lines)
