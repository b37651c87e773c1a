"""HTML as the common form: what HTML, Markdown, reStructuredText, EPUB and mail have in common.

Their loaders make HTML of a file, :func:`parse` it, and :func:`write` what a person would see of
the tree. Nothing in it is run, and nothing that it names is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lxml import etree

from rag.documents.buttons import is_content, on_button, opens
from rag.documents.html_parts import HEADINGS, Counter, lays_out, local, mark_of, span, tag_of
from rag.documents.office.equations import mathml
from rag.documents.page_contents import tables_of_contents
from rag.documents.pointing import Tooltips, drawn, field
from rag.documents.shown_tree import Frame, parse, show
from rag.documents.struck import strike
from rag.documents.styled_tree import style
from rag.documents.tables import Cell, write_table
from rag.documents.text import one_line, raised
from rag.documents.visibility import Visibility
from rag.documents.writer import Writer

__all__ = ["Look", "parse", "write"]

_SKIP = frozenset(
    "script style noscript template iframe object head canvas audio video rt rp rtc "
    "datalist xml".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption "
    "figure footer form header hr html legend li main ol p pre section summary table tbody tfoot "
    "thead tr ul caption".split()
)
_LOOKED_AT = _SKIP | frozenset(("", *"math svg select meter progress textarea button nav".split()))
"""What may be left out, or have something else stand for it, whatever its attributes say."""

_TELLING = frozenset("class id style hidden aria-hidden role".split())
_STANDING = frozenset("math script svg select meter progress textarea button a".split())
_INLINE = frozenset("span code em strong b i u small font tt kbd var samp abbr cite mark".split())
"""What is walked for its text alone."""


_SIGN = re.compile(r"\[[^\w\s]\]|[¶§#↑↗⇧↩^]\ufe0e?")
"""Words of a link that are only a sign of it: of another site, of the place itself, back to the text."""


Look = Callable[[str], None]
"""Writes the text in the picture at an address."""


class _Table:
    """A table that is being read: its rows, and the row and the cell that are open."""

    def __init__(self) -> None:
        self.rows: list[list[Cell]] = []
        self.row: list[Cell] | None = None
        self.caption = ""
        self.marked = 0
        self.in_head = False
        self.around: tuple[_Table, list[str]] | None = None  # that it is in a cell of, and its text

    def end_row(self) -> None:
        """The row that is open, if one is, ends."""
        if self.row is not None:
            self.rows.append(self.row)
            self.marked += self.in_head and len(self.rows) == self.marked + 1
        self.row = None


class _Walk:
    """One pass over a tree, in document order, without recursion: depth costs nothing."""

    def __init__(self, writer: Writer, links: bool, look: Look | None) -> None:
        self.writer = writer
        self.look = look
        self.links = links
        self.buffer: list[str] = []
        self.table: _Table | None = None
        self.lists: list[Counter | None] = []  # the open lists; None for bullets
        self.marker = ""
        self.term = ""
        self.pre = 0
        self.linked: list[int] = []  # where in the buffer the open links begin
        self.raised: list[int] = []  # and what is raised
        self.struck: list[int] = []
        self.addresses: dict[str, str] = {}  # of links, and their words
        self.pressed: list[str] = []  # what stands on buttons
        self.tooltips = Tooltips()
        self.shown: list[str] = []  # addresses of the pictures in this block
        self.pictured = -1  # where in the buffer the last picture's words end

    def flush(self) -> None:
        """The end of a block."""
        if self.table is not None:
            self.buffer.append(" ")
            return
        text, self.buffer = "".join(self.buffer), []
        if not text.strip():
            self.show()
            return
        text = "\n".join(one_line(line) for line in text.split("\n")).strip()
        if self.term:
            text, self.term = f"{self.term}: {text}", ""
            self.writer.line(text)
        elif self.marker:
            self.writer.line(self.marker + text)
            self.marker = ""
        elif self.lists:
            self.writer.line("  " * len(self.lists) + text)
        else:
            self.writer.paragraph(text)
        self.show()

    def show(self) -> None:
        """The text in the pictures of the block that has ended."""
        shown, self.shown = self.shown, []
        if self.look is not None:
            for address in shown:
                self.look(address)

    def finish(self) -> None:
        """What stands behind the page."""
        self.writer.line(self.term)
        for text in self.pressed:
            self.writer.paragraph(text)
        self.writer.break_()
        for address, words in self.addresses.items():
            self.writer.line(f"Link: {words} ({address})" if words else f"Link: {address}")

    def text(self, text: str | None) -> None:
        """Text where it stands."""
        if text:
            if not self.pre:
                text = text.replace("\n", " ").replace("\r", " ")
            self.buffer.append(text)

    def start(self, tag: str, element: etree._Element) -> None:
        """An element opens."""
        if tag in _INLINE:
            return
        if tag == "br":
            self.buffer.append("\n" if self.table is None else " ")
        elif tag == "img":
            if self.pictured == len(self.buffer):
                self.text(" ")  # two pictures are two words
            self.text(element.get("alt"))
            self.pictured = len(self.buffer)
            self.shown.append(element.get("src") or "")
        elif tag == "area" and (element.get("alt") or "").strip():
            self.text(f" [{element.get('alt')}] ")
        elif tag == "input":
            self._input(element)
        elif tag == "a":
            self.linked.append(len(self.buffer))
        elif tag == "sup":
            self.raised.append(len(self.buffer))
        elif tag == "button":
            self._button(element)
        elif tag in ("del", "s", "strike"):
            self.struck.append(len(self.buffer))
        elif tag in ("td", "th"):
            if self.table is not None:
                self._loose(self.table)
        elif tag in _BLOCKS or tag in HEADINGS:
            self.flush()
            self._open(tag, element)

    def _open(self, tag: str, element: etree._Element) -> None:
        if tag == "pre" and self.table is None:
            self.pre += 1
        elif tag in ("ul", "ol"):
            if not self.lists:
                self.writer.break_()
            self.lists.append(Counter(element) if tag == "ol" else None)
        elif tag == "li":
            counter = self.lists[-1] if self.lists else None
            self.marker = mark_of(element, counter, len(self.lists))
        elif tag == "table":
            if self.table is not None or not lays_out(element):
                inner = _Table()
                if self.table is not None:
                    inner.around = self.table, self.buffer
                    self.buffer = []
                self.table = inner
        elif self.table is not None:
            if tag == "tr":
                self._loose(self.table)
                self.table.end_row()  # of cells before which no row was opened
                self.table.row = []
            elif tag in ("thead", "tbody"):
                self.table.in_head = tag == "thead"

    def end(self, tag: str, element: etree._Element) -> None:
        """An element closes."""
        if said := self.tooltips.of(tag, element):
            self.text(said)
        if tag in _INLINE:
            return
        if tag == "sup" and self.raised:
            begin = self.raised.pop()
            before = "".join(self.buffer[max(0, begin - 4) : begin])
            text = "".join(self.buffer[begin:])
            self.buffer[begin:] = [raised(before, text)]
        elif tag == "a" and self.linked:
            begin = self.linked.pop()
            if _SIGN.fullmatch("".join(self.buffer[begin:]).strip()):
                del self.buffer[begin:]
            self._target(element, begin)
        elif tag in ("del", "s", "strike") and self.struck:
            strike(self.buffer, self.struck.pop())
        elif tag == "button":
            self._button(element)
        elif tag in HEADINGS and self.table is None:
            text, self.buffer = "".join(self.buffer), []
            self.writer.heading(HEADINGS[tag], text)
        elif tag == "pre" and self.pre:
            text, self.buffer = "".join(self.buffer), []
            self.pre -= 1
            self.writer.code(text)
        elif tag == "dt" and self.table is None:
            text, self.buffer = one_line("".join(self.buffer)), []
            self.writer.line(self.term)
            self.term = text
        elif tag in ("td", "th", "tr", "caption", "table") and self.table is not None:
            self._close(tag, element, self.table)
        elif tag == "thead" and self.table is not None:
            self.table.in_head = False
        elif tag in ("ul", "ol"):
            self.flush()
            if self.lists:
                self.lists.pop()
        elif tag in _BLOCKS or tag in ("td", "th"):
            self.flush()
            if tag == "li":
                self.marker = ""
            elif tag == "dl":
                self.writer.line(self.term)
                self.term = ""
                self.writer.break_()

    def _loose(self, table: _Table) -> None:
        """Text between the cells of a table, which browsers show: a row of its own."""
        text, self.buffer = one_line("".join(self.buffer)), []
        if text:
            table.rows.append([Cell(text)])

    def _close(self, tag: str, element: etree._Element, table: _Table) -> None:
        """A part of the table that is being read closes."""
        if tag == "table":
            table.end_row()
        if tag == "table" and table.around is not None:
            self._loose(table)
            inner = Writer(in_cell=True)
            write_table(table.rows, inner, marked=table.marked, caption=table.caption)
            self.table, self.buffer = table.around
            self.buffer.append(f" {inner.document('html').text} ")
            return
        if tag == "table":
            self.table = None
            text, self.buffer = "".join(self.buffer), []
            write_table(table.rows, self.writer, marked=table.marked, caption=table.caption)
            self.text(text if text.strip() else "")
            return
        if tag == "tr":
            self._loose(table)
        text, self.buffer = "".join(self.buffer), []
        if tag == "caption":
            table.caption = one_line(text)
        elif tag == "tr":
            table.end_row()
        else:
            row = table.row if table.row is not None else []
            table.row = row
            rows, columns = span(element, "rowspan"), span(element, "colspan")
            row.append(Cell(text.strip(" ;"), rows, columns, tag == "th"))

    def _target(self, element: etree._Element, begin: int) -> None:
        """Where a link leads: behind its words a way to write or call; other addresses, which would
        cut sentences in two, are kept for the end."""
        address = (element.get("href") or "").strip()
        kind, _, rest = address.partition(":")
        if kind in ("mailto", "tel"):
            shown, said = rest.partition("?")[0], "".join(self.buffer[begin:])
            if kind == "tel" and sum(map(str.isdigit, said)) > 4:
                return
        elif self.links and kind in ("http", "https"):
            said = one_line("".join(self.buffer[begin:]))
            if address.rstrip("/") not in said:
                self.addresses.setdefault(address, said)
            return
        else:
            return
        if shown and shown.lower() not in said.lower():
            self.buffer.append(f" ({shown})" if said.strip() else shown)

    def _button(self, element: etree._Element) -> None:
        """A button is a block of its own, but for one that makes a heading something to press."""
        if any(local(one) in HEADINGS for one in element.iterancestors()):
            self.buffer.append(" ")
        else:
            self.flush()

    def _input(self, element: etree._Element) -> None:
        """What a field of a form holds, or what is pressed."""
        if (element.get("type") or "").lower() not in ("button", "submit", "reset"):
            self.text(field(element))
        elif is_content(element):
            self.pressed.append(on_button(element))


def write(
    root: etree._Element,
    writer: Writer,
    *,
    links: bool = False,
    look: Look | None = None,
    frame: Frame | None = None,
) -> list[str]:
    """Write the readable content of a tree: no scripts, menus, banners, tables of contents, nor what nobody can
    bring to sight. Texts of buttons stand behind those of the page; with ``links``, so do the addresses that its
    words lead to. ``look`` writes the text in the picture at an address, behind the block that shows it,
    ``frame`` gives the pages in frames. Returns notes on what is left out."""
    walk = _Walk(writer, links, look)
    show(root, frame)
    notes = style(root)
    seen, contents = Visibility(root), tables_of_contents(root)
    context = etree.iterwalk(root, events=("start", "end"))
    skipped = None
    for event, element in context:
        tag = tag_of(element.tag)
        if event == "start":
            if _is_plain(tag, element) and element not in contents:  # as most of a page is
                walk.start(tag, element)
                walk.text(element.text)
                continue
            said = _instead(tag, element)
            if tag == "button" and said is None and not opens(element):
                walk.pressed.append(on_button(element))
                said = ""
            if element in contents:
                said = ""
            if said is not None or not tag or tag in _SKIP or _unseen(tag, element, seen):
                context.skip_subtree()
                skipped = element
                walk.text(said)
                continue
            walk.start(tag, element)
            walk.text(element.text)
        else:
            if element is not skipped:
                walk.end(tag, element)
            walk.text(element.tail if element is not root else None)
    walk.flush()
    walk.finish()
    if seen.left_out:
        notes.append(f"{seen.left_out} hidden pieces of the page are left out")
    return notes


def _is_plain(tag: str, element: etree._Element) -> bool:
    """Whether neither name nor attributes of an element can say that it is not to be walked."""
    if tag in _LOOKED_AT or not _TELLING.isdisjoint(element.keys()):
        return False
    return tag != "a" or not (element.get("href") or "").startswith("#")


def _instead(tag: str, element: etree._Element) -> str | None:
    """What stands for an element that is not walked: a formula, the words of a drawing, the entries
    of a list to choose from. None: it is walked."""
    if tag not in _STANDING and element.get("role") != "img":
        return None
    if tag == "math":
        return f" {mathml(element)} "
    if tag == "script" and (element.get("type") or "").startswith("math/"):
        return f" {element.text or ''} "
    if (said := drawn(tag, element)) is not None:
        return said
    if tag == "button" and not is_content(element):
        return ""
    if tag == "a" and (element.get("href") or "").startswith("#"):
        text = "".join(element.itertext()).strip()
        above = element.getparent()
        raised = (above is not None and local(above) == "sup") or (
            len(element) == 1 and local(element[0]) == "sup"
        )
        if text.isdigit() and raised:  # the number of a note, raised: "cook.1" is no word
            return f" [{text}]"
    return None


def _unseen(tag: str, element: etree._Element, seen: Visibility) -> bool:
    if tag == "a" and "backref" in (element.get("class") or ""):
        return True
    return seen.boilerplate(element) or seen.hidden(element)
