"""A document from a workbook: a sheet is a page; below its tables what is written and drawn on it."""

from __future__ import annotations

from lxml import etree

from rag.documents.document import Document
from rag.documents.embedded import write_embedded
from rag.documents.loaders.xlsx.coloured import bars
from rag.documents.loaders.xlsx.controls import controls
from rag.documents.loaders.xlsx.sheet import comments, read_sheet
from rag.documents.loaders.xlsx.workbook import SheetPart, Workbook, read_workbook
from rag.documents.office.drawings import text_of, write_graphic
from rag.documents.office.package import Package, attribute, child, descendants, local
from rag.documents.pictures import Pictures
from rag.documents.regions import column_letters, write_sheet
from rag.documents.source import Source
from rag.documents.told import counted
from rag.documents.writer import Writer
from rag.errors import LoadError

_OBJECTS = ("package", "oleObject")
MOST_NAMED = 5  # cells that a note names


def load(source: Source) -> Document:
    """All sheets, the visible ones first; values as they are shown.

    Raises:
        LoadError: it is no workbook, or it is protected.
    """
    package = Package(source)
    main = package.main("xl/workbook.xml")
    if main.endswith(".bin"):
        raise LoadError("it is a binary workbook (.xlsb) by another name; rename it")
    book = read_workbook(package, main)
    if book is None:
        raise LoadError("it is a ZIP archive, but not an Excel workbook")
    writer, pictures = Writer(), Pictures(source)
    notes: list[str] = []
    edges: set[str] = set()
    sheets = sorted(book.sheets, key=lambda sheet: sheet.hidden)
    for number, sheet in enumerate(sheets, start=1):
        writer.page(number, sheet.name, hidden=sheet.hidden)
        writer.heading(2, sheet.name + (" (hidden sheet)" if sheet.hidden else ""))
        if sheet.kind in ("worksheet", "chartsheet", "dialogsheet"):
            _write(package, sheet, book, writer, notes, edges, pictures)
            for part in package.related(sheet.part, "drawing"):
                _write_drawing(package, part, writer, pictures)
            objects = [o for kind in _OBJECTS for o in package.related(sheet.part, kind)]
            notes.extend(write_embedded(objects, package, source, writer))
    notes.extend(pictures.told(writer))
    properties = package.properties()
    author = properties["author"]
    return writer.document(
        "xlsx",
        title=properties["title"],
        author="" if author in ("openpyxl", "python-xlsx") else author,
        date=properties["date"],
        metadata={key: properties[key] for key in ("subject", "keywords")},
        page_kind="sheet",
        notes=notes,
    )


def _write(
    package: Package,
    sheet: SheetPart,
    book: Workbook,
    writer: Writer,
    notes: list[str],
    edges: set[str],
    pictures: Pictures,
) -> None:
    """The cells of a sheet; ``edges`` are the headers and footers that have been written."""
    where = f'sheet "{sheet.name}"'
    cells = read_sheet(package, sheet.part, book, sheet.name)
    write_sheet(cells.sheet, writer)
    for line in cells.edges:
        if line not in edges:
            edges.add(line)
            writer.paragraph(line)
    if cells.unsaved:
        some = ", ".join(cells.unsaved[:MOST_NAMED])
        more = ", ..." if len(cells.unsaved) > MOST_NAMED else ""
        notes.append(
            f"{where}: {len(cells.unsaved)} formulas have no saved value ({some}{more}) and are not "
            "read; open it in Excel or LibreOffice and save it"
        )
    if found := bars(cells.coloured, cells.sheet.rows):
        some = ", ".join(f"{column_letters(column)}{row}" for row, column in found[:MOST_NAMED])
        more = ", ..." if len(found) > MOST_NAMED else ""
        notes.append(
            f"{where}: {counted(len(found), 'cell')} without text say something by their colour, "
            f"which is not read ({some}{more})"
        )
    if cells.sheet.hidden_rows:
        notes.append(f"{where}: {len(cells.sheet.hidden_rows)} hidden rows are read")
    filled = {column for row in cells.sheet.rows.values() for column in row}
    if hidden := sorted(cells.sheet.hidden_columns & filled):
        names = ", ".join(map(column_letters, hidden[:MOST_NAMED]))
        notes.append(f"{where}: hidden columns are read: {names}")
    for reference, author, text in comments(package, sheet.part):
        by = f" by {author}" if author else ""
        writer.paragraph(f"[Comment on {reference}{by}: {text}]")
    for said, what in cells.hints.items():
        writer.line(f"[{what}: {said}]")
    for part in cells.pictures:
        pictures.write(package.read(part), writer)
    for text in controls(package, sheet.part, cells.sheet):
        writer.line(text)
    writer.break_()
    if others := len(package.related(sheet.part, "control")):
        notes.append(f"{where}: {counted(others, 'control')} (ActiveX) not read")


def _write_drawing(package: Package, part: str, writer: Writer, pictures: Pictures) -> None:
    """Text boxes, charts, diagrams and pictures of a sheet, from the top down."""
    tree = package.xml(part)
    anchors = [one for one in tree if local(one).endswith("Anchor")] if tree is not None else []
    for anchor in sorted(anchors, key=_row):
        for one in descendants(anchor, "txBody"):
            writer.paragraph(text_of(one))
        for one in descendants(anchor, "graphicData"):
            write_graphic(one, package, part, writer)
        for one in descendants(anchor, "cNvPr"):
            if text := " ".join((attribute(one, "descr") or "").split()):
                writer.paragraph(f"[Picture: {text}]")
        for one in descendants(anchor, "blip"):
            found = package.relations(part).get(attribute(one, "embed") or "")
            there = found is not None and not found.external
            pictures.write(package.read(found.target) if found and there else None, writer)


def _row(anchor: etree._Element) -> int:
    row = child(anchor, "from", "row")
    text = (row.text or "") if row is not None else ""
    return int(text) if text.strip().isdigit() else 0
