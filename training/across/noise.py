"""Questions as people type them: typos, lower case, key words, spoken openings."""

from __future__ import annotations

import random
import re

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEXT = {
    letter: row[max(0, i - 1) : i] + row[i + 1 : i + 2]
    for row in _ROWS
    for i, letter in enumerate(row)
}
_FUNCTION = frozenset(
    "a an the of to in on at for and or is are was were be been being do does did has have had it its "
    "this that these those with by as from you your we our i my they their he she his her if then "
    "than there can could would should will shall may might must please me us".split()
)
_ASKING = frozenset("what which who whom whose when where why how".split())
_OPENINGS = (
    "hi, {q}",
    "hello! {Q}",
    "hi there, quick question: {q}",
    "hey, could you tell me, {q}",
    "could you please tell me: {q}",
    "sorry if this is obvious, but {q}",
    "I was wondering, {q}",
    "just to check, {q}",
    "a colleague asked me: {q}",
    "I can't find it anywhere. {Q}",
    "Remind me, {q}",
    "Thanks in advance! {Q}",
    "{Q} Thanks",
    "{Q} I need this today.",
    "I'm new here. {Q}",
    "does anyone know {q}",
    "quick one - {q}",
)
_WORD = re.compile(r"[A-Za-z]{4,}")


def typo(word: str, rng: random.Random) -> str:
    """One slip: a neighbouring key, a letter dropped, doubled, or swapped with the next."""
    at = rng.randrange(1, len(word) - 1) if len(word) > 3 else rng.randrange(len(word))
    letter, kind = word[at], rng.randrange(4)
    if kind == 0 and _NEXT.get(letter.lower()):
        return word[:at] + rng.choice(_NEXT[letter.lower()]) + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at + 1 :]
    if kind == 2:
        return word[:at] + letter + word[at:]
    return word[:at] + word[at + 1 : at + 2] + letter + word[at + 2 :]


def with_typos(question: str, rng: random.Random) -> str:
    """One to three of its longer words misspelt."""
    spots = [m.span() for m in _WORD.finditer(question)]
    for start, end in sorted(rng.sample(spots, min(len(spots), rng.randint(1, 3))), reverse=True):
        question = question[:start] + typo(question[start:end], rng) + question[end:]
    return question


def keywords(question: str) -> str:
    """Its content words alone; the question itself where fewer than two are left."""
    words = re.findall(r"[\w'’$€£%.-]*\w[%]?", question)
    kept = [w for w in words if w.lower() not in _FUNCTION and w.lower() not in _ASKING]
    return " ".join(kept) if len(kept) >= 2 else question


def without_function_words(question: str, rng: random.Random) -> str:
    """Most of its function words left out; the question itself where fewer than three words are left."""
    words = question.split()
    kept = [w for w in words if w.lower() not in _FUNCTION or rng.random() < 0.4]
    return " ".join(kept) if len(kept) >= 3 else question


def opened(question: str, rng: random.Random) -> str:
    """With a spoken opening or closing."""
    first = question[:1].upper() + question[1:]
    inside = question if question[:2].isupper() else question[:1].lower() + question[1:]
    return rng.choice(_OPENINGS).format(q=inside, Q=first)


def noisy(question: str, rng: random.Random) -> str:
    """The question, changed in about half of all cases."""
    chance = rng.random()
    if chance < 0.07:
        question = keywords(question)
    elif chance < 0.12:
        question = without_function_words(question, rng)
    elif chance < 0.21:
        question = opened(question, rng)
    if rng.random() < 0.12:
        question = with_typos(question, rng)
    if rng.random() < 0.22:
        question = question.rstrip(" ?")
    if rng.random() < 0.22:
        question = question.lower()
    return question
