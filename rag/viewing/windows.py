"""A part of a document's text, for formats that have no pages to look at."""

from __future__ import annotations

from dataclasses import dataclass

from rag.documents.document import Document, Heading

MOST = 200_000
"""Characters of a window at most."""


@dataclass(frozen=True, slots=True)
class TextWindow:
    """``text`` is ``document.text[start:end]``, of ``characters`` in all; ``headings`` and ``code`` (spans of
    preformatted text) are those in it, by offsets in the whole text. Rows of tables are lines of it."""

    text: str
    start: int
    end: int
    characters: int
    headings: tuple[Heading, ...]
    code: tuple[tuple[int, int], ...]


def text_window(
    document: Document, start: int = 0, end: int | None = None, most: int = MOST
) -> TextWindow:
    """The text around ``start:end``: all of it where it has not more than ``most`` characters, else as much as that,
    from the start of a line to the end of one where lines are not longer than that.

    >>> window = text_window(Document("One.\\n\\nTwo.\\n\\nThree.", "text"), 6, 10, most=8)
    >>> window.text, window.start
    ('Two.', 6)
    """
    text = document.text
    start = min(max(0, start), len(text))
    stop = len(text) if end is None else min(max(start, end), len(text))
    most = max(1, min(most, MOST))
    if len(text) <= most:
        low, high = 0, len(text)
    elif stop - start >= most:
        low, high = start, start + most
    else:
        low = max(0, min(start - (most - (stop - start)) // 2, len(text) - most))
        high = min(len(text), low + most)
        if low and (line := text.find("\n", low, start)) >= 0:
            low = line + 1
            while low < start and text[low] == "\n":
                low += 1
        if high < len(text) and (line := text.rfind("\n", stop, high)) >= 0:
            high = len(text[:line].rstrip("\n")) if line > stop else line
    return TextWindow(
        text[low:high],
        low,
        high,
        len(text),
        tuple(one for one in document.headings if low <= one.start < high),
        tuple((a, b) for a, b in document.code if a < high and low < b),
    )
