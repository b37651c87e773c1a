"""Metrics of grounding: are citations words of the documents, are they the right ones, and do they state
what is said?

What a chain proves of its own answers is no figure. That the bundled reader's answer stands in its
quote is so by construction, so sentences are judged only where they were written by a model; and they
are judged by another rule than the one that kept them (:mod:`rag.evaluation.entailment`). The cited
words are held against the gold set, which the chain has not seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.answering.answer import Answer
from rag.documents.sentences import sentence_spans
from rag.evaluation.entailment import Entails, states
from rag.evaluation.metric import Asked, Metric
from rag.evaluation.relevance import overlap, same_file
from rag.words import normalise

_MARK = re.compile(r"\[([1-9]\d*)\]")
_MARKS = re.compile(r"(?:\[[1-9]\d*\]\s*)+")


def statements(answer: Answer) -> list[tuple[str, list[str]]]:
    """Each sentence of an answer with the quotes that it cites; without marks, all of them."""
    quotes = [c.quote for c in answer.citations]
    if not _MARK.search(answer.text):
        # The bundled reader: all of it is one copied span.
        return [(answer.text, quotes)]
    found: list[tuple[str, list[str]]] = []
    for begin, end in sentence_spans(answer.text):
        part = answer.text[begin:end].strip()
        text = _MARK.sub("", part).strip(" .,;")
        # "Said. [1]" and "[1] Next": marks that open a part belong to the sentence before.
        lead = _MARKS.match(part)
        if lead and found:
            found[-1][1].extend(_cited(lead[0], quotes))
            part = part[lead.end() :]
        if text:
            found.append((text, _cited(part, quotes)))
    return found


def _cited(part: str, quotes: list[str]) -> list[str]:
    return [quotes[int(m) - 1] for m in _MARK.findall(part) if int(m) <= len(quotes)]


@dataclass(frozen=True, slots=True)
class Grounding:
    """Of one answer: how many sentences it has, how many of them its citations support, how many
    citations it has, how many of those are needed or sufficient for the sentence they stand by."""

    sentences: int
    supported: int
    citations: int
    useful: int


def grounding(answer: Answer, entails: Entails = states) -> Grounding:
    """In the manner of ALCE (Gao et al. 2023): a sentence is supported if all its quotes together
    entail it (recall). A citation is useful if its sentence is supported, and its quote entails it
    alone or is missed when left out (precision)."""
    supported = citations = useful = 0
    said = statements(answer)
    for text, quotes in said:
        citations += len(quotes)
        if not quotes or not entails(" ".join(quotes), text):
            continue
        supported += 1
        for number, quote in enumerate(quotes):
            others = " ".join(q for i, q in enumerate(quotes) if i != number)
            useful += entails(quote, text) or not (others and entails(others, text))
    return Grounding(len(said), supported, citations, useful)


def written(answer: Answer) -> bool:
    """Whether an answer's sentences were written, and carry citation marks; the bundled reader's are
    copied, so that their quote states them whatever they are."""
    return not answer.abstained and _MARK.search(answer.text) is not None


def _verbatim(asked: Asked) -> float | None:
    """Fails where a citation's offsets are not those of its quote, or the words of the answer are
    not inside it: a document that was stored anew, an offset that is counted otherwise."""
    if asked.answer.abstained:
        return None
    exact = [
        asked.texts.get(c.document_id, "")[c.start : c.end] == c.quote
        and c.start <= c.answer_start <= c.answer_end <= c.end
        for c in asked.answer.citations
    ]
    return sum(exact) / len(exact) if exact else 0.0


def _gold(asked: Asked) -> float | None:
    """Fails where the answer cites something else than the evidence."""
    wanted = [e for e in asked.question.evidence if e.quote]
    if asked.answer.abstained or not wanted:
        return None
    return float(
        any(
            any(not e.source or same_file(s, e.source) for s in c.sources)
            and overlap(c.quote, e.quote)
            for c in asked.answer.citations
            for e in wanted
        )
    )


def _answers(asked: Asked) -> float | None:
    """Fails where the cited words do not hold a right answer, whatever file they are from."""
    gold = asked.question.answers
    if asked.answer.abstained or not asked.question.answerable or not gold:
        return None
    cited = f" {normalise(' '.join(c.quote for c in asked.answer.citations))} "
    return float(any(f" {normalise(answer)} " in cited for answer in gold))


def _recall(asked: Asked) -> float | None:
    """Fails where a number, unit, name or negation of a sentence is not its quotes', or a quarter
    of its words; without quotes it is not supported."""
    if not written(asked.answer):
        return None
    found = grounding(asked.answer, asked.judges.entails)
    return found.supported / found.sentences if found.sentences else 0.0


def _precision(asked: Asked) -> float | None:
    """Fails where a sentence cites a quote that it does not need."""
    if not written(asked.answer):
        return None
    found = grounding(asked.answer, asked.judges.entails)
    return found.useful / found.citations if found.citations else 0.0


def _hallucinated(asked: Asked) -> float | None:
    """Fails (is 1) where a question without an answer is answered, or a written sentence is not
    supported by what it cites."""
    if asked.answer.abstained:
        return None
    return float(
        not asked.question.answerable or ((_recall(asked) or 0.0) < 1.0 and written(asked.answer))
    )


METRICS = (
    Metric(
        name="citation/verbatim",
        title="quotes verbatim",
        explained="quotes that are words of the document at their place",
        scorecard=True,
        tile=True,
        of_question=_verbatim,
    ),
    Metric(
        name="citation/gold",
        title="cites the gold evidence",
        explained="answers that cite the gold evidence",
        scorecard=True,
        of_question=_gold,
    ),
    Metric(
        name="citation/answers",
        title="cited words hold the answer",
        explained="answers whose cited words hold a right answer",
        scorecard=True,
        of_question=_answers,
    ),
    Metric(
        name="citation/recall",
        title="sentences supported by citations",
        explained="written sentences that their citations support (ALCE)",
        scorecard=True,
        of_question=_recall,
    ),
    Metric(
        name="citation/precision",
        title="citations needed",
        explained="citations of written sentences that are needed (ALCE)",
        scorecard=True,
        of_question=_precision,
    ),
    Metric(
        name="hallucination/rate",
        title="answers without ground",
        explained="answers given where there is none, or without support",
        less=True,
        scorecard=True,
        tile=True,
        of_question=_hallucinated,
    ),
)
