"""What the HTTP API takes and gives, by its types: the contract of the page and of every client.

Offsets count characters of the stored text, pages count from one, scores are higher-is-better.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Where = dict[str, str | list[str]]
Question = Annotated[str, Field(min_length=1, max_length=100_000)]


class Shape(BaseModel):
    """A JSON object; unknown fields of a request are ignored."""

    model_config = ConfigDict(frozen=True)


class AskRequest(Shape):
    """A question. ``index`` is the first that the caller may use, if left out; ``stream`` gives server-sent events."""

    question: Question
    index: str = ""
    where: Where | None = None
    conversation: str | None = None
    stream: bool = False


class SearchRequest(Shape):
    """What to search for, without an answer."""

    question: Question
    index: str = ""
    k: int = Field(10, ge=1, le=100)
    where: Where | None = None
    mode: Literal["hybrid", "dense", "lexical"] = "hybrid"


class ShownHit(Shape):
    """A chunk that was found. ``document`` is the id by which /api/documents gives it."""

    document: int
    source: str
    place: str
    page: int | None
    start: int
    end: int
    text: str
    context: str
    title: str
    score: float


class ShownCitation(Shape):
    """A quote and where it stands: ``text[start:end]`` of the document, the answer's words at
    ``text[answer_start:answer_end]`` inside it."""

    number: int
    document: int
    source: str
    sources: list[str]
    place: str
    page: int | None
    start: int
    end: int
    quote: str
    answer_start: int
    answer_end: int
    label: str


class ShownAnswer(Shape):
    """An answer, or an abstention; fields as of :class:`rag.Answer`. ``question`` is as it was asked, ``standalone`` as it
    was understood; ``closest`` are passages offered with an abstention, which are no answer."""

    id: str
    index: str
    question: str
    standalone: str
    asked_as: str
    text: str
    lead: str
    verdict: str
    kind: str
    tier: str
    abstained: bool
    confidence: float
    passage_confidence: float
    span_confidence: float
    citations: list[ShownCitation]
    items: list[ShownCitation]
    closest: list[ShownCitation]
    unsupported: list[str]
    flagged: list[str]
    model: str
    prompt: str
    usage: dict[str, int | float]
    generation: int
    timings: dict[str, float]
    cached: bool
    conversation: str | None = None


class Hits(Shape):
    """What a search found, best first; ``asked_as`` is the question as it was searched, if its spelling was put right."""

    hits: list[ShownHit]
    asked_as: str = ""


class ShownIndex(Shape):
    """An index that the caller may use."""

    name: str
    title: str
    greeting: str
    abstention: str
    model: str
    generation: int
    documents: int
    roles: list[str]


class Indexes(Shape):
    """Those that the caller may use; the first is the one that is meant where none is named."""

    indexes: list[ShownIndex]


class Problem(Shape):
    """What went wrong (RFC 9457), and in ``detail`` what to do. ``request`` is the id under which the log has it."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    request: str = ""


def shown_hit(hit: Any) -> dict[str, Any]:
    """A :class:`rag.Hit` as :class:`ShownHit` has it."""
    return {
        "document": hit.document_id,
        **{
            name: getattr(hit, name)
            for name in "source place page start end text context title score".split()
        },
    }


def shown_citations(citations: Sequence[Any]) -> list[dict[str, Any]]:
    """Citations as :class:`ShownCitation` has them, numbered from 1."""
    names = "source place page start end quote answer_start answer_end label".split()
    return [
        {
            "number": number,
            "document": one.document_id,
            "sources": list(one.sources),
            **{name: getattr(one, name) for name in names},
        }
        for number, one in enumerate(citations, 1)
    ]


def shown_answer(answer: Any, question: str) -> Mapping[str, Any]:
    """A :class:`rag.Answer` as :class:`ShownAnswer` has it, without what only the front knows: ``id``, ``index``,
    ``conversation``."""
    same = (
        "asked_as text lead verdict kind tier abstained confidence passage_confidence span_confidence "
        "model prompt generation cached"
    ).split()
    return {
        "question": question,
        "standalone": answer.question,
        **{name: getattr(answer, name) for name in same},
        "citations": shown_citations(answer.citations),
        "items": shown_citations(answer.items),
        "closest": shown_citations(answer.nearest),
        "unsupported": list(answer.unsupported),
        "flagged": list(answer.flagged),
        "usage": dict(answer.usage),
        "timings": dict(answer.timings),
    }
