"""The plain values that flow through the system. Frozen, typed, next to no behaviour.

Offsets count characters from zero, pages count from one, a score is higher-is-better.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

PageKind = Literal["page", "slide", "sheet", "chapter", "part"]


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page (slide, sheet, chapter ...) starts in the text.

    ``label`` is what is printed on it, when that differs from its number: "iv", "Prices".
    """

    number: int
    start: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that stands at ``text[start:end]``; level 1 is the outermost."""

    level: int
    start: int
    end: int
    title: str


@dataclass(frozen=True, slots=True)
class Document:
    """What a loader makes of one file: normalised text, and a map of it.

    ``pages`` and ``headings`` are ordered by ``start``. ``code`` lists spans of
    preformatted text, where white space means something. ``notes`` are for the person
    who indexed the file ("page 7 has no text layer").
    """

    text: str
    kind: str
    title: str = ""
    author: str = ""
    date: str = ""
    page_kind: PageKind = "page"
    pages: tuple[Page, ...] = ()
    headings: tuple[Heading, ...] = ()
    code: tuple[tuple[int, int], ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def page_at(self, offset: int) -> Page | None:
        """The page that holds the character at ``offset``; None where there are no pages."""
        i = bisect_right(self.pages, offset, key=lambda page: page.start) - 1
        return self.pages[i] if i >= 0 else None


@dataclass(frozen=True, slots=True)
class Chunk:
    """A span of a document. ``context`` is its heading path, which is not part of its text."""

    start: int
    end: int
    context: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result: a chunk, where it stands, and how well it matched.

    ``score`` is the fused score in [0, 1]; ``dense`` and ``lexical`` are what it was made
    of (cosine and BM25; None where that side did not find the chunk). ``sources`` names
    every file with this very content; ``source`` is the first of them. The chunk stands on
    pages ``page`` to ``page_end``.
    """

    chunk_id: int
    document_id: int
    source: str
    sources: tuple[str, ...]
    start: int
    end: int
    text: str
    score: float
    dense: float | None = None
    lexical: float | None = None
    context: str = ""
    page: int | None = None
    page_end: int | None = None
    page_label: str = ""
    page_kind: PageKind = "page"
    title: str = ""
    kind: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """For people: ``handbook/leave.pdf, page 3``."""
        if self.page is None:
            return self.source
        if self.page_end is not None and self.page_end > self.page:
            return f"{self.source}, {self.page_kind}s {self.page}-{self.page_end}"
        label = f" ({self.page_label})" if self.page_label not in ("", str(self.page)) else ""
        return f"{self.source}, {self.page_kind} {self.page}{label}"


@dataclass(frozen=True, slots=True)
class Citation:
    """Where an answer stands: ``document.text[start:end] == quote``, always.

    ``quote`` is the sentence or line; the answer itself is
    ``document.text[answer_start:answer_end]``, inside it.
    """

    document_id: int
    source: str
    sources: tuple[str, ...]
    place: str
    start: int
    end: int
    quote: str
    answer_start: int
    answer_end: int
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that can be checked, or an abstention: then ``text`` says so, there are no
    citations, and ``closest`` is the best that was found all the same.

    ``confidence`` is the calibrated probability that the answer is right (bundled reader), or the
    least support of any sentence kept (other models). ``unsupported`` are sentences that were
    dropped, or flagged, because what they cite does not bear them. ``usage`` counts tokens,
    ``prompt`` names the prompt, its version and hash, ``timings`` are seconds of each stage.
    ``flagged`` are sentences of documents that give orders to a model, and were not read.
    ``cached``: the same question was answered before, on the same index by the same chain.
    """

    question: str
    text: str
    citations: tuple[Citation, ...]
    confidence: float
    abstained: bool
    closest: Citation | None = None
    unsupported: tuple[str, ...] = ()
    model: str = ""
    prompt: str = ""
    usage: Mapping[str, int] = field(default_factory=dict)
    generation: int = 0
    timings: Mapping[str, float] = field(default_factory=dict)
    flagged: tuple[str, ...] = ()
    cached: bool = False

    def to_markdown(self) -> str:
        lines = [self.text, ""]
        for number, citation in enumerate(self.citations, 1):
            lines += [
                f"[{number}] {citation.place}",
                *(f"> {x}" for x in citation.quote.split("\n")),
            ]
        return "\n".join(lines).rstrip() + "\n"


@dataclass(frozen=True, slots=True)
class Event:
    """A step of answering, as :meth:`QA.stream` hands it out.

    "hits": what was retrieved. "text": a piece of what a larger model is writing, not yet checked.
    "answer": the answer, checked; always the last.
    """

    kind: Literal["hits", "text", "answer"]
    hits: tuple[Hit, ...] = ()
    text: str = ""
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that is not in the index, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class UpdateReport:
    """What an update did, file by file. ``moved`` pairs are (old name, new name)."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    unchanged: int = 0
    skipped: tuple[Failure, ...] = ()
    failed: tuple[Failure, ...] = ()
    notes: tuple[Failure, ...] = ()
    chunks: int = 0
    embedded: int = 0
    generation: int = 0
    seconds: float = 0.0
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a running update is; handed to the ``progress`` callback."""

    files: int
    files_total: int
    bytes: int
    bytes_total: int
    chunks: int
    seconds: float

    @property
    def chunks_per_second(self) -> float:
        return self.chunks / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """By bytes; None until there is something to judge by."""
        if not self.bytes or self.seconds < 1:
            return None
        return self.seconds * (self.bytes_total - self.bytes) / self.bytes
