"""Files inside files: what a mail brings along, an archive holds, or a document embeds.

A part is read by the loader of its own format, and stands in the text of the file that holds it.
How deep parts may lie in parts, and how much they may hold, is bounded.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from rag.documents.document import Document, Sight
from rag.documents.formats import format_for, is_image, load, not_read
from rag.documents.source import Source
from rag.documents.writer import Writer
from rag.errors import LoadError

DEEPEST = 4  # files in files in files
MOST_BYTES = 500_000_000  # of all the parts of one file
HEAD = 4096  # bytes by which the format of a part is told


@dataclass(slots=True)
class _Budget:
    depth: int = 0
    left: int = MOST_BYTES


_BUDGET: ContextVar[_Budget | None] = ContextVar("_BUDGET", default=None)


@contextmanager
def _deeper(size: int) -> Iterator[None]:
    budget = _BUDGET.get()
    token = None
    if budget is None:
        budget = _Budget()
        token = _BUDGET.set(budget)
    budget.depth += 1
    budget.left -= size
    try:
        if budget.depth > DEEPEST:
            raise LoadError(f"it lies more than {DEEPEST} files deep")
        if budget.left < 0:
            raise LoadError(f"the parts hold more than {MOST_BYTES / 1e6:.0f} MB")
        yield
    finally:
        budget.depth -= 1
        if token is not None:
            _BUDGET.reset(token)


def read_part(name: str, data: bytes, within: Source) -> Document:
    """The document that a part is; ``within`` is the file that holds it. A picture for which there is
    no OCR is one without text, which waits.

    Raises:
        LoadError: it cannot be read, has no loader, or lies too deep.
    """
    format = format_for(name, data[:HEAD])
    if format is None and is_image(name):
        return Document("", "image", sight=Sight(waiting_pictures=1))
    if format is None:
        raise LoadError(not_read(name))
    with _deeper(len(data)):
        return load(Source(name, data, within.ocr_language), format)


def write_attachment(
    name: str, data: bytes, within: Source, writer: Writer, *, level: int
) -> list[str]:
    """The text of a part below a heading of its own, of that level; what is to be told of it."""
    try:
        document = read_part(name, data, within)
    except LoadError as error:
        return [f"attachment {name} is not read: {error}"]
    writer.heading(level, f"Attachment: {name}")
    writer.include(document)
    return [f"attachment {name}: {note}" for note in document.notes]
