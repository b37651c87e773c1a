"""Metrics of retrieval: is the evidence among the first ``k`` that were found, and how high.

The formulas are trec_eval's; tests hold each against its figures. Every one fails where evidence is
not found, or is found late.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from rag.evaluation.metric import Asked, Metric
from rag.evaluation.relevance import LEVELS, Judged, Level


def success(judged: Judged, k: int) -> float:
    """1 if anything relevant is among the first ``k``."""
    return float(any(key in judged.qrels for key in _first(judged, k)))


def recall(judged: Judged, k: int) -> float:
    """The share of all that is relevant that is among the first ``k``."""
    return sum(key in judged.qrels for key in _first(judged, k)) / len(judged.qrels)


def precision(judged: Judged, k: int) -> float:
    """The share of ``k`` places that hold something relevant; empty places count."""
    return sum(key in judged.qrels for key in _first(judged, k)) / k


def reciprocal_rank(judged: Judged, k: int) -> float:
    """One over the place of the first that is relevant; 0 if it is not among the first ``k``."""
    places = (n for n, key in enumerate(_first(judged, k), 1) if key in judged.qrels)
    return 1 / next(places, math.inf)


def ndcg(judged: Judged, k: int) -> float:
    """Normalised discounted cumulative gain (Järvelin and Kekäläinen 2002), with the grade itself
    as gain and a discount of log2(place + 1), as in trec_eval."""
    found = [judged.qrels.get(key, 0) for key in _first(judged, k)]
    ideal = sorted(judged.qrels.values(), reverse=True)[:k]
    return _gain(found) / _gain(ideal)


def _gain(grades: list[int]) -> float:
    return sum(grade / math.log2(place + 1) for place, grade in enumerate(grades, 1))


def _first(judged: Judged, k: int) -> list[str]:
    return list(judged.run)[:k]


_MEASURES: tuple[tuple[str, Callable[[Judged, int], float], int, str], ...] = (
    ("success", success, 5, "some evidence among the first 5"),
    ("recall", recall, 1, "share of all evidence that is first"),
    ("recall", recall, 5, "share of all evidence among the first 5"),
    ("recall", recall, 10, "share of all evidence among the first 10"),
    ("precision", precision, 5, "share of the first 5 that is evidence"),
    ("mrr", reciprocal_rank, 10, "one over the place of the first evidence"),
    ("ndcg", ndcg, 10, "how high the evidence stands, by its grade"),
)
_TITLES = {
    "retrieval/passage/success@5": "evidence in the top 5",
    "retrieval/passage/recall@5": "all evidence, recall@5",
    "retrieval/passage/ndcg@10": "nDCG@10",
}


def _metric(
    level: Level, measure: str, function: Callable[[Judged, int], float], k: int, explained: str
) -> Metric:
    def of_question(asked: Asked) -> float | None:
        judged = asked.judged.get(level)
        return None if judged is None else function(judged, k)

    name = f"retrieval/{level}/{measure}@{k}"
    return Metric(
        name=name,
        title=_TITLES.get(name, f"{measure}@{k}, by {level}"),
        explained=explained,
        unit="score" if measure in ("mrr", "ndcg") else "percent",
        scorecard=name in _TITLES,
        tile=name == "retrieval/passage/success@5",
        column=name == "retrieval/passage/recall@5",
        plot="recall" if measure == "recall" else "",
        of_question=of_question,
    )


METRICS = tuple(_metric(level, *measure) for level in LEVELS for measure in _MEASURES)
