"""Latin words in lines that run from right to left: PDFium turns their order round with the line's."""

from __future__ import annotations

import re

import pypdfium2 as pdfium

RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LINE = re.compile(r"[^\r\n]+")
_LATIN = r"[A-Za-zÀ-ɏ](?:[\w.,:@'’-]*\w)?"
_PHRASE = re.compile(rf"{_LATIN}(?: {_LATIN})+")


def in_order(textpage: pdfium.PdfTextPage, text: str) -> list[tuple[int, int]]:
    """The characters of a page's text (from, to) in the order in which they are read: Latin words that follow each
    other in a right-to-left line as they are painted."""
    if len(text) != textpage.count_chars():
        return [(0, len(text))]
    spans: list[tuple[int, int]] = []
    done = 0
    for line in _LINE.finditer(text):
        if not RIGHT_TO_LEFT.search(line[0]):
            continue
        for phrase in _PHRASE.finditer(text, line.start(), line.end()):
            words = [word.span() for word in re.finditer(r"[^ ]+", phrase[0])]
            words = [(phrase.start() + a, phrase.start() + b) for a, b in words]
            places = [textpage.get_charbox(begin)[0] for begin, _ in words]
            if places == sorted(places, reverse=True):
                spans.append((done, phrase.start()))
                for (begin, end), (_, blank) in zip(reversed(words), words, strict=True):
                    spans += [(begin, end), (blank, blank + 1)]
                done = spans.pop()[0]
    return [*spans, (done, len(text))]
