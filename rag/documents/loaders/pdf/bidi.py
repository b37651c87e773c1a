"""Latin words in lines that run from right to left: PDFium turns their order round with the line's."""

from __future__ import annotations

import re

import pypdfium2 as pdfium

RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LINE = re.compile(r"[^\r\n]+")
_LATIN = r"[A-Za-zÀ-ɏ](?:[\w.,:@'’-]*\w)?"
_PHRASE = re.compile(rf"{_LATIN}(?: {_LATIN})+")


def in_order(textpage: pdfium.PdfTextPage, text: str) -> str:
    """A page's text, with Latin words that follow each other in a right-to-left line in the order in
    which they are painted."""
    if len(text) != textpage.count_chars():
        return text
    parts: list[str] = []
    done = 0
    for line in _LINE.finditer(text):
        if not RIGHT_TO_LEFT.search(line[0]):
            continue
        for phrase in _PHRASE.finditer(text, line.start(), line.end()):
            words = list(re.finditer(r"[^ ]+", phrase[0]))
            places = [textpage.get_charbox(phrase.start() + word.start())[0] for word in words]
            if places == sorted(places, reverse=True):
                parts += [text[done : phrase.start()], " ".join(w[0] for w in reversed(words))]
                done = phrase.end()
    return "".join(parts) + text[done:]
