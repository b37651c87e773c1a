"""XML: articles and books (JATS, DocBook, TEI, FictionBook, patents) by their structure, feeds and data by the
names of their elements. Nothing is left of the markup, and nothing that it names is fetched."""

from __future__ import annotations

import html
import re
from collections import Counter

from lxml import etree

from rag.documents.aligned import in_lines
from rag.documents.base64_files import taken_out, write_files
from rag.documents.diagrams import WRITERS
from rag.documents.document import Document
from rag.documents.encoding import decoded
from rag.documents.markup import parse, write
from rag.documents.office.equations import mathml
from rag.documents.office.package import attribute, child, descendants, local, parse_xml
from rag.documents.office.xml2003 import ROOTS, load_2003
from rag.documents.shortcodes import unbracketed
from rag.documents.source import Source
from rag.documents.svg import words
from rag.documents.tables import Cell, write_table
from rag.documents.templates import said_in
from rag.documents.text import one_line, raised
from rag.documents.writer import Writer
from rag.errors import LoadError

_HEADINGS = frozenset(
    "title head heading subtitle invention-title article-title book-title bridgehead".split()
)
_PARAGRAPHS = frozenset("p para simpara formalpara claim-text ab l".split())
# What is one thing though it has parts: a person's name, a reference, a date.
_WHOLE = frozenset(
    "name contrib pub-date date ref element-citation mixed-citation aff author personname address "
    "editor string-name kwd-group copyright person-group publisher biblioentry bibl biblstruct "
    "claim-ref docdate respstmt licence license permissions citation document-id".split()
)
_LISTS = frozenset("list itemizedlist orderedlist simplelist variablelist".split())
_ITEMS = frozenset("list-item listitem item varlistentry".split())
_SKIPPED = frozenset(
    "processing-meta document-info genre lang src-lang journal-id article-id binary style script".split()
)
# HTML that stands in an element in escaped form, as in feeds.
_MARKUP = re.compile(r"</?(?:p|div|br|a|b|i|span|table|ul|li|img|h\d)\b[^>]*>")
_LONGEST_LINE = 20_000
_DEEPEST = 200


def load(source: Source) -> Document:
    """The text of an XML file.

    Raises:
        LoadError: it is no XML.
    """
    tree = parse_xml(source.data)
    if tree is None:
        try:
            tree = parse_xml(re.sub(r"^\s*<\?xml[^>]*\?>", "", source.text()).encode())
        except LoadError:
            tree = None
    if tree is None:
        raise LoadError("not valid XML")
    if local(tree) in ROOTS:
        return load_2003(tree)
    writer = Writer()
    if (drawn := WRITERS.get(local(tree))) is not None:
        drawn(tree, writer)
        return writer.document("xml")
    root = local(tree).lower()
    if root == "svg":
        for text in words(tree):
            writer.paragraph(text)
        return writer.document("xml", title=_title(tree))
    if root == "html":
        write(parse(source.text()), writer)
        return in_lines(writer.document("xml"), decoded(source.data).text)
    files = taken_out(tree)
    paragraphs = sum(1 for one in tree.iter() if local(one) in _PARAGRAPHS)
    if paragraphs and root not in ("rss", "feed"):
        _Article(writer).block(tree, 0)
    else:
        _data(tree, writer)
    notes = write_files(files, source, writer)
    document = writer.document("xml", title=_title(tree), notes=notes)
    return in_lines(document, decoded(source.data).text)


def _title(tree: etree._Element) -> str:
    for one in descendants(tree, "article-title", "invention-title", "book-title", "title"):
        if text := _text(one):
            return text
    return ""


def _text(element: etree._Element) -> str:
    """All text in an element, formulas as LaTeX."""
    return one_line("".join(_runs(element)))


