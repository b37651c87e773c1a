"""HTML as the common form: what HTML, Markdown, reStructuredText, EPUB and mail have in common.

Their loaders make HTML of a file, :func:`parse` it, and :func:`write` what a person would see of
the tree. Nothing in it is run, and nothing that it names is fetched.
"""

from __future__ import annotations

import lxml.html
from lxml import etree

from rag.documents.text import one_line
from rag.documents.writer import Writer

_SKIP = frozenset(
    "script style noscript template svg math nav footer iframe object head button select "
    "input textarea canvas audio video".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption "
    "figure form header hr html legend li main ol p pre section summary table tbody tfoot thead "
    "tr ul".split()
)


def parse(markup: str) -> etree._Element:
    """A tree from any HTML, however broken. Entities and DTDs are never fetched."""
    parser = lxml.html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True
    )
    data = markup.encode("utf-8", errors="replace")
    return lxml.html.document_fromstring(data or b"<p></p>", parser=parser)


def _hidden(element: etree._Element) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or "display:none" in style
        or "visibility:hidden" in style
    )


class _Walk:
    """One pass over a tree, in document order, without recursion: depth costs nothing."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.buffer: list[str] = []
        self.cells: list[str] | None = None  # of the table row that is being read
        self.row_depth = 0  # a table inside a cell is read as text of that cell
        self.lists: list[int | None] = []  # counters of the open lists; None for bullets
        self.marker = ""
        self.pre = 0

    def flush(self) -> None:
        if self.cells is not None:
            self.buffer.append(" ")
            return
        text, self.buffer = "".join(self.buffer), []
        if not text.strip():
            return
        text = "\n".join(one_line(line) for line in text.split("\n")).strip()
        if self.marker:
            self.writer.line(self.marker + text)
            self.marker = ""
        elif self.lists:
            self.writer.line("  " * len(self.lists) + text)
        else:
            self.writer.paragraph(text)

    def text(self, text: str | None) -> None:
        if text:
            if not self.pre:
                text = text.replace("\n", " ").replace("\r", " ")
            self.buffer.append(text)

    def start(self, tag: str, element: etree._Element) -> None:
        if tag == "br":
            self.buffer.append("\n" if self.cells is None else " ")
        elif tag == "img" and element.get("alt"):
            self.text(element.get("alt"))
        elif tag in _BLOCKS or tag in _HEADINGS:
            self.flush()
            if tag == "pre" and self.cells is None:
                self.pre += 1
            elif tag in ("ul", "ol"):
                if not self.lists:
                    self.writer.break_()
                first = element.get("start") or "1"
                self.lists.append((int(first) if first.isdigit() else 1) if tag == "ol" else None)
            elif tag == "li":
                count = self.lists[-1] if self.lists else None
                indent = "  " * (len(self.lists) - 1)
                self.marker = indent + ("- " if count is None else f"{count}. ")
                if count is not None:
                    self.lists[-1] = count + 1
            elif tag == "table" and self.cells is None:
                self.writer.break_()
            elif tag == "tr":
                if self.cells is None:
                    self.cells = []
                self.row_depth += 1
        elif tag in ("td", "th") and self.row_depth <= 1:
            self.buffer = []

    def end(self, tag: str) -> None:
        if tag in _HEADINGS and self.cells is None:
            text, self.buffer = "".join(self.buffer), []
            self.writer.heading(_HEADINGS[tag], text)
        elif tag == "pre" and self.pre:
            text, self.buffer = "".join(self.buffer), []
            self.pre -= 1
            self.writer.code(text)
        elif tag in ("td", "th") and self.cells is not None and self.row_depth == 1:
            text, self.buffer = "".join(self.buffer), []
            self.cells.append(text)
        elif tag == "tr" and self.cells is not None:
            self.row_depth -= 1
            if self.row_depth == 0:
                cells, self.cells, self.buffer = self.cells, None, []
                self.writer.row(cells)
        elif tag in ("ul", "ol"):
            self.flush()
            if self.lists:
                self.lists.pop()
        elif tag in _BLOCKS:
            self.flush()
            if tag == "li":
                self.marker = ""
            elif tag == "table" and self.cells is None:
                self.writer.break_()


def write(root: etree._Element, writer: Writer) -> None:
    """Write the readable content of a tree: no scripts, navigation, hidden or form elements."""
    walk = _Walk(writer)
    context = etree.iterwalk(root, events=("start", "end"))
    skipped = None
    for event, element in context:
        tag = element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""
        if event == "start":
            if not tag or tag in _SKIP or _hidden(element):
                context.skip_subtree()
                skipped = element
                continue
            walk.start(tag, element)
            walk.text(element.text)
        else:
            if element is not skipped:
                walk.end(tag)
            walk.text(element.tail if element is not root else None)
    walk.flush()


def metadata(root: etree._Element) -> dict[str, str]:
    """title, author and date, as the page's head gives them."""
    found: dict[str, str] = {"title": one_line(root.findtext(".//title") or "")}
    for meta in root.iter("meta"):
        name = (meta.get("name") or meta.get("property") or "").lower()
        content = meta.get("content") or ""
        if name in ("author", "article:author", "dc.creator"):
            found.setdefault("author", content)
        elif name in ("date", "article:published_time", "dc.date", "last-modified"):
            found.setdefault("date", content)
        elif name in ("description", "keywords"):
            found.setdefault(name, content)
    return found
