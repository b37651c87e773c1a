"""Passages to a draft: what is said, and the spans that it stands on; by the reader or by a model."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal

from rag.answering.extent import wants_whole, whole
from rag.reading import Reader
from rag.retrieval.hit import Hit
from rag.retrieval.passages import Passage

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from rag.answering.prompts import Prompt

_NAME_WORD = re.compile(r"[^\W\d_]{2,}|(?<!\d)(?:19|20)\d\d(?!\d)")
MAX_PROMPT = 6000  # tokens given to a model whose context is not known
CHARACTERS_A_TOKEN = 3  # fewer than English has, so that the estimate is on the safe side
LEAST_PART = 200  # characters; less of a passage is not worth showing
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
    """By the bundled reader: its best quote, if it is sure enough of it; whole sentences or a list where
    the question asks for them."""
    reading = reader.read(
        question,
        [p.text for p in passages],
        contexts=[about(p.hit) for p in passages],
        scores=[p.hit.score for p in passages],
        cosines=cosines(passages),
    )
    usage = {"input_tokens": reading.tokens, "output_tokens": 0, "total_tokens": reading.tokens}
    if not reading.quotes:
        return Draft("", (), 0.0, usage=usage)
    best = reading.quotes[0]
    start, end, text = best.start, best.end, " ".join(best.text.split())
    if wants_whole(question) and not best.text[:1].isdigit():  # a number is all that was asked for
        passage = passages[best.passage].text
        start, end = whole(passage, start, end)
        lines = (" ".join(line.split()) for line in passage[start:end].split("\n"))
        text = "\n".join(line for line in lines if line)
    if reading.confidence < threshold:
        text = ""
    return Draft(text, (Span(best.passage, start, end),), reading.confidence, usage=usage)


def cosines(passages: Sequence[Passage]) -> list[float]:
    """Of each passage's best hit; one that only its words have found is no nearer than the others."""
    known = [p.hit.dense for p in passages if p.hit.dense is not None]
    return [p.hit.dense if p.hit.dense is not None else min(known, default=0.0) for p in passages]


def about(hit: Hit) -> str:
    """What a reader is told of a passage besides its text: heading path and the words of the file's
    name, which says what no heading does ("price-list-2024.csv")."""
    name = " ".join(_NAME_WORD.findall(PurePosixPath(hit.source).stem))
    known = hit.context.lower()
    if not name or all(word.lower() in known for word in name.split()):
        return hit.context
    return f"{hit.context} ({name})" if hit.context else name


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
    from rag.answering.models import say

    shown = fitting(model, prompt, question, passages)
    if not shown:
        return Draft("", (), 0.0)
    text, usage = say(model, prompt.messages(question=question, passages=fence(shown)))
    return checked(text, shown, unsupported, prompt.key, usage)


def write_in_pieces(
    model: BaseChatModel,
    prompt: Prompt,
    question: str,
    passages: Sequence[Passage],
    unsupported: Unsupported,
) -> Generator[str, None, Draft]:
    """The same, handing out what the model writes while it writes it, unchecked; the draft, which
    is checked, comes last."""
    from rag.answering.models import say_in_pieces

    shown = fitting(model, prompt, question, passages)
    if not shown:
        return Draft("", (), 0.0)
    text, usage = "", {}
    for piece in say_in_pieces(model, prompt.messages(question=question, passages=fence(shown))):
        if isinstance(piece, str):
            text += piece
            yield piece
        else:
            usage = piece
    return checked(text, shown, unsupported, prompt.key, usage)


def checked(
    text: str,
    passages: Sequence[Passage],
    unsupported: Unsupported,
    prompt: str,
    usage: dict[str, int],
) -> Draft:
    """What a model wrote, held against the passages it was shown."""
    from rag.answering.grounding import claims

    found = claims(text, [p.text for p in passages])
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
    return Draft(" ".join(sentences), tuple(spans), confidence, not_borne, prompt, usage)


def fitting(
    model: BaseChatModel, prompt: Prompt, question: str, passages: Sequence[Passage]
) -> list[Passage]:
    """The best passages, as many as the model's context has room for (of models elsewhere: as many
    as MAX_PROMPT tokens hold). The last may be cut short; its offsets stay true."""
    room = getattr(model, "room", MAX_PROMPT)
    count = getattr(model, "get_num_tokens", None) if hasattr(model, "room") else None
    tokens = count or (lambda text: len(text) // CHARACTERS_A_TOKEN + 1)
    frame = prompt.messages(question=question, passages="")
    left = room - sum(tokens(text) + 8 for _, text in frame)
    shown: list[Passage] = []
    for passage in passages:
        size = tokens(fence([passage])) + 4
        if size <= left:
            shown.append(passage)
            left -= size
            continue
        part = int(len(passage.text) * left / size) - 8
        if part >= LEAST_PART:
            text = passage.text[:part]
            shown.append(replace(passage, text=text, end=passage.start + part))
        break
    return shown


def fence(passages: Sequence[Passage]) -> str:
    """Passages as numbered blocks. What would close a block early is taken out of its text."""
    blocks = []
    for number, passage in enumerate(passages, 1):
        text = passage.text.replace("</passage", "< /passage")
        head = f'<passage number="{number}" source="{passage.hit.place}">'
        blocks.append(f"{head}\n{text}\n</passage>")
    return "\n".join(blocks)
