"""E-mail messages: headers that matter, then the plain body (or the HTML one)."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from email.utils import parsedate_to_datetime
from typing import Any

from rag.documents.document import Document
from rag.documents.encoding import decode
from rag.documents.markup import parse, write
from rag.documents.source import Source
from rag.documents.writer import Writer
from rag.errors import LoadError


def _header(message: Any, name: str) -> str:
    try:
        return str(message.get(name) or "")
    except Exception:  # the stdlib parses headers lazily, and some hostile ones break it
        return ""


def load(source: Source) -> Document:
    """The message: subject, sender, recipients and date stand in its text; attachments are named
    in a note, and not read.

    Raises:
        LoadError: it has no headers.
    """
    message: Any = message_from_bytes(source.data, policy=default)
    headers = {name: _header(message, name) for name in ("From", "To", "Cc", "Date", "Subject")}
    if not any(headers.values()):
        raise LoadError("not an e-mail message: it has no headers")
    writer = Writer()
    writer.heading(1, headers["Subject"])
    writer.break_()
    for name in ("From", "To", "Cc", "Date"):
        if headers[name]:
            writer.line(f"{name}: {headers[name]}")
    body = message.get_body(preferencelist=("plain", "html"))
    if body is not None:
        data = body.get_payload(decode=True)
        charset = body.get_content_charset()
        raw = data if isinstance(data, bytes) else b""
        try:
            text = raw.decode(charset) if charset else decode(raw)
        except (LookupError, UnicodeDecodeError):
            text = decode(raw)
        if body.get_content_subtype() == "html":
            write(parse(text), writer)
        else:
            writer.paragraph(text)
    attached = [name for part in message.iter_attachments() if (name := part.get_filename())]
    try:
        date = parsedate_to_datetime(headers["Date"]).date().isoformat() if headers["Date"] else ""
    except (ValueError, TypeError):
        date = ""
    return writer.document(
        "eml",
        title=headers["Subject"],
        author=headers["From"],
        date=date,
        metadata={"to": headers["To"], "attachments": ", ".join(attached)},
        notes=[f"attachments are not read: {', '.join(attached)}"] if attached else (),
    )
