"""The bundled reader: a question and passages in, ranked quotes with calibrated confidence out."""

from __future__ import annotations

import hashlib
import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from tokenizers import Tokenizer

from rag.answer.reader.decode import Backend, Decoded, best_spans
from rag.answer.reader.prefix import Passage, Prefix, prefixes, tokenise
from rag.encoder import model_folder
from rag.squad import normalise

WEIGHTS = Path(__file__).parent / "weights"
CANDIDATES = 8  # spans looked at before equal ones are counted together
Features = tuple[float, float, float, float, float]

FARTHEST = 8.0  # bounds each feature of the confidence, in nats


@dataclass(frozen=True, slots=True)
class Quote:
    """``passages[passage][start:end] == text``, and how probable it is that it answers."""

    passage: int
    start: int
    end: int
    text: str
    probability: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader found. ``quotes`` are ranked; ``confidence`` is the calibrated probability
    that the first is right; ``abstained`` says that it is below the threshold, or that there is
    none. ``tokens`` were read."""

    quotes: tuple[Quote, ...]
    confidence: float
    abstained: bool
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """Quotes, each with log P that its passage does not answer, and by how much the retrieval score
    of each passage misses the best one. ``tokens`` were read."""

    quotes: tuple[tuple[Quote, float], ...]
    behind: tuple[float, ...]
    tokens: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """Logistic regression from features to the probability of being right (Platt 1999).

    ``prior`` is the weight of the retrieval score, in nats, when quotes are ranked. All figures are
    fitted by scripts/calibrate_reader.py and stand in the model's config.
    """

    bias: float = 0.0
    best: float = 1.0
    answerable: float = 0.0
    margin: float = 0.0
    rank: float = 0.0
    lead: float = 0.0
    prior: float = 0.0
    threshold: float = 0.5

    def confidence(self, features: Features) -> float:
        weights = (self.best, self.answerable, self.margin, self.rank, self.lead)
        z = self.bias + sum(w * f for w, f in zip(weights, features, strict=True))
        return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, z))))


class Reader:
    """Loaded when first used; safe to share between threads."""

    def __init__(self, folder: Path, *, precision: str = "auto") -> None:
        self.folder = folder
        self.precision = precision
        self._lock = threading.Lock()

    @classmethod
    def load(cls, folder: str | Path | None = None, *, precision: str = "auto") -> Reader:
        """The bundled reader, or one that scripts/train_reader.py has made.

        Raises:
            ModelError: its files are missing or damaged.
        """
        reader = cls(Path(folder) if folder else WEIGHTS, precision=precision)
        _ = reader._backend
        return reader

    @cached_property
    def _backend(self) -> Backend:
        from rag.answer.reader.network import OpenVinoBackend

        backend = OpenVinoBackend(self.folder, precision=self.precision)
        self._calibration = Calibration(**backend.config.get("calibration") or {})
        self._digest = backend.digest
        return backend

    @cached_property
    def calibration(self) -> Calibration:
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
        quotes, features = ranked(found, self.calibration.prior)
        if not quotes:
            return Reading((), 0.0, True, found.tokens)
        confidence = self.calibration.confidence(features)
        abstained = confidence < self.calibration.threshold
        return Reading(tuple(quotes[:k]), confidence, abstained, found.tokens)

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

    def candidates(
        self,
        question: str,
        passages: Sequence[str],
        *,
        contexts: Sequence[str] | None = None,
        scores: Sequence[float] | None = None,
    ) -> tuple[list[Quote], Features]:
        """All quotes considered, best first, and the features of the first's confidence."""
        found = self.find(question, passages, contexts=contexts, scores=scores)
        return ranked(found, self.calibration.prior)

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
            return Found((), behind, 0)
        with self._lock:
            decoded = best_spans(self._backend, [windows], k=CANDIDATES)[0]
        quotes = _quotes(decoded, windows, owner, passages, texts)
        told = [
            pair for pair in quotes if _can_answer(pair[0], passages[pair[0].passage], question)
        ] or quotes
        return Found(tuple(told), behind, sum(len(window.ids) for window in windows))


def ranked(found: Found, weight: float) -> tuple[list[Quote], Features]:
    """Quotes by log probability and ``weight`` times retrieval score, best first, and the features
    of the first's confidence: the log odds of the quote, the log odds that its passage answers at
    all, the log ratio to the next quote, by how much its passage's score misses the best one, and
    by how much the best score leads the second."""
    if not found.quotes:
        return [], (0.0, 0.0, 0.0, 0.0, 0.0)
    told = sorted(
        found.quotes,
        key=lambda pair: -math.log(pair[0].probability) - weight * found.behind[pair[0].passage],
    )
    first, none = told[0]
    second = told[1][0].probability if len(told) > 1 else 0.0
    ratio = math.log(max(first.probability, 1e-9) / max(second, 1e-9))
    features = (
        _log_odds(first.probability),
        -_log_odds(math.exp(none)),
        max(-FARTHEST, min(FARTHEST, ratio)),
        found.behind[first.passage],
        -sorted(found.behind)[-2] if len(found.behind) > 1 else 0.0,
    )
    return [quote for quote, _ in told], features


def _quotes(
    found: Decoded,
    windows: list[Prefix],
    owner: list[int],
    passages: Sequence[str],
    texts: list[Passage],
) -> list[tuple[Quote, float]]:
    """Quotes, and log P of no answer of their windows. Those of equal words are one, at its best
    place; its probability is that any is right."""
    best: dict[str, tuple[Quote, float]] = {}
    places: dict[str, dict[int, float]] = {}
    for span in found.spans:
        passage, window = owner[span.prefix], windows[span.prefix]
        shift = window.first - window.offset
        begin = int(texts[passage].begins[span.first + shift])
        end = int(texts[passage].ends[span.last + shift])
        text, p = passages[passage][begin:end], max(math.exp(span.log_p), 1e-30)
        key = normalise(text) or text
        by_passage = places.setdefault(key, {})
        by_passage[passage] = max(p, by_passage.get(passage, 0.0))
        if key not in best:
            none = found.no_answer[span.prefix]
            best[key] = Quote(passage, begin, end, text, p), none
    merged = []
    for key, (quote, none) in best.items():
        others = math.prod(1.0 - p for i, p in places[key].items() if i != quote.passage)
        p = quote.probability + (1.0 - quote.probability) * (1.0 - others)
        merged.append((replace(quote, probability=min(1.0, p)), none))
    return merged


def _can_answer(quote: Quote, passage: str, question: str) -> bool:
    """Not what only repeats words of the question ("How often", of a heading that asks the same;
    where the question offers a choice, its words may be the answer); nor what runs from one cell of
    a table, or one paragraph, into the next; nor the name of a cell ("Price" of "Price: 9 EUR")."""
    if " | " in quote.text or "\n\n" in quote.text:
        return False
    line = passage[passage.rfind("\n", 0, quote.start) + 1 :].split("\n", 1)[0]
    if " | " in line and ("\n" in quote.text or passage.startswith(": ", quote.end)):
        return False
    asked = set(normalise(question).split())
    return "or" in asked or not set(normalise(quote.text).split()) <= asked


def _log_odds(p: float) -> float:
    p = min(max(p, 1e-9), 1.0 - 1e-9)
    return max(-FARTHEST, min(FARTHEST, math.log(p / (1.0 - p))))
