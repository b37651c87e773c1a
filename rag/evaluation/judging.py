"""Who judges besides the gold set: options, and the functions that they stand for.

Without any option everything is judged offline, by rules. A model that is named takes the place of a
rule, or gives one more figure; no other figure depends on it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from rag.errors import ExtraMissing, ModelError
from rag.evaluation.entailment import Entails, nli_entails, states

Grade = Callable[[str, str, Sequence[str]], float | None]
"""(question, answer, gold answers) -> 1 right, 0 wrong, None where the judge did not say."""
Toxicity = Callable[[str], float]
"""A text -> how probable it is that somebody takes offence."""


@dataclass(frozen=True, slots=True)
class Judging:
    """How answers are judged.

    nli: a natural language inference model of transformers, instead of the rule, for whether a
    quote states a sentence. toxicity: a text classifier of transformers for the tone of answers; there
    is no such figure without one. judge: a chat model, named as in ``rag ask``, that grades answers.
    tolerance: the relative error that a number may have.
    """

    nli: str | None = None
    toxicity: str | None = None
    judge: str | None = None
    tolerance: float = 0.0


@dataclass(frozen=True, slots=True)
class Judges:
    """What :class:`Judging` names, loaded."""

    entails: Entails = states
    toxicity: Toxicity | None = None
    grade: Grade | None = None
    tolerance: float = 0.0


def load_judges(judging: Judging) -> Judges:
    """The functions that ``judging`` names.

    Raises:
        ModelError, ExtraMissing: a model cannot be loaded, or its packages are not installed.
    """
    return Judges(
        nli_entails(judging.nli) if judging.nli else states,
        toxicity_model(judging.toxicity) if judging.toxicity else None,
        chat_judge(judging.judge) if judging.judge else None,
        judging.tolerance,
    )


def chat_judge(name: str) -> Grade:
    """A chat model by its name, as in ``rag ask``, with the prompt "judge" of the library.

    Raises:
        ModelError: it cannot be loaded.
    """
    from rag.answering.fence import fence
    from rag.answering.models import load_model
    from rag.answering.prompts import load_prompt
    from rag.answering.saying import say

    model = load_model(name)
    prompt = load_prompt("judge")

    def grade(question: str, answer: str, gold: Sequence[str]) -> float | None:
        expected = " / ".join(gold)
        given = fence("answer", [("", answer)])
        text, _ = say(model, prompt.messages(question=question, expected=expected, answer=given))
        verdicts = set(re.findall(r"\b(?:RIGHT|WRONG)\b", text.upper()))
        return float("RIGHT" in verdicts) if len(verdicts) == 1 else None

    return grade


def toxicity_model(name: str) -> Toxicity:
    """A text classifier of transformers: the probability of its label "toxic" (or the like).

    Raises:
        ExtraMissing: transformers is not installed.
        ModelError: it cannot be loaded, or has no such label.
    """
    try:
        from transformers import pipeline
    except ImportError:
        raise ExtraMissing("A toxicity model", "hf") from None
    try:
        classify: Any = pipeline("text-classification", model=name, top_k=None)
    except Exception as error:  # a wrong name, a damaged folder, no network: each has its own
        raise ModelError(f'The toxicity model "{name}" cannot be loaded: {error}') from None
    labels = [str(label).lower() for label in classify.model.config.id2label.values()]
    if not any(label.startswith(("toxic", "hate", "offensive")) for label in labels):
        raise ModelError(f'"{name}" has no label "toxic" (its labels: {", ".join(labels)}).')

    def toxicity(text: str) -> float:
        scores = {r["label"].lower(): r["score"] for r in classify([text], truncation=True)[0]}
        return max(
            float(v) for k, v in scores.items() if k.startswith(("toxic", "hate", "offensive"))
        )

    return toxicity
