"""Fields of a form: what is written, chosen or ticked, beside the label that stands at the field."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from numpy.typing import NDArray

from rag.documents.loaders.pdf.maps import text_of
from rag.documents.loaders.pdf.runs import char_boxes
from rag.documents.text import one_line

LONGEST_LABEL = 120  # characters
LINE = 14.0  # points: the height of a line, in which a label is looked for
MOST_OPTIONS = 1_000
_BUTTONS = (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON)
_UNREAD = (raw.FPDF_FORMFIELD_PUSHBUTTON, raw.FPDF_FORMFIELD_SIGNATURE)
_PASSWORD = 1 << 13  # a flag of a field that shows asterisks
_SWITCH = re.compile(r"(?:yes|on|true|ja|oui|x|\d{0,3})", re.IGNORECASE)  # values that name nothing
_LEADERS = re.compile(r"[\s:._…]+$")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something lies on a page, in points from its left and its foot."""

    left: float
    bottom: float
    right: float
    top: float

    def beside(self, other: Place) -> bool:
        """Whether both stand on one line."""
        return self.bottom < other.top and other.bottom < self.top


@dataclass(slots=True)
class Form:
    """The fields of a page, as they are met: the places of what lies on it, those of its boxes and buttons, and the
    lines that they become."""

    pdf: pdfium.PdfDocument
    textpage: pdfium.PdfTextPage
    places: Sequence[Place]
    buttons: Sequence[Place] = ()
    lines: list[str] = field(default_factory=list)
    empty: set[int] = field(default_factory=set)  # numbers of lines of boxes that are not ticked
    ticked: bool = False
    letters: tuple[str, NDArray[np.float32]] | None = None  # of the page, once they are asked for

    def add(self, annotation: Any, place: Place) -> None:
        """One more field."""
        form = self.pdf.formenv
        kind = raw.FPDFAnnot_GetFormFieldType(form, annotation) if form is not None else -1
        if form is None or kind in _UNREAD:
            return
        said = _string(raw.FPDFAnnot_GetFormFieldAlternateName, form, annotation)
        name = _string(raw.FPDFAnnot_GetFormFieldName, form, annotation)
        if kind in _BUTTONS:
            self._button(form, annotation, place, said, name)
            return
        value = _value(form, annotation)
        if not value or value in text_at(self.textpage, place):
            return
        label = said or self._left(place) or self._above(place) or name
        self._write(f"{label}: {value}" if label else value)

    def said(self) -> list[str]:
        """The lines; boxes that are not ticked are among them where others are."""
        if self.ticked:
            return self.lines
        return [line for i, line in enumerate(self.lines) if i not in self.empty]

    def _write(self, line: str) -> None:
        if line not in self.lines:
            self.lines.append(line)

    def _button(self, form: Any, annotation: Any, place: Place, said: str, name: str) -> None:
        ticked = bool(raw.FPDFAnnot_IsChecked(form, annotation))
        value = _string(raw.FPDFAnnot_GetFormFieldExportValue, form, annotation)
        named = "" if _SWITCH.fullmatch(value) else value
        radio = raw.FPDFAnnot_GetFormFieldType(form, annotation) == raw.FPDF_FORMFIELD_RADIOBUTTON
        label = "" if self._is_behind(place) else self._right(place)
        label = label or (named or self._left(place) if radio else self._left(place) or named)
        if said and said.casefold() not in label.casefold():
            label = f"{said}: {label}" if label else said
        if not label and ticked:
            self._write(f"{name}: {value or 'yes'}" if name else value)
        elif label:
            if not ticked:
                self.empty.add(len(self.lines))
            self._write(f"{'☒' if ticked else '☐'} {label}")
        self.ticked = self.ticked or ticked

    def _row(self, place: Place) -> tuple[float, float]:
        """The foot and the head of the line that a label beside a field stands on."""
        if place.top - place.bottom > 2 * LINE:  # a field of several lines: its first
            return place.top - 10, place.top - 5
        middle = (place.top + place.bottom) / 2
        return middle - 2, middle + 2

    def _left(self, place: Place) -> str:
        edges = [o.right for o in self.places if o.beside(place) and o.right <= place.left + 1]
        foot, head = self._row(place)
        low = max(edges, default=place.left - 2_000)
        return _label(self._text(Place(low, foot, place.left + 1, head)))

    def _right(self, place: Place) -> str:
        edges = [o.left for o in self.places if o.beside(place) and o.left >= place.right - 1]
        foot, head = self._row(place)
        high = min(edges, default=place.right + 2_000)
        return _label(self._text(Place(place.right - 1, foot, high, head)))

    def _is_behind(self, place: Place) -> bool:
        """Whether a box stands in a row of such as stand behind their labels: the first has one there, the last has none
        after it."""
        row = sorted((o for o in self.buttons if o.beside(place)), key=lambda o: o.left)
        return len(row) > 1 and not self._right(row[-1]) and bool(self._left(row[0]))

    def _above(self, place: Place) -> str:
        over = Place(place.left - 2, place.top + 2, place.right + 2, place.top + LINE)
        if any(other is not place and _overlap(other, over) for other in self.places):
            return ""
        return _label(self._text(over))

    def _text(self, place: Place) -> str:
        if place.right <= place.left:
            return ""
        lines = re.split(r"[\r\n]+", self._whole(place))
        return next((line for line in reversed(lines) if line.strip()), "")

    def _whole(self, place: Place) -> str:
        """What the page shows at a place, with the signs that stand between its letters above or below that."""
        if self.letters is None:
            self.letters = text_of(self.textpage), char_boxes(self.textpage)
        text, boxes = self.letters
        if len(text) != len(boxes):
            return _bounded(self.textpage, place)
        left, bottom, right, top = boxes.T
        inside = (right > place.left) & (left < place.right) & (top > place.bottom)
        inside &= (bottom < place.top) & (right > left)
        said, last = "", -1
        for at in np.flatnonzero(inside).tolist():
            between = text[last + 1 : at]
            if said and any(map(str.isalnum, between)):
                between = "\n" if "\n" in between else " "
            said += (between if said else "") + text[at]
            last = at
        return said


