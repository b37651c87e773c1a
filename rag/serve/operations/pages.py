"""The pages of a document: their text, what of a span stands on them, and how they look."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence

from rag.errors import ViewError
from rag.serve.opened import Library
from rag.serve.operations.documents import span_of
from rag.serve.operations.stored import stored
from rag.serve.protocol import Said
from rag.viewing import REDACTED, page_picture, page_view


def page(
    library: Library,
    *,
    index: str,
    document: int,
    number: int,
    start: int | None = None,
    end: int | None = None,
    groups: Sequence[str] | None = None,
) -> Iterator[Said]:
    """One event: a page, and what of ``[start, end)`` stands on it. ``looks`` tells whether there is a picture of it."""
    opened = library[index]
    with opened.chain(groups).index.snapshot() as snapshot:
        kept = stored(opened, snapshot, document)
    span = span_of(kept.document, start, end)
    view = page_view(kept.document, kept.path, number, span, expected=kept.sha256)
    same = "number label kind text start end width height marked reason".split()
    value = {name: getattr(view, name) for name in same}
    rectangles = [list(one) for one in view.rectangles]
    yield Said("page", {**value, "rectangles": rectangles, "looks": view.width > 0})


def picture(
    library: Library,
    *,
    index: str,
    document: int,
    number: int,
    width: int,
    known: str = "",
    groups: Sequence[str] | None = None,
) -> Iterator[Said]:
    """One event: a page as a picture, in base64, and its ``tag``, which changes when the picture does; no picture where
    the tag is ``known``."""
    opened = library[index]
    with opened.chain(groups).index.snapshot() as snapshot:
        kept = stored(opened, snapshot, document)
    if kept.path is None:
        raise ViewError(REDACTED)
    tag = f"{kept.sha256[:24]}-{number}-{width}"
    data = None
    if tag != known:
        painted = page_picture(kept.path, number, width, expected=kept.sha256)
        data = b64encode(painted).decode("ascii")
    yield Said("picture", {"tag": tag, "picture": data})
