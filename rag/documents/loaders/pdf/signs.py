"""The signs of a page's text as they are meant: what is painted of one sign put together, raised digits and words set apart
marked; each sign stays in its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rag.documents.loaders.pdf.accents import composed
from rag.documents.loaders.pdf.columns import Box
from rag.documents.loaders.pdf.letterspaced import together
from rag.documents.loaders.pdf.powers import with_powers


def as_meant(textpage: Any, text: str, boxes: Sequence[Box]) -> str:
    """The text of a page, as long as before; ``boxes``: those of its runs."""
    text = composed(textpage, text)
    return together(textpage, with_powers(textpage, text, boxes))
