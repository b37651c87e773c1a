"""What a run read of each kind of file, and what it did not read, by reason."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rag.documents.document import Document, PageKind
from rag.documents.files import FileNote

LARGEST = 3  # files that are named of all that were not read for one reason


@dataclass(frozen=True, slots=True)
class KindRead:
    """What was read of one kind of file: its pages (slides, sheets, chapters: see ``page_kind``; 0 for
    kinds that have none), its tables, and pictures and scanned pages by OCR."""

    kind: str
    files: int
    pages: int
    page_kind: PageKind
    tables: int
    pictures: int


@dataclass(frozen=True, slots=True)
class Unread:
    """Files of which all or some was not read for one reason, and the largest of them."""

    reason: str
    files: int
    largest: tuple[str, ...]


class Tally:
    """Counts documents as they are read.

    >>> tally = Tally()
    >>> tally.add(Document("a", "csv", counts={"tables": 1}))
    >>> tally.kinds()
    (KindRead(kind='csv', files=1, pages=0, page_kind='page', tables=1, pictures=0),)
    """

    def __init__(self) -> None:
        self._counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        self._page_kinds: dict[str, PageKind] = {}

    def add(self, document: Document) -> None:
        """One more document was read."""
        seen = document.sight.pages + document.sight.pictures
        more = (1, len(document.pages), document.counts.get("tables", 0), seen)
        held = self._counts[document.kind]
        held[:] = [one + other for one, other in zip(held, more, strict=True)]
        if document.pages:
            self._page_kinds[document.kind] = document.page_kind

    def kinds(self) -> tuple[KindRead, ...]:
        """What was read, the kind with the most files first."""
        rows = sorted(self._counts.items(), key=lambda row: (-row[1][0], row[0]))
        return tuple(
            KindRead(kind, files, pages, self._page_kinds.get(kind, "page"), tables, pictures)
            for kind, (files, pages, tables, pictures) in rows
        )


def by_reason(notes: Iterable[FileNote], size: Callable[[str], int]) -> tuple[Unread, ...]:
    """Notes put together where they say the same but for names and numbers, most files first.

    ``size`` gives the bytes of a file by its name.

    >>> notes = [FileNote("a", "page 2 has no text layer"), FileNote("b", "page 17 has no text layer")]
    >>> by_reason(notes, len)
    (Unread(reason='page N has no text layer', files=2, largest=('a', 'b')),)
    """
    alike: dict[str, dict[str, str]] = defaultdict(dict)
    for note in notes:
        alike[_general(note.reason)].setdefault(note.path, note.reason)
    found = []
    for general, files in alike.items():
        said = set(files.values())
        largest = sorted(files, key=lambda name: (-size(name), name))[:LARGEST]
        reason = said.pop() if len(said) == 1 else general
        found.append(Unread(reason, len(files), tuple(largest)))
    return tuple(sorted(found, key=lambda one: (-one.files, one.reason)))


def _general(reason: str) -> str:
    """A reason without the names and numbers of the one file."""
    reason = re.sub(r'"[^"]*"', '"..."', reason)
    return re.sub(r"\d+(?:(?:[.,]|, |-| and )\d+)*", "N", reason)
