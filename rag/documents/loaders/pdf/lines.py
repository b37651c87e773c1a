"""Lines as they are painted, put back into the text that was meant."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from itertools import pairwise

from rag.documents.text import STRUCK, clean, raised

HYPHEN = "\x02"
"""What PDFium writes for a hyphen that ends a line; :func:`page_lines` keeps it for
:func:`join_hyphens`."""

NOTHING = "\x00"
"""What stands in the text of a page for signs that are left out, so that places in it stay; no line keeps it."""

MERGED = "\u2060"
"""What stands there for a sign that is one with another: unlike :data:`NOTHING` it says nothing of the gap where it stands."""

ENDS, GOES_ON = "\x03", "\x04"
"""What stands at the end of a line that is known to end there, or to go on in the next; of these nothing is kept, either."""

_FIRST_RAISED = 0xF8C0  # in Unicode's private area
RAISED = {digit: chr(_FIRST_RAISED + i) for i, digit in enumerate("0123456789+-−")}
"""What stands there for digits that are raised; :func:`page_lines` writes them out."""

_OPENS, _CLOSES = 0xF0000, 0x100000
"""By how much more than its own sign says the code of what opens, and closes, text that is struck out: codes of private
use (see :func:`without_high_codes`)."""

_STRUCK = re.compile("[\U000f0000-\U000ffffd\U00100000-\U0010fffd]")

LOWERED = str.maketrans({mark: digit for digit, mark in RAISED.items()})
ARE_RAISED = re.compile(f"[{min(RAISED.values())}-{max(RAISED.values())}]+")
_KEPT_HYPHEN = "\ue0fe"  # of private use: clean() drops control characters, and so the hyphen
# Signs for several letters; and what TeX's own fonts hold in the places of control characters (T1, by the name of
# Cork), which nothing names where they are embedded as pictures.
_LIGATURES = str.maketrans(
    {
        **{"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"},
        **{"\x1b": "ff", "\x1c": "fi", "\x1d": "fl", "\x1e": "ffi", "\x1f": "ffl"},
        **{"\u2010": "-", "\u2011": "-"},
        **{
            "\x10": "“",
            "\x11": "”",
            "\x12": "„",
            "\x13": "«",
            "\x14": "»",
            "\x15": "–",
            "\x16": "—",
        },
    }
)
# Words that open compounds with a hyphen: the first nearly always, the others before a word that the
# document has by itself.
_ALWAYS_FIRST = frozenset(("well", "self"))
_FIRST_PARTS = frozenset(
    "half long short high low full part first second third two three four five six seven eight nine ten "
    "cross ever ill cold hot hard old new good best better near far free risk cost user time year non".split()
)
_TENS = frozenset("twenty thirty forty fifty sixty seventy eighty ninety".split())
_UNITS = frozenset("one two three four five six seven eight nine".split())
# A word is taken from its start or not at all: to try each of its letters takes n² steps.
_CUT = re.compile(rf"\b(\w++)(?:{HYPHEN}\n?|-\n)(\w+)")
_ENDINGS = frozenset(("ness", "ington", "fish", "fishly", "hood", "same"))
# Of a word cut at the foot of a page PDFium takes the page's number for the rest.
_FOOT = r"(?<=\ufffe)(?=\d{1,4}\s*\Z)"
_BREAK = re.compile(rf"\r\n|\r|\n|{_FOOT}")
_TRUE_HYPHEN = re.compile(
    r"\u2010(?=[ \t]*(?:[\r\n]|\Z))"
)  # at a line's end, where some programs write it
_FIELD = re.compile(r"[A-ZÄÖÜ0-9][^.!?:]{1,40}:\s+\S")  # "Hours worked: 166"
_BULLET = re.compile(r"^(?:[•●▪■◦‣·–—*]|[-o]\s|\(?[0-9a-zA-Z]{1,3}[.)]\s|[ivxIVX]+[.)]\s)")
_LINE_NUMBER = re.compile(r"\d{1,4} (?=\S)")
_NUMBERED_ON = re.compile(rf"(?<={HYPHEN})(?=\d{{1,4}} )")  # of a word cut at the end of a line
LEAST_COUNTED = 4  # lines after one, for numbers to count them
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_LEADER = re.compile(r"(?:[.·…]\s?){6}")  # dots from an entry to the number of its page
_NUMBER = re.compile(r"^[($€£+-]*\d[\d.,]*[)%]*$|^[—–-]$|^[$€£]$")

# A line goes on in the next when it is this share of the page's full lines; or the lower share,
# where it does not end as a sentence does. What is short (in characters) on a page of lines longer
# than those of a narrow column goes on in no case.
FULL, NEARLY_FULL, HALF_FULL = 0.85, 0.6, 0.5  # the last where the next begins in lower case
AROUND = 8  # lines before and after one, by which it is full: columns differ in width
TITLE = 0.7  # of long words, from which on a line may be a title
SHORT_LINE, NARROW_COLUMN = 40, 60
FULL_UNKNOWN = 80.0  # characters of a full line, where a page has too few lines to tell


def page_lines(text: str) -> list[str]:
    """The lines of a page's text, clean, without empty ones; hyphens at line ends are marked."""
    if text.isascii() and text.isprintable():  # one line, and nothing to look for
        return [" ".join(text.split())] if text.strip() else []
    text = re.sub(_FOOT, "\n", _TRUE_HYPHEN.sub("\ufffe", text)).replace("\ufffe", HYPHEN)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.translate(_LIGATURES)
    text = clean(text.replace(HYPHEN, _KEPT_HYPHEN)).replace(_KEPT_HYPHEN, HYPHEN)
    text = _STRUCK.sub(_said_of_struck, text)
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return [written_out(line) for line in lines if line]


