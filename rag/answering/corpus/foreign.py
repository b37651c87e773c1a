"""Documents that a retriever brings, as ours: their text as it stands, and a map made of their metadata."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any, Protocol

from rag.chunking.paths import JOINT
from rag.documents.document import Document, Page
from rag.documents.text import one_line
from rag.documents.writer import LONGEST_ENTRY, LONGEST_KEY, LONGEST_NAME, MOST_ENTRIES

SOURCES = ("source", "file_name", "filename", "file_path", "path", "url", "title", "name")
"""The keys by which loaders and stores say where a text is from, in the order that they are believed."""
UNTITLED = "untitled"
_HEADER = re.compile(r"h(?:eader)?[ _]?[1-6]", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")
_HIGHEST = 10_000_000  # page; a number beyond it is something else


class ForeignDocument(Protocol):
    """A text with its metadata, as LangChain's ``Document`` is one. It may have an ``id``."""

    page_content: str
    metadata: dict[Any, Any]


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A document that was retrieved. ``identity`` is a digest of all of it; ``sources`` are the names that its text
    came under; ``context`` its heading path."""

    identity: int
    document: Document
    sources: tuple[str, ...]
    context: str


def retrieved(found: Iterable[ForeignDocument]) -> list[Retrieved]:
    """The documents in their order, without empty ones; of equal texts the first, with the sources of all.

    Raises:
        TypeError, AttributeError, ValueError: it is no document.
    """
    made: dict[str, Retrieved] = {}
    for one in found:
        text = one.page_content
        if not isinstance(text, str):
            raise TypeError(f"page_content is {type(text).__name__}, and no text")
        if not text.strip():
            continue
        new = _retrieved(text, dict(one.metadata or {}), getattr(one, "id", None))
        if (known := made.get(text)) is not None:
            sources = tuple(dict.fromkeys((*known.sources, *new.sources)))
            new = replace(known, sources=sources)
        made[text] = new
    return list(made.values())


def _retrieved(text: str, metadata: Mapping[Any, Any], name: Any) -> Retrieved:
    told = {"id": str(name)} if name is not None else {}
    told |= {str(key): _said(value) for key, value in metadata.items() if value is not None}
    # Sorted: some stores give them in another order each time.
    entries = sorted(
        (short, one_line(value)[:LONGEST_ENTRY])
        for key, value in told.items()
        if (short := one_line(key)[:LONGEST_KEY])
    )
    source = _source(metadata) or told.get("id", "")
    source = one_line(source)[:LONGEST_NAME] or UNTITLED
    title = one_line(_name(metadata.get("title")))[:LONGEST_NAME]
    page = page_of(metadata)
    # A lone surrogate is no character: no tokenizer takes it, and no JSON.
    document = Document(
        _SURROGATE.sub("\ufffd", text),
        "text",
        title=title,
        pages=(page,) if page else (),
        metadata=dict(entries[:MOST_ENTRIES]),
    )
    digest = hashlib.sha256(repr((text, source, page, entries)).encode("utf-8", "replace"))
    # 48 bits: JavaScript's numbers hold them, and so does a column of any store.
    identity = int.from_bytes(digest.digest()[:6], "big")
    return Retrieved(identity, document, (source,), _context(title, source, metadata))


def page_of(metadata: Mapping[Any, Any]) -> Page | None:
    """The page that metadata names: ``page_number`` as it is; ``page``, which LangChain's PDF loaders count from 0;
    ``page_label``, what is printed on it. None where it names none.

    >>> page_of({"page": 2, "page_label": "iii"})
    Page(number=3, start=0, label='iii')
    >>> page_of({"page_number": 2.0}), page_of({"page": "7"})
    (Page(number=2, start=0, label=''), Page(number=7, start=0, label=''))
    """
    said = metadata.get("page_label")
    label = one_line(_said(said))[:LONGEST_NAME] if isinstance(said, str | int | float) else ""
    number = _number(metadata.get("page_number"))
    if number is None and (counted := _number(metadata.get("page"))) is not None:
        number = counted + ("place" not in metadata)  # as our own retrievers have, from 1
    if number is None:
        printed = (label, metadata.get("page"), metadata.get("page_number"))
        known = (s for s in printed if isinstance(s, str) and re.fullmatch("[0-9]{1,7}", s))
        number = next(map(int, known), None)
    if number is None or not 1 <= number <= _HIGHEST:
        return None
    return Page(number, 0, label if label != str(number) else "")


def _number(value: Any) -> int | None:
    """A whole number, also where a store makes floats of all numbers."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    whole = isinstance(value, int) or value.is_integer()
    return int(value) if whole and 0 <= value < _HIGHEST else None


def _source(metadata: Mapping[Any, Any]) -> str:
    return next((name for key in SOURCES if (name := _name(metadata.get(key)))), "")


def _name(value: Any) -> str:
    return str(value).strip() if isinstance(value, str | PurePath) else ""


def _said(value: Any) -> str:
    """A value of metadata as text: 3.0, as some stores return 3, is 3."""
    number = _number(value)
    return str(value) if number is None else str(number)


def _context(title: str, source: str, metadata: Mapping[Any, Any]) -> str:
    headers = sorted(
        (str(key)[-1], one_line(value))
        for key, value in metadata.items()
        if isinstance(value, str) and _HEADER.fullmatch(str(key))
    )
    path = [title if title != source else "", *(said for _, said in headers)]
    return JOINT.join(dict.fromkeys(filter(None, path)))[:LONGEST_NAME]
