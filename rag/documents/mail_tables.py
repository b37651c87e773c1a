"""Tables of a mail's HTML body, put back into the plain one, which says their cells one after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from rag.documents.markup import parse
from rag.documents.tables import Cell, write_table
from rag.documents.writer import Writer

MOST_TABLES = 50
LONGEST_CELL = 300  # characters; what is longer only lays out the page
_TABLE = re.compile("<table", re.IGNORECASE)
_WORD = re.compile(r"\S+")
_MARKS = "*_|>"  # what programs set around and between cells in plain text


def with_tables(plain: str, html: str) -> str:
    """The plain body with the rows of each table in place of its cells, where these are found.

    >>> table = "<table><tr><td>Item</td><td>Price</td></tr><tr><td>Tea</td><td>2</td></tr></table>"
    >>> print(with_tables("Prices:\\n\\nItem\\n\\nPrice\\n\\nTea\\n\\n2\\n\\nBye", table))
    Prices:
    <BLANKLINE>
    Item | Price
    Tea | 2
    <BLANKLINE>
    Bye
    """
    if not _TABLE.search(html):
        return plain
    for number, rows in enumerate(_tables(parse(html))):
        if number == MOST_TABLES:
            break
        place = _place(plain, [word for row in rows for cell in row for word in cell.text.split()])
        if place is not None:
            inner = Writer()
            write_table(rows, inner)
            before, after = plain[: place[0]].rstrip(), plain[place[1] :].lstrip()
            plain = f"{before}\n\n{inner.document('html').text}\n\n{after}".strip()
    return plain


def _tables(root: etree._Element) -> Iterator[list[list[Cell]]]:
    """The cells of tables that hold no tables, of two rows and columns at least."""
    for table in root.iter("table"):
        if any(inner is not table for inner in table.iter("table")):
            continue
        rows = [
            [
                Cell(
                    " ".join("".join(cell.itertext()).split()),
                    rows=_count(cell.get("rowspan")),
                    columns=_count(cell.get("colspan")),
                    header=cell.tag == "th",
                )
                for cell in row.iter("td", "th")
            ]
            for row in table.iter("tr")
        ]
        full = [row for row in rows if sum(bool(cell.text) for cell in row) > 1]
        if len(full) > 1 and all(len(cell.text) <= LONGEST_CELL for row in rows for cell in row):
            yield rows


def _count(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 4 else 1


def _place(plain: str, words: list[str]) -> tuple[int, int] | None:
    """[start, end) of these words, one after the other, but for marks."""
    wanted = [bare for word in words if (bare := word.strip(_MARKS))]
    found = [(bare, word) for word in _WORD.finditer(plain) if (bare := word[0].strip(_MARKS))]
    text = "\0".join(("", *(bare for bare, _ in found), ""))
    at = text.find("\0".join(("", *wanted, "")))
    if at < 0 or not wanted:
        return None
    first = text.count("\0", 0, at)
    return found[first][1].start(), found[first + len(wanted) - 1][1].end()
