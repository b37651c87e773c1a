"""Binary workbooks (XLSB): values as they are shown; a sheet is a page ([MS-XLSB])."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from rag.documents.document import Document
from rag.documents.levels import depth
from rag.documents.office.numbers import BUILT_IN, shown
from rag.documents.office.package import Package
from rag.documents.regions import Sheet, column_letters, write_sheet
from rag.documents.source import Source
from rag.documents.text import one_line
from rag.documents.writer import Writer
from rag.errors import LoadError

_ROW, _SHEET, _BOOK, _STRING, _FORMAT, _STYLE = 0, 156, 153, 19, 44, 47
_MERGE, _COLUMN, _STYLES, _END_STYLES = 176, 60, 617, 618
_AUTHOR, _COMMENT, _SAID = 632, 635, 637
# Kinds of cells, and the kind of those that leave their column out: it is the next.
_BLANK, _RK, _ERROR, _BOOL, _REAL, _TEXT, _SHARED = 1, 2, 3, 4, 5, 6, 7
_FORMULAS = {8: _TEXT, 9: _REAL, 10: _BOOL, 11: _ERROR}
_SHORT = {12: _BLANK, 13: _RK, 14: _ERROR, 15: _BOOL, 16: _REAL, 17: _TEXT, 18: _SHARED}
_ERRORS = {
    0: "#NULL!",
    7: "#DIV/0!",
    15: "#VALUE!",
    23: "#REF!",
    29: "#NAME?",
    36: "#NUM!",
    42: "#N/A",
}
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_LEFT = (0, 1)  # how a cell is aligned: as its kind is, to the left
MOST_HIDDEN = 1_000  # columns of one range


def load(source: Source) -> Document:
    """All sheets, the visible ones first.

    Raises:
        LoadError: it is no such workbook, or damaged.
    """
    package = Package(source)
    try:
        return _document(package)
    except (struct.error, IndexError) as error:
        raise LoadError(f"not readable as a workbook: it is damaged ({error})") from None


class _Book:
    """What the sheets share: the texts that cells refer to, the format codes of cells by their style."""

    def __init__(self, package: Package, main: str) -> None:
        self.sheets: list[tuple[str, str, bool]] = []  # name, part, whether it is hidden
        self.from_1904 = False
        self.strings = [
            _string(body, 1)[0]
            for part in package.related(main, "sharedStrings")
            for kind, body in _records(package.read(part))
            if kind == _STRING
        ]
        self.codes: list[str] = []
        self.indents: list[int] = []
        for part in package.related(main, "styles"):
            self._styles(package.read(part))
        relations = package.relations(main)
        for kind, body in _records(package.read(main)):
            if kind == _BOOK:
                self.from_1904 = bool(body[0] & 1)
            elif kind == _SHEET:
                key, at = _string(body, 8)
                name, _ = _string(body, at)
                relation = relations.get(key)
                if relation is not None and relation.kind == "worksheet":
                    hidden = struct.unpack_from("<I", body)[0] != 0
                    self.sheets.append((name, relation.target, hidden))

    def _styles(self, data: bytes | None) -> None:
        own: dict[int, str] = {}
        of_cells = False
        for kind, body in _records(data):
            if kind == _FORMAT:
                own[struct.unpack_from("<H", body)[0]] = _string(body, 2)[0]
            elif kind in (_STYLES, _END_STYLES):
                of_cells = kind == _STYLES
            elif kind == _STYLE and of_cells:
                number = struct.unpack_from("<H", body, 2)[0]
                self.codes.append(own.get(number, BUILT_IN.get(number, "")))
                left = len(body) > 12 and body[12] & 7 in _LEFT
                self.indents.append(body[11] if left else 0)


def _document(package: Package) -> Document:
    main = package.main("xl/workbook.bin")
    book = _Book(package, main)
    if not book.sheets:
        raise LoadError("there is no sheet in it that can be read")
    writer = Writer()
    notes: list[str] = []
    for number, (name, part, hidden) in enumerate(sorted(book.sheets, key=lambda s: s[2]), 1):
        writer.page(number, name, hidden=hidden)
        writer.heading(2, name + (" (hidden sheet)" if hidden else ""))
        sheet = _sheet(package.read(part), name, book)
        write_sheet(sheet, writer)
        if sheet.hidden_rows:
            notes.append(f'sheet "{name}": {len(sheet.hidden_rows)} hidden rows are read')
        for comments in package.related(part, "comments"):
            _write_comments(package.read(comments), writer)
        if package.related(part, "drawing"):
            notes.append(f'sheet "{name}": what is drawn on it is not read')
    properties = package.properties()
    return writer.document(
        "xlsb",
        title=properties["title"],
        author=properties["author"],
        date=properties["date"],
        page_kind="sheet",
        notes=notes,
    )


def _sheet(data: bytes | None, name: str, book: _Book) -> Sheet:
    sheet = Sheet(name)
    row = column = 0
    for kind, body in _records(data):
        if kind == _ROW:
            row, column = struct.unpack_from("<I", body)[0] + 1, 0
            if len(body) > 11 and body[11] & 0x10:
                sheet.hidden_rows.add(row)
        elif kind in _SHORT or _BLANK <= kind <= max(_FORMULAS):
            at = 4 if kind in _SHORT else 8
            column = column + 1 if kind in _SHORT else struct.unpack_from("<I", body)[0] + 1
            style = int.from_bytes(body[at - 4 : at - 1], "little")
            code = book.codes[style] if style < len(book.codes) else ""
            what = _SHORT.get(kind) or _FORMULAS.get(kind, kind)
            value = _value(what, body, at, code, book)
            text = one_line(value)
            if text and row <= _LAST_ROW and column <= _LAST_COLUMN:
                sheet.rows.setdefault(row, {})[column] = text
                if far := depth(value, book.indents[style] if style < len(book.indents) else 0):
                    sheet.indents[row, column] = far
        elif kind == _MERGE:
            top, bottom, left, right = struct.unpack_from("<IIII", body)
            sheet.merges.append((top + 1, left + 1, bottom + 1, right + 1))
        elif kind == _COLUMN and len(body) > 16 and body[16] & 1:
            low, high = struct.unpack_from("<II", body)
            sheet.hidden_columns.update(range(low + 1, min(high, low + MOST_HIDDEN) + 2))
    sheet.rows = {n: dict(sorted(sheet.rows[n].items())) for n in sorted(sheet.rows)}
    sheet.hidden_rows &= set(sheet.rows)
    return sheet


def _value(kind: int, body: bytes, at: int, code: str, book: _Book) -> str:
    """What a cell shows."""
    match kind:
        case (
            2
        ):  # a number in four bytes: of hundredths or whole, whole or the upper half of a double
            packed = struct.unpack_from("<i", body, at)[0]
            half = struct.pack("<Ii", 0, packed & ~3)
            number = packed >> 2 if packed & 2 else struct.unpack("<d", half)[0]
            return shown(
                number / 100 if packed & 1 else float(number), code, from_1904=book.from_1904
            )
        case 3:
            return _ERRORS.get(body[at], "")
        case 4:
            return "TRUE" if body[at] else "FALSE"
        case 5:
            number = struct.unpack_from("<d", body, at)[0]
            return shown(number, code, from_1904=book.from_1904)
        case 6:
            return _string(body, at)[0]
        case 7:
            number = struct.unpack_from("<I", body, at)[0]
            return book.strings[number] if number < len(book.strings) else ""
    return ""


def _write_comments(data: bytes | None, writer: Writer) -> None:
    authors: list[str] = []
    by, row, column = "", 0, 0
    for kind, body in _records(data):
        if kind == _AUTHOR:
            authors.append(_string(body, 0)[0])
        elif kind == _COMMENT:
            who, row, _, column = struct.unpack_from("<IIII", body)
            by = f" by {one_line(authors[who])}" if who < len(authors) and authors[who] else ""
        elif kind == _SAID:
            where = f"{column_letters(column % _LAST_COLUMN + 1)}{row + 1}"
            writer.paragraph(f"[Comment on {where}{by}: {one_line(_string(body, 1)[0])}]")


def _records(data: bytes | None) -> Iterator[tuple[int, bytes]]:
    """The records of a part: kind and body. Kind and size are numbers of seven bits a byte."""
    at = 0
    data = data or b""
    while at + 1 < len(data):
        kind, at = _packed(data, at, 2)
        size, at = _packed(data, at, 4)
        yield kind, data[at : at + size]
        at += size


def _packed(data: bytes, at: int, most: int) -> tuple[int, int]:
    number = 0
    for i in range(most):
        number |= (data[at] & 0x7F) << (7 * i)
        at += 1
        if not data[at - 1] & 0x80:
            break
    return number, at


def _string(body: bytes, at: int) -> tuple[str, int]:
    """A text that begins with its length, and where it ends; none for a length that means none."""
    length = struct.unpack_from("<I", body, at)[0]
    if length == 0xFFFFFFFF:
        return "", at + 4
    end = at + 4 + 2 * length
    return body[at + 4 : end].decode("utf-16-le", "replace"), end