def _runs(element: etree._Element, depth: int = 0) -> list[str]:
    name = local(element)
    if name == "math":
        return [mathml(element)]
    if name == "tex-math":
        text = element.text or ""
        found = re.search(
            r"\$\$?(.*?)\$\$?", text.partition("\\begin{document}")[2] or text, re.DOTALL
        )
        return [found[1] if found else text]
    if name == "alternatives" and len(element):
        return _runs(element[0], depth + 1)
    parts = [element.text or ""]
    apart = name in _WHOLE or not (element.text or "").strip()
    for one in element:
        if one.tag is etree.Entity:  # a name of a character, from a list that is not fetched
            parts.append(html.unescape(one.text or ""))
        elif depth < _DEEPEST and local(one):
            inner = _runs(one, depth + 1)
            parts.extend(
                [raised("".join(parts[-4:]), "".join(inner))] if _is_raised(one) else inner
            )
        if apart and not (one.tail or "").strip():
            parts.append(" ")
        parts.append(one.tail or "")
    return parts


def _is_raised(element: etree._Element) -> bool:
    """Whether letters stand above the line: JATS's and DocBook's names for it, and TEI's."""
    rend = attribute(element, "rend") or attribute(element, "role") or ""
    return local(element).lower() in ("sup", "superscript") or rend.lower().startswith("sup")


