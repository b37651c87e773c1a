"""Word's and Excel's XML of 2003 (WordprocessingML, XML Spreadsheet), which are saved as .xml, .doc and .xls."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from rag.documents.document import Document
from rag.documents.office.numbers import shown
from rag.documents.office.package import attribute, child, children, descendants, local, value
from rag.documents.regions import Sheet, write_sheet
from rag.documents.tables import Cell, write_table
from rag.documents.text import one_line, raised
from rag.documents.told import left_out
from rag.documents.writer import Writer

ROOTS = frozenset(("wordDocument", "Workbook"))
"""What the root of such a file is called."""

_FORMATS = {
    "Percent": "0.00%", "Fixed": "0.00", "Standard": "#,##0.00", "Scientific": "0.00E+00",
    "Currency": "$#,##0.00", "Euro Currency": "#,##0.00 €", "General": "",
}  # fmt: skip
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384


def load_2003(tree: etree._Element) -> Document:
    """The text of a file whose root is one of ``ROOTS``."""
    return _workbook(tree) if local(tree) == "Workbook" else _document(tree)


def _number(element: etree._Element, name: str, most: int) -> int:
    text = attribute(element, name) or ""
    return min(int(text), most) if text.isdigit() and len(text) < 9 else 0


def _workbook(tree: etree._Element) -> Document:
    writer = Writer()
    formats = {
        attribute(style, "ID") or "": attribute(child(style, "NumberFormat"), "Format") or ""
        for style in descendants(tree, "Style")
    }
    for number, table in enumerate(children(tree, "Worksheet"), start=1):
        name = attribute(table, "Name") or f"Sheet {number}"
        visible = child(table, "WorksheetOptions", "Visible")
        hidden = visible is not None and "Hidden" in (visible.text or "")
        writer.page(number, name, hidden=hidden)
        writer.heading(2, name + (" (hidden sheet)" if hidden else ""))
        sheet, said = _sheet(table, name, formats)
        write_sheet(sheet, writer)
        for comment in said:
            writer.paragraph(comment)
    return writer.document("xls", title=_property(tree, "Title"), page_kind="sheet")


def _sheet(table: etree._Element, name: str, formats: dict[str, str]) -> tuple[Sheet, list[str]]:
    sheet, comments = Sheet(name), list[str]()
    at = 0
    for row in descendants(table, "Row"):
        at = _number(row, "Index", _LAST_ROW) or at + 1
        filled: dict[int, str] = {}
        column = 0
        for cell in children(row, "Cell"):
            column = _number(cell, "Index", _LAST_COLUMN) or column + 1
            style = attribute(cell, "StyleID") or attribute(row, "StyleID") or ""
            if text := _value(child(cell, "Data"), formats.get(style, "")):
                filled[column] = text
            for comment in children(cell, "Comment"):
                by = attribute(comment, "Author") or ""
                said = one_line("".join(comment.itertext()))
                comments.append(f"[Comment{f' by {by}' if by else ''}: {said}]")
            across = _number(cell, "MergeAcross", _LAST_COLUMN)
            down = _number(cell, "MergeDown", _LAST_ROW)
            if across or down:
                sheet.merges.append((at, column, at + down, column + across))
            column += across
        if filled:
            sheet.rows[at] = filled
        at += _number(row, "Span", _LAST_ROW)
    return sheet, comments


def _value(data: etree._Element | None, format: str) -> str:
    if data is None:
        return ""
    text = one_line(_rich(data))
    kind = attribute(data, "Type") or "String"
    if kind == "Number":
        try:
            return shown(float(text), _FORMATS.get(format, format))
        except ValueError:
            return text
    if kind == "DateTime":
        return re.sub(r"T00:00:00(?:\.0+)?$", "", text).replace("T", " ").removesuffix(".000")
    if kind == "Boolean":
        return "TRUE" if text == "1" else "FALSE"
    return text


def _rich(data: etree._Element) -> str:
    """The text of a cell, whose pieces may be marked as in HTML."""
    parts: list[str] = []
    for text in data.xpath(".//text()"):
        up = text.is_text and local(text.getparent()) == "Sup"
        parts.append(raised("".join(parts[-4:]), text) if up else text)
    return "".join(parts)


def _property(tree: etree._Element, name: str) -> str:
    found = child(tree, "DocumentProperties", name)
    return found.text or "" if found is not None else ""


def _document(tree: etree._Element) -> Document:
    writer = Writer()
    names = {
        attribute(style, "styleId") or "": attribute(child(style, "name"), "val") or ""
        for style in descendants(tree, "style")
    }
    gone = sum(
        1 for one in descendants(tree, "annotation") if attribute(one, "type") == "Word.Deletion"
    )
    body = child(tree, "body")
    for block in _blocks(body) if body is not None else ():
        if local(block) == "tbl":
            rows = [
                [Cell(" ".join(map(_text, descendants(cell, "p")))) for cell in children(row, "tc")]
                for row in children(block, "tr")
            ]
            write_table(rows, writer)
        else:
            _paragraph(block, names, writer)
    notes = [left_out(gone, "deletion")] if gone else []
    return writer.document(
        "doc",
        title=_property(tree, "Title"),
        author=_property(tree, "Author"),
        notes=notes,
    )


def _blocks(element: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs and tables, whatever sections and marks they stand in."""
    for one in element:
        if local(one) in ("p", "tbl", "hdr", "ftr"):
            if local(one) in ("hdr", "ftr"):
                yield from _blocks(one)
            else:
                yield one
        elif isinstance(one.tag, str) and local(one) not in ("pPr", "rPr"):
            yield from _blocks(one)


def _paragraph(paragraph: etree._Element, names: dict[str, str], writer: Writer) -> None:
    text = _text(paragraph)
    properties = child(paragraph, "pPr")
    style = attribute(child(properties, "pStyle"), "val") or ""
    heading = re.fullmatch(
        r"(?:heading|titre|überschrift)\s*([1-9])", names.get(style, style), re.I
    )
    label = attribute(child(properties, "listPr", "t"), "val") or ""
    if heading:
        writer.heading(int(heading[1]), f"{label} {text}")
    elif child(properties, "listPr") is not None and text:
        level = attribute(child(properties, "listPr", "ilvl"), "val") or "0"
        indent = "  " * (int(level) if level.isdigit() and len(level) < 3 else 0)
        mark = label if any(c.isalnum() for c in label) else "-"
        writer.line(f"{indent}{mark} {text}")
    else:
        writer.paragraph(text)
    for note in descendants(paragraph, "footnote", "endnote"):
        writer.paragraph(f"Footnote: {' '.join(map(_text, descendants(note, 'p')))}")


def _text(paragraph: etree._Element) -> str:
    """The words of a paragraph, those of its notes apart, deleted ones left out."""
    parts: list[str] = []
    stack = [paragraph]
    while stack:
        one = stack.pop()
        name = local(one)
        if name == "t":
            text = one.text or ""
            up = value(child(one.getparent(), "rPr", "vertAlign")) == "superscript"
            parts.append(raised("".join(parts[-4:]), text) if up else text)
        elif name in ("tab", "br", "cr"):
            parts.append(" ")
        elif name not in ("footnote", "endnote", "pPr", "rPr", "instrText", "delText", "binData"):
            stack.extend(reversed([inner for inner in one if isinstance(inner.tag, str)]))
    return one_line("".join(parts))
