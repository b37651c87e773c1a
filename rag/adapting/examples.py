"""A gold set to examples: what a model is shown of a question, and the reply that it should have given.

A question is asked of the index as the chain asks it; its evidence, where it is among the passages, is what the
reply quotes. Every fourth example has nothing to quote: questions without an answer, and others whose evidence
has been taken out of what was found.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.answering.by_model import ByModel, asked
from rag.answering.grounding import LEAST_WORDS as SUPPORTED
from rag.answering.grounding import NOT_STATED
from rag.answering.prompts import Prompt, load_prompt
from rag.answering.seen import seen
from rag.answering.support import support
from rag.documents.sentences import sentence_around
from rag.evaluation.gold import Evidence, GoldSet, Question
from rag.index import Index
from rag.reading.units import ITEM, units
from rag.retrieval.hit import Hit
from rag.retrieval.passages import Passage, PassageSpan
from rag.words import WORD

NOTHING = 4  # one example in so many has nothing to quote
LONG_ANSWER = 60  # characters; a longer answer is not written before its quote, but left to it
LEAST_WORDS = 2  # of a sentence; one with no more is no evidence
MOST_OF_IT = 0.85  # of a sentence's words stand in the evidence, or
MUCH_OF_QUOTE = 0.7  # of the evidence's in it
MOST_QUOTES = 6
MOST_QUOTED = 450  # characters of all quotes of a reply


@dataclass(frozen=True, slots=True)
class Example:
    """``messages`` are (role, text), as a chat model is asked; ``reply`` is what it should say."""

    messages: tuple[tuple[str, str], ...]
    reply: str


@dataclass(frozen=True, slots=True)
class Examples:
    """Examples in an order drawn by chance; ``nothing`` of them say that the documents don't say;
    ``left_out`` questions made none: their evidence was not found."""

    examples: tuple[Example, ...]
    nothing: int
    left_out: int


def examples_of(gold: GoldSet, index: Index, *, k: int = 3, seed: int = 0) -> Examples:
    """What a gold set teaches over an index, with ``k`` chunks read of each question; the same each time.

    Raises:
        QueryError: a question cannot be asked.
    """
    rng = random.Random(seed)
    prompt = load_prompt("answer")
    quoting: list[Example] = []
    nothing: list[Example] = []
    spare: list[Example] = []
    left_out = 0
    for question in gold.questions:
        hits = index.search(question.question, k + 2)
        proofs = [e for e in question.evidence if e.quote]
        found = _passages(index, question.question, hits[:k])
        if not question.answerable:
            nothing.append(_example(prompt, question, found, NOT_STATED))
        elif reply := _reply(question, list(_quotes(proofs, found)), found):
            quoting.append(_example(prompt, question, found, reply))
            rest = [hit for hit in hits if not _holds(index, hit, proofs)][:k]
            if rest:
                others = _passages(index, question.question, rest)
                spare.append(_example(prompt, question, others, NOT_STATED))
        else:
            left_out += 1
    wanted = max(1, len(quoting) // (NOTHING - 1)) if quoting else 0
    rng.shuffle(spare)
    rng.shuffle(nothing)
    nothing = [*nothing, *spare][:wanted]
    made = [*quoting, *nothing]
    rng.shuffle(made)
    return Examples(tuple(made), len(nothing), left_out)


def _passages(index: Index, question: str, hits: Sequence[Hit]) -> list[Passage]:
    documents = {hit.document_id: index.document(hit.document_id) for hit in hits}
    return seen(hits, documents, question, most=ByModel.most).passages


def _example(
    prompt: Prompt, question: Question, passages: Sequence[Passage], reply: str
) -> Example:
    return Example(tuple(asked(prompt, question.question, passages)), reply)


def _holds(index: Index, hit: Hit, proofs: Sequence[Evidence]) -> bool:
    """Whether a hit has the evidence, or any line of it."""
    return next(_quotes(proofs, _passages(index, "", [hit])), None) is not None


def _quotes(proofs: Sequence[Evidence], passages: Sequence[Passage]) -> Iterator[PassageSpan]:
    """The sentences, items and rows of passages that evidence from their file is made of. By their words:
    a gold set may quote what markup makes of them."""
    for number, passage in enumerate(passages):
        own = [p for p in proofs if not p.source or p.source in passage.hit.sources]
        quotes = [set(WORD.findall(proof.quote.lower())) for proof in own]
        for start, end in units(passage.text):
            words = set(WORD.findall(passage.text[start:end].lower()))
            if len(words) > LEAST_WORDS and any(
                len(words & quote) >= min(MOST_OF_IT * len(words), MUCH_OF_QUOTE * len(quote))
                for quote in quotes
            ):
                item = ITEM.match(passage.text, start, end)
                yield PassageSpan(number, item.end() if item else start, end)


def _reply(
    question: Question, spans: Sequence[PassageSpan], passages: Sequence[Passage]
) -> str | None:
    """``28 euros. "The meal allowance is 28 euros for a full day." [1]``, or the quotes alone, where
    the answer is long or in words that they do not have; None without any."""
    quotes: list[str] = []
    stated: list[str] = []
    for span in spans:
        text = passages[span.passage].text
        words = " ".join(text[span.start : span.end].split())
        if '"' in words or "“" in words or sum(map(len, quotes)) + len(words) > MOST_QUOTED:
            continue
        low, high = sentence_around(text, span.start, span.end)
        stated.append(text[low:high])
        quotes.append(f'"{words}" [{span.passage + 1}]')
    quotes = quotes[:MOST_QUOTES]
    short = [
        answer
        for answer in question.answers
        if len(answer) <= LONG_ANSWER and quotes and support(answer, stated) >= SUPPORTED
    ]
    said = [short[0].rstrip(".") + "."] if short else []
    return " ".join([*said, *quotes]) or None