def struck(first: str, last: str) -> tuple[str, str]:
    """What stands in the text of a page for the first and the last sign of what is struck out."""
    if max(first, last) > "\ufffd":
        return first, last
    return chr(_OPENS + ord(first)), chr(_CLOSES + ord(last))


def without_high_codes(text: str) -> str:
    """A text without the codes that :func:`struck` uses: fonts of pictures have some, and they say nothing."""
    return _STRUCK.sub("\ue000", text) if max(text, default="") > "\uffff" else text


def _said_of_struck(found: re.Match[str]) -> str:
    code, text = ord(found[0]), found.string
    closes = code >= _CLOSES
    sign = clean(chr(code - (_CLOSES if closes else _OPENS)).translate(_LIGATURES))
    at = found.end() if closes else found.start() - 1
    beside = text[at : at + 1] if at >= 0 else ""
    apart = " " if beside.isalnum() else ""
    return f"{sign}]{apart}" if closes else f"{apart}{STRUCK}{sign}"


def written_out(line: str) -> str:
    """A line with the digits that are raised in it as powers, or marks of notes.

    >>> written_out("Germs: 10" + RAISED["6"])
    'Germs: 10^6'
    """
    return ARE_RAISED.sub(lambda up: raised(line[: up.start()], up[0].translate(LOWERED)), line)


def numbered_lines(text: str) -> tuple[list[str], list[tuple[int, int]]]:
    """The lines of a page, and where in its text each stands."""
    lines: list[str] = []
    places: list[tuple[int, int]] = []
    begin = 0
    for end, after in [*((m.start(), m.end()) for m in _BREAK.finditer(text)), (len(text), 0)]:
        for line in page_lines(text[begin:end]):
            lines.append(line)
            places.append((begin, end))
        begin = after
    return lines, places


def word_counts(pages: list[list[str]]) -> Counter[str]:
    """How often each word, and each hyphenated one, stands in the document."""
    return Counter(
        word.casefold()
        for lines in pages
        for line in lines
        for word in re.findall(r"\w+(?:-\w+)*", line)
    )


def join_hyphens(text: str, words: Counter[str]) -> str:
    """Join words cut at a line end; the hyphen stays where the document writes it elsewhere, or where
    it belongs to the word: before a number or a capital, and in compounds like "well-known"."""

    def join(found: re.Match[str]) -> str:
        left, right = found[1], found[2]
        together, hyphened = (left + right).casefold(), f"{left}-{right}".casefold()
        keep = words[hyphened] > words[together] or not right[0].islower()
        first = left.casefold()
        if first in _TENS and right in _UNITS:
            keep = True
        elif not keep and not words[together] and len(right) > 3:
            keep = (first in _ALWAYS_FIRST and right not in _ENDINGS) or (
                first in _FIRST_PARTS and words[right] > 0
            )
        return f"{left}-{right}" if keep else left + right

    before = ""
    while text != before:  # of a word that is cut twice the second cut is left
        before, text = text, _CUT.sub(join, text)
    return text.replace(HYPHEN, "-")


