"""Spreadsheets of OpenDocument: the cells as they are shown, repeated ones counted and not made."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree

from rag.documents.levels import depth
from rag.documents.loaders.opendocument.blocks import Blocks
from rag.documents.loaders.opendocument.indents import indented
from rag.documents.loaders.opendocument.styles import Styles, rows_repeated
from rag.documents.office.package import attribute, child, children, descendants, local
from rag.documents.regions import Sheet, column_letters, write_sheet
from rag.documents.text import one_line
from rag.documents.writer import Writer

_DRAWN = frozenset("frame custom-shape g rect ellipse control".split())
MOST_ROWS = 2_000_000
MOST_REPEATED = 500  # times that a filled cell or row is repeated in the text


def write_table_sheet(
    table: etree._Element, styles: Styles, writer: Writer, blocks: Callable[[Writer], Blocks]
) -> list[str]:
    """Write one sheet; notes on what is hidden in it."""
    name = attribute(table, "name") or ""
    sheet = Sheet(name)
    comments: list[tuple[str, str]] = []
    shapes: list[etree._Element] = []
    styles_indented = indented(table)
    row = 0
    for element in table.iter():
        kind = local(element)
        if kind == "shapes":
            shapes.extend(element)
        if kind != "table-row":
            continue
        again = rows_repeated(element, "number-rows-repeated", MOST_ROWS)
        row += 1
        filled, spans = _row(element, row, comments, blocks, shapes)
        sheet.merges.extend(spans)
        depths = _depths(element, filled, styles_indented)
        if filled:
            for number in range(row, row + min(again, MOST_REPEATED)):
                sheet.rows[number] = dict(filled)
                sheet.indents.update(((number, column), far) for column, far in depths.items())
                if attribute(element, "visibility") in ("collapse", "filter"):
                    sheet.hidden_rows.add(number)
        row += again - 1
    write_sheet(sheet, writer)
    for reference, text in comments:
        writer.paragraph(f"[Comment on {reference}: {text}]")
    for line in _messages(table):
        writer.line(line)
    writer.break_()
    for one in shapes:
        blocks(writer).drawn(one)
    count = len(sheet.hidden_rows)
    return [f'sheet "{name}": {count} hidden rows are read'] if count else []


def _messages(table: etree._Element) -> Iterator[str]:
    """What is said where a cell is filled in: rules for cells stand beside the sheets, and cells name them."""
    rules = {
        attribute(one, "name") or "": one
        for one in descendants(table.getparent(), "content-validation")
    }
    names = [attribute(cell, "content-validation-name") for cell in table.iter()] if rules else []
    for name in dict.fromkeys(names):
        for kind, said in (("help-message", "Message"), ("error-message", "Error message")):
            message = child(rules.get(name or ""), kind)
            if message is not None and (text := one_line(" ".join(message.itertext()))):
                title = one_line(attribute(message, "title") or "")
                yield f"[{said}: {': '.join(filter(None, (title, text)))}]"


def _row(
    element: etree._Element,
    row: int,
    comments: list[tuple[str, str]],
    blocks: Callable[[Writer], Blocks],
    shapes: list[etree._Element],
) -> tuple[dict[int, str], list[tuple[int, int, int, int]]]:
    filled: dict[int, str] = {}
    spans: list[tuple[int, int, int, int]] = []
    column = 0
    for cell in element:
        kind = local(cell)
        if kind not in ("table-cell", "covered-table-cell"):
            continue
        again = rows_repeated(cell, "number-columns-repeated", 16_384)
        column += 1
        text = _shown(cell, blocks) if len(cell) or attribute(cell, "value") else ""
        if text:
            for at in range(column, column + min(again, MOST_REPEATED)):
                filled[at] = text
        wide = rows_repeated(cell, "number-columns-spanned", 16_384)
        high = rows_repeated(cell, "number-rows-spanned", MOST_ROWS)
        if text and (wide > 1 or high > 1):
            spans.append((row, column, row + high - 1, column + wide - 1))
        note = child(cell, "annotation")
        if note is not None:
            said = " ".join(one_line("".join(p.itertext())) for p in note if local(p) == "p")
            if said:
                comments.append((f"{column_letters(column)}{row}", said))
        shapes.extend(one for one in cell if local(one) in _DRAWN)
        column += again - 1
    return filled, spans


def _depths(
    element: etree._Element, filled: dict[int, str], indented: dict[str, int]
) -> dict[int, int]:
    """How far the first filled cell of a row is indented, by its column."""
    column = 0
    for cell in element:
        if local(cell) not in ("table-cell", "covered-table-cell"):
            continue
        column += 1
        if column in filled:
            first = next((one for p in children(cell, "p") for one in p if not p.text), None)
            led = first is not None and local(first) == "s"
            text = " " * rows_repeated(first, "c", 100) if first is not None and led else ""
            far = depth(text + "x") + indented.get(attribute(cell, "style-name") or "", 0)
            return {column: far} if far else {}
        column += rows_repeated(cell, "number-columns-repeated", 16_384) - 1
    return {}


def _shown(cell: etree._Element, blocks: Callable[[Writer], Blocks]) -> str:
    """The text of a cell: a whole date in ISO form, else what its paragraphs show."""
    if attribute(cell, "value-type") == "date" and (date := attribute(cell, "date-value")):
        return date.removesuffix("T00:00:00").replace("T", " ")
    inner = blocks(Writer())
    number = attribute(cell, "value")  # stays one, whatever its font
    font = "" if number else inner.styles.font(attribute(cell, "style-name"))
    lines = [inner.inline(one, font) for one in cell if local(one) == "p"]
    return one_line(" ".join(lines)) or (attribute(cell, "value") or "" if not lines else "")
