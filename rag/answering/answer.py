"""What answering gives: an answer that can be checked, or an abstention."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from rag.reading.asked import Kind
from rag.retrieval.hit import Hit
from rag.visible import literal, name

Tier = Literal["short", "extract", "written", "none"]
"""A few words; one to three sentences, list items or rows as they stand; what another model wrote; nothing."""
Verdict = Literal["yes", "no", ""]
ABSTENTION = "The documents don't say."
INSTEAD = "The model's answer was not supported; the documents say:"


@dataclass(frozen=True, slots=True)
class Citation:
    """Where an answer stands: ``document.text[start:end] == quote``, always; but where it is ``redacted``: then labels
    stand in the quote for what is not to be seen (:func:`rag.answering.redacting.redacted_answer`).

    ``quote`` is the sentence or line; the answer itself is
    ``document.text[answer_start:answer_end]``, inside it. ``label`` says what the quote is in an extract of
    whole documents: its section, "before", "after", "added", "removed", "3 times"; else "".
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
    label: str = ""
    redacted: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that can be checked, or an abstention: then ``text`` says so, there are no
    citations, and ``closest`` is the best that was found all the same, the first of ``nearest``: up to three passages
    that are near, and no answer.

    ``kind`` is what was asked for, by the question's words; ``tier`` what is given: "short" (sure of the
    words), "extract" (sure of the passage: its sentences as they stand, the likely words marked in the
    first citation), "written" (by another model) or "none". ``passage_confidence`` and ``span_confidence``
    are the bundled reader's two scales: the calibrated probability that the extract, and that the short
    answer, is right; ``confidence`` is that of what is given.

    ``confidence`` is the calibrated probability that the answer is right (bundled reader), or the
    least support of any sentence kept (other models). ``unsupported`` are sentences that were
    dropped, or flagged, because the documents do not support them. ``usage`` counts tokens,
    ``prompt`` names the prompt, its version and hash, ``timings`` are seconds of each stage.
    ``flagged`` are sentences of documents that look like orders to a model; plain ones were not read.
    ``cached``: the same question was answered before, on the same index by the same chain.
    ``asked_as`` is the question with its misspelt words put right, as it was searched and read; "" where
    there were none.
    ``lead`` is the first line of an answer about whole documents (a summary, differences, which mention
    something): what the extract below it is, in words that are no document's; or says that the bundled
    reader answers, since nothing that ``model`` wrote was supported; else "".
    ``verdict`` is "yes" or "no" where a yes/no question is asked and the words of the rule, the first citation,
    leave no doubt (:mod:`rag.answering.verdict`); else "", and the rule speaks for itself. It is not part of ``text``.
    ``items`` are those of a list that is asked for, where the first citation holds one (a list block, rows, or a series
    in a sentence: "a, b and c"): each a span of the document by itself, in order. ``text`` has them with what leads
    into them.
    """

    question: str
    text: str
    citations: tuple[Citation, ...]
    confidence: float
    abstained: bool
    closest: Citation | None = None
    kind: Kind = "fact"
    tier: Tier = "none"
    passage_confidence: float = 0.0
    span_confidence: float = 0.0
    unsupported: tuple[str, ...] = ()
    model: str = ""
    prompt: str = ""
    usage: Mapping[str, int] = field(default_factory=dict)
    generation: int = 0
    timings: Mapping[str, float] = field(default_factory=dict)
    flagged: tuple[str, ...] = ()
    cached: bool = False
    asked_as: str = ""
    lead: str = ""
    verdict: Verdict = ""
    items: tuple[Citation, ...] = ()
    nearest: tuple[Citation, ...] = ()

    def to_markdown(self) -> str:
        """The text, and under it each citation's place and quote; before both a verdict, and what the text is if it
        isn't what was asked for. What documents say is shown as it stands: no link or picture of theirs is live."""
        first = f"{self.verdict.capitalize()}. The documents say:" if self.verdict else self.lead
        before = [first, ""] if first and not self.text.startswith(first) else []
        lines = [*before, literal(self.text), ""]
        for number, citation in enumerate(self.citations, 1):
            lines += [
                f"[{number}] {literal(name(citation.place))}",
                *(f"> {x}" for x in literal(citation.quote).split("\n")),
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
