"""Hits put in a better order by a model that sees question and chunk together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from rag.errors import ExtraMissing, ModelError
from rag.retrieval.hidden import fallen
from rag.retrieval.hit import Hit

if TYPE_CHECKING:
    from rag.reading import Reader

CANDIDATES = 4  # hits looked at for each that is kept


class Reranker(Protocol):
    """What puts hits in another order. ``name`` stands in the settings of an answer."""

    name: str

    def scores(self, question: str, hits: Sequence[Hit]) -> list[float]:
        """How well each hit answers, one number a hit, higher is better, of any scale."""
        ...


def rerank(reranker: Reranker, question: str, hits: Sequence[Hit], k: int) -> list[Hit]:
    """The ``k`` best by the reranker's score, mapped to [0, 1]; ties stay as they were. What is hidden falls."""
    if not hits:
        return []
    scores = reranker.scores(question, hits)
    low, high = min(scores), max(scores)
    spread = (high - low) or 1.0
    scaled = [(score - low) / spread for score in scores]
    counted = [fallen(s) if hit.hidden else s for hit, s in zip(hits, scaled, strict=True)]
    order = sorted(range(len(hits)), key=lambda i: -counted[i])
    return [replace(hits[i], score=counted[i]) for i in order[:k]]


def load_reranker(name: str, reader: Reader | None = None) -> Reranker:
    """A reranker by name: "reader" (``reader``, if it is loaded already), or the name or folder of a
    sentence-transformers cross-encoder.

    Raises:
        ModelError: it cannot be loaded.
        ExtraMissing: cross-encoders are not installed.
    """
    if name == "reader":
        from rag.reading import Reader

        return ReaderReranker(reader or Reader.load())
    try:
        from sentence_transformers import CrossEncoder
    except ImportError:
        raise ExtraMissing(f'The reranker "{name}"', "hf") from None
    try:
        return CrossEncoderReranker(name, CrossEncoder(name))
    except Exception as error:  # a wrong name, a damaged folder, no network: each has its own
        detail = " ".join(str(error).split())[:300]
        raise ModelError(
            f'The reranker "{name}" cannot be loaded: {detail} Name "reader", or a '
            "sentence-transformers cross-encoder."
        ) from None


class CrossEncoderReranker:
    """A cross-encoder of sentence-transformers: it reads question and chunk as one text."""

    def __init__(self, name: str, model: Any) -> None:
        self.name = name
        self.model = model

    def scores(self, question: str, hits: Sequence[Hit]) -> list[float]:
        """The cross-encoder's own score of each hit's chunk, under its headings."""
        pairs = [(question, f"{hit.context}\n{hit.text}".strip()) for hit in hits]
        return [float(score) for score in self.model.predict(pairs, show_progress_bar=False)]


class ReaderReranker:
    """The bundled reader's probability that a chunk answers at all, and half of the retrieval score:
    a chunk that answers nothing still ranks by its words."""

    name = "reader"

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def scores(self, question: str, hits: Sequence[Hit]) -> list[float]:
        """Of each hit, from 0 to 1.5."""
        answers = self.reader.answerable(
            question, [hit.text for hit in hits], contexts=[hit.context for hit in hits]
        )
        return [p + 0.5 * hit.score for p, hit in zip(answers, hits, strict=True)]
