"""What is painted on the pages: PDFium reads text, outline, labels and metadata; pypdf repairs what
PDFium cannot open.

PDFium's text is some ten times faster to get than pypdf's with the same words, and keeps a
table row on one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from rag.documents.loaders.pdf.arranged import arranged
from rag.documents.loaders.pdf.bidi import RIGHT_TO_LEFT, in_order
from rag.documents.loaders.pdf.cards import marks_of
from rag.documents.loaders.pdf.extras import attachments, beside
from rag.documents.loaders.pdf.figures import figures
from rag.documents.loaders.pdf.forms import in_place
from rag.documents.loaders.pdf.headings import Levels, Style, levels_of, styles_of
from rag.documents.loaders.pdf.lines import GOES_ON, page_lines, without_high_codes
from rag.documents.loaders.pdf.maps import mended, nameless, scrambled, text_of
from rag.documents.loaders.pdf.objects import IMAGE, PATH, Objects
from rag.documents.loaders.pdf.runs import boxes_of
from rag.documents.loaders.pdf.signs import as_meant
from rag.documents.loaders.pdf.struck import without_struck
from rag.documents.loaders.pdf.tables import Table, tables_seen
from rag.documents.loaders.pdf.unseen import Unseen
from rag.documents.loaders.pdf.upright import turned
from rag.documents.loaders.pdf.xfa import form_lines, is_dynamic
from rag.documents.ocr import DPI, HARD, Seen, how_to_read, ocr_available, read_image
from rag.documents.pictures import Pictures
from rag.documents.source import Source
from rag.documents.text import one_line
from rag.documents.told import counted
from rag.errors import LoadError

OUTLINE_DEPTH = 8  # levels; what is deeper divides no document that people read
LEAST_DRAWN = 60  # letters
STAMP = 300  # characters; a page that is a picture may have so many on it, and is read by OCR
UNMAPPED = 0.3  # share of glyphs without a letter beyond which a page is not text
PICTURE = 0.6  # share of a page that a picture covers
_NO_LETTER = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff]")
_LAST_HYPHEN = re.compile(r"(?<=[^\W\d_])-$")
_POINTS = 72  # an inch, in PDF's unit
MOST_PIXELS = 30_000_000  # of a page that is painted to be read; larger ones are painted smaller
_LOCKED = "it is protected by a password; save a copy without one"


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """An entry of the outline: its level (0 is the outermost), its title, its page (from 0)."""

    level: int
    title: str
    page: int


@dataclass(frozen=True, slots=True)
class Pages:
    """What was read of a file: its pages, each as its lines; the labels of the pages (none, or one
    a page); its outline; what lies on each page beside its text; the files that it brings along; the
    entries of its metadata; the tables and the headings among the lines, and what OCR saw, by page (from 0): pages, and
    pictures on them; how many pages wait for it; and notes for the person who indexes it."""

    lines: list[list[str]]
    info: dict[str, str]
    notes: list[str]
    labels: tuple[str, ...] = ()
    outline: tuple[OutlineItem, ...] = ()
    extras: tuple[tuple[str, ...], ...] = ()
    attached: tuple[tuple[str, bytes], ...] = ()
    seen: Mapping[int, Seen] = field(default_factory=dict)
    figures: Mapping[int, list[Seen]] = field(default_factory=dict)
    pictures: Pictures | None = None
    waiting: int = 0
    tables: Mapping[int, Sequence[Table]] = field(default_factory=dict)
    levels: Levels = field(default_factory=dict)

    def label(self, page: int) -> str:
        """What is printed on a page (from 0), where that differs from its number."""
        label = self.labels[page] if page < len(self.labels) else ""
        return "" if label == str(page + 1) else label


def read_pages(source: Source, *, again: bool = False) -> Pages:
    """The pages of a PDF, however broken; ``again``: after the maps of its fonts were mended.

    Raises:
        LoadError: it is no PDF, protected by a password, or past repair.
    """
    try:
        pdf = pdfium.PdfDocument(source.data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise LoadError(_LOCKED) from None
        if b"%PDF" not in source.data[:4096]:
            raise LoadError("not a PDF: it does not start as one") from None
        return _repaired(source)
    try:
        if is_dynamic(pdf) and (form := form_lines(pdf)):
            return _form(pdf, form)
        reader = _Painted(pdf, source)
        lines = [reader.page(i) for i in range(len(pdf))]
        if reader.nameless and not again and (better := mended(source.data)):
            return read_pages(replace(source, data=better), again=True)
        outline = tuple(_outline(pdf))
        return Pages(
            lines=lines,
            info=pdf.get_metadata_dict(),
            notes=reader.notes(),
            labels=tuple(pdf.get_page_label(i) for i in range(len(pdf))),
            outline=outline,
            levels={} if outline else levels_of(lines, reader.styles),
            extras=tuple(map(tuple, reader.extras)),
            attached=tuple(dict.fromkeys((*attachments(pdf), *reader.attached))),
            seen=reader.seen,
            tables=reader.tables,
            figures=reader.figures,
            pictures=reader.pictures,
            waiting=len(reader.unread) + len(reader.unmapped),
        )
    finally:
        pdf.close()


def _form(pdf: pdfium.PdfDocument, lines: list[str]) -> Pages:
    """A form that has no pages of its own."""
    return Pages(
        lines=[[] for _ in range(len(pdf))],
        info=pdf.get_metadata_dict(),
        notes=[
            "it is a dynamic form (XFA): its texts and what is filled in are read, not its layout"
        ],
        extras=(tuple(lines),),
        attached=tuple(attachments(pdf)),
    )


def _outline(pdf: pdfium.PdfDocument) -> Iterator[OutlineItem]:
    for item in pdf.get_toc(max_depth=OUTLINE_DEPTH):
        title, target = one_line(item.get_title()), item.get_dest()
        if title and target is not None and (page := target.get_index()) is not None:
            yield OutlineItem(item.level, title, page)


class _Painted:
    """Reads page after page, and remembers what could not be read as it stands."""

    def __init__(self, pdf: pdfium.PdfDocument, source: Source) -> None:
        self.pdf = pdf
        self.has_outline = next(iter(pdf.get_toc(max_depth=1)), None) is not None
        self.language = source.ocr_language
        self.unseen = Unseen(source.data)
        self.tables: dict[int, list[Table]] = {}
        self.pictures = Pictures(source)
        self.figures: dict[int, list[Seen]] = {}  # by page, from 0
        self.styles: list[Mapping[str, Style]] = []
        self.extras: list[list[str]] = []
        self.attached: list[tuple[str, bytes]] = []
        self.damaged: list[int] = []
        self.unread: list[int] = []  # pages that are pictures
        self.nameless: dict[int, int] = {}  # by page: glyphs without a letter
        self.drawn: list[int] = []  # pages on which letters are drawn, and not written
        self.unmapped: list[int] = []  # pages whose letters nobody can tell
        self.seen: dict[int, Seen] = {}  # by page, from 0
        if pdf.get_formtype() != raw.FORMTYPE_NONE:
            pdf.init_forms()

    def page(self, number: int) -> list[str]:
        """The lines of a page."""
        self.extras.append([])
        self.styles.append({})
        try:
            page, objects, textpage, _ = opened(self.pdf, number, self.unseen)
            text = without_high_codes(text_of(textpage))
            if RIGHT_TO_LEFT.search(text):
                text = "".join(text[a:b] for a, b in in_order(textpage, text))
        except pdfium.PdfiumError:
            self.damaged.append(number + 1)
            return []
        if odd := nameless(textpage, text):
            self.nameless[number + 1] = len(odd)
            where = frozenset(odd)
            text = "".join("\ufffd" if at in where else c for at, c in enumerate(text))
        marks: list[str] = []
        unmapped = _unmapped(text) or scrambled(textpage, text)
        if not unmapped and _is_drawn(objects, text):
            text = self._seen(page, objects, number + 1, text, self.drawn)
        if number in self.seen:
            lines = page_lines(text)
            self.tables[number] = tables_seen(self.seen[number], lines, page.get_width())
        elif unmapped or not text.strip() or (len(text) < STAMP and _is_picture(page, objects)):
            told = self.unmapped if unmapped else self.unread
            text = self._seen(page, objects, number + 1, "" if unmapped else text, told)
            lines = page_lines(text)
            if found := self.seen.get(number):
                self.tables[number] = tables_seen(found, lines, page.get_width())
        else:
            boxes = boxes_of(textpage)
            text = as_meant(textpage, text, boxes)
            text, objects = without_struck(page, objects, textpage, text, boxes)
            if not self.has_outline:
                self.styles[-1] = styles_of(textpage, text)
            painted = arranged(objects, textpage, read := text, boxes)
            text, lines = painted.text, painted.lines
            self.styles[-1] = painted.restyled(self.styles[-1])
            if painted.tables:
                self.tables[number] = painted.tables
            taken = {n for one in painted.tables for n in one.all_lines}
            marks = marks_of(textpage, read, text, painted.spans, lines, taken)
            self.figures[number] = figures(page, objects, textpage, self.pictures)
        on_page = beside(self.pdf, page, textpage, text)
        if on_page.fields:
            passed = {n for one in self.tables.get(number, ()) for n in one.all_lines}
            filled, left = in_place(lines, on_page.fields, passed)
            self.styles[-1] = _renamed(self.styles[-1], lines, filled)
            lines, on_page.lines = filled, [*left, *on_page.lines]
        if marks:
            ended = [line + mark for line, mark in zip(lines, marks, strict=True)]
            self.styles[-1], lines = _renamed(self.styles[-1], lines, ended), ended
        self.extras[-1] = on_page.lines
        self.attached.extend(on_page.attached)
        textpage.close()
        page.close()
        return lines

    def _seen(
        self, page: pdfium.PdfPage, objects: Objects, number: int, text: str, told: list[int]
    ) -> str:
        """A page that has to be looked at, by OCR where there is one; else it is ``told``. Where letters are drawn beside its
        text, that stays if OCR sees less."""
        if not objects.handles:
            return text
        if not ocr_available(self.language):
            told.append(number)
            return text
        width, height = page.get_size()
        scale = min(DPI / _POINTS, (MOST_PIXELS / max(1.0, width * height)) ** 0.5)
        try:
            image = page.render(scale=scale).to_pil()
        except pdfium.PdfiumError:
            self.damaged.append(number)
            return text
        seen = read_image(image, self.language)
        if told is self.drawn and len("".join(seen.lines)) <= len("".join(text.split())):
            return text
        self.seen[number - 1] = seen
        # As PDFium writes hyphens at line ends.
        return "\n".join(_LAST_HYPHEN.sub("\ufffe", line) for line in seen.lines) or text

    def notes(self) -> list[str]:
        """What could not be read, and what was read by OCR."""
        notes = [f"page {n} is damaged and was left out" for n in self.damaged]
        for reason, counts in self.unseen.left_out.items():
            much = counted(sum(counts.values()), "character")
            notes.append(f"text {reason} is left out: {much} on page {_ranges(sorted(counts))}")
        for layer, pages in self.unseen.layers.items():
            notes.append(
                f'the layer "{layer}" is switched off and left out (page {_ranges(pages)})'
            )
        if self.unread:
            notes.append(
                f"no text layer on page {_ranges(self.unread)}: scanned? To read such pages: {how_to_read(self.language)}"
            )
        if self.drawn:
            notes.append(
                f"on page {_ranges(self.drawn)} words are drawn, and not written: they are left out. To read them by OCR: "
                f"{how_to_read(self.language)}"
            )
        if self.unmapped:
            notes.append(
                f"the text on page {_ranges(self.unmapped)} cannot be read: its font has no map from "
                f"glyphs to letters. To read it by OCR: {how_to_read(self.language)}"
            )
        if left := sorted(n for n in self.nameless if n - 1 not in self.seen):
            count = sum(self.nameless[n] for n in left)
            notes.append(
                f"{counted(count, 'sign')} on page {_ranges(left)} cannot be read (\ufffd): the font has no map for them"
            )
        said: dict[str, list[int]] = {}
        for number, seen in self.seen.items():
            empty = "; no text was found" if not (seen.blocks or seen.missed) else ""
            badly = f"; its text {HARD}" if seen.badly else ""
            said.setdefault(f"read by OCR{empty}{badly}", []).append(number + 1)
        notes.extend(f"page {_ranges(pages)} {what}" for what, pages in said.items())
        return notes


def _renamed(
    styles: Mapping[str, Style], lines: Sequence[str], now: Sequence[str]
) -> dict[str, Style]:
    """The styles of lines that read otherwise ``now``; what goes on in the next line is the first of a card, and no
    heading."""
    return {
        new: styles[old]
        for old, new in zip(lines, now, strict=True)
        if old in styles and not new.endswith(GOES_ON)
    }


def opened(
    pdf: pdfium.PdfDocument, number: int, unseen: Unseen
) -> tuple[pdfium.PdfPage, Objects, pdfium.PdfTextPage, int]:
    """A page (from 0), what is painted on it, and its text, upright, without what nobody sees; and by how many
    degrees it has been turned for that, clockwise and beyond what the file says.

    Raises:
        pdfium.PdfiumError: it is damaged.
    """
    page = pdf[number]
    before = page.get_rotation()
    objects = unseen.remove(page, number + 1)
    textpage = page.get_textpage()
    degrees = 0
    if clockwise := turned(page, textpage):
        degrees = (clockwise - before) % 360
        textpage.close()
        page.close()
        page = pdf[number]
        objects = unseen.remove(page, number + 1)
        textpage = page.get_textpage()
    return page, objects, textpage, degrees


def _unmapped(text: str) -> bool:
    """Whether most of what a page shows are glyphs that no font's map leads to a letter."""
    odd = len(_NO_LETTER.findall(text)) - text.count("\x02")
    return odd > 0 and odd > UNMAPPED * len("".join(text.split()))