class _Article:
    """Walks a structured text."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer

    def block(self, element: etree._Element, level: int, indent: int = 0) -> None:
        """Write an element and what is in it."""
        name = local(element)
        if not name or name in _SKIPPED:
            return
        lower = name.lower()
        if lower in _HEADINGS:
            self.writer.heading(max(1, min(level, 9)), _text(element))
        elif lower in ("table", "informaltable", "tgroup", "table-wrap", "tables"):
            self._table(element, level)
        elif lower in ("programlisting", "screen", "code", "preformat", "literallayout"):
            self.writer.code("".join(element.itertext()))
        elif lower in ("image", "graphic", "imagedata") and (
            said := element.get("alt") or element.get("title")
        ):
            self.writer.paragraph(f"[Picture: {said}]")
        elif lower in _LISTS:
            self._list(element, level, indent)
        elif lower in _WHOLE or _is_text(element):
            blocks = [one for one in element if _holds_blocks(one)]
            if blocks and lower not in _WHOLE:
                self._mixed(element, level, indent)
            else:
                self.writer.paragraph(
                    _text(element)[:_LONGEST_LINE] if lower in _WHOLE else _text(element)
                )
        else:
            deeper = level + (
                lower in _SECTIONS or any(local(c).lower() in _HEADINGS for c in element)
            )
            for one in element:
                if deeper < _DEEPEST:
                    self.block(one, deeper, indent)

    def _mixed(self, element: etree._Element, level: int, indent: int) -> None:
        """A paragraph with lists, tables or formulas of their own in it."""
        buffer = [element.text or ""]
        for one in element:
            if _holds_blocks(one):
                self.writer.paragraph(one_line("".join(buffer)))
                buffer = []
                self.block(one, level, indent)
            elif local(one):
                text = "".join(_runs(one))
                buffer.append(raised("".join(buffer[-4:]), text) if _is_raised(one) else text)
            buffer.append(one.tail or "")
        self.writer.paragraph(one_line("".join(buffer)))

    def _list(self, element: etree._Element, level: int, indent: int) -> None:
        ordered = local(element) == "orderedlist" or attribute(element, "list-type") in (
            "order",
            "ordered",
        )
        count = 0
        if not indent:
            self.writer.break_()
        for item in element:
            if local(item).lower() not in _ITEMS:
                self.block(item, level, indent)
                continue
            count += 1
            nested = [one for one in item.iter() if local(one).lower() in _LISTS]
            said = [_text(one) for one in item if local(one) and local(one).lower() not in _LISTS]
            text = " ".join(filter(None, [one_line(item.text or ""), *said]))
            mark = f"{count}. " if ordered else "- "
            self.writer.line("  " * indent + mark + text)
            if nested and indent < 20:
                for one in item:
                    if local(one).lower() in _LISTS:
                        self._list(one, level, indent + 1)
        if not indent:
            self.writer.break_()

    def _table(self, element: etree._Element, level: int) -> None:
        label, caption = child(element, "label"), child(element, "caption")
        if caption is None:
            caption = child(element, "title")
        words = " ".join(_text(one) for one in (label, caption) if one is not None)
        if words:
            self.writer.paragraph(words)
        rows: list[list[Cell]] = []
        marked = 0
        for row in descendants(element, "tr", "row"):
            parent = row.getparent()
            marked += parent is not None and local(parent) == "thead"
            rows.append([_cell(one) for one in row if local(one) in ("td", "th", "entry")])
        if rows:
            write_table(rows, self.writer, marked=marked)
        else:
            for one in element:
                if one is not label and one is not caption:
                    self.block(one, level)
        for one in descendants(element, "table-wrap-foot", "tfoot"):
            if local(one) == "table-wrap-foot":
                self.writer.paragraph(_text(one))


_SECTIONS = frozenset(
    "sec section chapter part body back front abstract div sect1 sect2 sect3 appendix app ref-list".split()
)


def _cell(element: etree._Element) -> Cell:
    wide, high = attribute(element, "colspan") or "1", attribute(element, "rowspan") or "1"
    more = attribute(element, "morerows") or "0"
    first, last = attribute(element, "namest"), attribute(element, "nameend")
    columns = int(wide) if wide.isdigit() else 1
    numbers = [int(n) for one in (first, last) if one and (n := re.sub(r"\D", "", one))]
    if len(numbers) == 2:
        columns = max(1, numbers[1] - numbers[0] + 1)
    rows = int(high) if high.isdigit() else 1
    return Cell(
        _text(element), rows + (int(more) if more.isdigit() else 0), columns, local(element) == "th"
    )


def _is_text(element: etree._Element) -> bool:
    """Whether an element is a text (with or without marks in it) and not a box of others."""
    if local(element).lower() in _PARAGRAPHS or (element.text or "").strip():
        return True
    return any((one.tail or "").strip() for one in element)


def _holds_blocks(element: etree._Element) -> bool:
    name = local(element).lower()
    return name in _LISTS | _PARAGRAPHS | {
        "table-wrap",
        "table",
        "tables",
        "informaltable",
        "disp-formula",
        "programlisting",
        "disp-quote",
        "boxed-text",
        "fig",
    }


def _data(tree: etree._Element, writer: Writer) -> None:
    """Data by names: "spacing (unit cm): 15", with those that they stand in, as in JSON ("Supplier.Name: Oxe"),
    up to a record that repeats, which is a block of its own."""
    stack: list[tuple[etree._Element, str, bool]] = [(tree, "", True)]
    while stack:
        element, within, opens = stack.pop()  # whether names begin anew in it
        name = local(element)
        if not name or (name == "postmeta" and _text(element).startswith("_")):  # WordPress's own
            continue
        name = within + name
        inside = [one for one in element if local(one)]
        plain = {
            key.rpartition("}")[2]: value
            for key, value in element.attrib.items()
            if value.strip() and key.rpartition("}")[2] not in ("schemaLocation", "space", "base")
        }
        if (markup := element.text or "") and not inside and _MARKUP.search(markup):
            write(parse(unbracketed(markup, said_in)), writer)
            continue
        text = one_line(html.unescape(markup))
        mixed = bool(text) and bool(inside)
        if mixed:
            writer.line(f"{name}: {_text(element)}")
            continue
        said = f" ({', '.join(f'{k} {v}' for k, v in plain.items())})" if plain and text else ""
        if text:
            writer.line(f"{name}{said}: {text}")
        elif plain:
            writer.line(f"{name} " + ", ".join(f"{key}: {value}" for key, value in plain.items()))
        if len(inside) > 1 and element is not tree:
            writer.break_()
        alone = within and element.getparent() is not None and len(element.getparent()) == 1
        within = "" if opens else within if alone else f"{name}."
        times = Counter(map(local, inside))
        stack.extend((one, within, times[local(one)] > 1) for one in reversed(inside))
