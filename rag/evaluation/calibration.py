"""The confidence from which to answer, so that few enough of the answers are wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag.answering.qa import QA
from rag.codec import from_json
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

SHIPPED = Path(__file__).with_name("risk.json")
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
    rows = known(ask_all(qa.over(threshold=0.0), gold, on_asked=on_asked))
    if len(rows) < LEAST:
        raise GoldError(
            f"{gold.name} has {len(rows)} questions with known answers; at least {LEAST} are "
            "needed to choose a threshold."
        )
    return chosen(*columns(rows), error, sure)


@dataclass(frozen=True, slots=True)
class Risk:
    """Of questions that were asked, how sure the chain was, and whether it was right."""

    confidence: tuple[float, ...]
    right: tuple[bool, ...]


def calibrate_as_shipped(error: float, sure: float) -> Threshold:
    """As :func:`calibrate`, by the questions that come with the package: 257 over three folders like a
    firm's, in three wordings each, a third of which shares hardly a word with the text. For the bundled
    reader; another folder may be harder or easier."""
    risk = from_json(SHIPPED.read_bytes(), Risk)
    return chosen(np.array(risk.confidence), np.array(risk.right, float), error, sure)


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