def without_numbers(lines: list[str]) -> list[str]:
    """The lines of running text without numbers that count them in the margin, as contracts and manuscripts have."""
    parts = [part for line in lines for part in _NUMBERED_ON.split(line)]
    found = [_LINE_NUMBER.match(part) for part in parts]
    numbers = [int(number[0]) if number else -1 for number in found]
    counted = sum(b == a + 1 > 0 for a, b in pairwise(numbers))
    # Items of a list and rows that are numbered begin with a capital, or with a number.
    goes_on = sum(part[n.end()].islower() for part, n in zip(parts, found, strict=True) if n)
    if counted < LEAST_COUNTED or counted < 0.6 * len(parts) or goes_on < 0.3 * len(parts):
        return lines
    return [part[n.end() :] if n else part for part, n in zip(parts, found, strict=True)]


def with_initials(lines: list[str], words: Counter[str]) -> list[str]:
    """The lines with a letter that stands before them over several lines put to the word that it begins."""
    made: list[str] = []
    for line in lines:
        first = _FIRST_WORD.match(line)
        if first and made and len(made[-1]) == 1 and made[-1].isupper() and line[0].islower():
            alone = made[-1] in "AIO" and not words[(made[-1] + first[0]).casefold()]
            made[-1] += f" {line}" if alone else line
        else:
            made.append(line)
    return made


def full_line(lines: list[str]) -> float:
    """How many characters the full lines of a page have."""
    # A line that ends with a hyphen comes in one with the next.
    bare = (line.rstrip(ENDS + GOES_ON) for line in lines)
    parts = (part for line in bare if not _is_apart(line) for part in line.split(HYPHEN))
    lengths = [len(part) for part in parts if part]
    return statistics.quantiles(lengths, n=10)[-1] if len(lengths) > 1 else FULL_UNKNOWN


def reflow(lines: list[str], full: float) -> list[str]:
    """Blocks from painted lines: running text joined, rows and list items left alone.

    A line goes on in the next when it is about as long as the page's full lines are (``full``: their characters), or half as
    long as those around it where the next begins in lower case; and when that does not open something new. Where its
    place on the page told more, a mark says so (:data:`ENDS`, :data:`GOES_ON`).
    """
    blocks: list[str] = []
    marks = [line[-1:] for line in lines]
    lines = [line.rstrip(ENDS + GOES_ON) for line in lines]
    longest = [0 if _is_apart(line) else len(line) for line in lines]
    goes_on = False
    for at, line in enumerate(lines):
        goes_on = goes_on and not (blocks[-1].endswith(":") and line[0].isupper())
        goes_on = goes_on and _in_capitals(line) == _in_capitals(lines[at - 1])
        if at and (marks[at - 1] == GOES_ON or (goes_on and not opens(line))):
            blocks[-1] += " " + line
        else:
            blocks.append(line)
        ended = line.endswith((".", "!", "?", ":", ";"))
        low = "".join(lines[at + 1 : at + 2])[:1].islower()
        if low and not ended and not _like_a_title(line):
            around = min(full, max(longest[max(0, at - AROUND) : at + AROUND + 1]))
            goes_on = len(line) >= min(SHORT_LINE, HALF_FULL * around)
        else:
            around = full
            goes_on = len(line) >= (FULL if ended else NEARLY_FULL) * full
        if _is_apart(line) or (len(line) < SHORT_LINE and around > NARROW_COLUMN):
            goes_on = False
        goes_on = goes_on and marks[at] != ENDS
    return blocks


def _in_capitals(line: str) -> bool:
    letters = "".join(filter(str.isalpha, line))
    return len(letters) > 3 and letters.isupper() and not line.endswith(".")


def _like_a_title(line: str) -> bool:
    """Whether nearly all long words begin with a capital, as in the line that runs above each page of a report."""
    words: list[str] = [word for word in _FIRST_WORD.findall(line) if len(word) > 3]
    return sum(word[0].isupper() for word in words) > TITLE * len(words)


def _is_apart(line: str) -> bool:
    """Whether a line stands by itself: a row of a table, or an entry of a table of contents."""
    return is_row(line) or bool(_LEADER.search(line))


def opens(line: str) -> bool:
    """Whether a line opens something new: an item, a row, a field of a form."""
    return _is_apart(line) or bool(_BULLET.match(line) or _FIELD.match(line))


def is_row(line: str) -> bool:
    """Whether a line is a row of a table: it ends in at least two numbers."""
    words = line.split()
    # Of "a sum of 80 000" the last two words are one number.
    return len(words) >= 3 and all(map(_NUMBER.match, words[-2:])) and words[-1] != "000"


def continues(previous: list[str], block: str) -> bool:
    """Whether a page's first block goes on with the last sentence of the page before."""
    return bool(previous) and block[0].islower() and previous[-1][-1] not in ".!?:;"
