"""An answer without secrets or personal data, for whoever may not see them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from rag.answering.answer import Answer, Citation
from rag.privacy import LABELS, What, find, redacted


def redacted_answer(answer: Answer, what: What, countries: Collection[str] = ()) -> Answer:
    """The answer with labels ("[phone]") in the places of what is found in it: see :func:`rag.privacy.find`.

    A quote with a label in it is not verbatim any more: its citation says so (``redacted``), and its offsets still
    are those of the stored text. What a quote gives away by the words around it is taken out of the answer's text,
    too, of which it may be all: "What is her number?" - "[phone]".

    Raises:
        ExtraMissing: personal data are looked for, and the packages for it are not there.
    """
    if what == "none":
        return answer
    hide = _Hiding(answer, what, countries)
    return replace(
        answer,
        question=hide.in_text(answer.question),
        text=hide.in_text(answer.text),
        asked_as=hide.in_text(answer.asked_as),
        lead=hide.in_text(answer.lead),
        citations=tuple(map(hide.in_citation, answer.citations)),
        items=tuple(map(hide.in_citation, answer.items)),
        closest=answer.closest and hide.in_citation(answer.closest),
        nearest=tuple(map(hide.in_citation, answer.nearest)),
        unsupported=tuple(map(hide.in_text, answer.unsupported)),
        flagged=tuple(map(hide.in_text, answer.flagged)),
    )


class _Hiding:
    """What is to be hidden of an answer: all that is found by itself, and what its quotes or its question show to be
    something by the words around it, wherever else it stands."""

    def __init__(self, answer: Answer, what: What, countries: Collection[str]) -> None:
        self.what, self.countries = what, countries
        self.known: dict[str, str] = {}  # what is hidden -> its label
        cited = [
            *answer.citations,
            *answer.items,
            *answer.nearest,
            *filter(None, (answer.closest,)),
        ]
        for one in cited:
            self._learn(one.quote, (one.answer_start - one.start, one.answer_end - one.start))
        self._learn(f"{answer.question} {answer.text}")

    def in_text(self, text: str) -> str:
        """A text without it."""
        for value in sorted(self.known, key=len, reverse=True):
            text = text.replace(value, self.known[value])
        return redacted(text, self.what, countries=self.countries)

    def in_citation(self, citation: Citation) -> Citation:
        """A citation without it, and whether its quote has been changed."""
        quote = self.in_text(citation.quote)
        return replace(
            citation,
            source=self.in_text(citation.source),
            sources=tuple(map(self.in_text, citation.sources)),
            place=self.in_text(citation.place),
            quote=quote,
            label=self.in_text(citation.label),
            redacted=quote != citation.quote,
        )

    def _learn(self, text: str, answer: tuple[int, int] = (0, 0)) -> None:
        for one in find(text, self.what, countries=self.countries):
            self.known[text[one.start : one.end]] = LABELS[one.kind]
            # The answer may be a part of it: the number of a house, of an address.
            part = text[max(one.start, answer[0]) : max(0, min(one.end, answer[1]))]
            if len(part) > 2:
                self.known[part] = LABELS[one.kind]
