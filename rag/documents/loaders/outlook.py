"""Outlook's messages (MSG): headers, body, attachments, messages in messages ([MS-OXMSG])."""

from __future__ import annotations

import codecs
import struct
from io import BytesIO

import olefile

from rag.documents.document import Document
from rag.documents.letters import Attachment, Letter, write_letter
from rag.documents.outlook_items import MAIL, fields, moment
from rag.documents.parts import read_part
from rag.documents.rich_text import wrapped_html
from rag.documents.source import Source
from rag.errors import LoadError

_DEEPEST = 5  # messages in messages
_NAMES = {
    "0037": "subject", "0C1A": "sender", "5D01": "address", "0C1F": "address2", "0E04": "to",
    "0E03": "cc", "1000": "body", "007D": "headers",
}  # fmt: skip
_CODEPAGES = {65001: "utf-8", 20127: "ascii", 28591: "latin-1", 932: "cp932", 936: "gbk"}
# What compressed RTF starts its window with ([MS-OXRTFCP] 2.1.2.1).
_WINDOW = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript "
    rb"\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)


def load(source: Source) -> Document:
    """The message, its attachments read as documents of their own.

    Raises:
        LoadError: it is no message, or damaged.
    """
    try:
        file = olefile.OleFileIO(BytesIO(source.data))
    except (OSError, ValueError, IndexError, struct.error):
        raise LoadError("it is no Outlook message, or damaged") from None
    with file:
        try:
            letter = _letter(file, [], 0, source)
        except (struct.error, IndexError, OSError) as error:
            raise LoadError(f"it is a damaged Outlook message ({error})") from None
    return write_letter(letter, source, "msg")


def _stream(
    file: olefile.OleFileIO, path: list[str], tag: str, kinds: str = "001F 001E 0102"
) -> tuple[bytes, str]:
    for kind in kinds.split():
        name = [*path, f"__substg1.0_{tag}{kind}"]
        if file.exists(name):
            return file.openstream(name).read(), kind
    return b"", ""


def _text(file: olefile.OleFileIO, path: list[str], tag: str, encoding: str) -> str:
    data, kind = _stream(file, path, tag, "001F 001E")
    return data.decode("utf-16-le" if kind == "001F" else encoding, errors="replace").rstrip("\0")


def _numbers(file: olefile.OleFileIO, path: list[str], header: int = 0) -> dict[int, bytes]:
    """The properties of fixed size, by their tags; ``header`` bytes stand above them."""
    name = [*path, "__properties_version1.0"]
    data = file.openstream(name).read() if file.exists(name) else b""
    header = header or (24 if path else 32)
    found: dict[int, bytes] = {}
    for at in range(header, len(data) - 15, 16):
        found[struct.unpack_from("<I", data, at)[0]] = data[at + 8 : at + 16]
    return found


def _letter(file: olefile.OleFileIO, path: list[str], depth: int, source: Source) -> Letter:
    numbers = _numbers(file, path)
    page = numbers.get(0x3FFD0003) or numbers.get(0x3FDE0003) or b"\xe4\x04\0\0"
    number = struct.unpack_from("<I", page)[0]
    encoding = _CODEPAGES.get(number, f"cp{number}")
    try:
        codecs.lookup(encoding)
    except LookupError:
        encoding = "cp1252"
    said = {name: _text(file, path, tag, encoding) for tag, name in _NAMES.items()}
    date = moment(
        numbers.get(0x00390040) or numbers.get(0x0E060040) or b"", "%a, %d %b %Y %H:%M:%S +0000"
    )
    html, kind = _stream(file, path, "1013")
    web = html.decode(
        "utf-16-le" if kind == "001F" else _html_encoding(numbers, encoding), "replace"
    )
    body = said["body"]
    if not body.strip() and not web.strip():
        compressed, _ = _stream(file, path, "1009", "0102")
        web, body = _from_rtf(unpacked(compressed), source)
    address = said["address"] or said["address2"]
    sender = said["sender"]
    if address and "@" in address and address not in sender:
        sender = f"{sender} <{address}>".strip()
    to, cc = _recipients(file, path, encoding)
    more: list[tuple[str, str]] = []
    if not (_text(file, path, "001A", encoding) or MAIL).startswith(MAIL):
        more = fields(
            lambda tag: _text(file, path, tag, encoding),
            numbers,
            lambda tag: _stream(file, ["__nameid_version1.0"], tag, "0102")[0],
        )
    return Letter(
        subject=said["subject"], sender=sender, to=said["to"] or to, cc=said["cc"] or cc, date=date,
        fields=more, plain=body, html=web,
        attachments=_attachments(file, path, depth, encoding, source),
    )  # fmt: skip


