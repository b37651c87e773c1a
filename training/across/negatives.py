"""What looks like an answer and is none: questions about something else, and sentences that share a
question's words (AddSent, Jia and Liang 2017)."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

_NAME = re.compile(r"(?<=\w )(?:[A-Z][\w'-]+|\d[\d,.]*\d)(?: [A-Z][\w'-]+)*")
_IS = re.compile(r"^(?:who|what|which(?: \w+){1,3}?|what \w+) (is|was|are|were) (.+?)\s*\?*$", re.I)
_DO = re.compile(
    r"^(when|where|how|in what \w+|on what \w+|in which \w+) (?:did|does|do|was|were|is|are) (.+?)\s*\?*$",
    re.I,
)
_MANY = re.compile(
    r"^how (?:many|much) (\w+(?: \w+)?) (did|do|does|are|were|was|is|have|has) (.+?)\s*\?*$", re.I
)
_ASKING = re.compile(
    r"^(?:(?:in|on|at|by|for|to|of|from|with) )?(?:who|whom|whose|what|which|when|where|why|how)(?: many| much| long| old| often| far)?\b",
    re.I,
)
_ANTONYMS = dict(
    pair
    for a, b in (
        ("first", "last"), ("largest", "smallest"), ("highest", "lowest"), ("oldest", "youngest"),
        ("before", "after"), ("more", "less"), ("most", "least"), ("north", "south"), ("east", "west"),
        ("northern", "southern"), ("eastern", "western"), ("male", "female"), ("minimum", "maximum"),
        ("early", "late"), ("earliest", "latest"), ("increase", "decrease"), ("best", "worst"),
        ("begin", "end"), ("began", "ended"), ("start", "stop"), ("open", "close"), ("won", "lost"),
        ("longest", "shortest"), ("inside", "outside"), ("major", "minor"), ("public", "private"),
        ("win", "lose"), ("born", "buried"), ("buy", "sell"), ("allowed", "forbidden"),
        ("required", "optional"), ("enable", "disable"), ("add", "remove"), ("create", "delete"),
    )
    for pair in ((a, b), (b, a))
)  # fmt: skip


def kind(text: str) -> str:
    """Of an answer: a year, a number, a name or words."""
    if re.fullmatch(r"(?:1\d|20)\d\d", text.strip()):
        return "year"
    if text[:1].isdigit() or text[:1] in "$€£":
        return "number"
    return "name" if text[:1].isupper() else "words"


def names(question: str) -> list[str]:
    """Names and numbers in a question that may be put in place of another's."""
    return [m.group() for m in _NAME.finditer(question)]


def about_else(question: str, passage: str, pool: Sequence[str], rng: random.Random) -> str | None:
    """The question with a name or number that the passage holds replaced by one of ``pool`` that it
    doesn't, or a word by its antonym: what it asks is not told. None where there is nothing to replace."""
    there = [m for m in _NAME.finditer(question) if m.group() in passage]
    turned = [m for m in re.finditer(r"[a-z]+", question) if m.group() in _ANTONYMS]
    turned = [m for m in turned if _ANTONYMS[m.group()] not in passage]
    if turned and (not there or rng.random() < 0.35):
        old = rng.choice(turned)
        return question[: old.start()] + _ANTONYMS[old.group()] + question[old.end() :]
    if not there:
        return None
    old = rng.choice(there)
    for new in rng.sample(list(pool), min(30, len(pool))):
        if kind(new) == kind(old.group()) and new not in passage + question:
            return question[: old.start()] + new + question[old.end() :]
    return None


def distractor(
    question: str, answer: str, names: Sequence[str], answers: Sequence[str], rng: random.Random
) -> str | None:
    """A statement in the question's words about something else: a name or number of it replaced, and an
    answer of the same kind, of another question, put in. None where nothing can be replaced."""
    own = list(_NAME.finditer(question))
    turned = [m for m in re.finditer(r"[a-z]+", question) if m.group() in _ANTONYMS]
    if own:
        old = rng.choice(own)
        fits = [
            n for n in rng.sample(list(names), min(40, len(names))) if kind(n) == kind(old.group())
        ]
        if not fits:
            return None
        asked = question[: old.start()] + fits[0] + question[old.end() :]
    elif turned:
        old = rng.choice(turned)
        asked = question[: old.start()] + _ANTONYMS[old.group()] + question[old.end() :]
    else:
        return None
    fake = next(
        (
            a
            for a in rng.sample(list(answers), min(60, len(answers)))
            if kind(a) == kind(answer)
            and len(a) < 50
            and a.lower() not in (answer + question).lower()
        ),
        None,
    )
    if fake is None:
        return None
    if found := _MANY.match(asked):
        made = f"{found[3]} {found[2]} {fake} {found[1]}"
    elif found := _IS.match(asked):
        made = (
            f"{found[2]} {found[1]} {fake}"
            if rng.random() < 0.7
            else f"{fake} {found[1]} {found[2]}"
        )
    elif found := _DO.match(asked):
        made = f"{found[2]} in {fake}" if kind(fake) in ("year", "name") else f"{found[2]} {fake}"
    else:
        rest = _ASKING.sub("", asked).strip(" ?")
        made = f"{fake} {rest}"
    return made[:1].upper() + made[1:] + "."
