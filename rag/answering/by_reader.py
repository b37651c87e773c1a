"""Replies by the bundled reader: its best quote, if it is sure enough of it."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from pathlib import PurePosixPath
from typing import Any

from rag.answering.followup import Turn, rewritten
from rag.answering.reply import Reply
from rag.reading import Reader
from rag.retrieval.hit import Hit
from rag.retrieval.passages import Passage, PassageSpan

_NAME_WORD = re.compile(r"[^\W\d_]{2,}|(?<!\d)(?:19|20)\d\d(?!\d)")


class ByReader:
    """The bundled reader as a :class:`rag.answering.reply.Replier`."""

    name = "reader"
    prompt = ""
    most = 720  # characters: it was trained on passages up to this length
    verbatim = True

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.threshold = reader.calibration.threshold

    def reply(self, question: str, passages: Sequence[Passage], threshold: float) -> Reply:
        """The best quote of all passages; no text where the reader is less sure than ``threshold``."""
        reading = self.reader.read(
            question,
            [p.text for p in passages],
            contexts=[about(p.hit) for p in passages],
            scores=[p.hit.score for p in passages],
            cosines=cosines(passages),
        )
        tokens = reading.tokens
        usage = {"input_tokens": tokens, "output_tokens": 0, "total_tokens": tokens}
        if not reading.quotes:
            return Reply("", (), 0.0, usage=usage)
        best = reading.quotes[0]
        text = "" if reading.confidence < threshold else " ".join(best.text.split())
        span = PassageSpan(best.passage, best.start, best.end)
        return Reply(text, (span,), reading.confidence, usage=usage)

    def in_pieces(
        self, question: str, passages: Sequence[Passage], threshold: float
    ) -> Generator[str, None, Reply]:
        """As :meth:`reply`: a quote is found whole, so there are no pieces."""
        yield from ()
        return self.reply(question, passages, threshold)

    def standalone(self, question: str, turns: Sequence[Turn]) -> str:
        """By rule (:mod:`rag.answering.followup`): a reader cannot write."""
        return rewritten(question, [turn.standalone for turn in turns])

    def settings(self) -> dict[str, Any]:
        """The fingerprint of its weights and calibration."""
        return {"weights": self.reader.fingerprint}


def about(hit: Hit) -> str:
    """What a reader is shown of a passage besides its text: heading path and the words of the file's
    name, which states what no heading does ("price-list-2024.csv")."""
    name = " ".join(_NAME_WORD.findall(PurePosixPath(hit.source).stem))
    known = hit.context.lower()
    if not name or all(word.lower() in known for word in name.split()):
        return hit.context
    return f"{hit.context} ({name})" if hit.context else name


def cosines(passages: Sequence[Passage]) -> list[float]:
    """Of each passage's best hit; one that only its words have found is no nearer than the others."""
    known = [p.hit.dense for p in passages if p.hit.dense is not None]
    return [p.hit.dense if p.hit.dense is not None else min(known, default=0.0) for p in passages]
