"""A very long document, taken apart where it breaks by itself: what chunking needs is many times what it cuts."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from rag.chunking.graphemes import whole_before
from rag.documents.document import Document

STRETCH = 2_000_000
"""Characters that are cut at a time. A text of up to twice as many is one stretch."""


def stretches(document: Document) -> Iterator[tuple[int, Document]]:
    """The document, or parts of it one after another, each with the place where it starts and a map of its own: all
    of it that says where to cut. A part ends, in its last quarter, before a heading; if there is none, with a paragraph, a
    line, a word."""
    text, begin = document.text, 0
    if len(text) <= 2 * STRETCH:
        yield 0, document
        return
    while begin < len(text):
        end = _end(document, begin)
        yield begin, _part(document, begin, end)
        begin = end


def _end(document: Document, begin: int) -> int:
    text, headings = document.text, document.headings
    most = begin + STRETCH
    if most >= len(text):
        return len(text)
    least = most - STRETCH // 4
    last = bisect_left(headings, most, key=lambda one: one.start) - 1
    if last >= 0 and headings[last].start >= least:
        return headings[last].start
    for mark in ("\n\n", "\n", " "):
        if (at := text.rfind(mark, least, most)) >= 0:
            return at + len(mark)
    return whole_before(text, most, least)


def _part(document: Document, begin: int, end: int) -> Document:
    headings, pages = document.headings, document.pages
    first, last = (bisect_left(headings, at, key=lambda one: one.start) for at in (begin, end))
    page, behind = (bisect_left(pages, at, key=lambda one: one.start) for at in (begin, end))
    return replace(
        document,
        text=document.text[begin:end],
        headings=tuple(
            replace(one, start=one.start - begin, end=one.end - begin)
            for one in headings[first:last]
        ),
        pages=tuple(replace(one, start=one.start - begin) for one in pages[page:behind]),
        code=_within(document.code, begin, end),
        hidden=_within(document.hidden, begin, end),
    )


def _within(
    spans: tuple[tuple[int, int], ...], begin: int, end: int
) -> tuple[tuple[int, int], ...]:
    return tuple(
        (max(low, begin) - begin, min(high, end) - begin)
        for low, high in spans
        if low < end and begin < high
    )
