"""A language model as a judge of answers: an option, for answers whose words differ from the gold
ones. What it says is one more figure; none of the others depends on it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rag.answering.models import load_model
from rag.answering.prompts import load_prompt
from rag.answering.saying import say

Judge = Callable[[str, str, Sequence[str]], float | None]
"""(question, answer, gold answers) -> 1 right, 0 wrong, None where it did not say."""


def load_judge(name: str) -> Judge:
    """A judge by a model's name, as in ``rag ask``, with the prompt "judge" of the library.

    Raises:
        ModelError: it cannot be loaded.
    """
    model = load_model(name)
    prompt = load_prompt("judge")

    def judge(question: str, answer: str, gold: Sequence[str]) -> float | None:
        expected = " / ".join(gold)
        text, _ = say(model, prompt.messages(question=question, expected=expected, answer=answer))
        verdicts = set(re.findall(r"\b(?:RIGHT|WRONG)\b", text.upper()))
        return float("RIGHT" in verdicts) if len(verdicts) == 1 else None

    return judge
