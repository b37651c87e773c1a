"""The bundled reader: a question and passages in, ranked quotes with calibrated confidence out."""

from __future__ import annotations

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
from rag.evaluate.answers import normalise

WEIGHTS = Path(__file__).parent / "weights"
CANDIDATES = 8  # spans looked at before equal ones are counted together
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
    none."""

    quotes: tuple[Quote, ...]
    confidence: float
    abstained: bool


@dataclass(frozen=True, slots=True)
class Calibration:
    """Logistic regression from ``features`` to the probability of being right (Platt 1999).

    Its figures are fitted by scripts/calibrate_reader.py and stand in the model's config.
    """

    bias: float = 0.0
    best: float = 1.0
    answerable: float = 0.0
    margin: float = 0.0
    threshold: float = 0.5

    def confidence(self, features: tuple[float, float, float]) -> float:
        weights = (self.best, self.answerable, self.margin)
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
        return backend

    @cached_property
    def calibration(self) -> Calibration:
        with self._lock:
            _ = self._backend
        return self._calibration

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
        k: int = 3,
    ) -> Reading:
        """The ``k`` best quotes over all passages; ``contexts`` are their heading paths.

        Whatever the input, each quote is a span of whole words of its passage. Passages that say
        the same raise each other.
        """
        quotes, features = self.candidates(question, passages, contexts=contexts)
        if not quotes:
            return Reading((), 0.0, True)
        confidence = self.calibration.confidence(features)
        return Reading(tuple(quotes[:k]), confidence, confidence < self.calibration.threshold)

    def candidates(
        self, question: str, passages: Sequence[str], *, contexts: Sequence[str] | None = None
    ) -> tuple[list[Quote], tuple[float, float, float]]:
        """All quotes considered, best first, and the features of the first's confidence: the log
        odds of the quote, the log odds that its passage answers at all, and the log ratio to the
        best quote that says something else."""
        asked = tokenise(self._tokenizer, question)
        texts = [tokenise(self._tokenizer, text) for text in passages]
        about = [tokenise(self._tokenizer, text) for text in contexts or [""] * len(passages)]
        windows: list[Prefix] = []
        owner: list[int] = []
        for number, (text, context) in enumerate(zip(texts, about, strict=True)):
            made = prefixes(asked, text, context) if len(asked.ids) else []
            windows += made
            owner += [number] * len(made)
        if not windows:
            return [], (0.0, 0.0, 0.0)
        with self._lock:
            found = best_spans(self._backend, [windows], k=CANDIDATES)[0]
        return _ranked(found, windows, owner, passages, texts)


def _ranked(
    found: Decoded,
    windows: list[Prefix],
    owner: list[int],
    passages: Sequence[str],
    texts: list[Passage],
) -> tuple[list[Quote], tuple[float, float, float]]:
    """Quotes of equal words are one, at its best place; its probability is that any is right."""
    best: dict[str, tuple[Quote, float]] = {}
    places: dict[str, dict[int, float]] = {}
    for span in found.spans:
        passage, window = owner[span.prefix], windows[span.prefix]
        shift = window.first - window.offset
        begin = int(texts[passage].begins[span.first + shift])
        end = int(texts[passage].ends[span.last + shift])
        text, p = passages[passage][begin:end], math.exp(span.log_p)
        key = normalise(text) or text
        by_passage = places.setdefault(key, {})
        by_passage[passage] = max(p, by_passage.get(passage, 0.0))
        if key not in best:
            none = found.no_answer[span.prefix]
            best[key] = Quote(passage, begin, end, text, p), none
    ranked = []
    for key, (quote, none) in best.items():
        wrong = math.prod(1.0 - min(p, 1.0 - 1e-9) for p in places[key].values())
        ranked.append((replace(quote, probability=1.0 - wrong), none))
    ranked.sort(key=lambda pair: -pair[0].probability)
    first, none = ranked[0]
    second = ranked[1][0].probability if len(ranked) > 1 else 0.0
    features = (
        _log_odds(first.probability),
        -_log_odds(math.exp(none)),
        min(FARTHEST, math.log(max(first.probability, 1e-9) / max(second, 1e-9))),
    )
    return [quote for quote, _ in ranked], features


def _log_odds(p: float) -> float:
    p = min(max(p, 1e-9), 1.0 - 1e-9)
    return max(-FARTHEST, min(FARTHEST, math.log(p / (1.0 - p))))
