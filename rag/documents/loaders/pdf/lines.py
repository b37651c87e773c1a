"""Lines as they are painted, put back into the text that was meant."""

from __future__ import annotations

import re
import statistics
from collections import Counter

from rag.documents.text import clean, one_line

HYPHEN = "\x02"
"""What PDFium writes for a hyphen that ends a line; :func:`page_lines` keeps it for
:func:`join_hyphens`."""

EDGE_LINES = 3  # running headers and footers stand in the first or last three lines
_KEPT_HYPHEN = "\ue0fe"  # of private use: clean() drops control characters, and so the hyphen
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
_BULLET = re.compile(r"^(?:[•●▪■◦‣·–—*]|[-o]\s|\(?[0-9a-zA-Z]{1,3}[.)]\s|[ivxIVX]+[.)]\s)")
_NUMBER = re.compile(r"^[($€£+-]*\d[\d.,]*[)%]*$|^[—–-]$|^[$€£]$")

# A line goes on in the next when it is this share of the page's full lines; or the lower share,
# where it does not end as a sentence does. What is short (in characters) on a page of lines longer
# than those of a narrow column goes on in no case.
FULL, NEARLY_FULL = 0.85, 0.6
SHORT_LINE, NARROW_COLUMN = 40, 60
FULL_UNKNOWN = 80.0  # characters of a full line, where a page has too few lines to tell


def page_lines(text: str) -> list[str]:
    """The lines of a page's text, clean, without empty ones; hyphens at line ends are marked."""
    text = text.replace("\ufffe", HYPHEN).replace("\r\n", "\n").replace("\r", "\n")
    text = text.translate(_LIGATURES)
    text = clean(text.replace(HYPHEN, _KEPT_HYPHEN)).replace(_KEPT_HYPHEN, HYPHEN)
    return [stripped for line in text.split("\n") if (stripped := " ".join(line.split()))]


def running_lines(pages: list[list[str]]) -> set[str]:
    """Edge lines, with digits masked, that stand on more than half of the pages (three at least)."""
    if len(pages) < 3:
        return set()
    counts: Counter[str] = Counter()
    for lines in pages:
        counts.update({_mask(line) for line in lines[:EDGE_LINES] + lines[-EDGE_LINES:]})
    filled = sum(1 for lines in pages if lines)
    return {line for line, count in counts.items() if count > max(2, filled / 2)}


def _mask(line: str) -> str:
    return re.sub(r"\d+|\b[ivxl]+\b", "#", one_line(line).casefold())


def without_running(lines: list[str], running: set[str]) -> list[str]:
    """The page without its running lines; a line in the middle of a page is never touched.

    A page of nothing else (a receipt, a certificate, one of many alike) keeps them.
    """
    last = len(lines) - EDGE_LINES
    return [
        line
        for i, line in enumerate(lines)
        if not ((i < EDGE_LINES or i >= last) and _mask(line) in running)
    ] or lines


def word_counts(pages: list[list[str]]) -> Counter[str]:
    """How often each word, and each hyphenated one, stands in the document."""
    return Counter(
        word.casefold()
        for lines in pages
        for line in lines
        for word in re.findall(r"\w+(?:-\w+)*", line)
    )


def join_hyphens(text: str, words: Counter[str]) -> str:
    """Join words cut at a line end; the hyphen stays where the document writes it elsewhere."""

    def join(found: re.Match[str]) -> str:
        left, right = found[1], found[2]
        together, hyphened = (left + right).casefold(), f"{left}-{right}".casefold()
        keep = words[hyphened] > words[together] or not right[0].islower()
        return f"{left}-{right}" if keep else left + right

    text = re.sub(rf"(\w+)(?:{HYPHEN}\n?|-\n)(\w+)", join, text)
    return text.replace(HYPHEN, "-")


def reflow(lines: list[str]) -> list[str]:
    """Blocks from painted lines: running text joined, rows and list items left alone.

    A line goes on in the next when it is about as long as the page's full lines are and
    the next does not open something new.
    """
    lengths = [len(line) for line in lines if not _is_row(line)]
    full = statistics.quantiles(lengths, n=10)[-1] if len(lengths) > 1 else FULL_UNKNOWN
    blocks: list[str] = []
    goes_on = False
    for line in lines:
        if goes_on and not _BULLET.match(line) and not _is_row(line):
            blocks[-1] += " " + line
        else:
            blocks.append(line)
        ended = line.endswith((".", "!", "?", ":", ";"))
        goes_on = not _is_row(line) and (
            len(line) >= FULL * full or (len(line) >= NEARLY_FULL * full and not ended)
        )
        if len(line) < SHORT_LINE and full > NARROW_COLUMN:
            goes_on = False
    return blocks


def _is_row(line: str) -> bool:
    """A table row: it ends in at least two numbers."""
    words = line.split()
    return len(words) >= 3 and all(_NUMBER.match(word) for word in words[-2:])


def continues(previous: list[str], block: str) -> bool:
    """Whether a page's first block goes on with the last sentence of the page before."""
    return bool(previous) and block[0].islower() and previous[-1][-1] not in ".!?:;"
