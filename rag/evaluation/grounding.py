"""Whether answers stand on what they cite: verbatim quotes, citations in the manner of ALCE (Gao et
al. 2023), sentences without support."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rag.answering.answer import Answer
from rag.answering.grounding import LEAST_WORDS, support
from rag.documents.sentences import sentence_spans
from rag.errors import ModelError
from rag.retrieval.passages import PassageSpan

Entails = Callable[[str, str], bool]
"""(premise, claim) -> whether the one tells the other."""

_MARK = re.compile(r"\[([1-9]\d*)\]")
_MARKS = re.compile(r"(?:\[[1-9]\d*\]\s*)+")


@dataclass(frozen=True, slots=True)
class Grounding:
    """Of one answer: how many sentences it has, how many its citations bear, how many citations it
    has, how many of them are needed or sufficient for the sentence they stand by."""

    sentences: int
    borne: int
    citations: int
    useful: int


def statements(answer: Answer) -> list[tuple[str, list[str]]]:
    """Each sentence of an answer with the quotes that it cites; without marks, all of them."""
    quotes = [c.quote for c in answer.citations]
    if not _MARK.search(answer.text):
        # The bundled reader: all of it is one copied span.
        return [(answer.text, quotes)]
    found: list[tuple[str, list[str]]] = []
    for begin, end in sentence_spans(answer.text):
        part = answer.text[begin:end].strip()
        text = _MARK.sub("", part).strip(" .,;")
        # "Said. [1]" and "[1] Next": marks that open a part belong to the sentence before.
        lead = _MARKS.match(part)
        if lead and found:
            found[-1][1].extend(_cited(lead[0], quotes))
            part = part[lead.end() :]
        if text:
            found.append((text, _cited(part, quotes)))
    return found


def _cited(part: str, quotes: list[str]) -> list[str]:
    return [quotes[int(m) - 1] for m in _MARK.findall(part) if int(m) <= len(quotes)]


def offline_entails(premise: str, claim: str) -> bool:
    """The claim check of answering: numbers, names and most words of the claim stand in the
    premise."""
    if " ".join(claim.lower().split()) in " ".join(premise.lower().split()):
        return True
    return support(claim, [PassageSpan(0, 0, len(premise))], [premise]) >= LEAST_WORDS


def grounding(answer: Answer, entails: Entails = offline_entails) -> Grounding:
    """A sentence is borne if all its quotes together entail it (ALCE's recall). A citation is useful
    if its sentence is borne, and its quote entails it alone or is missed when left out (precision)."""
    borne = citations = useful = 0
    told = statements(answer)
    for text, quotes in told:
        citations += len(quotes)
        if not quotes or not entails(" ".join(quotes), text):
            continue
        borne += 1
        for number, quote in enumerate(quotes):
            others = " ".join(q for i, q in enumerate(quotes) if i != number)
            useful += entails(quote, text) or not (others and entails(others, text))
    return Grounding(len(told), borne, citations, useful)


def nli_entails(model: str) -> Entails:
    """A natural language inference model of transformers as the entailment function: its most
    probable label must be the one called entailment.

    Raises:
        ModelError: it cannot be loaded, or has no such label.
    """
    try:
        import torch
        from transformers import AutoModelForSequenceClassification, AutoTokenizer

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
