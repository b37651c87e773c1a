"""Fonts whose maps from glyphs to letters are wrong or missing: what can be mended is, and what reads as other
letters than a person sees is known for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pypdfium2.raw as raw

MOST_MENDED = 50_000_000  # bytes of a file whose maps are mended
LEAST_TEXT = 40  # characters of a page that are looked at
ODD, FEW = (
    0.1,
    0.3,
)  # share of odd signs from which on, and of letters below which, a page is no text
BARE = 0.6  # share of words without a vowel from which on they are none
_SYMBOLIC = 1 << 2  # a flag of a font that has a map of its own
_ODD = re.compile(r"[*+;<=>?@!#&\"\[\]^_`{|}~\\]")
_WORD = re.compile(r"[A-Za-z]{3,}")
_VOWEL = re.compile(r"[aeiouy]", re.IGNORECASE)
_NUL = re.compile(rb"<[0-9A-Fa-f]+>\s*<0+>")
_PAIRS = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_NO_LETTER = "\ufffe"  # what PDFium writes for a hyphen at a line's end, and for what is no letter


def text_of(textpage: Any) -> str:
    """The text of a page, a character for each that PDFium counts: it leaves those out that a map leads to U+0000, which
    are mostly blanks."""
    text: str = textpage.get_text_range(errors="ignore")
    count = textpage.count_chars()
    if len(text) == count:
        return text
    codes = [int(raw.FPDFText_GetUnicode(textpage.raw, at)) for at in range(count)]
    if any(0xD800 <= code < 0xE000 or code >= 0x110000 for code in codes):  # halves of signs
        return text
    return "".join(chr(code) if code else " " for code in codes)


def nameless(textpage: Any, text: str) -> list[int]:
    """Where in the text of a page glyphs stand that the map of their font leads to nothing."""
    if _NO_LETTER not in text or len(text) != textpage.count_chars():
        return []
    return [
        at
        for at, sign in enumerate(text)
        if sign == _NO_LETTER and not raw.FPDFText_GetUnicode(textpage.raw, at)
    ]


def scrambled(textpage: Any, text: str) -> bool:
    """Whether a page shows other letters than it says: by the look of the text, where it is set in fonts with
    maps of their own."""
    bare = "".join(text.split())
    if len(bare) < LEAST_TEXT or not bare.isascii():
        return False
    letters = sum(map(str.isalpha, bare))
    words = _WORD.findall(text)
    odd = letters < FEW * len(bare) and len(_ODD.findall(bare)) > ODD * len(bare)
    vowelless = sum(1 for word in words if not _VOWEL.search(word))
    if not odd and not (len(words) >= LEAST_TEXT // 2 and vowelless > BARE * len(words)):
        return False
    step = max(1, len(text) // 20)
    looked = [_own_map(textpage, at) for at in range(0, len(text), step) if text[at].strip()]
    return sum(looked) * 2 > len(looked)


def _own_map(textpage: Any, at: int) -> bool:
    painted = raw.FPDFText_GetTextObject(textpage.raw, at)
    font = raw.FPDFTextObj_GetFont(painted) if painted else None
    if not font:
        return False
    flags = int(raw.FPDFFont_GetFlags(font))
    return int(raw.FPDFFont_GetIsEmbedded(font)) == 1 and bool(flags & _SYMBOLIC)


def mended(data: bytes) -> bytes | None:
    """The file without entries of maps that lead to nothing, so that the encoding of a font tells; None where
    there are none, or it cannot be written anew."""
    if len(data) > MOST_MENDED:
        return None
    import pypdf

    changed = False
    try:
        writer = pypdf.PdfWriter(clone_from=BytesIO(data))
        for page in writer.pages:
            for font in _fonts(page, 0):
                stream = font.get("/ToUnicode")
                stream = stream.get_object() if stream is not None else None
                if stream is None or not hasattr(stream, "set_data"):
                    continue
                written = stream.get_data()
                better = _PAIRS.sub(lambda found: _NUL.sub(b"", found[0]), written)
                if better != written:
                    stream.set_data(better)
                    changed = True
        out = BytesIO()
        if changed:
            writer.write(out)
    except MemoryError:
        raise
    except Exception:  # pypdf raises whatever a broken file makes it raise
        return None
    return out.getvalue() if changed else None


def _fonts(holder: Any, depth: int) -> Iterator[Any]:
    resources = holder.get("/Resources")
    resources = resources.get_object() if resources is not None else {}
    fonts = resources.get("/Font")
    for font in fonts.get_object().values() if fonts is not None else ():
        yield font.get_object()
    forms = resources.get("/XObject") if depth < 3 else None
    for form in forms.get_object().values() if forms is not None else ():
        if form.get_object().get("/Subtype") == "/Form":
            yield from _fonts(form.get_object(), depth + 1)
