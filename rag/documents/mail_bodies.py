"""Bodies of mails that are wrapped in something: signed messages (S/MIME, RFC 8551; PGP, RFC 9580), files in the
text (uuencode), text with marks (text/enriched, RFC 1896)."""

from __future__ import annotations

import binascii
import html
import re
from collections.abc import Iterator

_FILE = re.compile(
    r"^begin [0-7]{3,4} ([^\n]{1,200})\n((?:[ -`]{1,70}\n)*)end[ \t]*(?:\n|\Z)", re.MULTILINE
)
_SIGNED = re.compile(
    r"^-----BEGIN PGP SIGNED MESSAGE-----\n(?:[A-Z][\w-]*: [^\n]*\n)*\n?(.*?)"
    r"^-----BEGIN PGP SIGNATURE-----.*?(?:^-----END PGP SIGNATURE-----[ \t]*$|\Z)",
    re.MULTILINE | re.DOTALL,
)
_ARMOUR = re.compile(
    r"^-----BEGIN PGP MESSAGE-----.*?(?:^-----END PGP MESSAGE-----[ \t]*$|\Z)", re.M | re.S
)
_MARK = re.compile(r"<<|<(/?)([A-Za-z0-9-]{1,60})>")
MOST = 50  # signatures that are looked for in one text
_DEEPEST = 30  # values in values of a signature


def files_in(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """A text without the files that are encoded in it, and these, each with its name.

    >>> files_in("See:\\nbegin 644 a.txt\\n#:&D*\\n`\\nend\\nBye.")
    ('See:\\nBye.', [('a.txt', b'hi\\n')])
    """
    found: list[tuple[str, bytes]] = []

    def taken(file: re.Match[str]) -> str:
        try:
            data = b"".join(binascii.a2b_uu(line) for line in file[2].split("\n") if line.strip())
        except (binascii.Error, ValueError):
            return file[0]
        if not data:
            return file[0]
        found.append((file[1].strip(), data))
        return ""

    return _FILE.sub(taken, text.replace("\r\n", "\n")) if "begin " in text else text, found


def without_signature(text: str) -> tuple[str, bool]:
    """The text that a PGP signature stands around, and whether there is some that is encrypted."""
    if "-----BEGIN PGP" not in text:
        return text, False
    text = text.replace("\r\n", "\n")
    text = _SIGNED.sub(lambda m: re.sub("^- ", "", m[1], flags=re.MULTILINE), text, count=MOST)
    text, sealed = _ARMOUR.subn("", text, count=MOST)
    return text, sealed > 0


def enriched(text: str) -> str:
    """The HTML of text/enriched: one line break is none, of more one is lost."""
    out: list[str] = []
    at = depth = quiet = 0
    text = text.replace("\r\n", "\n")
    for mark in [*_MARK.finditer(text), None]:
        part = text[at : mark.start() if mark else len(text)]
        if not quiet:
            part = html.escape(part)
            lines = part if depth else re.sub(r"\n(\n*)", lambda m: m[1] or " ", part)
            out.append(lines.replace("\n", "<br>"))
        if mark is None:
            break
        at, step = mark.end(), -1 if mark[1] else 1
        if mark[2] is None:
            out.append("&lt;" * (not quiet))
        elif mark[2].lower() == "nofill":
            depth = max(0, depth + step)
        elif mark[2].lower() == "param":
            quiet = max(0, quiet + step)
    return "".join(out)


def signed(data: bytes) -> bytes:
    """The message in a signature of S/MIME that holds it (CMS signed data, RFC 5652); b"" where there is none,
    as in what is encrypted."""
    try:
        kind, content = _value(data)
        parts = list(_values(content)) if kind == 0x30 else []
        if not parts or parts[0] != (0x06, _SIGNED_DATA):
            return b""
        (_, inner), *_ = _values(parts[1][1])
        encapsulated = list(_values(inner))[2][1]
        held = list(_values(encapsulated))[1][1]
        return b"".join(_octets(*one) for one in _values(held))
    except (IndexError, ValueError):
        return b""


_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")


def _octets(kind: int, content: bytes, depth: int = 0) -> bytes:
    if kind == 0x04 or depth > _DEEPEST:
        return content
    return b"".join(_octets(*one, depth + 1) for one in _values(content))


def _value(data: bytes) -> tuple[int, bytes]:
    return next(_values(data))


def _values(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The values of ASN.1 (BER) that stand behind each other, each with its tag."""
    at = 0
    while at + 1 < len(data):
        kind, content, at = _one(data, at)
        if kind:
            yield kind, content


def _one(data: bytes, at: int, depth: int = 0) -> tuple[int, bytes, int]:
    kind, length = data[at], data[at + 1]
    at += 2
    if length == 0x80:  # up to two noughts
        begin = at
        while data[at : at + 2] != b"\0\0":
            if at >= len(data) or depth > _DEEPEST:
                raise ValueError("it is cut short")
            *_, at = _one(data, at, depth + 1)
        return kind, data[begin:at], at + 2
    if length > 0x80:
        size = length & 0x7F
        length = int.from_bytes(data[at : at + size], "big")
        at += size
    return kind, data[at : at + length], at + length
