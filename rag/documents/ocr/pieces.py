"""What was found on a picture in one piece: words of a line."""

from __future__ import annotations

from dataclasses import dataclass

from rag.documents.ocr.seen import Word


@dataclass(slots=True)
class Piece:
    """A segment on the page as it would stand without its skew, in pixels."""

    left: float
    top: float
    right: float
    bottom: float
    words: tuple[Word, ...]
    spans: tuple[tuple[float, float], ...]  # of the words, from left to right, as x

    @property
    def height(self) -> float:
        """Of its letters."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """How far down it stands."""
        return (self.top + self.bottom) / 2
