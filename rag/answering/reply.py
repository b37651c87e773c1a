"""Passages to a reply: what is said of them, and the words that it stands on.

The bundled reader (:mod:`rag.answering.by_reader`) and every other model (:mod:`rag.answering.by_model`)
are asked in one way, :class:`Replier`, so that the chain does not know which of them it has.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from rag.answering.answer import Tier, Verdict
from rag.answering.followup import Turn
from rag.reading.asked import Kind
from rag.retrieval.passages import Passage, PassageSpan

Unsupported = Literal["drop", "flag", "abstain"]
"""What becomes of a model's sentence that its quotes do not support: it is left out, kept and named
in ``Answer.unsupported``, or makes the whole answer an abstention."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a reader or model says of passages, before it is tied to their documents.

    No ``text``: an abstention; its first span, if any, is then the closest that was found. ``unit`` is where in its
    passage the likeliest sentence, item or row of an extract's first span begins. ``why`` is a sentence
    of why the documents don't say, where that is known. The other fields are as in
    :class:`rag.Answer`. ``refused``: something was said, and none of it was supported.
    """

    text: str
    spans: tuple[PassageSpan, ...]
    confidence: float
    kind: Kind = "fact"
    tier: Tier = "written"
    passage_confidence: float = 0.0
    span_confidence: float = 0.0
    unsupported: tuple[str, ...] = ()
    usage: Mapping[str, int] = field(default_factory=dict)
    verdict: Verdict = ""
    unit: int | None = None
    why: str = ""
    refused: bool = False


class Replier(Protocol):
    """A reader or model that replies to questions from passages.

    ``name`` is the model's; ``threshold`` the confidence from which it answers, unless another is
    chosen; ``prompt`` the key of its prompt, "" if it needs none. ``most`` is how many characters a
    passage may have that it reads. ``verbatim``: its text is quotes, word for word.
    """

    name: str
    threshold: float
    prompt: str
    most: int
    verbatim: bool

    def reply(self, question: str, passages: Sequence[Passage], threshold: float) -> Reply:
        """The reply, an abstention where it is less sure than ``threshold``.

        Raises:
            ModelError: the model cannot be reached, or fails.
        """
        ...

    def in_pieces(
        self, question: str, passages: Sequence[Passage], threshold: float
    ) -> Generator[str, None, Reply]:
        """The same, handing out what is written while it is written, not yet checked; the reply,
        which is, is what the generator returns."""
        ...

    def standalone(self, question: str, turns: Sequence[Turn]) -> str:
        """A follow-up question without its need of the ``turns`` before it, of which there is one
        at least."""
        ...

    def settings(self) -> dict[str, Any]:
        """What its replies depend on, besides its name and the threshold."""
        ...
