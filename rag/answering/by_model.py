"""Replies by a chat model: its sentences, as far as their quotes stand in the passages and support
them."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rag.answering.fence import fence
from rag.answering.followup import MAX_ANSWER, Turn, recent, standalone
from rag.answering.grounding import LEAST_WORDS, Claim, claims, says_nothing
from rag.answering.prompts import Prompt, load_prompt
from rag.answering.reply import Reply, Unsupported
from rag.answering.saying import say, say_in_pieces
from rag.retrieval.passages import Passage, PassageSpan

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

MAX_PROMPT = 6000  # tokens given to a model whose context is not known
CHARACTERS_A_TOKEN = 3  # fewer than English has, so that the estimate is on the safe side
LEAST_PART = 200  # characters; less of a passage is not worth showing


class ByModel:
    """A LangChain chat model as a :class:`rag.answering.reply.Replier`.

    Raises:
        SettingsError: there is no such prompt.
    """

    threshold = LEAST_WORDS
    most = 1400  # characters
    verbatim = False

    def __init__(
        self, name: str, chat: BaseChatModel, prompt: str, unsupported: Unsupported
    ) -> None:
        self.name = name
        self.chat = chat
        self.unsupported = unsupported
        self._prompt = load_prompt(prompt)
        self.prompt = self._prompt.key

    def reply(self, question: str, passages: Sequence[Passage], threshold: float) -> Reply:
        """The sentences that their quotes support, each to ``threshold`` at least.

        Raises:
            ModelError: the model cannot be reached, or fails.
        """
        shown = fitting(self.chat, self._prompt, question, passages)
        if not shown:
            return Reply("", (), 0.0)
        text, usage = say(self.chat, asked(self._prompt, question, shown))
        return checked(text, usage, shown, question, threshold, self.unsupported)

    def in_pieces(
        self, question: str, passages: Sequence[Passage], threshold: float
    ) -> Generator[str, None, Reply]:
        """The same, handing out what the model writes while it writes it."""
        shown = fitting(self.chat, self._prompt, question, passages)
        if not shown:
            return Reply("", (), 0.0)
        text, usage = yield from say_in_pieces(self.chat, asked(self._prompt, question, shown))
        return checked(text, usage, shown, question, threshold, self.unsupported)

    def standalone(self, question: str, turns: Sequence[Turn]) -> str:
        """As the model rewrites it, with the prompt "standalone"; by rule where it writes what is no
        question, or far too long for one.

        Raises:
            ModelError: the model cannot be reached, or fails.
        """
        history = "\n".join(
            f"User: {turn.question}\nAssistant: {turn.answer[:MAX_ANSWER]}"
            if turn.question
            else turn.answer[:MAX_ANSWER]
            for turn in recent(turns)
        )
        messages = load_prompt("standalone").messages(
            history=fence("conversation", [("", history)]), question=question
        )
        text, _ = say(self.chat, messages)
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if not lines or len(lines[0]) > 4 * len(question) + 200:
            return standalone(question, [turn.question for turn in turns])
        return lines[0]

    def settings(self) -> dict[str, Any]:
        """The model's parameters, in which alone two of one class differ, and how it is asked."""
        own = {k: str(v) for k, v in self.chat._identifying_params.items()}
        return {"parameters": own, "prompt": self.prompt, "unsupported": self.unsupported}


def asked(prompt: Prompt, question: str, passages: Sequence[Passage]) -> list[tuple[str, str]]:
    """The (role, text) pairs by which a model is asked a question about passages."""
    return prompt.messages(question=question, passages=_fenced(passages))


def checked(
    text: str,
    usage: dict[str, int],
    passages: Sequence[Passage],
    question: str,
    threshold: float,
    unsupported: Unsupported,
) -> Reply:
    """What a model wrote, held against the passages it was shown.

    ``refused`` if nothing of it is supported, though it did not say that the documents don't say.
    """
    found = claims(text, passages, question)
    # Without a quote, or with a number or name that no quote has, a sentence has no support at all:
    # no threshold is low enough for it.
    supported = [claim for claim in found if claim.support >= threshold and claim.support > 0]
    others = tuple(claim.text for claim in found if claim not in supported)
    kept = found if unsupported == "flag" else supported
    strict = bool(others) and unsupported == "abstain"
    if not supported or strict:
        kept = []
    written, spans = _marked(kept)
    confidence = min((claim.support for claim in kept), default=0.0)
    refused = not kept and not strict and not says_nothing(text)
    return Reply(written, spans, confidence, unsupported=others, usage=usage, refused=refused)


def _marked(kept: Sequence[Claim]) -> tuple[str, tuple[PassageSpan, ...]]:
    """Sentences with the numbers of their quotes ("Two a year. [1] [2]"), and the quotes."""
    spans: list[PassageSpan] = []
    sentences = []
    for claim in kept:
        for span in claim.quotes:
            if span not in spans:
                spans.append(span)
        marks = (f"[{spans.index(span) + 1}]" for span in claim.quotes)
        sentences.append(" ".join([claim.text, *dict.fromkeys(marks)]))
    return " ".join(sentences), tuple(spans)


def fitting(
    model: BaseChatModel, prompt: Prompt, question: str, passages: Sequence[Passage]
) -> list[Passage]:
    """The best passages, as many as the model's context has room for (of models elsewhere: as many
    as MAX_PROMPT tokens hold). The last may be cut short; its offsets stay true."""
    room = getattr(model, "room", MAX_PROMPT)
    count = getattr(model, "get_num_tokens", None) if hasattr(model, "room") else None
    tokens = count or (lambda text: len(text) // CHARACTERS_A_TOKEN + 1)
    frame = prompt.messages(question=question, passages="")
    left = room - sum(tokens(text) + 8 for _, text in frame)
    shown: list[Passage] = []
    for passage in passages:
        size = tokens(_fenced([passage])) + 4
        if size <= left:
            shown.append(passage)
            left -= size
            continue
        part = int(len(passage.text) * left / size) - 8
        if part >= LEAST_PART:
            text = passage.text[:part]
            shown.append(replace(passage, text=text, end=passage.start + part))
        break
    return shown


def _fenced(passages: Sequence[Passage]) -> str:
    return fence("passage", [(passage.hit.place, passage.text) for passage in passages])
