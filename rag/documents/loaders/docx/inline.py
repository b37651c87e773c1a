"""What stands in a Word paragraph: runs, fields, links, equations, controls; and what hangs on it.

Text boxes, charts, pictures, notes and comments hang on a place in a paragraph. They are handed
out beside its text, for the body to write below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from rag.documents.loaders.docx.styles import Styles
from rag.documents.office.equations import latex
from rag.documents.office.fields import shown_by
from rag.documents.office.package import (
    Relation,
    attribute,
    child,
    children,
    descendants,
    is_on,
    local,
    value,
)
from rag.documents.readings import Readings
from rag.documents.struck import struck as as_struck
from rag.documents.symbol_fonts import as_shown, coded
from rag.documents.text import raised

_LINK = re.compile(r'HYPERLINK\s+"?([^"\s]+)', re.IGNORECASE)
_PAGE = re.compile(r"\s*(?:PAGE|NUMPAGES|SECTIONPAGES)\b", re.IGNORECASE)
_PASSED = frozenset(
    "pPr rPr instrText delText del moveFrom delInstrText bookmarkStart bookmarkEnd proofErr "
    "commentRangeStart commentRangeEnd sdtPr sdtEndPr annotationRef footnoteRef endnoteRef "
    "lastRenderedPageBreak permStart permEnd rt rubyPr tblPr trPr tcPr".split()
)


@dataclass(slots=True)
class Hanging:
    """What hangs on a paragraph: its kind ("textbox", "graphic", "footnote", "endnote",
    "comment", "picture", "image"), and the element or the identifier that it is found by."""

    kind: str
    element: etree._Element | None = None
    key: str = ""


@dataclass(slots=True)
class Told:
    """What is left out of the text, to be told: deletions, hidden text."""

    deleted: int = 0
    hidden: int = 0
    failed: list[str] = field(default_factory=list)
    readings: Readings = field(default_factory=Readings)


@dataclass(slots=True)
class _Field:
    instruction: str = ""
    result: bool = False
    choice: str = ""


class Inline:
    """Reads paragraphs of one part. Complex fields may reach over paragraphs, so it has a memory."""

    def __init__(self, styles: Styles, relations: dict[str, Relation], told: Told) -> None:
        """``relations`` are those of the part that the paragraphs stand in."""
        self._styles = styles
        self._relations = relations
        self._told = told
        self._fields: list[_Field] = []
        self._hanging: list[Hanging] = []
        self._parts: list[tuple[str, bool]] = []  # text, and whether it is struck out
        self._font: str | None = None  # of the run that is being read

    def read(self, paragraph: etree._Element) -> tuple[str, list[Hanging]]:
        """The text of a paragraph, and what hangs on it, in order."""
        self._parts, self._hanging = [], []
        self._inside(paragraph, hidden=False, struck=False)
        return self._joined(), self._hanging

    def _joined(self) -> str:
        text, struck = "", ""
        for part, is_struck in [*self._parts, ("", False)]:
            if is_struck:
                struck += part
                continue
            if struck:
                text += as_struck(struck.strip()) if struck.strip() else struck
                struck = ""
            text += part
        return text

    def _add(self, text: str | None, struck: bool = False) -> None:
        if text:
            self._parts.append((text, struck))

    def _inside(self, element: etree._Element, *, hidden: bool, struck: bool) -> None:
        for one in element:
            name = local(one)
            if name == "r":
                self._run(one)
            elif name in ("del", "moveFrom"):
                self._told.deleted += any(t.text for t in descendants(one, "delText", "t"))
            elif name in _PASSED:
                continue
            elif name in ("oMath", "oMathPara"):
                self._add(latex(one))
            elif name == "hyperlink":
                self._link(one)
            elif name == "fldSimple":
                instruction = attribute(one, "instr") or ""
                if not _PAGE.match(instruction):
                    self._inside(one, hidden=hidden, struck=struck)
                    if self._shows() and not any(True for _ in descendants(one, "t")):
                        self._add(shown_by(instruction, self._told.readings))
            elif name == "AlternateContent":
                self._inside(chosen(one), hidden=hidden, struck=struck)
            else:  # ins, moveTo, smartTag, sdt, sdtContent, customXml, dir, bdo, ...
                self._inside(one, hidden=hidden, struck=struck)

    def _link(self, element: etree._Element) -> None:
        before = len(self._parts)
        self._inside(element, hidden=False, struck=False)
        relation = self._relations.get(attribute(element, "id") or "")
        if relation is not None and relation.external:
            self._target(relation.target, before)
        tip = " ".join((attribute(element, "tooltip") or "").split())
        if tip and tip.lower() not in "".join(text for text, _ in self._parts[before:]).lower():
            self._add(f" [{tip}]")

    def _target(self, address: str, before: int) -> None:
        """The address of a link, behind its words, where these do not say it."""
        shown = "".join(text for text, _ in self._parts[before:])
        bare = re.sub(r"^(?:mailto:|tel:|https?://)", "", address).rstrip("/")
        if bare and bare.lower() not in shown.lower() and not address.startswith("#"):
            self._add(f" ({address.removeprefix('mailto:')})")

    def _run(self, run: etree._Element) -> None:
        properties = child(run, "rPr")
        style = self._styles.get(value(child(properties, "rStyle")) or "")
        hidden = _said(properties, style.hidden, "vanish")
        struck = _said(properties, style.struck, "strike", "dstrike")
        if hidden and any(one.text and one.text.strip() for one in descendants(run, "t")):
            self._told.hidden += 1
        begin = len(self._parts)
        outer, fonts = self._font, child(properties, "rFonts")
        self._font = attribute(fonts, "ascii") or attribute(fonts, "hAnsi") or style.font
        self._content(run, hidden, struck)
        self._font = outer
        if value(child(properties, "vertAlign")) == "superscript":
            before = self._parts[begin - 1][0] if begin else ""
            text = "".join(text for text, _ in self._parts[begin:])
            self._parts[begin:] = [(raised(before, text), struck)] if text else []

    def _content(self, element: etree._Element, hidden: bool, struck: bool) -> None:
        for one in element:
            name = local(one)
            if name == "fldChar":
                self._field(one)
            elif name == "instrText":
                if self._fields and not self._fields[-1].result:
                    self._fields[-1].instruction += one.text or ""
            elif name in _PASSED or hidden or not self._shows():
                continue
            elif name == "t":
                self._add(as_shown(one.text or "", self._font), struck)
            else:
                self._special(one, name, struck)

    def _shows(self) -> bool:
        """Whether what comes is the result of all fields that are open, and no number of a page."""
        return all(one.result and not _PAGE.match(one.instruction) for one in self._fields)

    def _special(self, one: etree._Element, name: str, struck: bool) -> None:
        match name:
            case "tab" | "ptab":
                self._add("\t", struck)
            case "br" | "cr":
                self._add("\n", struck)
            case "noBreakHyphen":
                self._add("-", struck)
            case "sym":
                sign = coded(attribute(one, "char") or "", attribute(one, "font"))
                self._add(sign, struck)
            case "footnoteReference" | "endnoteReference" | "commentReference":
                kind = name.removesuffix("Reference")
                self._hanging.append(Hanging(kind, key=attribute(one, "id") or ""))
            case "drawing" | "pict" | "object":
                self._hanging.extend(self._drawn(one))
            case "AlternateContent":
                self._content(chosen(one), False, struck)
            case "ruby":
                begin = len(self._parts)
                for run in children(child(one, "rubyBase"), "r"):
                    self._run(run)
                base = "".join(text for text, _ in self._parts[begin:])
                above = "".join(t.text or "" for t in descendants(child(one, "rt"), "t"))
                self._told.readings.add(base, above)

    def _field(self, mark: etree._Element) -> None:
        kind = attribute(mark, "fldCharType")
        if kind == "begin":
            self._fields.append(_Field(choice=_form(mark)))
        elif not self._fields:
            return
        elif kind == "separate":
            self._fields[-1].result = True
            if self._shows():
                self._add(self._fields[-1].choice)
        elif kind == "end":
            ended = self._fields.pop()
            if not self._shows():  # it stands in the instruction of another
                return
            if not ended.result:
                self._add(ended.choice or shown_by(ended.instruction, self._told.readings))
            if found := _LINK.search(ended.instruction):
                # Its words may be many runs; the paragraph's own text is looked at.
                self._target(found[1], 0)

    def _drawn(self, element: etree._Element) -> Iterator[Hanging]:
        boxes = list(_boxes(element))
        for box in boxes:
            yield Hanging("textbox", box)
        graphic = next(descendants(element, "graphicData"), None)
        told = False
        if graphic is not None and any(local(e) in ("chart", "relIds") for e in graphic.iter()):
            yield Hanging("graphic", graphic)
            told = True
        shown = list(descendants(element, "blip", "imagedata"))
        told = told or bool(shown)
        for one in descendants(element, "docPr", "cNvPr", "shape"):
            text = attribute(one, "descr") or attribute(one, "alt") or ""
            if text.strip() and not (boxes and not told):
                yield Hanging("picture", key=" ".join(text.split()))
                break
        else:
            for one in descendants(element, "textpath"):  # WordArt
                if words := attribute(one, "string"):
                    yield Hanging("picture", key=words)
        for one in shown:
            yield Hanging("image", key=attribute(one, "embed") or attribute(one, "id") or "")


def _boxes(element: etree._Element) -> Iterator[etree._Element]:
    """The contents of text boxes, of each alternative only the one that is shown."""
    for one in element:
        name = local(one)
        if name == "txbxContent":
            yield one
        elif name == "AlternateContent":
            yield from _boxes(chosen(one))
        else:
            yield from _boxes(one)


def chosen(alternatives: etree._Element) -> etree._Element:
    """Of ``mc:AlternateContent`` what is shown: the first choice, else the fallback."""
    for name in ("Choice", "Fallback"):
        for one in children(alternatives, name):
            if len(one):
                return one
    return etree.Element("none")


def _said(properties: etree._Element | None, inherited: bool, *names: str) -> bool:
    said = [is_on(one) for name in names if (one := child(properties, name)) is not None]
    return any(said) if said else inherited


def _form(mark: etree._Element) -> str:
    """What an old form field shows that is no text: a ticked box, the chosen entry of a list."""
    data = child(mark, "ffData")
    box = child(data, "checkBox")
    if box is not None:
        state = child(box, "checked")
        state = child(box, "default") if state is None else state
        return "☒" if is_on(state) else "☐"
    choice = child(data, "ddList")
    if choice is not None:
        entries = [value(one) or "" for one in children(choice, "listEntry")]
        at = value(child(choice, "result")) or value(child(choice, "default")) or "0"
        return entries[int(at)] if at.isdigit() and int(at) < len(entries) else ""
    return ""
