"""Metrics of answers: as right as the gold set has them, by SQuAD's measures and by numbers' values.

Each fails where the words, or the number, are other than the gold answer's. An extract, which is
whole sentences, has a low F1 by its form: whether it holds the answer is a figure of its own. There is no ROUGE-L: what
is copied from a document has its order, so that the longest common subsequence says what token F1 says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rag.evaluation.metric import Asked, Metric
from rag.evaluation.quantities import quantities
from rag.words import normalise

RIGHT = 0.5  # F1 from which a few words count as right
SHORT = 4  # words; a longer answer with a number in it is more than that number


def numeric_match(answer: str, gold: Sequence[str], tolerance: float = 0.0) -> float | None:
    """1 where the first number of the answer is the first of a gold answer, within a relative
    ``tolerance``, and no two units contradict each other; None where no gold answer has a number."""
    wanted = [numbers[0] for g in gold if (numbers := quantities(g))]
    if not wanted:
        return None
    given = quantities(answer)
    return float(
        bool(given)
        and any(
            abs(given[0].value - w.value) <= tolerance * abs(w.value) + 1e-9
            and (not w.unit or not given[0].unit or w.unit == given[0].unit)
            for w in wanted
        )
    )


def exact_match(answer: str, gold: Sequence[str]) -> float:
    """1 where the answer is one of the gold ones, as SQuAD normalises them (Rajpurkar et al. 2016);
    with none, where it is empty."""
    return float(any(normalise(answer) == normalise(g) for g in gold or [""]))


def f1(answer: str, gold: Sequence[str]) -> float:
    """The best harmonic mean of token precision and recall over the gold answers (Rajpurkar et al.
    2016)."""
    return max(_f1(normalise(answer).split(), normalise(g).split()) for g in gold or [""])


def holds(text: str, gold: Sequence[str]) -> bool:
    """Whether a gold answer stands in the text, word for word, as SQuAD normalises them."""
    words = f" {normalise(text)} "
    return any(f" {said} " in words for answer in gold if (said := normalise(answer)))


def right(answer: str, gold: Sequence[str], *, extract: bool) -> bool:
    """Whether sentences hold a gold answer; whether a few words have an F1 of at least RIGHT with one."""
    return holds(answer, gold) if extract else bool(answer) and f1(answer, gold) >= RIGHT


def _f1(answer: list[str], gold: list[str]) -> float:
    if not answer or not gold:
        return float(answer == gold)
    same = (Counter(answer) & Counter(gold)).total()
    return 2 * same / (len(answer) + len(gold)) if same else 0.0


def _known(asked: Asked) -> bool:
    return asked.question.answerable and bool(asked.question.answers)


def _em(asked: Asked) -> float | None:
    return exact_match(asked.said, asked.question.answers) if _known(asked) else None


def _f1_of(asked: Asked) -> float | None:
    return f1(asked.said, asked.question.answers) if _known(asked) else None


def _right(asked: Asked) -> float | None:
    if not _known(asked) or asked.answer.abstained:
        return 0.0 if _known(asked) else None
    extract = asked.answer.tier == "extract"
    return float(right(asked.said, asked.question.answers, extract=extract))


def _f1_answered(asked: Asked) -> float | None:
    return None if asked.answer.abstained else _f1_of(asked)


def _numeric(asked: Asked) -> float | None:
    gold = asked.question.answers
    if not _known(asked) or any(len(answer.split()) > SHORT for answer in gold):
        return None
    return numeric_match(asked.said, gold, asked.judges.tolerance)


def _squad2(asked: Asked) -> float | None:
    return _f1_of(asked) if asked.question.answerable else float(asked.answer.abstained)


def _graded(asked: Asked) -> float | None:
    grade, gold = asked.judges.grade, asked.question.answers
    if grade is None or asked.answer.abstained or not gold:
        return None
    return grade(asked.question.question, asked.said, gold)


METRICS = (
    Metric(
        name="answer/right",
        title="right",
        explained="an extract holds the gold answer, a few words have an F1 of 50%; an abstention counts 0",
        scorecard=True,
        tile=True,
        column=True,
        of_question=_right,
    ),
    Metric(
        name="answer/em",
        title="exact match",
        explained="exact match; an abstention counts 0",
        scorecard=True,
        column=True,
        of_question=_em,
    ),
    Metric(
        name="answer/f1",
        title="F1",
        explained="token F1; an abstention counts 0",
        scorecard=True,
        tile=True,
        column=True,
        of_question=_f1_of,
    ),
    Metric(
        name="answer/f1_answered",
        title="F1 where it answered",
        explained="token F1 of what was answered",
        scorecard=True,
        of_question=_f1_answered,
    ),
    Metric(
        name="answer/judged",
        title="right, says the judge",
        explained="right, says the judge, of what was answered",
        scorecard=True,
        of_question=_graded,
    ),
    Metric(
        name="answer/numeric",
        title="numbers right",
        explained="the number is right, whatever its form",
        scorecard=True,
        of_question=_numeric,
    ),
    Metric(
        name="answer/squad2_f1",
        title="F1, with unanswerable questions",
        explained="token F1; where there is no answer, an abstention counts 1 (SQuAD 2)",
        scorecard=True,
        of_question=_squad2,
    ),
)