def buttons_of(pdf: pdfium.PdfDocument, annotations: Sequence[Any]) -> list[Place]:
    """Where the boxes and buttons among the annotations of a page lie."""
    form = pdf.formenv
    if form is None:
        return []
    own = (
        place_of(one)
        for one in annotations
        if raw.FPDFAnnot_GetFormFieldType(form, one) in _BUTTONS
    )
    return [place for place in own if place is not None]


def in_place(
    lines: Sequence[str], filled: Sequence[str], passed: Collection[int]
) -> tuple[list[str], list[str]]:
    """The lines of a page with what its fields say behind (boxes: before) their labels, and those of the
    fields whose labels do not stand on the page, or more than once, or on ``passed`` lines."""
    found, left = list(lines), []
    for one in filled:
        box = one[:2] if one[:1] in "☒☐" else ""
        label = one[2:] if box else one.partition(": ")[0]
        end = "" if box else r"\s*(?:[:._…][\s:._…]*|$)"
        stands = re.compile(rf"(?<!\w){re.escape(label)}(?!\w){end}")
        hits = [
            (i, hit)
            for i, line in enumerate(found)
            for hit in (stands.finditer(line) if i not in passed else ())
        ]
        if len(hits) != 1:
            left.append(one)
            continue
        i, hit = hits[0]
        line = found[i]
        if box:
            found[i] = line[: hit.start()] + one + line[hit.end() :]
        else:
            found[i] = f"{line[: hit.start()]}{one} {line[hit.end() :]}".rstrip()
    return found, left


def text_at(textpage: pdfium.PdfTextPage, place: Place) -> str:
    """What the page itself shows at a place, in one line."""
    return one_line(_bounded(textpage, place))


def place_of(annotation: Any) -> Place | None:
    """Where an annotation lies."""
    rect = raw.FS_RECTF()
    if not raw.FPDFAnnot_GetRect(annotation, ctypes.byref(rect)):
        return None
    low, high = sorted((rect.bottom, rect.top))
    return Place(min(rect.left, rect.right), low, max(rect.left, rect.right), high)


def _overlap(a: Place, b: Place) -> bool:
    return a.beside(b) and a.left < b.right and b.left < a.right


def _bounded(textpage: pdfium.PdfTextPage, place: Place) -> str:
    text = textpage.get_text_bounded(
        left=place.left, bottom=place.bottom, right=place.right, top=place.top, errors="ignore"
    )
    return str(text).replace("\r", "\n")


def _label(text: str) -> str:
    label = _LEADERS.sub("", one_line(text))
    return label[-LONGEST_LABEL:] if any(c.isalpha() for c in label) else ""


def _value(form: Any, annotation: Any) -> str:
    """What a field shows: its chosen entries, else its value."""
    if raw.FPDFAnnot_GetFormFieldFlags(form, annotation) & _PASSWORD:
        return ""
    count = raw.FPDFAnnot_GetOptionCount(form, annotation)
    chosen: list[str] = []
    for i in range(min(count, MOST_OPTIONS)):
        if raw.FPDFAnnot_IsOptionSelected(form, annotation, i):
            size = raw.FPDFAnnot_GetOptionLabel(form, annotation, i, None, 0)
            buffer = ctypes.create_string_buffer(max(2, size))
            into = ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR))
            raw.FPDFAnnot_GetOptionLabel(form, annotation, i, into, size)
            chosen.append(one_line(buffer.raw[: size - 2].decode("utf-16-le", errors="replace")))
    found = ", ".join(filter(None, chosen))
    return found or _string(raw.FPDFAnnot_GetFormFieldValue, form, annotation)


def _string(function: Any, form: Any, annotation: Any) -> str:
    size = function(form, annotation, None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    function(form, annotation, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size)
    return one_line(buffer.raw[: size - 2].decode("utf-16-le", errors="replace"))
