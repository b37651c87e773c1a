"""What is shown of whole documents: a line that says what it is, and quotes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from rag.answering.answer import Citation
from rag.answering.citing import citation
from rag.answering.orders import orders
from rag.answering.whole.changes import Change, changes
from rag.answering.whole.mentions import FEW_WORDS, Mentioned, mentions
from rag.answering.whole.named import Named, Shelf
from rag.answering.whole.summary import MOST_CHUNKS, Encode, summarise
from rag.reading.units import units
from rag.store.snapshot import Snapshot
from rag.visible import name

DOCUMENTS = 50  # that are shown, of those that mention something, or that there are
LINES = 3  # of each, where they are few
FEW = 7
DIFFERENCES = 20  # that are shown
_SUFFIXES = {
    "word": (".docx", ".doc"),
    "excel": (".xlsx", ".xls", ".xlsm", ".xlsb"),
    "powerpoint": (".pptx", ".ppt"),
    "markdown": (".md", ".markdown"),
    "text": (".txt",),
    "html": (".html", ".htm"),
}

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Extract:
    """``lead`` says what it is; ``lines`` are what is shown below it, ``citations`` the quotes among them.
    Without citations it is no answer."""

    lead: str
    lines: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    flagged: tuple[str, ...] = ()


class Extracts:
    """Makes extracts of the documents on a shelf."""

    def __init__(
        self, snapshot: Snapshot, shelf: Shelf, encode: Encode, *, read_orders: bool = False
    ) -> None:
        self._snapshot = snapshot
        self._shelf = shelf
        self._encode = encode
        self._read_orders = read_orders
        self._files = sum(map(len, shelf.names.values()))

    # -- summaries --------------------------------------------------------------------------

    def summary(self, meant: Named, others: Sequence[Named], length: int) -> Extract | None:
        """A document in its own sentences. ``others`` are those that might have been meant, and are said."""
        catalog, document = self._snapshot.catalog, self._snapshot.document(meant.document)
        ids = catalog.chunk_ids([meant.document])
        ids = ids[:: len(ids) // MOST_CHUNKS + 1]
        chunks = catalog.chunk_rows(ids.tolist())
        vectors = [part for _, part in catalog.vectors(ids)]
        if not vectors:
            return None
        spans = [(chunks[i].start, chunks[i].stop) for i in ids.tolist()]
        found = summarise(
            document,
            spans,
            np.concatenate(vectors),
            self._encode,
            length=length,
            read_orders=self._read_orders,
        )
        if not found.lines:
            return None
        title = f", “{name(document.title)}”" if document.title else ""
        count = f"{_many(len(found.lines), 'sentence')}"
        if found.sentences >= len(found.lines):
            count = f"{len(found.lines)} of its {_many(found.sentences, 'sentence')}"
        lead = f"An extract of {name(meant.sources[0])}{title}: {count}, word for word."
        if others:
            lead += f" There is also {', '.join(name(o.sources[0]) for o in others[:FEW])}."
        quotes = tuple(
            citation(
                document,
                meant.document,
                meant.sources,
                (x.start, x.end),
                (x.start, x.end),
                label=x.section,
            )
            for x in found.lines
        )
        return Extract(lead, tuple(_said(quote.quote) for quote in quotes), quotes)

    # -- differences ------------------------------------------------------------------------

    def changes(self, before: Named, after: Named) -> Extract | None:
        """What differs between two versions of a document; None where they have hardly a sentence in common."""
        old, new = self._snapshot.document(before.document), self._snapshot.document(after.document)
        found = changes(old, new)
        if not found.alike:
            return None
        lines: list[str] = []
        quotes: list[Citation] = []
        flagged: list[str] = []
        shown = 0
        for change in found.changes:
            if shown == DIFFERENCES:
                break
            sides = self._sides(change, before, after)
            bad = [s for side in sides for s in self._suspect(side.quote)]
            flagged += bad
            if not bad:
                shown += 1
                quotes += sides
                lines += [f"{side.label}: {_said(side.quote)}" for side in sides]
        counts = Counter(change.how for change in found.changes)
        numbers = sum(change.numbers for change in found.changes)
        changed = f"{_many(counts['changed'], 'sentence')} changed"
        if numbers:
            changed += (
                f" ({numbers} in numbers)" if numbers < counts["changed"] else " (in numbers)"
            )
        parts = [
            f"{counts['added']} added",
            f"{counts['removed']} removed",
            f"{found.same} as before",
        ]
        lead = f"From {name(before.sources[0])} to {name(after.sources[0])}: {changed}, {', '.join(parts)}."
        if not found.whole:
            lead += " Only their beginnings were compared."
        if len(found.changes) > shown:
            lead += f" {shown} are shown."
        if not quotes:  # nothing differs: the first sentences of both are shown for it
            quotes = [self._first_line(named) for named in (before, after)]
            lines = [_said(quote.quote) for quote in quotes]
        return Extract(lead, tuple(lines), tuple(quotes), tuple(flagged))

    def _sides(self, change: Change, before: Named, after: Named) -> list[Citation]:
        sides = (
            (
                before,
                change.before,
                change.before_words,
                "removed" if change.how == "removed" else "before",
            ),
            (
                after,
                change.after,
                change.after_words,
                "added" if change.how == "added" else "after",
            ),
        )
        return [
            citation(self._snapshot.document(n.document), n.document, n.sources, span, words or span, label=label)
            for n, span, words, label in sides
            if span is not None
        ]  # fmt: skip

    # -- mentions ---------------------------------------------------------------------------

    def mentions(self, asked: str, *, plain: bool) -> Extract | None:
        """Which documents mention something, with lines that do. None if none does, and the question may mean
        another thing (not ``plain``, or asked with more than a few words)."""
        found = mentions(self._snapshot, asked, self._shelf.names)
        what = f"“{name(found.words)}”"
        if not found.documents:
            few = plain and len(found.words.split()) <= FEW_WORDS
            apart = (
                "or has all of it in one sentence" if " " in found.words else "in any inflection"
            )
            none = f"None of the {_many(self._files, 'file')} mentions {what}, {apart}."
            return Extract(none) if few and found.words and found.whole else None
        names = self._shelf.names
        files = sum(len(names[one.document]) for one in found.documents)
        times = sum(len(one.spans) * len(names[one.document]) for one in found.documents)
        some = f"{'' if found.whole else 'At least '}{files:,} of {_many(self._files, 'file')}"
        if found.how == "phrase":
            lead = f"{some} mention{'s' * (files == 1)} {what}, {_times(times)}"
            lead += " in all." if files > 1 else "."
        else:
            have = "has" if files == 1 else "have"
            lead = f"No file says {what} word for word; {some} {have} all of it in one sentence."
        return self._listing(lead, found.documents)

    def _listing(self, lead: str, found: Sequence[Mentioned]) -> Extract:
        lines: list[str] = []
        quotes: list[Citation] = []
        flagged: list[str] = []
        for one in found[:DOCUMENTS]:
            sources, document = (
                self._shelf.names[one.document],
                self._snapshot.document(one.document),
            )
            lines.append(f"{name(sources[0])}: {_times(len(one.spans))}")
            shown = 0
            for line, span in one.lines:
                text = document.text[slice(*line)]
                if bad := self._suspect(text):
                    flagged += bad
                    continue
                label = "" if shown else _times(len(one.spans))
                quotes.append(citation(document, one.document, sources, line, span, label=label))
                lines.append(_said(text))
                shown += 1
                if shown == (LINES if len(found) <= FEW else 1):
                    break
        if len(found) > DOCUMENTS:
            lead += f" {DOCUMENTS} are shown."
        return Extract(lead, tuple(lines), tuple(quotes), tuple(dict.fromkeys(flagged)))

    # -- files ------------------------------------------------------------------------------

    def files(self, kind: str) -> Extract | None:
        """How many files there are, and which, each with its first line; of one kind, if ``kind`` names one."""
        suffixes = _SUFFIXES.get(kind.lower(), (f".{kind.lower().lstrip('.')}",)) if kind else ()
        names = [
            (source, document)
            for document, sources in self._shelf.names.items()
            for source in sources
            if not kind or PurePosixPath(source).suffix.lower() in suffixes
        ]
        if not names:
            return None
        names.sort()
        kinds = Counter(
            PurePosixPath(source).suffix.lower().lstrip(".") or "no suffix" for source, _ in names
        )
        if kind:
            lead = f"{len(names):,} of {_many(self._files, 'file')} {'is' if len(names) == 1 else 'are'} {name(kind)}."
        else:
            lead = f"{_many(len(names), 'file')}: {', '.join(f'{n:,} {name(k)}' for k, n in kinds.most_common())}."
        lines: list[str] = []
        quotes: list[Citation] = []
        for source, document in names[:DOCUMENTS]:
            quote = self._first_line(Named(document, (source,)))
            bad = self._suspect(quote.quote)
            quotes += [] if bad else [quote]
            lines.append(name(source) if bad else f"{name(source)}: {_said(quote.quote)}")
        if len(names) > DOCUMENTS:
            lead += f" {DOCUMENTS} are shown."
        return Extract(lead, tuple(lines), tuple(quotes)) if quotes else None

    def _first_line(self, named: Named) -> Citation:
        document = self._snapshot.document(named.document)
        span = next(iter(units(document.text[:2000])), (0, min(80, len(document.text))))
        return citation(document, named.document, named.sources, span, span)

    def _suspect(self, text: str) -> list[str]:
        """What of a line looks like an order to a model: such a line is not shown."""
        if self._read_orders:
            return []
        return [" ".join(text[order.start : order.end].split()) for order in orders(text)]


def which(groups: Sequence[Sequence[Named]], most: int) -> Extract:
    """Where it is open which documents are meant: those that were considered."""
    said = [" and ".join(name(named.sources[0]) for named in group) for group in groups[:most]]
    more = f" and {len(groups) - most:,} more" if len(groups) > most else ""
    return Extract(f"Which is meant: {'; '.join(said)}{more}? Ask again with the name of the file.")


def _said(text: str) -> str:
    """A quote's words on one line."""
    return " ".join(text.split())


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")
