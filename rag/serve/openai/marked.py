"""An answer as text for a chat window: Markdown, with marks "[1]" after what they support, and the sources below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rag.visible import literal, name


def marked(answer: Mapping[str, Any], abstention: str = "") -> str:
    """A :class:`rag.serve.shapes.ShownAnswer` as such a text. ``abstention`` is the owner's wording of one.

    No link or picture that a document holds is live in it.
    """
    if answer["abstained"]:
        lines = [abstention or literal(answer["text"])]
        if answer["closest"]:
            lines += ["", "Closest to it, which is no answer:", *map(_source, answer["closest"])]
        return "\n".join(lines)
    says = f"{answer['verdict'].capitalize()}. The documents say:" if answer["verdict"] else ""
    lead = says or answer["lead"]
    before = [lead, ""] if lead and not answer["text"].startswith(lead) else []
    written = answer["tier"] == "written"  # by a model, whose sentences have their marks
    text = answer["text"] if written else _with_marks(answer["text"], answer["citations"])
    sources = [
        _source(one, quoted=one["quote"] not in answer["text"]) for one in answer["citations"]
    ]
    return "\n".join([*map(literal, [*before, text]), "", "Sources:", *sources])


def _with_marks(text: str, citations: list[Mapping[str, Any]]) -> str:
    """Each citation's mark behind its words, which stand in the text in the order of the citations; of one whose
    words are not there, at the end."""
    marks: list[tuple[int, int]] = []  # where, and which
    cursor = 0
    for one in citations:
        words = _words(one, text, cursor)
        at = text.find(words, cursor) + len(words) if words else len(text)
        cursor = max(cursor, at) if words else cursor
        marks.append((at, one["number"]))
    for at, number in sorted(marks, reverse=True):
        text = f"{text[:at]} [{number}]{text[at:]}"
    return text


def _words(one: Mapping[str, Any], text: str, cursor: int) -> str:
    """What of a citation stands in the text after ``cursor``: its quote, or the answer's words in it; or nothing."""
    quote, start = one["quote"], one["start"]
    answer = quote[one["answer_start"] - start : one["answer_end"] - start]
    lines = (
        "\n".join(" ".join(line.split()) for line in some.split("\n")) for some in (quote, answer)
    )
    return next((words for words in lines if words and text.find(words, cursor) >= 0), "")


def _source(one: Mapping[str, Any], *, quoted: bool = True) -> str:
    place = f"- [{one['number']}] {literal(name(one['place']))}"
    quote = literal(" ".join(one["quote"].split()))
    return f'{place}: "{quote}"' if quoted else place
