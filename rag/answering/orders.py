"""Sentences of a document that give orders to a model. Documents are data: such sentences are not
read.

A sentence counts as an order by its form: it tells the reader to set instructions aside, addresses
an assistant or model, carries the control marks of chat templates, or says what every answer must be.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.documents.sentences import sentence_spans
from rag.retrieval.passages import Passage

_RULES = r"(?:instructions?|prompts?|rules?|guidelines|passages?|documents?|context|consignes|anweisungen|instrucciones)"
_ASSISTANT = (
    r"(?:assistants?|chat ?bots?|language models?|LLMs?|AI (?:models?|systems?|assistants?))"
)
_SAY = (
    r"(?:reply|respond|answer|print|output|say|write|state|spell|antworte\w*|répond\w*|repond\w*)"
)
_ORDERS = re.compile(
    "|".join(
        (
            rf"\b(?:ignore|disregard|forget|override|bypass|ignorez|ignoriere\w*|ignora)\b[^.!?\n]{{0,60}}\b{_RULES}\b",
            rf"\b{_RULES}\b[^.!?\n]{{0,20}}\b(?:aufgehoben|are void|no longer apply)\b",
            r"\bnew instructions?\b|\binstructions?:|\bsystem prompt\b|\bsystem\W{0,3}:",
            r"\byou are (?:now|no longer|not bound|not allowed to answer)\b|\bfrom now on,? you\b",
            r"\b(?:pretend|act as if|act as|play the role)\b[^.!?\n]{0,30}\b(?:you|to be|author|model|assistant)\b",
            rf"\b{_ASSISTANT}\b[^.!?\n]{{0,40}}\b(?:must|shall|should|please|{_SAY})\b",
            rf"\b(?:must|shall|should|agree to|required to)\b[^.!?\n]{{0,20}}\b{_SAY}\b[^.!?\n]{{0,20}}\bwith\b",
            r"\b(?:your|the only(?: permitted)?|every|each|all) (?:answers?|repl(?:y|ies)|responses?)\b[^.!?\n]{0,40}\b(?:must|is|are|be)\b",
            rf"(?:^|[.!?:,;]\s*|\band |\bonly )(?:please )?{_SAY}:? (?:only |nothing |exactly |with |the single |every |auf jede |seulement |at once)",
            rf"\b{_SAY}\b[^.!?\n]{{0,30}}\b(?:and nothing (?:more|else)|to any question|every question|seulement|nur mit)\b",
            r"\b(?:when|if) you (?:quote|cite|do not say|don't say)\b|\b(?:cite|quote) this (?:passage|document)\b",
            r"<\|[^|\n]{1,30}\|>|\[/?INST\]|<</?SYS>>|#{2,} ?(?:System|Assistant|User):|</?passages?\b",
            r"!\[[^\]\n]*\]\(https?://[^)\n]*\?[^)\n]*\)",
            r"\b(?:sign|log) in again at\b|\bend of (?:the )?(?:context|passages)\b",
        )
    ),
    re.IGNORECASE | re.MULTILINE,
)


def orders(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences that give orders, in order."""
    if not _ORDERS.search(text):
        return []
    return [(a, b) for a, b in sentence_spans(text) if _ORDERS.search(text[a:b])]


def quieted(text: str) -> tuple[str, list[str]]:
    """The text with those sentences blanked out, offsets unchanged, and the sentences."""
    found = orders(text)
    said = [" ".join(text[begin:end].split()) for begin, end in found]
    for begin, end in found:
        text = text[:begin] + re.sub(r"\S", " ", text[begin:end]) + text[end:]
    return text, said


def quiet(passages: Sequence[Passage]) -> tuple[list[Passage], list[str]]:
    """Passages in which sentences that give orders to a model are blanked out, and those sentences.
    Offsets stay as they are."""
    kept, flagged = [], []
    for passage in passages:
        text, orders = quieted(passage.text)
        kept.append(replace(passage, text=text) if orders else passage)
        flagged += orders
    return kept, flagged
