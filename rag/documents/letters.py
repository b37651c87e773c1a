"""Messages, however they were sent: headers that matter, the body once, attachments as parts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

from rag.documents.document import Document
from rag.documents.mail_tables import with_tables
from rag.documents.markup import parse, write
from rag.documents.parts import write_attachment
from rag.documents.pictures import Pictures, write_shown
from rag.documents.quoted import Thread
from rag.documents.source import Source
from rag.documents.writer import Writer

MOST_ATTACHED = 200  # attachments that are read of one message
LEAST_BEYOND = (
    2  # words of a line of the HTML part that the plain part lacks, for it to be read, and
)
MOSTLY = 0.6  # their share of the line
STUB = 200  # characters; a plain part up to there that points to the HTML says nothing
_MARKUP = re.compile(r"<(style|script|head|title)\b.*?</\1\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_STUB = re.compile(
    r"html|browser|does not support|view (?:this|the) (?:e-?mail|message)|anzeige", re.IGNORECASE
)
_WORDS = re.compile(r"\d+|[^\W\d]\w{2,}")
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".svg", ".webp", ".emz", ".wmz")
_SIGNED = (".p7s", ".asc", ".sig")
_ENCRYPTED = (".p7m", ".pgp", ".gpg")


@dataclass(slots=True)
class Attachment:
    """What a message brings along: a file, or another message."""

    name: str
    data: bytes = b""
    letter: Letter | None = None
    inline: bool = False


@dataclass(slots=True)
class Letter:
    """A message, as its headers and its bodies say: ``plain`` and ``html`` say the same, ``more`` are
    bodies of their own that follow (what a list or a scanner puts below a message)."""

    subject: str = ""
    sender: str = ""
    to: str = ""
    cc: str = ""
    date: str = ""
    fields: Sequence[tuple[str, str]] = ()  # what else is known of it, by its names
    plain: str = ""
    html: str = ""
    more: list[Letter] = field(default_factory=list)
    attachments: Sequence[Attachment] = field(default_factory=tuple)


def write_letter(letter: Letter, source: Source, kind: str) -> Document:
    """The document that a message is."""
    writer = Writer()
    notes: list[str] = []
    pictures = Pictures(source)
    write_into(letter, writer, notes, source, pictures, Thread(), level=1)
    notes.extend(pictures.told(writer))
    names = ", ".join(one.name for one in letter.attachments if not one.inline and one.name)
    return writer.document(
        kind,
        title=letter.subject,
        author=letter.sender,
        date=iso_day(letter.date),
        metadata={"to": letter.to, "attachments": names},
        notes=notes,
    )


def iso_day(date: str) -> str:
    """The day of a date as mails write it, in ISO form; "" where it is none."""
    try:
        return parsedate_to_datetime(date).date().isoformat() if date else ""
    except (ValueError, TypeError, IndexError):
        return ""


def write_into(
    letter: Letter,
    writer: Writer,
    notes: list[str],
    source: Source,
    pictures: Pictures,
    thread: Thread,
    *,
    level: int,
) -> None:
    """Write a message as a part of a document; ``pictures`` reads those that its body shows, ``thread``
    knows the messages that stand above it."""
    writer.heading(level, letter.subject or ("Message" if level > 1 else ""))
    writer.break_()
    for name, text in (
        ("From", letter.sender), ("To", letter.to), ("Cc", letter.cc), ("Date", letter.date)
    ):  # fmt: skip
        if text.strip():
            writer.line(f"{name}: {' '.join(text.split())}")
    for name, text in letter.fields:
        writer.line(f"{name}: {' '.join(text.split())}")
    writer.break_()
    for body in (letter, *letter.more):
        if body.plain.strip() and not _says_nothing(body):
            writer.paragraph(thread.once(with_tables(body.plain, body.html)))
            for line in _said_beyond(body):
                writer.paragraph(line)
        elif body.html.strip():
            write(parse(body.html), writer, look=lambda src: write_shown(src, pictures, writer))
    for number, one in enumerate(letter.attachments):
        if number >= MOST_ATTACHED:
            notes.append(f"only the first {MOST_ATTACHED} attachments are read")
            break
        _attached(one, writer, notes, source, pictures, thread, level)


def _says_nothing(letter: Letter) -> bool:
    """Whether the plain part is a stub beside the HTML one: empty, or a hint to look at that."""
    text = letter.plain.strip()
    if not letter.html.strip():
        return False
    if len(text) <= STUB and _STUB.search(text):
        return True
    if len(text) >= STUB:
        return False
    visible = re.sub(r"<[^>]*>|\s+", " ", letter.html)
    words, shown = _WORDS.findall(text.lower()), set(_WORDS.findall(visible.lower()))
    strange = sum(word not in shown for word in words)
    return len(visible) > 20 * max(1, len(text)) or (len(words) > 2 and 2 * strange > len(words))


def _said_beyond(letter: Letter) -> list[str]:
    """The lines of the HTML part whose words or numbers the plain part does not have, and what stands between two of them
    in one block: not all programs write both alike."""
    if not letter.html.strip():
        return []
    known = set(_WORDS.findall(letter.plain.lower()))
    visible = set(_WORDS.findall(_MARKUP.sub(" ", letter.html).lower()))
    if len(visible - known) < LEAST_BEYOND and not any(map(str.isdigit, visible - known)):
        return []
    inner = Writer()
    write(parse(letter.html), inner)
    beyond: list[str] = []
    for block in inner.document("html").text.split("\n\n"):
        lines = block.split("\n")
        own = [number for number, line in enumerate(lines) if _is_beyond(line, known)]
        beyond += lines[own[0] : own[-1] + 1] if own else []
    return beyond


def _is_beyond(line: str, known: set[str]) -> bool:
    words = _WORDS.findall(line.lower())
    strange = [word for word in words if word not in known]
    mostly = len(strange) >= LEAST_BEYOND and len(strange) > MOSTLY * len(words)
    return mostly or any(map(str.isdigit, strange))


def _attached(
    one: Attachment,
    writer: Writer,
    notes: list[str],
    source: Source,
    pictures: Pictures,
    thread: Thread,
    level: int,
) -> None:
    if one.letter is not None:
        write_into(one.letter, writer, notes, source, pictures, thread, level=level + 1)
        return
    if not one.data.strip():
        notes.append(f"attachment {one.name} is not in the file of the message; save it beside it")
        return
    suffix = one.name[one.name.rfind(".") :].lower()
    if suffix in _ENCRYPTED or one.name.lower() == "encrypted.asc":
        notes.append(f"{one.name} is encrypted and is not read; save the message decrypted")
        return
    if suffix in _SIGNED:
        return
    if one.inline and suffix in _PICTURES:
        pictures.write(one.data, writer)
        return
    notes += write_attachment(one.name, one.data, source, writer, level=level + 1)
