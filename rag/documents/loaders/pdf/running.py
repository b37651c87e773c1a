"""Running heads and feet: what repeats at the edges of pages and says nothing new goes; what it says
and nothing else does is kept once."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.documents.text import one_line

EDGE_LINES = 3  # running headers and footers stand in the first or last three lines
_NUMBER = re.compile(r"\d+|\b[ivxl]+\b")
_ONLY_PAGE = re.compile(
    r"[\W_]*(?:(?:page|seite|página|pagina|side|sida|p|s|страница|str)[\W_]*)?#"
    r"(?:[\W_]*(?:of|von|de|di|av|aus|sur|из|z)?[\W_]*#)?[\W_]*"
)


def _mask(line: str) -> str:
    return _NUMBER.sub("#", one_line(line).casefold())


def runs_through(line: str, others: Iterable[str]) -> bool:
    """Whether a line says no more than the number of its page, or stands among ``others``, but for digits."""
    mask = _mask(line)
    return bool(_ONLY_PAGE.fullmatch(mask)) or any(_mask(other) == mask for other in others)


class Running:
    """The lines that run through the pages of one document."""

    def __init__(self, pages: list[list[str]]) -> None:
        """Look for edge lines that stand, digits apart, on more than half of the pages (three at
        least). Where digits differ, only those that count pages make a running line: a payslip's
        net pay stands at the foot of each page as well."""
        self._same: set[str] = set()  # masks of the lines that run through
        self._known: set[str] = set()
        self._kept: set[str] = set()
        self._pages = pages
        if len(pages) < 3:
            return
        seen: dict[str, list[tuple[int, str]]] = {}
        for number, lines in enumerate(pages):
            for line in dict.fromkeys(lines[:EDGE_LINES] + lines[-EDGE_LINES:]):
                seen.setdefault(_mask(line), []).append((number, line))
        filled = sum(1 for lines in pages if lines)
        needed = max(2, filled / 2)
        for mask, found in seen.items():
            if len({number for number, _ in found}) > needed and _repeats(found):
                self._same.add(mask)
        self._known = self._said_elsewhere(
            {word for mask in self._same for _, line in seen[mask] for word in _words(line)}
        )

    def _said_elsewhere(self, words: set[str]) -> set[str]:
        """Which of these words the pages say outside of their running lines."""
        if not words:
            return set()
        parts: list[str] = []
        for lines in self._pages:
            last = len(lines) - EDGE_LINES
            for i, line in enumerate(lines):
                if EDGE_LINES <= i < last or _mask(line) not in self._same:
                    parts.append(line)
        text = "\n".join(parts).casefold()
        return {w for w in words if re.search(rf"(?<![\w]){re.escape(w)}(?![\w])", text)}

    def without(self, number: int) -> list[int]:
        """The numbers of a page's lines without its running ones; one in the middle is never touched.

        The first line of its kind that says what no other text does stays. A page of nothing else
        (a receipt, a certificate, one of many alike) keeps them all.
        """
        lines = self._pages[number]
        if not self._same:
            return list(range(len(lines)))
        last = len(lines) - EDGE_LINES
        kept: list[int] = []
        body = 0
        for i, line in enumerate(lines):
            mask = _mask(line)
            if (i < EDGE_LINES or i >= last) and mask in self._same:
                if self._says_more(line, mask):
                    self._kept.add(mask)
                    kept.append(i)
                continue
            body += 1
            kept.append(i)
        return kept if body else list(range(len(lines)))

    def _says_more(self, line: str, mask: str) -> bool:
        if mask in self._kept or _ONLY_PAGE.fullmatch(mask):
            return False
        return any(word not in self._known for word in _words(line))


def _words(line: str) -> set[str]:
    """The words of a line, and its numbers with what they hang on ("om-5521")."""
    return {
        word
        for word in re.findall(r"\w[\w./-]*\w", line.casefold())
        if not word.isdigit() or len(word) > 3
    }


def _repeats(found: list[tuple[int, str]]) -> bool:
    """Whether lines that are the same but for digits are so on each page, or count the pages."""
    if len({line for _, line in found}) == 1:
        return True
    numbers = [
        [int(n) if n.isdigit() else -1 for n in _NUMBER.findall(one_line(line).casefold())]
        for _, line in found
    ]
    if len({len(row) for row in numbers}) != 1:
        return False
    steps = [a[0] - b[0] for a, b in zip(found[1:], found, strict=False)]
    for column in zip(*numbers, strict=True):
        if len(set(column)) == 1 or -1 in column:
            continue
        grown = [a - b for a, b in zip(column[1:], column, strict=False)]
        agreed = sum(1 for step, more in zip(steps, grown, strict=True) if step == more)
        if agreed * 5 < len(steps) * 4:  # not a count of pages
            return False
    return True
