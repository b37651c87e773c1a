"""Workbooks of before 2007 (XLS), by calamine: values as they are shown; a sheet is a page."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import python_calamine

from rag.documents.document import Document
from rag.documents.levels import depth
from rag.documents.office.biff import Records, Said, Value, Values, records_of, stream_of
from rag.documents.office.numbers import shown, shows_date
from rag.documents.office.xls_looks import Looks, looks_of
from rag.documents.regions import Sheet, column_letters, write_sheet
from rag.documents.source import Source
from rag.documents.text import one_line
from rag.documents.told import counted
from rag.documents.writer import Writer
from rag.errors import LoadError


def load(source: Source) -> Document:
    """All sheets, the visible ones first.

    Raises:
        LoadError: it is no workbook, or it is protected.
    """
    with _readable():
        book = python_calamine.load_workbook(BytesIO(source.data))
    writer = Writer()
    stream = stream_of(source.data)
    told = records_of(stream)
    names = [meta.name for meta in book.sheets_metadata]
    looks = dict(zip(names, looks_of(stream), strict=False))
    notes: list[str] = []
    if not told:
        notes.append("numbers are read without the format that they are shown in (0.25, not 25%)")
    visible = python_calamine.SheetVisibleEnum.Visible
    listed = sorted(book.sheets_metadata, key=lambda one: one.visible != visible)
    for number, meta in enumerate(listed, start=1):
        hidden = meta.visible != visible
        writer.page(number, meta.name, hidden=hidden)
        writer.heading(2, meta.name + (" (hidden sheet)" if hidden else ""))
        if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
            notes.append(f'sheet "{meta.name}" is a chart or a macro and is not read')
            continue
        try:
            with _readable():
                known = told.get(meta.name, Records({}))
                seen = looks.get(meta.name, Looks())
                sheet = _sheet(book, meta.name, known.values, seen.indents)
        except LoadError as error:
            notes.append(f'sheet "{meta.name}" is not read: {error}')
            continue
        write_sheet(sheet, writer)
        for one in known.said:
            _write_said(one, writer)
        if seen.charts:
            notes.append(f'sheet "{meta.name}": {counted(seen.charts, "chart")} not read')
    return writer.document("xls", page_kind="sheet", notes=notes)


def _write_said(said: Said, writer: Writer) -> None:
    text = one_line(said.text)
    if said.row:
        column = column_letters(said.column)
        writer.row_at(said.row, column, column)
        by = f" by {one_line(said.author)}" if said.author.strip() else ""
        text = f"[Comment{by}: {text}]"
    writer.paragraph(text)


@contextmanager
def _readable() -> Iterator[None]:
    """What calamine says of a file that it cannot read, as the reason; its panics too, which no
    ``except Exception`` sees."""
    try:
        yield
    except python_calamine.PasswordError:
        raise LoadError("it is password-protected; save it without a password") from None
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise LoadError(f"not readable as a workbook: {one_line(str(error))[:200]}") from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise LoadError("not readable as a workbook: it is damaged") from None


def _sheet(
    book: python_calamine.CalamineWorkbook,
    name: str,
    values: Values,
    indents: dict[tuple[int, int], int],
) -> Sheet:
    data = book.get_sheet_by_name(name)
    sheet = Sheet(name)
    # Rows come from the first of the sheet on, columns from the first that is used.
    _, first = data.start or (0, 0)
    for number, row in enumerate(data.iter_rows(), start=1):
        filled: dict[int, str] = {}
        for column, value in enumerate(row, start=first + 1):
            if text := _text(value, values.get((number, column), _UNKNOWN)):
                filled[column] = text
                led = value if isinstance(value, str) else text
                if far := depth(led, indents.get((number, column), 0)):
                    sheet.indents[number, column] = far
        if filled:
            sheet.rows[number] = filled
    for (top, left), (bottom, right) in data.merged_cell_ranges or ():
        sheet.merges.append((top + 1, left + 1, bottom + 1, right + 1))
    return sheet


_UNKNOWN = Value()


def _text(value: object, known: Value) -> str:
    """A cell's text, where the file's records make ``known`` what calamine says nothing of, or takes for a date."""
    if known.error:
        return known.error
    dated = isinstance(value, datetime.date | datetime.time | datetime.timedelta)
    if dated and known.code and not shows_date(known.code):
        value = known.number
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case float() | int():
            return shown(float(value), known.code)
        case datetime.datetime():
            date = value.date().isoformat()
            return date if value.time() == datetime.time() else f"{date} {value:%H:%M}"
        case datetime.date():
            return value.isoformat()
        case datetime.time():
            return value.isoformat("minutes" if not value.second else "seconds")
        case datetime.timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02d}" + (f":{seconds:02d}" if seconds else "")
    return one_line(str(value)) if value is not None else ""
