"""What speaks for a unit, of all that is known when a question is asked; training weighs it the same way."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.embedding.embedder import Array
from rag.reading.asked import fits, kind_of
from rag.reading.confidence import FARTHEST, Evidence
from rag.reading.units import headings_above, is_item, is_lead

Part = tuple[int, tuple[int, int], float]  # a unit: passage, place in it, what reading says of it


def evidence_for(
    question: str,
    passages: Sequence[str],
    contexts: Sequence[str],
    parts: Sequence[Part],
    behind: Sequence[float],
    encode: Callable[[list[str]], Array],
) -> list[Evidence]:
    """All that speaks for each of ``parts``, units of passages whose retrieval scores are so far ``behind`` the best.

    Args:
        contexts: heading paths of the passages.
        encode: texts -> float32 [len(texts), d], rows of length 1.
    """
    texts = [passages[number][slice(*span)] for number, span, _ in parts]
    above = {n: headings_above(passages[n]) for n in {n for n, _, _ in parts}}
    under = [above[n][span] or contexts[n].rpartition(" > ")[2] for n, span, _ in parts]
    headed = [
        f"{heading}: {text}" if heading else text
        for heading, text in zip(under, texts, strict=True)
    ]
    vectors = encode([question, *headed])
    kind = kind_of(question)
    return [
        Evidence(
            read=max(-FARTHEST, read),
            behind=behind[number],
            near=float(near),
            item=float(is_item(text)),
            lead=float(is_lead(passages[number], *span)),
            fits=float(fits(kind, text)),
        )
        for (number, span, read), text, near in zip(
            parts, texts, vectors[1:] @ vectors[0], strict=True
        )
    ]