def _is_drawn(objects: Objects, text: str) -> bool:
    """Whether more letters of a page are drawn as outlines than are written, as some programs print."""
    paths = len(objects.of(PATH))
    written = len("".join(text.split()))
    return (
        paths >= LEAST_DRAWN
        and paths > written > 0
        and objects.letters_drawn() > max(written, LEAST_DRAWN)
    )


def _is_picture(page: pdfium.PdfPage, objects: Objects) -> bool:
    """Whether a picture covers most of a page."""
    width, height = page.get_size()
    return any(
        (right - left) * (top - bottom) > PICTURE * width * height
        for left, bottom, right, top in objects.places(IMAGE)
    )


def _ranges(numbers: list[int]) -> str:
    """[1, 2, 3, 7] as "1-3, 7"."""
    runs: list[list[int]] = []
    for n in numbers:
        if runs and runs[-1][1] == n - 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def _repaired(source: Source) -> Pages:
    """What pypdf can still read of a file that PDFium refuses."""
    import pypdf

    reader = pypdf.PdfReader(BytesIO(source.data), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise LoadError(_LOCKED)
    lines: list[list[str]] = []
    notes: list[str] = []
    for i, page in enumerate(reader.pages):
        try:
            lines.append(page_lines(without_high_codes(page.extract_text())))
        except Exception:  # one broken page must not lose the others
            notes.append(f"page {i + 1} is damaged and was left out")
            lines.append([])
    notes.append("the file is damaged; what could be repaired was read")
    info: Any = reader.metadata or {}
    entries = ("Title", "Author", "CreationDate")
    return Pages(lines, {name: str(info.get(f"/{name}") or "") for name in entries}, notes)
