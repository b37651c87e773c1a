"""Passages written out in the shapes that documents have: lists, steps, headings, FAQs, wrapped lines.

A passage is a row of pieces, one sentence each. A shape puts only things between pieces, or new lines
in place of spaces, so that answers keep their places within a piece.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence. ``answers`` are spans of it; ``evidence``: it holds the answer, or is it. ``before``:
    what comes between it and the piece before it; a new line before an item of a list."""

    text: str
    answers: tuple[Span, ...] = ()
    evidence: bool = False
    before: str = " "


@dataclass(frozen=True, slots=True)
class Shaped:
    """A passage as a document has it: spans of ``text`` that answer, and those that hold an answer."""

    text: str
    answers: tuple[Span, ...]
    evidence: tuple[Span, ...]


Parts = list[str | Piece]

_SECTIONS = (
    "Overview;Background;Details;Introduction;General;Notes;History;Summary;Description;Basics;More information;"
    "Further details;About;Key facts;Guidelines;In practice;What you need to know;Context;Scope;Policy;Process"
).split(";")
_LEADS = (
    "The following points matter:;Please note:;In short:;Here is what you should know:;Details:;"
    "These are the main points:;What to know:;For example:;This includes:;Note the following:"
).split(";")
_STEPS = (
    "Proceed as follows:;The steps are:;Follow these steps:;In this order:;Steps:;To do so:"
).split(";")
_REMNANTS = (
    "Note;Last updated: 12 March 2021;See also the page on this topic.;Learn more;Back to top;Edit this page;"
    "Warning;Tip;This page is maintained by the team.;Table of contents;Important;Example;---;Related pages;"
    "If you have questions, ask in the channel.;[Image];TODO: review this section;Owner: the editors"
).split(";")
_QUESTIONS = (
    "What else should I know?;Is there anything else?;Why does this matter?;Who can I ask?;How does it work?;"
    "What does this mean for me?;Where can I read more?;Can this change?"
).split(";")
_NAME = re.compile(r"(?:[A-Z][\w-]+)(?: [A-Z][\w-]+){0,2}")

SHAPES = {
    "plain": 30,
    "paragraphs": 16,
    "heading": 12,
    "bullets": 13,
    "mixed": 8,
    "steps": 6,
    "faq": 7,
    "terms": 4,
    "wrapped": 4,
}


def assemble(parts: Parts) -> Shaped:
    """Texts and pieces put together; places of answers and evidence go with them."""
    text, answers, evidence = "", [], []
    for part in parts:
        if isinstance(part, str):
            text += part
            continue
        at = len(text)
        answers += [(at + a, at + b) for a, b in part.answers]
        if part.evidence:
            evidence.append((at, at + len(part.text)))
        text += part.text
    return Shaped(text, tuple(answers), tuple(evidence))


def any_shape(rng: random.Random) -> str:
    """A shape by chance."""
    return rng.choices(list(SHAPES), list(SHAPES.values()))[0]


def section(rng: random.Random) -> str:
    """A heading by chance, such as documents have."""
    return rng.choice(_SECTIONS)


def written(
    pieces: Sequence[Piece],
    shape: str,
    rng: random.Random,
    *,
    title: str = "",
    questions: Sequence[str] = (),
) -> Shaped:
    """``pieces`` in a shape; ``title`` for headings; ``questions`` for those of an FAQ."""
    if any(piece.before != " " for piece in pieces):  # they have one
        parts = _row(pieces)
        if title and rng.random() < 0.4:
            parts.insert(0, f"{title}\n\n")
        return assemble(parts)
    pieces = [
        replace(p, text=p.text.replace("\n", " ")) if p.text.count("\n") else p for p in pieces
    ]
    head = title if title and rng.random() < 0.6 else section(rng)
    if shape == "bullets":
        parts = _list(pieces, rng, _LEADS, head)
    elif shape == "steps":
        parts = _list(pieces, rng, _STEPS, head, numbered=True)
    elif shape == "mixed" and len(pieces) > 2:
        cut = rng.randint(1, len(pieces) - 2)
        parts = [*_row(pieces[:cut]), "\n\n", *_list(pieces[cut:], rng, _LEADS, "")]
    elif shape == "faq":
        parts = _faq(pieces, rng, questions)
    elif shape == "terms":
        parts = _terms(pieces, rng)
    elif shape == "heading":
        parts = _headed(pieces, rng, head)
    elif shape == "paragraphs":
        parts = _paragraphs(pieces, rng)
    else:
        parts = _row(pieces)
    if rng.random() < 0.12:
        at = rng.choice([i for i in range(len(parts) + 1) if _between(parts, i)] or [0])
        rest = rng.choice(_REMNANTS)
        parts[at:at] = [
            f"{rest}\n\n" if at == 0 else f"\n\n{rest}" + ("\n\n" if at < len(parts) else "")
        ]
    made = assemble(parts)
    return _wrapped(made, rng.choice((60, 68, 72, 78))) if shape == "wrapped" else made


