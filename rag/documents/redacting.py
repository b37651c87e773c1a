"""A document without secrets or personal data: labels stand in their places, and its map is of the text with labels."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping
from dataclasses import replace

from rag.documents.boxes import WordBox, pack_boxes, unpack_boxes
from rag.documents.document import Document, Heading, Page, Rows
from rag.privacy import LABELS, Found, What, find, redacted


def redacted_document(document: Document, what: What, countries: Collection[str] = ()) -> Document:
    """The document as it is kept where ``what`` is redacted; see :func:`rag.privacy.find`.

    All offsets are of the redacted text. What begins or ends inside something redacted (a page, a heading, a box
    of a word that OCR has read) begins or ends with its label. The lines of a file keep their numbers, also
    where a label stands for several of them. Title, author, metadata, labels of pages and notes are redacted too.
    """
    if what == "none":
        return document
    found = find(document.text, what, countries=countries)

    def clean(text: str) -> str:
        return redacted(text, what, countries=countries)

    moved = Moved(document.text, found)
    return replace(
        document,
        text=moved.text,
        title=clean(document.title),
        author=clean(document.author),
        metadata=_values(document.metadata, what, countries),
        notes=tuple(map(clean, document.notes)),
        pages=tuple(Page(p.number, moved.begin(p.start), clean(p.label)) for p in document.pages),
        headings=tuple(_heading(h, moved, clean(h.title)) for h in document.headings),
        code=moved.spans(document.code),
        hidden=moved.spans(document.hidden),
        rows=_rows(document, moved),
        boxes=_boxes(document.boxes, moved),
    )


class Moved:
    """A text with labels in it, and where the places of the one before are in it."""

    def __init__(self, text: str, found: list[Found]) -> None:
        """``found`` in order, none overlapping another."""
        self.before, self.found = text, found
        self._starts = [one.start for one in found]
        self._ends: list[int] = []  # of the labels, in the text with labels
        parts, at, length = [], 0, 0
        for one in found:
            label = LABELS[one.kind]
            parts += [text[at : one.start], label]
            length += one.start - at + len(label)
            self._ends.append(length)
            at = one.end
        self.text = "".join(parts) + text[at:]

    def label_at(self, offset: int) -> int | None:
        """Which of what was found holds ``offset``; None if none does."""
        i = bisect_right(self._starts, offset) - 1
        return i if i >= 0 and offset < self.found[i].end else None

    def start(self, offset: int) -> int:
        """Where a span begins that began at ``offset``: with the label, if it began inside one."""
        i = self.label_at(offset)
        return self._moved(offset) if i is None else self._ends[i] - len(LABELS[self.found[i].kind])

    def end(self, offset: int) -> int:
        """Where a span ends that ended before ``offset``: with the label, if it ended inside one."""
        i = self.label_at(offset - 1)
        return self._moved(offset) if i is None else self._ends[i]

    def begin(self, offset: int) -> int:
        """Where a page or a line begins that began at ``offset``: behind the label, if it began inside one."""
        i = self.label_at(offset)
        inside = i is not None and self.found[i].start < offset
        return self._ends[i] if i is not None and inside else self.start(offset)

    def spans(self, spans: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
        """These spans, those that are not empty."""
        return tuple((self.start(start), self.end(end)) for start, end in spans if start < end)

    def _moved(self, offset: int) -> int:
        """Of an offset that is in nothing found."""
        i = bisect_right(self._starts, offset) - 1
        if i >= 0 and self.found[i].end > offset:  # at the very beginning of it
            i -= 1
        return offset if i < 0 else offset - self.found[i].end + self._ends[i]


def _heading(heading: Heading, moved: Moved, title: str) -> Heading:
    start, end = moved.start(heading.start), moved.end(heading.end)
    if any(one.start < heading.end and heading.start < one.end for one in moved.found):
        title = " ".join(moved.text[start:end].split())  # what is found may hang on words around it
    return Heading(heading.level, start, end, title)


def _values(metadata: Mapping[str, str], what: What, countries: Collection[str]) -> dict[str, str]:
    """Values without what is found in them, read behind their names: "phone: 030 ..."."""
    kept = {}
    for name, value in metadata.items():
        before = f"{name}: "
        line = redacted(before + str(value), what, countries=countries)
        own = line.removeprefix(before) if line.startswith(before) else line
        kept[redacted(name, what, countries=countries)] = own
    return kept


def _rows(document: Document, moved: Moved) -> tuple[Rows, ...]:
    """Rows and lines as they were: behind a label that stands for several lines they are counted anew."""
    rows = [replace(one, start=moved.begin(one.start)) for one in document.rows]
    for one in moved.found:
        last = moved.before.rfind("\n", one.start, one.end)
        after = moved.before.find("\n", one.end) + 1
        i = bisect_right(document.rows, one.start, key=lambda row: row.start) - 1
        if last < 0 or not after or i < 0 or not document.rows[i].row:
            continue
        if i + 1 < len(document.rows) and document.rows[i + 1].start <= after:
            continue  # which counts anew by itself
        old = document.rows[i]
        lines = moved.before.count("\n", old.start, after)
        rows.append(replace(old, start=moved.begin(after), row=old.row + old.height * lines))
    return tuple(sorted(rows, key=lambda row: row.start))


def _boxes(packed: bytes, moved: Moved) -> bytes:
    """The boxes of words: those of what is redacted are where its label is."""
    if not packed or not moved.found:
        return packed
    return pack_boxes(
        WordBox(moved.start(word.start), moved.end(word.end), word.page, word.box)
        for word in unpack_boxes(packed)
    )
