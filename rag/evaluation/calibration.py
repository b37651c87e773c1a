"""The confidence from which to answer, so that few enough of the answers are wrong."""

from __future__ import annotations

from dataclasses import dataclass

from rag.answering.qa import QA
from rag.errors import GoldError
from rag.evaluation.abstention import (
    columns,
    highest_error,
    known,
    sure_threshold_for,
    threshold_for,
)
from rag.evaluation.asking import OnAsked, ask_all
from rag.evaluation.gold import GoldSet
from rag.evaluation.statistics import Floats

LEAST = 20  # questions; from fewer a threshold is a guess
USUAL = 0.9


@dataclass(frozen=True, slots=True)
class Threshold:
    """At ``threshold`` the chain answers a share ``coverage`` of ``questions``, ``error`` of these
    answers wrong; of further questions of the kind, with the probability ``sure``, at most ``bound``."""

    threshold: float
    coverage: float
    error: float
    questions: int
    bound: float
    sure: float


def calibrate(
    qa: QA, gold: GoldSet, error: float, *, sure: float = 0.0, on_asked: OnAsked | None = None
) -> Threshold:
    """The lowest threshold at which at most ``error`` of the answers to the gold set are wrong; with
    ``sure``, at which that holds of further questions like them, too, with that probability.

    Whether an answer is right is answer/right; to an unanswerable question none is. Everything is answered
    for it, whatever threshold the chain has.

    Raises:
        GoldError: the gold set has too few questions with known answers.
    """
    if not 0 < error < 1 or not 0 <= sure < 1:
        raise GoldError(f"error is {error}, sure is {sure}; both must be between 0 and 1.")
    rows = known(ask_all(qa.over(qa.index, threshold=0.0), gold, on_asked=on_asked))
    if len(rows) < LEAST:
        raise GoldError(
            f"{gold.name} has {len(rows)} questions with known answers; at least {LEAST} are "
            "needed to choose a threshold."
        )
    return chosen(*columns(rows), error, sure)


def chosen(confidence: Floats, right: Floats, error: float, sure: float) -> Threshold:
    """The threshold by these confidences and whether what they stand for is right, with its bound: of
    ``sure``, or of 90% where none is asked for."""
    if sure:
        level, coverage, wrong = sure_threshold_for(confidence, right, error, sure)
    else:
        level, coverage, wrong = threshold_for(confidence, right, error)
    answered = round(coverage * len(right))
    told = sure or USUAL
    bound = highest_error(round(wrong * answered), answered, told)
    return Threshold(level, coverage, wrong, len(right), bound, told)
