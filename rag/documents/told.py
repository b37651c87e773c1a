"""How what is left out of a document's text is told."""

from __future__ import annotations

from rag.documents.pictures import counted


def left_out(count: int, what: str, of: str = "") -> str:
    """That so many of something are left out.

    >>> left_out(1, "deletion"), left_out(2, "piece", "of hidden text")
    ('1 deletion is left out', '2 pieces of hidden text are left out')
    """
    named = " ".join(filter(None, (counted(count, what), of)))
    return f"{named} {'is' if count == 1 else 'are'} left out"
