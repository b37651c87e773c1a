"""Whether a quote states a sentence: by a rule written for evaluation alone, or by a model.

The rule is deliberately not the one by which answering keeps or drops a model's sentences
(:mod:`rag.answering.grounding`): what that rule lets through, this one is to judge. It looks at the
quote itself, not at the sentence around it; numbers must agree by value and unit, negation must agree,
and more of the words must be there, whose forms are told apart otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from rag.documents.sentences import sentence_spans
from rag.errors import ExtraMissing, ModelError
from rag.evaluation.quantities import Quantity, quantities
from rag.words import share_held

Entails = Callable[[str, str], bool]
"""(premise, claim) -> whether the one states the other."""

ENOUGH = 0.75  # of a claim's content words, by their first letters
_NEGATION = re.compile(
    r"\b(?:no|not|none|nobody|nothing|never|neither|nor|cannot|without)\b|n['’]t\b", re.IGNORECASE
)
_NAME = re.compile(r"(?<=[^.!?\s] )[A-ZÀ-Þ][\w-]+|\b[A-Z]{2,}\b")


def states(premise: str, claim: str) -> bool:
    """Whether every number (value and unit), every name and the negation of ``claim`` are those of
    ``premise``, and at least ENOUGH of its content words are there.

    >>> states("Meals are paid up to 45 euros.", "Up to 45 euros are paid for meals")
    True
    >>> states("Meals are not paid.", "Meals are paid")
    False
    """
    there = quantities(premise)
    if not all(any(_same(wanted, one) for one in there) for wanted in quantities(claim)):
        return False
    words = set(re.findall(r"[\w-]+", premise.casefold()))
    if any(name.casefold() not in words for name in _NAME.findall(claim)):
        return False
    if _negated(_nearest(premise, claim)) != _negated(claim):
        return False
    return share_held(claim, premise) >= ENOUGH


def _same(wanted: Quantity, one: Quantity) -> bool:
    return wanted.value == one.value and (not wanted.unit or wanted.unit == one.unit)


def _negated(text: str) -> bool:
    return _NEGATION.search(text) is not None


def _nearest(premise: str, claim: str) -> str:
    """The sentence of the premise that has most of the claim's words."""
    sentences = [premise[begin:end] for begin, end in sentence_spans(premise)] or [premise]
    return max(sentences, key=lambda sentence: share_held(claim, sentence))


def nli_entails(model: str) -> Entails:
    """A natural language inference model of transformers as the entailment function: its most
    probable label must be the one called entailment.

    Raises:
        ExtraMissing: transformers is not installed.
        ModelError: it cannot be loaded, or has no such label.
    """
    try:
        import torch
        from transformers import AutoModelForSequenceClassification, AutoTokenizer
    except ImportError:
        raise ExtraMissing("An NLI model", "hf") from None
    try:
        tokenizer = AutoTokenizer.from_pretrained(model)
        network: Any = AutoModelForSequenceClassification.from_pretrained(model).eval()
    except Exception as error:  # a wrong name, a damaged folder, no network: each has its own
        raise ModelError(f'The NLI model "{model}" cannot be loaded: {error}') from None
    labels = {str(name).lower(): int(i) for i, name in network.config.id2label.items()}
    wanted = next((i for name, i in labels.items() if name.startswith("entail")), None)
    if wanted is None:
        raise ModelError(f'"{model}" has no label "entailment" (its labels: {", ".join(labels)}).')

    def entails(premise: str, claim: str) -> bool:
        inputs = tokenizer(premise, claim, return_tensors="pt", truncation="only_first")
        with torch.inference_mode():
            return bool(network(**inputs).logits[0].argmax().item() == wanted)

    return entails
