"""Series in sentences ("a, b and c") written out as lists with a lead-in.

So that short items, which share no word with a question, are learnt to go with what leads into them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from training.across.shapes import Piece

_ITEM = r"[^,;:.()]{2,60}"
_SERIES = re.compile(rf"(?P<items>{_ITEM}(?:, {_ITEM})+,? (?:and|or) {_ITEM}?)(?=[.;]|$)")
_LAST = re.compile(r",? (?:and|or) ")
MOST_WORDS = 7  # of an item


def items(text: str) -> list[str] | None:
    """The items of "a, b and c"; None where it is no series of at least three short ones."""
    parts = text.strip(" .").split(", ")
    last = _LAST.split(parts[-1].removeprefix("and ").removeprefix("or "))
    parts = [part.strip() for part in [*parts[:-1], *last] if part.strip()]
    if len(parts) < 3 or any(len(part.split()) > MOST_WORDS for part in parts):
        return None
    return parts


def listed(piece: Piece, series: str, mark: str = "- ") -> list[Piece] | None:
    """A sentence that ends with a series as its lead-in and the items, a piece each; None where too
    little leads in."""
    at = piece.text.find(series)
    own = items(series)
    if at < 0 or own is None or len(piece.text) - at - len(series) > 2:
        return None
    lead = piece.text[:at].rstrip(" ,:")
    if len(lead.split()) < 3:
        return None
    made = [Piece(f"{lead}:", (), piece.evidence)]
    made += [Piece(f"{mark}{item}", (), piece.evidence, "\n") for item in own]
    return made


def spelled(pieces: Sequence[Piece], mark: str = "- ") -> list[Piece]:
    """Pieces, the first series among them as a list."""
    made: list[Piece] = []
    done = False
    for piece in pieces:
        found = None if done else _SERIES.search(piece.text)
        parts = listed(piece, _tail(found["items"]), mark) if found else None
        made += parts or [piece]
        done = done or parts is not None
    return made


def _tail(text: str) -> str:
    """A series without what leads into its first item: all but the first item's last words."""
    first, rest = text.split(", ", 1)
    words = first.split()
    return f"{' '.join(words[-2:])}, {rest}" if len(words) > 3 else text
