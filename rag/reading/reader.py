"""The bundled reader: a question and passages in, ranked quotes with calibrated confidence out."""

from __future__ import annotations

import hashlib
import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from rag.embedding.embedder import BundledEmbedder
from rag.embedding.encoder import model_folder
from rag.reading.confidence import UNCALIBRATED, Calibration
from rag.reading.decode import Backend, best_spans
from rag.reading.evidence import evidence_for
from rag.reading.prefix import Prefix, Tokens, prefixes, tokenise
from rag.reading.ranking import (
    Found,
    Quote,
    Unit,
    can_answer,
    echoes,
    merged_quotes,
    ranked,
    ranked_units,
)
from rag.reading.units import units, weighed

WEIGHTS = Path(__file__).parent / "weights"
CANDIDATES = 8  # spans looked at before equal ones are counted together
LOOKED_AT = 12  # units of which more is found out: more cost time and are hardly ever the best
FIRST_LOOK = 7.0  # weight of the retrieval score when they are chosen


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader found. ``quotes`` are ranked, ``units`` (sentences, list items, rows) are the likeliest,
    ranked too. ``confidence`` is the calibrated probability that the first quote is right,
    ``passage_confidence`` that the first units hold the answer; ``abstained`` says that both are below the
    threshold, or that there is nothing. ``tokens`` were read."""

    quotes: tuple[Quote, ...]
    confidence: float
    abstained: bool
    units: tuple[Unit, ...] = ()
    passage_confidence: float = 0.0
    tokens: int = 0


class Reader:
    """Loaded when first used; safe to share between threads."""

    def __init__(self, folder: Path, *, precision: str = "auto") -> None:
        self.folder = folder
        self.precision = precision
        self._lock = threading.Lock()
        self._embedder = BundledEmbedder(precision)

    @classmethod
    def load(cls, folder: str | Path | None = None, *, precision: str = "auto") -> Reader:
        """The bundled reader, loaded once for all that use it; or one that training/run.py has made, as it lies now.

        Raises:
            ModelError: its files are missing or damaged.
        """
        if folder is None:
            with _LOADING:
                return _bundled(precision)
        reader = cls(Path(folder), precision=precision)
        _ = reader._backend
        return reader

    @cached_property
    def _backend(self) -> Backend:
        from rag.reading.network import OpenVinoBackend

        backend = OpenVinoBackend(self.folder, precision=self.precision)
        self._calibration = backend.config.calibration or UNCALIBRATED
        self._digest = backend.digest
        return backend

    @cached_property
    def calibration(self) -> Calibration:
        """That of its config.json; :data:`UNCALIBRATED` where it has none.

        Raises:
            ModelError: its files are missing or damaged.
        """
        with self._lock:
            _ = self._backend
        return self._calibration

    @property
    def fingerprint(self) -> str:
        """Of its weights and calibration."""
        calibration = repr(self.calibration)
        return f"{self._digest}-{hashlib.sha256(calibration.encode()).hexdigest()[:8]}"

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        tokenizer = Tokenizer.from_file(str(model_folder() / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    def read(
        self,
        question: str,
        passages: Sequence[str],
        *,
        contexts: Sequence[str] | None = None,
        scores: Sequence[float] | None = None,
        k: int = 3,
    ) -> Reading:
        """The ``k`` best quotes over all passages; ``contexts`` are their heading paths, ``scores``
        how well they were retrieved, in [0, 1].

        Whatever the input, each quote is a span of whole words of its passage. Passages that say
        the same raise each other.
        """
        found = self.find(question, passages, contexts=contexts, scores=scores)
        return reading_of(found, self.calibration, k)

    def answerable(
        self, question: str, passages: Sequence[str], *, contexts: Sequence[str] | None = None
    ) -> list[float]:
        """For each passage the probability that it answers the question at all (uncalibrated)."""
        asked = tokenise(self._tokenizer, question)
        about = contexts or [""] * len(passages)
        groups = [
            prefixes(asked, tokenise(self._tokenizer, text), tokenise(self._tokenizer, context))
            for text, context in zip(passages, about, strict=True)
        ]
        with self._lock:
            found = best_spans(self._backend, [[w for group in groups for w in group]], k=1)
        told = iter(found[0].no_answer) if found else iter(())
        return [max((1.0 - math.exp(next(told)) for _ in group), default=0.0) for group in groups]

    def find(
        self,
        question: str,
        passages: Sequence[str],
        *,
        contexts: Sequence[str] | None = None,
        scores: Sequence[float] | None = None,
    ) -> Found:
        """What :func:`ranked` puts in order: the network's part of reading."""
        asked = tokenise(self._tokenizer, question)
        texts = [tokenise(self._tokenizer, text) for text in passages]
        about = [tokenise(self._tokenizer, text) for text in contexts or [""] * len(passages)]
        windows: list[Prefix] = []
        owner: list[int] = []
        for number, (text, context) in enumerate(zip(texts, about, strict=True)):
            made = prefixes(asked, text, context) if len(asked.ids) else []
            windows += made
            owner += [number] * len(made)
        highest = max(scores, default=0.0) if scores else 0.0
        behind = tuple(score - highest for score in scores or [0.0] * len(passages))
        if not windows:
            return Found((), (), behind, 0)
        with self._lock:
            decoded = best_spans(self._backend, [windows], k=CANDIDATES)[0]
        quotes = merged_quotes(decoded, windows, owner, passages, texts)
        marked = list(zip(zip(windows, decoded.starts, strict=True), owner, strict=True))
        told = [
            pair for pair in quotes if can_answer(pair[0], passages[pair[0].passage], question)
        ] or quotes
        parts = [
            (number, span, weight)
            for number, (text, tokens) in enumerate(zip(passages, texts, strict=True))
            for span, weight in _weighed(
                text, tokens, [pair for pair, own in marked if own == number]
            )
            if not echoes(text[slice(*span)], question)
        ]
        parts = sorted(parts, key=lambda part: -part[2] - FIRST_LOOK * behind[part[0]])[:LOOKED_AT]
        about_each = contexts or [""] * len(passages)
        known = evidence_for(question, passages, about_each, parts, behind, self._embedder.encode)
        judged = (Unit(n, *span, own) for (n, span, _), own in zip(parts, known, strict=True))
        return Found(tuple(told), tuple(judged), behind, sum(len(w.ids) for w in windows))


def reading_of(found: Found, scale: Calibration, k: int = 3) -> Reading:
    """What was found in order, the ``k`` best quotes of it, and how sure one can be."""
    quotes, features = ranked(found, scale.quote.prior)
    if not quotes:
        return Reading((), 0.0, True, tokens=found.tokens)
    units, of_units = ranked_units(found, scale.ranking)
    confidence = scale.quote.confidence(features)
    holds = scale.unit.confidence(of_units)
    return Reading(
        quotes=tuple(quotes[:k]),
        confidence=confidence,
        abstained=max(confidence, holds) < scale.threshold,
        units=tuple(units),
        passage_confidence=holds,
        tokens=found.tokens,
    )


def _weighed(text: str, tokens: Tokens, windows: list[Any]) -> list[tuple[tuple[int, int], float]]:
    parts = units(text)
    return list(zip(parts, weighed(parts, tokens, windows).tolist(), strict=True))


_LOADING = threading.Lock()


@cache
def _bundled(precision: str) -> Reader:
    return Reader.load(WEIGHTS, precision=precision)
