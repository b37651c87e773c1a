"""E-mail messages (EML) and mailboxes of them (MBOX)."""

from __future__ import annotations

import base64
import codecs
import quopri
import re
from mimetypes import guess_extension
from typing import Any

from rag.documents.document import Document
from rag.documents.encoding import codec
from rag.documents.letters import Attachment, Letter, iso_day, write_into, write_letter
from rag.documents.mail_bodies import enriched, files_in, signed, without_signature
from rag.documents.mime import header, message_of, part_text
from rag.documents.pictures import Pictures
from rag.documents.quoted import Thread
from rag.documents.source import Source
from rag.documents.writer import Writer
from rag.errors import LoadError

MOST_MESSAGES = 20_000  # of a mailbox
_FROM_AT = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From \S+ [^\n]*\d\d:\d\d:\d\d[^\n]*\r?\n")
_FROM = re.compile(rb"^From [^\n]*\r?\n", re.MULTILINE)
_HEADERS = ("Subject", "From", "To", "Cc", "Date")
_APPLE = re.compile(rb"\A[ \t]*(\d{1,10})[ \t]*\r?\n(?=[A-Za-z][\w-]*:|From )")
_BODIES = ("text/plain", "text/html", "text/enriched", "text/richtext")
_UPKEEP = ("application/applefile", "application/pgp-encrypted")  # parts that say nothing
_DEEPEST = 20
_SUFFIXES = {
    "text/calendar": ".ics",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "text/rtf": ".rtf",
}


def load(source: Source) -> Document:
    """The message: subject, sender, recipients and date stand in its text; attachments follow it,
    read as what they are.

    Raises:
        LoadError: it has no headers.
    """
    letter = _letter(_message(source.data))
    if not any((letter.subject, letter.sender, letter.to, letter.cc, letter.date)):
        raise LoadError("not an e-mail message: it has no headers")
    return write_letter(letter, source, "eml")


def _message(data: bytes) -> bytes:
    """The message in a file of Apple's Mail (EMLX): its length stands above it, a list of properties
    below it. All of any other file."""
    found = _APPLE.match(data)
    return data[found.end() : found.end() + int(found[1])] if found else data


def load_box(source: Source) -> Document:
    """A mailbox: a message is a part.

    Raises:
        LoadError: there is no message in it.
    """
    lines = list(_FROM_AT.finditer(source.data)) or list(_FROM.finditer(source.data))
    starts, begins = [found.end() for found in lines], [found.start() for found in lines]
    if not starts or begins[0] != 0:
        raise LoadError('not a mailbox: it does not start with a line "From "')
    writer = Writer()
    notes: list[str] = []
    pictures, thread = Pictures(source), Thread()
    for number, (start, end) in enumerate(
        zip(starts, [*begins[1:], len(source.data)], strict=True), 1
    ):
        if number > MOST_MESSAGES:
            notes.append(f"only the first {MOST_MESSAGES:,} of {len(starts):,} messages are read")
            break
        data = source.data[start:end]
        if b">From " in data:
            data = re.sub(rb"^>(>*From )", rb"\1", data, flags=re.MULTILINE)
        letter = _letter(data)
        writer.page(number, iso_day(letter.date))
        write_into(letter, writer, notes, source, pictures, thread, level=2)
    notes.extend(pictures.told(writer))
    return writer.document("mbox", page_kind="part", notes=notes)


_WORD = re.compile(rb"=\?([\w.:-]{3,40})\?(?=[bBqQ]\?)")


def _known(found: re.Match[bytes]) -> bytes:
    """An encoded word under a name of its encoding that Python knows."""
    name = found[1].decode("ascii", "replace")
    try:
        codecs.lookup(name)
    except LookupError:
        return b"=?%s?" % (codec(name) or name).encode()
    return found[0]


def _letter(data: bytes) -> Letter:
    head, blank, body = data.partition(b"\r\n\r\n" if b"\r\n\r\n" in data else b"\n\n")
    data = _WORD.sub(_known, head) + blank + body
    return _read(message_of(data), 0)