def _recipients(file: olefile.OleFileIO, path: list[str], encoding: str) -> tuple[str, str]:
    """To whom a message goes, and to whom copies, by the list that it keeps of them."""
    found: dict[int, list[str]] = {1: [], 2: []}
    for name in _inside(file, path, "__recip_version1.0_"):
        who = [*path, name]
        kind = struct.unpack_from("<I", _numbers(file, who, 8).get(0x0C150003) or b"\1\0\0\0")[0]
        address = _text(file, who, "39FE", encoding) or _text(file, who, "3003", encoding)
        said = _text(file, who, "3001", encoding)
        if "@" in address and address not in said:
            said = f"{said} <{address}>".strip()
        if said and kind & 0xF in found:
            found[kind & 0xF].append(said)
    return "; ".join(found[1]), "; ".join(found[2])


def _inside(file: olefile.OleFileIO, path: list[str], prefix: str) -> list[str]:
    """The parts of a message whose names begin so, in order."""
    names = {
        one[len(path)]
        for one in file.listdir()
        if len(one) > len(path) and one[: len(path)] == path
    }
    return sorted(name for name in names if name.startswith(prefix))


def _html_encoding(numbers: dict[int, bytes], fallback: str) -> str:
    page = numbers.get(0x3FDE0003)
    number = struct.unpack_from("<I", page)[0] if page else 0
    name = _CODEPAGES.get(number, f"cp{number}")
    try:
        codecs.lookup(name)
    except LookupError:
        return fallback
    return name


def _attachments(
    file: olefile.OleFileIO, path: list[str], depth: int, encoding: str, source: Source
) -> list[Attachment]:
    found: list[Attachment] = []
    for name in _inside(file, path, "__attach_version1.0_"):
        inside = [*path, name]
        title = _text(file, inside, "3707", encoding) or _text(file, inside, "3704", encoding)
        title = title or _text(file, inside, "3001", encoding)
        embedded = [*inside, "__substg1.0_3701000D"]
        if file.exists([*embedded, "__properties_version1.0"]):
            if depth < _DEEPEST:
                found.append(Attachment(title, letter=_letter(file, embedded, depth + 1, source)))
            continue
        data, _ = _stream(file, inside, "3701", "0102")
        hidden = bool(_text(file, inside, "3712", encoding))  # a picture in the body
        found.append(Attachment(title or "attachment", data, inline=hidden))
    return found


def unpacked(data: bytes) -> bytes:
    """Compressed RTF as it was ([MS-OXRTFCP]); b"" for what is none."""
    if len(data) < 16:
        return b""
    _, size, kind = struct.unpack_from("<III", data)
    if kind == 0x414C454D:
        return data[16 : 16 + size]
    if kind != 0x75465A4C or size > 50_000_000:
        return b""
    window = bytearray(_WINDOW.ljust(4096, b" "))
    place, out, at = len(_WINDOW), bytearray(), 16
    while at < len(data) and len(out) < size:
        flags = data[at]
        at += 1
        for bit in range(8):
            if at >= len(data) or len(out) >= size:
                break
            if flags >> bit & 1:
                if at + 1 >= len(data):
                    return bytes(out)
                token = data[at] << 8 | data[at + 1]
                at += 2
                start, length = token >> 4, (token & 15) + 2
                if start == place:
                    return bytes(out)
                chunk = [0] * length
                for i in range(length):
                    chunk[i] = window[(start + i) % 4096]
                    window[place] = chunk[i]
                    place = (place + 1) % 4096
                out.extend(chunk)
            else:
                out.append(data[at])
                window[place] = data[at]
                place = (place + 1) % 4096
                at += 1
    return bytes(out)


def _from_rtf(rtf: bytes, source: Source) -> tuple[str, str]:
    """HTML and plain text of a body that is kept as RTF: HTML wrapped in it, or RTF alone."""
    if b"\\fromhtml1" in rtf:
        return wrapped_html(rtf), ""
    try:
        return "", read_part("body.rtf", rtf, source).text
    except LoadError:
        return "", ""
