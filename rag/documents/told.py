"""How it is told what of a document is not in its text."""

from __future__ import annotations


def counted(count: int, word: str) -> str:
    """A count with its noun.

    >>> counted(1, "picture"), counted(2_000, "page")
    ('1 picture', '2,000 pages')
    """
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def left_out(count: int, what: str, of: str = "") -> str:
    """That so many of something are left out.

    >>> left_out(1, "deletion"), left_out(2, "piece", "of hidden text")
    ('1 deletion is left out', '2 pieces of hidden text are left out')
    """
    named = " ".join(filter(None, (counted(count, what), of)))
    return f"{named} {'is' if count == 1 else 'are'} left out"