def _read(message: Any, depth: int) -> Letter:
    subject, sender, to, cc, date = (header(message, name) for name in _HEADERS)
    letter = Letter(subject, sender, to, cc, date)
    found: list[Attachment] = []
    _parts(message, letter, found, depth)
    letter.attachments = found
    return letter


def _parts(
    part: Any, letter: Letter, found: list[Attachment], depth: int, *, alternative: bool = False
) -> None:
    """What a message is made of, into the letter and its attachments; texts that are no alternatives
    of each other are bodies of their own."""
    if depth > _DEEPEST:
        return
    kind = part.get_content_type()
    try:
        name = str(part.get_filename() or "")
        disposition = part.get_content_disposition()
    except Exception:
        name, disposition = "", None
    if kind == "message/rfc822":
        inner = part.get_payload()
        coded = header(part, "Content-Transfer-Encoding").strip().lower()
        if isinstance(inner, list) and coded in ("base64", "quoted-printable"):
            inner = [_unpacked(one, coded) for one in inner]
        for message in inner if isinstance(inner, list) else ():
            found.append(Attachment(name or "message", letter=_read(message, depth + 1)))
        return
    if kind == "message/delivery-status":
        _add_body(letter, str(part).partition("\n\n")[2], "", alternative=False)
        return
    if part.is_multipart():
        inner_letter = letter
        if kind == "multipart/alternative" and not alternative and (letter.plain or letter.html):
            inner_letter = Letter()
            letter.more.append(inner_letter)
        for one in part.iter_parts() if hasattr(part, "iter_parts") else part.get_payload():
            inside = alternative or kind == "multipart/alternative"
            _parts(one, inner_letter, found, depth + 1, alternative=inside)
        return
    if disposition != "attachment" and not name and kind in _BODIES:
        plain, html = _body(kind, part_text(part), found)
        _add_body(letter, plain, html, alternative=alternative)
        return
    data = part.get_payload(decode=True)
    if "pkcs7-mime" in kind and isinstance(data, bytes) and (inner := signed(data)):
        _parts(message_of(inner), letter, found, depth + 1)
    elif kind in _UPKEEP or "signature" in kind:
        return
    elif isinstance(data, bytes) and data.strip():
        inline = disposition == "inline" or bool(part.get("Content-ID"))
        if kind.startswith("text/") and part.get_content_charset() and not data.isascii():
            data = part_text(part).encode()
        name = name or f"attachment{_SUFFIXES.get(kind) or guess_extension(kind) or '.txt'}"
        found.append(Attachment(name, data, inline=inline))
    elif name and disposition == "attachment":
        found.append(Attachment(name))


def _body(kind: str, text: str, found: list[Attachment]) -> tuple[str, str]:
    """A body as (plain, HTML), without what it is wrapped in; files in it are put to those ``found``."""
    if kind == "text/html":
        return "", text
    if kind != "text/plain":
        return "", enriched(text)
    text, files = files_in(text)
    found.extend(Attachment(name, data) for name, data in files)
    text, sealed = without_signature(text)
    if sealed:
        found.append(Attachment("message.pgp", b"-"))
    return text, ""


def _unpacked(message: Any, coded: str) -> Any:
    """A message that was encoded as a whole, which the standard forbids and some send."""
    text = str(message.get_payload()).encode("ascii", "replace")
    try:
        data = base64.b64decode(text) if coded == "base64" else quopri.decodestring(text)
    except ValueError:
        return message
    return message_of(data)


def _add_body(letter: Letter, plain: str, html: str, *, alternative: bool) -> None:
    """A text of a message: the other form of what is there, its continuation, or a body of its own."""
    said = letter.more[-1] if letter.more else letter
    if alternative or not (said.plain or said.html):
        said = letter if alternative else said
        said.plain += ("\n\n" if said.plain and plain else "") + plain
        said.html += html
    elif plain and not said.html:
        said.plain += f"\n\n{plain}"
    elif html and not said.plain:
        said.html += html
    elif plain.strip() or html.strip():
        letter.more.append(Letter(plain=plain, html=html))