def _between(parts: Parts, at: int) -> bool:
    """Whether a line may be put before part ``at``: at an end, or where a paragraph ends."""
    if at in (0, len(parts)):
        return True
    here = parts[at]
    return isinstance(here, str) and here.startswith("\n\n")


def _row(pieces: Sequence[Piece]) -> Parts:
    parts: Parts = []
    after = ""
    for piece in pieces:
        parts += (
            [after if after and piece.before == " " else piece.before, piece] if parts else [piece]
        )
        after = "\n\n" if piece.before == "\n" else ""  # what follows a list
    return parts


def _paragraphs(pieces: Sequence[Piece], rng: random.Random) -> Parts:
    parts: Parts = []
    for number, piece in enumerate(pieces):
        if number:
            parts.append("\n\n" if rng.random() < 0.4 else " ")
        parts.append(piece)
    return parts


def _headed(pieces: Sequence[Piece], rng: random.Random, head: str) -> Parts:
    parts: Parts = []
    cut = rng.randrange(len(pieces)) if len(pieces) > 1 and rng.random() < 0.6 else 0
    for number, piece in enumerate(pieces):
        if number == cut:
            parts.append(f"\n\n{head}\n\n" if number else f"{head}\n\n")
        elif number:
            parts.append(" ")
        parts.append(piece)
    return parts


def _list(
    pieces: Sequence[Piece],
    rng: random.Random,
    leads: Sequence[str],
    head: str,
    *,
    numbered: bool = False,
) -> Parts:
    parts: Parts = []
    if head and rng.random() < 0.4:
        parts.append(f"{head}\n\n")
    if rng.random() < 0.6:
        parts.append(rng.choice(leads) + rng.choice(("\n\n", "\n")))
    mark = rng.choice(("- ", "- ", "- ", "* ", "• "))
    dot = rng.choice((". ", ". ", ") "))
    bare = rng.random() < 0.3  # items without a full stop
    gap = rng.choice(("\n", "\n", "\n\n"))
    for number, piece in enumerate(pieces, 1):
        if number > 1:
            parts.append(gap)
        parts.append(f"{number}{dot}" if numbered else mark)
        parts.append(_without_stop(piece) if bare else piece)
    return parts


def _without_stop(piece: Piece) -> Piece:
    if piece.text.endswith(".") and all(b < len(piece.text) for _, b in piece.answers):
        return replace(piece, text=piece.text[:-1])
    return piece


def _faq(pieces: Sequence[Piece], rng: random.Random, questions: Sequence[str]) -> Parts:
    own = [*questions, *rng.sample(_QUESTIONS, 3)]
    form = rng.choice(("{}\n\n", "{}\n\n", "Q: {}\nA: ", "Q. {}\n\n- "))
    parts: Parts = []
    size = rng.randint(1, 3)
    for number, piece in enumerate(pieces):
        if number % size == 0 and own:
            asked = own.pop(0) if rng.random() < 0.7 else own.pop()
            parts.append(("\n\n" if number else "") + form.format(asked))
        elif number:
            parts.append(" ")
        parts.append(piece)
    return parts


def _terms(pieces: Sequence[Piece], rng: random.Random) -> Parts:
    """ "Term: definition" or "Term - definition", the term a name of the sentence."""
    by = rng.choice((": ", ": ", " - "))
    parts: Parts = []
    for number, piece in enumerate(pieces):
        if number:
            parts.append("\n")
        names = _NAME.findall(piece.text)
        parts += [f"- {rng.choice(names)}{by}" if names else "- ", piece]
    return parts


def _wrapped(made: Shaped, width: int) -> Shaped:
    text, at = list(made.text), 0
    last = -1  # the last space since the line began
    for i, letter in enumerate(text):
        if letter == "\n":
            at, last = i + 1, -1
        elif letter == " ":
            if i - at > width and last >= 0:
                text[last] = "\n"
                at = last + 1
            last = i
    return replace(made, text="".join(text))
