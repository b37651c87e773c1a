"""The confidence from which to answer, so that few enough of the answers are wrong."""

from __future__ import annotations

from dataclasses import dataclass

from rag.answering.qa import QA
from rag.errors import GoldError
from rag.evaluation.abstention import columns, known, threshold_for
from rag.evaluation.asking import OnAsked, ask_all
from rag.evaluation.gold import GoldSet

LEAST = 20  # questions; from fewer a threshold is a guess


@dataclass(frozen=True, slots=True)
class Threshold:
    """At ``threshold`` the chain answers a share ``coverage`` of the questions, ``error`` of these
    answers wrong."""

    threshold: float
    coverage: float
    error: float


def calibrate(qa: QA, gold: GoldSet, error: float, *, on_asked: OnAsked | None = None) -> Threshold:
    """The lowest threshold at which at most ``error`` of the answers to the gold set are wrong.

    Whether an answer is right is answer/right; to an unanswerable question none is. Everything is answered
    for it, whatever threshold the chain has.

    Raises:
        GoldError: the gold set has too few questions with known answers.
    """
    if not 0 < error < 1:
        raise GoldError(f"error is {error}; it must be between 0 and 1.")
    rows = known(ask_all(qa.over(qa.index, threshold=0.0), gold, on_asked=on_asked))
    if len(rows) < LEAST:
        raise GoldError(
            f"{gold.name} has {len(rows)} questions with known answers; at least {LEAST} are "
            "needed to choose a threshold."
        )
    return Threshold(*threshold_for(*columns(rows), error))
