"""The cells of one sheet, as they are shown, and the formulas whose value nobody saved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO

from lxml import etree

from rag.documents.levels import depth
from rag.documents.loaders.xlsx.coloured import MOST_COLOURED
from rag.documents.loaders.xlsx.hints import hints
from rag.documents.loaders.xlsx.workbook import Workbook, flag, rich_text, unescaped
from rag.documents.office.numbers import shown, shown_text
from rag.documents.office.package import Package, attribute, child, children, local
from rag.documents.regions import Sheet
from rag.documents.struck import is_struck, struck
from rag.documents.symbol_fonts import as_shown
from rag.documents.text import one_line

MOST_COLUMN = 16_384
MOST_HIDDEN = 2_000  # columns that a hidden range is spelt out to
_FIELDS = re.compile(r'&(?:[LCRPNDTFAZGUEXYSBIOH]|"[^"]*"|K[0-9A-Fa-f]{6}|K\d\d[+-]\d{3}|\d{1,3})')
_PAGES = re.compile(r"\W*(?:page|seite|p\.?|s\.?)?\W*(?:of|von|de|/)?\W*", re.IGNORECASE)
_LINK = re.compile(r'\s*HYPERLINK\(\s*"([^"]+)"(?:\s*,\s*"((?:[^"]|"")*)")?', re.IGNORECASE)
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")


@dataclass(slots=True)
class Cells:
    """A sheet, what of it has no saved value, and where its links lead. Formulas that may give an empty text are
    ``empty``: where values of others were ``saved``, so was theirs, though not every program says so."""

    sheet: Sheet
    unsaved: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    saved: bool = False
    coloured: set[tuple[int, int]] = field(default_factory=set)  # that hold nothing
    links: dict[str, str] = field(default_factory=dict)
    edges: list[str] = field(default_factory=list)  # what is printed above and below it
    hints: dict[str, str] = field(default_factory=dict)  # by their words: what they are, and where
    pictures: list[str] = field(default_factory=list)  # in cells, by their parts


def position(reference: str) -> tuple[int, int] | None:
    """Row and column of "B4", from 1; None for what is no cell."""
    found = _REFERENCE.fullmatch(reference)
    if not found:
        return None
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), column


def span(reference: str) -> tuple[int, int, int, int] | None:
    """Top, left, bottom and right of "A1:C3" (or of one cell)."""
    first, _, last = reference.partition(":")
    begin, end = position(first), position(last or first)
    if begin is None or end is None:
        return None
    return (
        min(begin[0], end[0]),
        min(begin[1], end[1]),
        max(begin[0], end[0]),
        max(begin[1], end[1]),
    )


def read_sheet(package: Package, part: str, book: Workbook, name: str) -> Cells:
    """All cells that hold something, row by row; what is only formatted costs nothing."""
    cells = Cells(Sheet(name))
    sheet = cells.sheet
    data = package.read(part)
    if not data:
        return cells
    tags = (
        "{*}row",
        "{*}col",
        "{*}mergeCell",
        "{*}hyperlink",
        "{*}headerFooter",
        "{*}dataValidation",
    )
    row = 0
    for _, one in etree.iterparse(
        BytesIO(data),
        tag=tags,
        resolve_entities=False,
        no_network=True,
        recover=True,
        huge_tree=True,
    ):
        kind = local(one)
        if kind == "row":
            number = one.get("r") or ""
            row = int(number) if number.isdigit() else row + 1
            _read_row(one, row, cells, book)
            if flag(one, "hidden") and row in sheet.rows:
                sheet.hidden_rows.add(row)
            one.clear()
            while one.getprevious() is not None:
                del one.getparent()[0]
        elif kind == "col":
            low, high = one.get("min") or "", one.get("max") or ""
            if flag(one, "hidden") and low.isdigit() and high.isdigit():
                last = min(int(high), int(low) + MOST_HIDDEN)
                sheet.hidden_columns.update(range(int(low), last + 1))
        elif kind == "mergeCell":
            if area := span(one.get("ref") or ""):
                sheet.merges.append(area)
        elif kind == "headerFooter":
            cells.edges.extend(_edges(one))
        else:
            cells.hints.update((said, what) for what, said in hints(one) if said not in cells.hints)
            relation = package.relations(part).get(
                next((v for k, v in one.attrib.items() if k.endswith("}id")), "")
            )
            if relation is not None and relation.external:
                cells.links[one.get("ref") or ""] = relation.target
    _add_links(cells)
    if not cells.saved:
        cells.unsaved.extend(cells.empty)
    _read_tables(package, part, sheet)
    return cells


def _read_tables(package: Package, part: str, sheet: Sheet) -> None:
    """What its author has marked as tables, and the names of those that show none."""
    for table in package.related(part, "table"):
        tree = package.xml(table)
        if tree is not None and (area := span(tree.get("ref") or "")):
            sheet.tables.append(area)
            if tree.get("headerRowCount") == "0":
                named = children(child(tree, "tableColumns"), "tableColumn")
                sheet.names[area] = [unescaped(one.get("name") or "") for one in named]


@lru_cache(maxsize=20_000)
def _column(letters: str) -> int:
    """The number of a column by its letters; 0 where they are none."""
    at = position(f"{letters}1")
    return at[1] if at else 0


def _read_row(row: etree._Element, number: int, cells: Cells, book: Workbook) -> None:
    column = 0
    found: dict[int, str] = {}
    space = row.tag[:-3]  # of "row"; the hot loop compares whole names
    tag, value, formula = f"{space}c", f"{space}v", f"{space}f"
    for one in row:
        if one.tag != tag:
            continue
        reference = one.get("r") or ""
        column = _column(reference.rstrip("0123456789").replace("$", "")) or column + 1
        if column > MOST_COLUMN:
            continue
        if not len(one):
            if book.filled and one.get("s") in book.filled and len(cells.coloured) < MOST_COLOURED:
                cells.coloured.add((number, column))
            continue
        said = one.find(formula)
        text = _text(one, book, one.findtext(value), said is not None)
        if text and book.fonts:
            text = _in_its_font(text, one, book, one.findtext(value) or "")
        if one.get("t") == "e" and (rich := book.rich.get(one.get("vm") or "")):
            text = rich.text
            if rich.picture:
                cells.pictures.append(rich.picture)
        if said is not None and (link := _LINK.match(said.text or "")):
            if text is None:  # what it shows stands in the formula
                text = (link[2] or link[1]).replace('""', '"')
            if not link[1].startswith("#"):
                cells.links[reference] = link[1]
        if said is not None:
            cells.saved = cells.saved or bool(text)
        if text is None:
            may_be_empty = said is not None and '""' in (said.text or "")
            (cells.empty if may_be_empty else cells.unsaved).append(reference)
        elif line := one_line(text):
            found[column] = line
            if far := depth(text, book.indents.get(one.get("s") or "", 0)):
                cells.sheet.indents[number, column] = far
            if (one.get("s") or "") in book.struck and not is_struck(line):
                found[column] = struck(line)
    if found:
        cells.sheet.rows[number] = found


def _text(cell: etree._Element, book: Workbook, text: str | None, formula: bool) -> str | None:
    """What a cell shows; None for a formula whose value was never saved."""
    kind: str = cell.get("t") or "n"
    style = cell.get("s") or "0"
    code = book.codes[int(style)] if style.isdigit() and int(style) < len(book.codes) else ""
    if kind == "inlineStr":
        inline = child(cell, "is")
        return shown_text(rich_text(inline), code) if inline is not None else ""
    if text is None or not text.strip():
        return None if formula and kind != "str" else ""
    if kind == "s":
        known = text.isdigit() and int(text) < len(book.strings)
        return shown_text(book.strings[int(text)], code) if known else ""
    if kind == "b":
        return "TRUE" if text.strip() == "1" else "FALSE"
    if kind == "d":
        return text.replace("T00:00:00", "").replace("T", " ")
    if kind != "n":
        return shown_text(unescaped(text), code)
    try:
        return shown(float(text), code, from_1904=book.from_1904)
    except (ValueError, OverflowError):
        return text


def _in_its_font(text: str, cell: etree._Element, book: Workbook, kept: str) -> str:
    """What a cell shows whose letters may be signs, as may what a format writes for a number ("ü" for 1). Numbers
    stay numbers, and texts in runs have their own fonts."""
    style, kind = cell.get("s") or "0", cell.get("t") or "n"
    runs = child(cell, "is", "r") is not None or (
        kind == "s" and kept.isdigit() and int(kept) in book.in_runs
    )
    if runs or kind == "b" or (kind == "n" and any(c.isdigit() for c in text)):
        return text
    known = style.isdigit() and int(style) < len(book.fonts)
    return as_shown(text, book.fonts[int(style)]) if known else text


def _edges(element: etree._Element) -> Iterator[str]:
    """What a sheet says in its print header and footer, without numbers of pages and the like."""
    for one in element:
        name = "Header" if local(one).endswith("Header") else "Footer"
        text = one_line(_FIELDS.sub(" ", one.text or "").replace("&&", "&"))
        if any(c.isalpha() for c in text) and not _PAGES.fullmatch(text):
            yield f"{name}: {text}"


def _add_links(cells: Cells) -> None:
    for reference, target in cells.links.items():
        at = position(reference)
        row = cells.sheet.rows.get(at[0]) if at else None
        address = re.sub(r"^(?:mailto:|tel:)", "", target)
        if at and row and at[1] in row and address.lower() not in row[at[1]].lower():
            row[at[1]] += f" ({address})"


def _people(package: Package) -> dict[str, str]:
    """The names of those who comment, by their identifiers."""
    found: dict[str, str] = {}
    for part in package.related(package.main("xl/workbook.xml"), "person"):
        for one in children(package.xml(part), "person"):
            found[one.get("id") or ""] = one_line(one.get("displayName") or "")
    return found


def comments(package: Package, part: str) -> list[tuple[str, str, str]]:
    """Cell, author and text of the comments and notes on a sheet."""
    found: list[tuple[str, str, str]] = []
    threaded: set[str] = set()
    people = _people(package) if package.related(part, "threadedComment") else {}
    for name in package.related(part, "threadedComment"):
        tree = package.xml(name)
        for one in tree if tree is not None else ():
            text = child(one, "text")
            threaded.add(one.get("ref") or "")
            said = one_line(text.text or "") if text is not None else ""
            found.append((one.get("ref") or "", people.get(one.get("personId") or "", ""), said))
    for name in package.related(part, "comments"):
        tree = package.xml(name)
        named = child(tree, "authors")
        authors = [one.text or "" for one in named] if named is not None else []
        listed = child(tree, "commentList")
        for one in listed if listed is not None else ():
            reference, key = one.get("ref") or "", attribute(one, "authorId") or ""
            text = child(one, "text")
            if reference in threaded or text is None:
                continue
            author = authors[int(key)] if key.isdigit() and int(key) < len(authors) else ""
            said = one_line(rich_text(text))
            found.append((reference, author, said.removeprefix(f"{author}:").strip()))
    return [one for one in found if one[2]]
