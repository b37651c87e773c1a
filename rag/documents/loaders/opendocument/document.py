"""A document from an OpenDocument file: text, sheets or slides, with headers, notes, properties."""

from __future__ import annotations

import base64
import posixpath
from collections.abc import Callable

from lxml import etree

from rag.documents.document import Document, PageKind
from rag.documents.edges import without_pages
from rag.documents.loaders.opendocument.blocks import PAGE_FIELDS, Blocks, Told
from rag.documents.loaders.opendocument.charts import write_chart
from rag.documents.loaders.opendocument.looks import looked_like
from rag.documents.loaders.opendocument.sheets import write_table_sheet
from rag.documents.loaders.opendocument.slides import Slides
from rag.documents.loaders.opendocument.styles import Styles
from rag.documents.office.equations import mathml
from rag.documents.office.package import (
    Package,
    attribute,
    child,
    children,
    descendants,
    local,
    parse_xml,
)
from rag.documents.pictures import Pictures
from rag.documents.source import Source
from rag.documents.told import left_out
from rag.documents.writer import Writer
from rag.errors import LoadError

_KINDS = {"spreadsheet": "ods", "presentation": "odp", "drawing": "odg", "text": "odt"}


def load(source: Source) -> Document:
    """All that stands in an OpenDocument file; a sheet or a slide is a page.

    Raises:
        LoadError: it is no OpenDocument file, or it is protected.
    """
    package, content, styles_tree, meta = _parts(source)
    holder = child(content, "body")
    body = next(iter(holder), None) if holder is not None else None
    if body is None:
        raise LoadError("it is not an OpenDocument file: there is no text body in it")
    styles, told, writer = Styles(), Told(), Writer()
    styles.read(styles_tree)
    styles.read(content)
    notes: list[str] = []
    pictures = Pictures(source)

    def blocks(into: Writer) -> Blocks:
        return Blocks(
            into,
            styles,
            told,
            lambda href, w: _embedded(package, href, w),
            lambda image, w: pictures.write(_image(package, image), w),
        )

    kind = _KINDS.get(local(body), "odt")
    page_kind: PageKind = "page"
    if kind == "ods":
        page_kind = "sheet"
        tables = list(children(body, "table"))
        tables.sort(key=lambda one: attribute(one, "style-name") in styles.hidden_tables)
        for number, table in enumerate(tables, start=1):
            name = attribute(table, "name") or ""
            hidden = attribute(table, "style-name") in styles.hidden_tables
            writer.page(number, name, hidden=hidden)
            writer.heading(2, name + (" (hidden sheet)" if hidden else ""))
            notes.extend(write_table_sheet(table, styles, writer, blocks))
    elif kind in ("odp", "odg"):
        page_kind = "slide"
        slides = Slides(body, styles_tree, styles, writer, blocks)
        for number, page in enumerate(children(body, "page"), start=1):
            slides.write(page, number)
    else:
        _text(body, styles_tree, styles, writer, blocks)
    told.deleted = sum(1 for _ in descendants(child(body, "tracked-changes"), "deletion"))
    writer.paragraph(told.readings.line())
    for said in told.notes:  # of what stood in one line, and in no table
        writer.paragraph(said)
    notes.extend(_notes(told))
    notes.extend(pictures.told(writer))
    found = _properties(meta)
    return writer.document(
        kind,
        title=found["title"],
        author=found["author"],
        date=found["date"],
        page_kind=page_kind,
        notes=notes,
    )


def _parts(
    source: Source,
) -> tuple[Package | None, etree._Element | None, etree._Element | None, etree._Element | None]:
    if not source.data.startswith(b"PK"):  # the flat form: all in one XML file
        tree = parse_xml(source.data)
        return None, tree, tree, tree
    package = Package(source)
    manifest = package.xml("META-INF/manifest.xml")
    if next(descendants(manifest, "encryption-data"), None) is not None:
        raise LoadError("it is password-protected; save it without a password")
    return package, package.xml("content.xml"), package.xml("styles.xml"), package.xml("meta.xml")


def _properties(meta: etree._Element | None) -> dict[str, str]:
    found = {"title": "", "author": "", "date": ""}
    names = {"title": "title", "initial-creator": "author", "creator": "author", "date": "date"}
    holder = next(descendants(meta, "meta"), None)
    for one in holder if holder is not None else ():
        if (name := names.get(local(one))) and one.text:
            found[name] = one.text.strip()
    return found


def _text(
    body: etree._Element,
    styles_tree: etree._Element | None,
    styles: Styles,
    writer: Writer,
    make: Callable[[Writer], Blocks],
) -> None:
    edges: dict[str, list[str]] = {"Header": [], "Footer": []}
    for page in descendants(styles_tree, "master-page"):
        for one in page:
            name = local(one)
            if name in (
                "header",
                "footer",
                "header-left",
                "footer-left",
                "header-first",
                "footer-first",
            ):
                counted = any(True for _ in descendants(one, *PAGE_FIELDS))
                text = without_pages(make(Writer()).text(one), counted=counted)
                said = edges[name.partition("-")[0].capitalize()]
                if text and text not in said:
                    said.append(text)
    for text in edges["Header"]:
        writer.paragraph(f"Header: {text}")
    main = make(writer)
    main.faked = looked_like(body, styles)
    main.blocks(body)
    for text in edges["Footer"]:
        writer.paragraph(f"Footer: {text}")


def _image(package: Package | None, image: etree._Element) -> bytes | None:
    """The bytes of an image, which stands in the package, or in the file itself where that is flat; b"" of a frame without one."""
    inline = next(descendants(image, "binary-data"), None)
    if inline is not None:
        try:
            return base64.b64decode(inline.text or "")
        except ValueError:
            return None
    href = attribute(image, "href") or ""
    if not href:
        return b""
    return package.read(href.removeprefix("./")) if package is not None else None


def _embedded(package: Package | None, href: str, writer: Writer) -> bool:
    """The equation or the chart in an object of its own."""
    if package is None or not href or href.startswith(("http", "/")):
        return False
    tree = package.xml(posixpath.join(href.removeprefix("./"), "content.xml"))
    if tree is None:
        return False
    math = tree if local(tree) == "math" else next(descendants(tree, "math"), None)
    if math is not None:
        writer.paragraph(mathml(math))
        return True
    chart = next(descendants(tree, "chart"), None)
    if chart is None:
        return False
    write_chart(tree, chart, writer)
    return True


def _notes(told: Told) -> list[str]:
    notes: list[str] = []
    if told.deleted:
        notes.append(left_out(told.deleted, "deletion", "of tracked changes"))
    if told.hidden:
        notes.append(left_out(told.hidden, "piece", "of hidden text"))
    return notes
