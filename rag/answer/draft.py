"""Passages to a draft: what is said, and the spans that it stands on; by the reader or by a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from rag.answer.passages import Passage
from rag.answer.reader import Reader
from rag.errors import ModelError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from rag.answer.prompts import Prompt

Unsupported = Literal["drop", "flag", "abstain"]
"""What becomes of a model's sentence that its quotes do not bear: it is left out, kept and named
in ``Answer.unsupported``, or makes the whole answer an abstention."""


@dataclass(frozen=True, slots=True)
class Span:
    """``passages[passage].text[start:end]``"""

    passage: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before it is tied to its documents. No ``text``: an abstention; its first span, if
    any, is then the closest that was found."""

    text: str
    spans: tuple[Span, ...]
    confidence: float
    unsupported: tuple[str, ...] = ()
    prompt: str = ""
    usage: dict[str, int] = field(default_factory=dict)


def quote(reader: Reader, question: str, passages: Sequence[Passage], threshold: float) -> Draft:
    """By the bundled reader: its best quote, if it is sure enough of it."""
    reading = reader.read(
        question,
        [p.text for p in passages],
        contexts=[p.hit.context for p in passages],
        scores=[p.hit.score for p in passages],
    )
    if not reading.quotes:
        return Draft("", (), 0.0)
    best = reading.quotes[0]
    text = " ".join(best.text.split()) if reading.confidence >= threshold else ""
    return Draft(text, (Span(best.passage, best.start, best.end),), reading.confidence)


def write(
    model: BaseChatModel,
    prompt: Prompt,
    question: str,
    passages: Sequence[Passage],
    unsupported: Unsupported,
) -> Draft:
    """By a chat model: its sentences, as far as their quotes stand in the passages and bear them.

    Raises:
        ModelError: the model cannot be reached, or fails.
    """
    from rag.answer.ground import claims

    texts = [p.text for p in passages]
    if not texts:
        return Draft("", (), 0.0)
    messages = prompt.messages(question=question, passages=fence(passages))
    try:
        reply = model.invoke(messages)
    except Exception as error:  # each provider raises its own
        detail = " ".join(str(error).split())[:300]
        raise ModelError(f"The model did not answer: {type(error).__name__}: {detail}") from error
    usage = {
        name: int(count)
        for name, count in dict(getattr(reply, "usage_metadata", None) or {}).items()
        if isinstance(count, int)
    }
    found = claims(str(reply.text), texts)
    borne = [claim for claim in found if claim.supported]
    not_borne = tuple(claim.text for claim in found if not claim.supported)
    kept = found if unsupported == "flag" else borne
    if not borne or (not_borne and unsupported == "abstain"):
        kept = []
    spans: list[Span] = []
    sentences = []
    for claim in kept:
        marks = []
        for proof in claim.proofs:
            span = Span(proof.passage, proof.start, proof.end)
            if span not in spans:
                spans.append(span)
            marks.append(f"[{spans.index(span) + 1}]")
        sentences.append(" ".join([claim.text, *dict.fromkeys(marks)]))
    confidence = min((claim.support for claim in kept), default=0.0)
    return Draft(" ".join(sentences), tuple(spans), confidence, not_borne, prompt.key, usage)


def fence(passages: Sequence[Passage]) -> str:
    """Passages as numbered blocks. What would close a block early is taken out of its text."""
    blocks = []
    for number, passage in enumerate(passages, 1):
        text = passage.text.replace("</passage", "< /passage")
        head = f'<passage number="{number}" source="{passage.hit.place}">'
        blocks.append(f"{head}\n{text}\n</passage>")
    return "\n".join(blocks)
