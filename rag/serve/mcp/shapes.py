"""What the tools take and give. Descriptions are read by the model that calls them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from rag.serve.mcp.addresses import address
from rag.serve.shapes import Question, Shape, Where

MOST_TEXT = 40_000  # characters of a document at a time
Index = Annotated[str, Field(description="Which collection of documents.")]
Narrow = Annotated[
    Where | None,
    Field(
        description="Only documents with these, a glob or a list of them by field: "
        '{"source": "hr/*.pdf"}, {"type": "docx"}, {"date": ">=2024-01-01"}.'
    ),
]


class SearchArguments(Shape):
    """Arguments of search."""

    question: Annotated[Question, Field(description="A question or words, as a person would ask.")]
    index: Index = ""
    k: Annotated[int, Field(ge=1, le=50, description="How many passages.")] = 8
    where: Narrow = None


class AskArguments(Shape):
    """Arguments of ask."""

    question: Annotated[
        Question,
        Field(description="One question that can be understood by itself, in a person's words."),
    ]
    index: Index = ""
    where: Narrow = None


class ReadArguments(Shape):
    """Arguments of read_document."""

    source: Annotated[
        str, Field(max_length=4_000, description="The document's name, as results have it.")
    ]
    index: Index = ""
    start: Annotated[int, Field(ge=0, description="The character to begin with.")] = 0
    characters: Annotated[int, Field(ge=1, le=MOST_TEXT, description="How many at most.")] = 20_000


class ListArguments(Shape):
    """Arguments of list_documents."""

    index: Index = ""
    query: Annotated[
        str, Field(max_length=1_000, description="A part of names or titles; all if left out.")
    ] = ""
    offset: Annotated[int, Field(ge=0, le=2**53, description="How many to pass over.")] = 0
    limit: Annotated[int, Field(ge=1, le=500, description="How many at most.")] = 100


class Passage(Shape):
    """A passage that was found, word for word, and where it stands."""

    source: str
    uri: str
    place: str
    page: int | None
    start: int
    end: int
    text: str
    score: float


class Found(Shape):
    """Passages, best first."""

    passages: list[Passage]


class Quote(Shape):
    """The document's own words, ``text[start:end]`` of it."""

    source: str
    uri: str
    place: str
    page: int | None
    start: int
    end: int
    quote: str


class Answered(Shape):
    """An answer, and the quotes that it stands on. ``abstained``: the documents do not say; then ``closest`` is what comes
    nearest, which is no answer. ``confidence`` is the probability that it is right."""

    id: str
    text: str
    abstained: bool
    confidence: float
    tier: str
    verdict: str
    lead: str
    citations: list[Quote]
    closest: list[Quote]


class Read(Shape):
    """Text of a document from ``start`` to ``end``, of ``characters`` in all; ``next`` is where to read on."""

    source: str
    uri: str
    title: str
    type: str
    date: str
    text: str
    start: int
    end: int
    characters: int
    next: int | None


class Listed(Shape):
    """A document. ``status``: "read"; "stale", its last good version; "failed", it cannot be read."""

    source: str
    uri: str
    title: str
    type: str
    date: str
    pages: int
    status: str


class Listing(Shape):
    """Documents by name, of ``total``; ``next`` is the offset of those that follow."""

    documents: list[Listed]
    total: int
    next: int | None


def picked(kind: type[Shape], value: Mapping[str, Any], index: str) -> dict[str, Any]:
    """What of a value of the native API is a result's ``kind``, with the address of its document."""
    return {
        name: address(index, value["source"]) if name == "uri" else value[name]
        for name in kind.model_fields
    }
