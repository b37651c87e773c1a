"""Lines that run from right to left, in the order in which they are read: PDFium guesses it from what each of their letters
is. Where these stand on the page tells more: of words that it gives letter by letter as they are painted, of Latin words
that it turns round with the line, of numbers, and of signs that it takes for a part of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray

_RIGHT = r"\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
RIGHT_TO_LEFT = re.compile(f"[{_RIGHT}]")
_LINE = re.compile(r"[^\r\n]+")
_WORD = re.compile(rf"(?:(?![\u0660-\u066c\u06f0-\u06f9\u060c\u061b\u061f])[{_RIGHT}]){{2,}}")
_LATIN = r"[A-Za-zÀ-ɏ](?:[\w.,:@'’-]*\w)?"
_PHRASE = re.compile(rf"{_LATIN}(?: {_LATIN})+")
_CODE = re.compile(r"(?<!\S)[-.,:;!?+/@&'#%\w]*[A-Za-z\d][-.,:;!?+/@&'#%\w]*(?!\S)", re.ASCII)
_ENDING = re.compile(r"[.,:;!?]+")
_NUMBER = re.compile(r"(\d[\d.,/:]*(?:-\d[\d.,/:]*)+?)[.,:;!?]*", re.ASCII)
_STRONG = re.compile(rf"[A-Za-zÀ-ɏ{_RIGHT}]")
_ARABIC = re.compile(r"[\u0600-\u07bf\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc]")
SAME = 0.01  # points
_ALEFS, _LAM = "اأإآ", "ل"

Places = NDArray[np.float64]


def in_order(textpage: pdfium.PdfTextPage, text: str) -> list[tuple[int, int]]:
    """The characters of a page's text (from, to) in the order in which they are read."""
    if len(text) != textpage.count_chars():
        return [(0, len(text))]
    order: list[int] = []
    for line in _LINE.finditer(text):
        if not RIGHT_TO_LEFT.search(line[0]):
            continue
        order.extend(range(len(order), line.start()))
        order.extend(line.start() + at for at in _read(line[0], _places(textpage, *line.span())))
    order.extend(range(len(order), len(text)))
    return list(_spans(order))


def _places(textpage: pdfium.PdfTextPage, begin: int, end: int) -> Places:
    """Where characters stand: left, bottom, right, top."""
    return np.array([textpage.get_charbox(at) for at in range(begin, end)], np.float64)


def _spans(order: list[int]) -> Iterator[tuple[int, int]]:
    begin = 0
    for at, (one, other) in enumerate(pairwise(order), 1):
        if other != one + 1:
            yield order[begin], one + 1
            begin = at
    if order:
        yield order[begin], order[-1] + 1


def _read(line: str, places: Places) -> list[int]:
    """The numbers of the characters of a line in the order in which they are read."""
    order = list(range(len(line)))
    rightward = len(RIGHT_TO_LEFT.findall(line)) * 2 < len(_STRONG.findall(line))
    for word in _WORD.finditer(line):
        order[slice(*word.span())] = _word(line, places, *word.span())
    for code in _CODE.finditer(line):
        own = _code(line, places, *code.span())
        own = own if rightward else _ended(line, places, own)
        strong = _STRONG.findall(line[: code.start()])
        arabic = bool(strong) and bool(_ARABIC.match(strong[-1]))
        order[slice(*code.span())] = _number(line, own) if arabic else own
    for phrase in _PHRASE.finditer(line):
        words = [
            (phrase.start() + one.start(), phrase.start() + one.end())
            for one in re.finditer("[^ ]+", phrase[0])
        ]
        lefts = [places[begin, 0] for begin, _ in words]
        if lefts == sorted(lefts, reverse=True):
            said = [order[begin:end] for begin, end in reversed(words)]
            order[slice(*phrase.span())] = [
                at for own, (_, blank) in zip(said, words, strict=True) for at in (*own, blank)
            ][:-1]
    return order


def _word(line: str, places: Places, begin: int, end: int) -> list[int]:
    """The letters of a word from right to left, marks behind theirs; lam before alef where both are one sign."""
    letters: list[list[int]] = []
    for at in range(begin, end):
        if letters and unicodedata.combining(line[at]):
            letters[-1].append(at)
        else:
            letters.append([at])
    # Letters may stand over each other: only what both edges say counts.
    edges = [places[own[0]][[0, 2]] for own in letters]
    rightward = sum(bool((b > a).all()) for a, b in pairwise(edges))
    if rightward > sum(bool((b < a).all()) for a, b in pairwise(edges)):
        letters.reverse()
    for at, (one, other) in enumerate(pairwise(letters)):
        alef, lam = line[one[0]], line[other[0]]
        if lam == _LAM and alef in _ALEFS and _are_one(places[one[0]], places[other[0]]):
            letters[at], letters[at + 1] = other, one
    return [at for own in letters for at in own]


def _are_one(one: Places, other: Places) -> bool:
    """Whether two letters are painted as one sign: PDFium gives each its whole box, or half of it."""
    if (one == other).all():
        return True
    (a, bottom, b, top), (c, foot, d, head) = one.tolist(), other.tolist()
    halves = min(abs(a - d), abs(b - c)) < SAME and abs((b - a) - (d - c)) < SAME
    return bool(halves and bottom == foot and top == head)


def _code(line: str, places: Places, begin: int, end: int) -> list[int]:
    """The signs of a number, or of a word with digits, from left to right."""
    order = list(range(begin, end))
    if re.search("[A-Za-z]", line[begin:end]):
        order.sort(key=lambda at: float(places[at, 0]))
    return order


def _ended(line: str, places: Places, order: list[int]) -> list[int]:
    """The signs of a number or a word, a full stop left of it behind it."""
    ending = _ENDING.match("".join(line[at] for at in order))
    if ending and ending.end() < len(order):
        rest = order[ending.end() :]
        if places[order[0], 0] < places[rest[0], 0]:
            return rest + order[: ending.end()][::-1]
    return order


def _number(line: str, order: list[int]) -> list[int]:
    """The parts of a number behind Arabic letters in the order in which they are read: right of a hyphen stands what is
    before it. What begins as a telephone number does from left to right is one that was set so."""
    number = _NUMBER.fullmatch("".join(line[at] for at in order))
    if not number:
        return order
    parts = [order[part.start() : part.end()] for part in re.finditer(r"[^-]+", number[1])]
    if line[parts[0][0]] == "0" and line[parts[-1][0]] != "0":
        return order
    hyphens = [at for at in order if line[at] == "-"]
    said = list(parts[-1])
    for hyphen, part in zip(reversed(hyphens), reversed(parts[:-1]), strict=True):
        said += [hyphen, *part]
    return said + order[number.end(1) :]
