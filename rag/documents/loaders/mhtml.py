"""Web pages saved in one file (MHTML), and the workbooks and documents that Office saves so."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import urljoin

from rag.documents.document import Document
from rag.documents.markup import parse, write
from rag.documents.mime import header, message_of, part_text
from rag.documents.page_head import metadata
from rag.documents.pictures import Pictures, data_uri
from rag.documents.source import Source
from rag.documents.writer import Writer
from rag.errors import LoadError

_SHEET = re.compile(
    r"<x:Name>([^<]*)</x:Name>\s*<x:WorksheetSource\s+HRef=[\"']?([^\"'>\s/][^\"'>\s]*)",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"<x:Visible>\s*Sheet(?:Very)?Hidden", re.IGNORECASE)


def load(source: Source) -> Document:
    """The page with those in its frames; of a workbook each sheet as a page.

    Raises:
        LoadError: there is no page in it.
    """
    message: Any = message_of(source.data)
    pages = [part for part in message.walk() if part.get_content_type() == "text/html"]
    if not pages:
        raise LoadError("there is no web page in it")
    base = _addresses(pages[0])[0]
    texts = {address: part_text(part) for part in pages[1:] for address in _addresses(part)}
    markup, kept = part_text(pages[0]), _kept(message)
    writer, pictures = Writer(), Pictures(source)

    def look(address: str) -> None:
        data = data_uri(address) or kept.get(address) or kept.get(urljoin(base, address))
        if data is not None:
            pictures.write(data, writer)

    def frame(address: str) -> str | None:
        return texts.get(address) or texts.get(urljoin(base, address))

    sheets = [
        (html.unescape(name), text)
        for name, address in _SHEET.findall(markup)
        if (text := frame(html.unescape(address)))
    ]
    root = parse(markup)
    notes: list[str] = []
    for number, (name, text) in enumerate(sheets, start=1):
        hidden = _HIDDEN.search(text) is not None
        writer.page(number, name, hidden=hidden)
        writer.heading(2, name + (" (hidden sheet)" if hidden else ""))
        notes.extend(write(parse(text), writer, look=look, frame=frame))
    if not sheets:
        notes.extend(write(root, writer, look=look, frame=frame))
    head = metadata(root)
    return writer.document(
        "mhtml",
        title=head.pop("title", "") or header(message, "Subject"),
        author=head.pop("author", ""),
        date=head.pop("date", ""),
        metadata=head,
        page_kind="sheet" if sheets else "page",
        notes=[*dict.fromkeys(notes), *pictures.told(writer)],
    )


def _kept(message: Any) -> dict[str, bytes]:
    """The pictures of a saved page, by the addresses that it has for them."""
    found: dict[str, bytes] = {}
    for part in message.walk():
        data = part.get_payload(decode=True) if part.get_content_maintype() == "image" else None
        if isinstance(data, bytes):
            found.update((address, data) for address in _addresses(part))
    return found


def _addresses(part: Any) -> tuple[str, str]:
    """What a page calls a part of its file by."""
    return (
        header(part, "Content-Location").strip(),
        "cid:" + header(part, "Content-ID").strip("<> "),
    )
