"""What is offered with an abstention: the closest passages, which are no answer."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from rag.answering.answer import Answer, Citation
from rag.answering.citing import citation
from rag.documents.sentences import sentence_ends
from rag.retrieval.hit import Hit
from rag.store.snapshot import Snapshot
from rag.words import share_held

CLOSEST = 3  # passages that are offered
LONGEST = 400  # characters of one


def closest(answer: Answer, hits: Sequence[Hit], snapshot: Snapshot) -> list[Citation]:
    """Up to three passages: the quote that the answer's model found closest, then of the best hits, each the
    sentence that has most of the question's words. None with an answer, or where none of these words is found."""
    if not answer.abstained:
        return []
    found = [answer.closest] if answer.closest else []
    held = snapshot.catalog.names({hit.document_id for hit in hits})
    for hit in hits:
        if len(found) == CLOSEST:
            break
        if any(one.document_id == hit.document_id and _overlap(one, hit) for one in found):
            continue
        span = _sentence(answer.question, hit.text, answer.flagged)
        # A generation may have been published since the question was answered.
        if span is not None and hit.document_id in held:
            start, end = hit.start + span[0], hit.start + span[1]
            document = snapshot.document(hit.document_id)
            found.append(
                citation(document, hit.document_id, hit.sources, (start, end), (start, end))
            )
    return found


def _overlap(one: Citation, hit: Hit) -> bool:
    return one.start < hit.end and hit.start < one.end


def _sentence(question: str, text: str, flagged: Sequence[str]) -> tuple[int, int] | None:
    """The span of the sentence or line that has most of the question's words, the first of several."""
    breaks = {i for i, character in enumerate(text) if character == "\n"}
    ends = sorted({0, *sentence_ends(text), *breaks, len(text)})
    best, share = None, 0.0
    for start, end in pairwise(ends):
        piece = text[start:end]
        held = share_held(question, piece)
        if piece.strip() in flagged or held <= share or not piece.strip():
            continue
        start += len(piece) - len(piece.lstrip())
        best, share = (start, min(start + len(piece.strip()), start + LONGEST)), held
    return best
