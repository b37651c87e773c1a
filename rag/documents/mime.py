"""Parts of messages (MIME): their headers, and their text by the encoding that they name."""

from __future__ import annotations

from email import message_from_bytes
from email.message import Message
from email.policy import EmailPolicy, default
from functools import lru_cache
from typing import Any

from rag.documents.encoding import codec, decode

LONGEST_KEPT = 1_000  # characters of a header whose parse is kept
_BY_HABIT = ("cp1252", "iso8859-15")  # names that programs give to text in UTF-8


class _Remembering(EmailPolicy):
    """The standard library's policy, which takes a header apart each time that something is asked of it: the
    kind of a part five times. Here it does so once, and once for all messages of a mailbox."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        """The header as an object of the standard library; see there."""
        if type(value) is not str or len(value) > LONGEST_KEPT:
            return super().header_fetch_parse(name, value)
        return _taken_apart(name, value)


@lru_cache(maxsize=512)
def _taken_apart(name: str, value: str) -> Any:
    return default.header_fetch_parse(name, value)


_POLICY = _Remembering()


def message_of(data: bytes) -> Message:
    """The message in these bytes; its headers are parsed when they are asked for."""
    return message_from_bytes(data, policy=_POLICY)


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
