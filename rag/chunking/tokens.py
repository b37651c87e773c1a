"""Where the encoder's tokens start in a text: all that chunking needs to know of them."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable

Offsets = Callable[[str], list[tuple[int, int]]]
"""A tokenizer, as far as chunking needs one: text -> the character span of each token."""

PIECE = 20_000  # characters tokenised at a time: memory stays flat, however long the text

MOST_CHARACTERS = 40
"""Characters that a token counts for: every 40 without the start of a token (a word that the tokenizer
does not know, however long, is one token) count as one more. So a chunk is bounded in characters too."""


class TokenStarts:
    """The character offsets at which the tokens of a text start, in order.

    >>> starts = TokenStarts("one two", lambda text: [(0, 3), (4, 7)])
    >>> len(starts), starts.between(0, 4), starts.before(4), starts[1]
    (2, 1, 1, 4)
    """

    def __init__(self, text: str, offsets: Offsets) -> None:
        """Tokenise ``text`` piece by piece; a piece ends at white space where it can."""
        self._starts = array("q")
        begin = 0
        while begin < len(text):
            end = _end_of_piece(text, begin)
            last = -1
            for start, stop in offsets(text[begin:end]):
                # Some tokenizers give several tokens to one character: each still counts.
                if stop > start or start > last:
                    self._fill(begin + start)
                    self._starts.append(begin + start)
                    last = start
            begin = end
        self._fill(len(text))

    def _fill(self, end: int) -> None:
        last = self._starts[-1] if self._starts else 0
        if end - last > MOST_CHARACTERS:
            self._starts.extend(range(last + MOST_CHARACTERS, end, MOST_CHARACTERS))

    def __len__(self) -> int:
        return len(self._starts)

    def __getitem__(self, number: int) -> int:
        return self._starts[number]

    def before(self, offset: int) -> int:
        """How many tokens start before ``offset``; which is the number of the next one."""
        return bisect_left(self._starts, offset)

    def between(self, begin: int, end: int) -> int:
        """How many tokens start in ``[begin, end)``."""
        return bisect_left(self._starts, end) - bisect_left(self._starts, begin)


def _end_of_piece(text: str, begin: int) -> int:
    end = min(begin + PIECE, len(text))
    if end < len(text):
        while end > begin + PIECE // 2 and not text[end - 1].isspace():
            end -= 1
    return end
