"""Replies by the bundled reader, as far as it is sure: its best quote, or the sentences that hold it, at which a larger
network may have looked once more."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from pathlib import PurePosixPath
from typing import Any

from rag.answering.answer import Verdict
from rag.answering.extent import (
    NEVER_SHORT,
    SENTENCES,
    extract,
    marked,
    nearest,
    one_of_several,
    said,
)
from rag.answering.followup import Turn, standalone
from rag.answering.numbered import RARELY, only_others
from rag.answering.orders import orders
from rag.answering.reply import Reply
from rag.answering.verdict import CERTAIN, verdict
from rag.reading import Reader, Reading
from rag.reading.asked import Kind, kind_of
from rag.reading.confidence import Calibration
from rag.reading.ranking import Unit
from rag.reading.second_look import SecondLook
from rag.retrieval.hit import Hit
from rag.retrieval.passages import Passage, PassageSpan

_NAME_WORD = re.compile(r"[^\W\d_]{2,}|(?<!\d)(?:19|20)\d\d(?!\d)")


class ByReader:
    """The bundled reader as a :class:`rag.answering.reply.Replier`."""

    name = "reader"
    prompt = ""
    most = 720  # characters: it was trained on passages up to this length
    verbatim = True

    def __init__(self, reader: Reader, second: SecondLook | None = None) -> None:
        self.reader = reader
        self.second = second
        self.threshold = reader.calibration.threshold

    def reply(self, question: str, passages: Sequence[Passage], threshold: float) -> Reply:
        """A quote, if it is sure of the words, or the likeliest sentences; no text where it is less sure
        than ``threshold`` of what it would give."""
        contexts = [about(p.hit) for p in passages]
        reading = self.reader.read(
            question,
            [p.text for p in passages],
            contexts=contexts,
            scores=[p.hit.score for p in passages],
        )
        kind = kind_of(question)
        if not reading.quotes:
            return Reply("", (), 0.0, kind=kind, usage=_usage(reading))
        best = reading.quotes[0]
        likely = PassageSpan(best.passage, best.start, best.end)
        short = is_short(kind, reading, passages[best.passage].text, self.reader.calibration)
        shown = [likely]
        says: Verdict = ""
        if not short or kind == "yesno":
            if self.second is not None:
                reading = self.second.judge(question, [p.text for p in passages], contexts, reading)
            pieces = extract(reading.units, passages, kind, _suspect(passages))
            says = _verdict(question, reading, passages, pieces) if kind == "yesno" else ""
            short = short and not says  # a verdict never stands without its rule
            if not short:
                shown = pieces or [likely]
                if kind != "steps":  # of which no few words are the answer
                    shown = marked(shown, likely)
        others = only_others(question, passages)
        most = RARELY if others else 1.0
        span_confidence, passage_confidence = (
            min(most, sure) for sure in (reading.confidence, reading.passage_confidence)
        )
        confidence = span_confidence if short else passage_confidence
        unit = _likeliest(reading, shown[0]) if not short else None
        if confidence < threshold:
            shown = nearest(reading.units, passages, shown[0], _suspect(passages))
        text = "\n".join(said(passages[span.passage].text, span) for span in shown)
        return Reply(
            text if confidence >= threshold else "",
            tuple(shown),
            confidence,
            kind=kind,
            tier="short" if short else "extract",
            passage_confidence=passage_confidence,
            span_confidence=span_confidence,
            usage=_usage(reading),
            verdict=says,
            unit=unit.start if unit else None,
            why=others,
        )

    def in_pieces(
        self, question: str, passages: Sequence[Passage], threshold: float
    ) -> Generator[str, None, Reply]:
        """As :meth:`reply`: a quote is found whole, so there are no pieces."""
        yield from ()
        return self.reply(question, passages, threshold)

    def standalone(self, question: str, turns: Sequence[Turn]) -> str:
        """By rule (:mod:`rag.answering.followup`): a reader cannot write."""
        return standalone(question, [turn.question for turn in turns])

    def settings(self) -> dict[str, Any]:
        """The fingerprint of its weights and calibration, and of those of the second look."""
        found = {"weights": self.reader.fingerprint}
        return found if self.second is None else found | {"second_look": self.second.fingerprint}


def is_short(kind: Kind, reading: Reading, text: str, lines: Calibration) -> bool:
    """Whether a few words are the answer, of a passage whose ``text`` is given; else it is sentences."""
    best = reading.quotes[0]
    return (
        kind not in NEVER_SHORT
        and reading.confidence >= (lines.surer if kind in SENTENCES else lines.sure)
        and not one_of_several(text, PassageSpan(best.passage, best.start, best.end))
    )


def _usage(reading: Reading) -> dict[str, int]:
    tokens = reading.tokens
    return {"input_tokens": tokens, "output_tokens": 0, "total_tokens": tokens}


def _suspect(passages: Sequence[Passage]) -> list[PassageSpan]:
    """What reads like an order to a model: it is never shown as an answer."""
    return [PassageSpan(i, o.start, o.end) for i, p in enumerate(passages) for o in orders(p.text)]


def _verdict(
    question: str,
    reading: Reading,
    passages: Sequence[Passage],
    pieces: Sequence[PassageSpan],
) -> Verdict:
    """What the likeliest unit of the first piece says to a yes/no question, if it is sure enough of it and
    no other piece says otherwise."""
    if reading.passage_confidence < CERTAIN:
        return ""
    says: list[Verdict] = []
    for piece in pieces:
        rule = _likeliest(reading, piece)
        text = passages[piece.passage].text
        says.append(verdict(question, text, rule.start, rule.end) if rule else "")
    return says[0] if says and {*says} <= {says[0], ""} else ""


def _likeliest(reading: Reading, piece: PassageSpan) -> Unit | None:
    """The likeliest unit inside a piece."""
    inside = (
        unit
        for unit in reading.units
        if unit.passage == piece.passage and piece.start <= unit.start < piece.end
    )
    return next(inside, None)


def about(hit: Hit) -> str:
    """What a reader is shown of a passage besides its text: heading path and the words of the file's
    name, which states what no heading does ("price-list-2024.csv")."""
    name = " ".join(_NAME_WORD.findall(PurePosixPath(hit.source).stem))
    known = hit.context.lower()
    if not name or all(word.lower() in known for word in name.split()):
        return hit.context
    return f"{hit.context} ({name})" if hit.context else name
