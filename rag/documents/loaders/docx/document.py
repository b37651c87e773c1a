"""A document from the parts of a Word file: headers, body with its notes, footers, properties."""

from __future__ import annotations

from lxml import etree

from rag.documents.document import Document
from rag.documents.edges import without_pages
from rag.documents.embedded import write_embedded
from rag.documents.loaders.docx.body import Body, Word
from rag.documents.loaders.docx.inline import Told
from rag.documents.loaders.docx.looks import level, looked_like, words
from rag.documents.loaders.docx.numbering import numbering
from rag.documents.loaders.docx.styles import Styles
from rag.documents.office.package import (
    Package,
    attribute,
    child,
    children,
    descendants,
    local,
)
from rag.documents.pictures import Pictures
from rag.documents.source import Source
from rag.documents.text import one_line
from rag.documents.told import left_out
from rag.documents.writer import Writer
from rag.errors import LoadError


def load(source: Source) -> Document:
    """All that stands in a Word document and its notes, at its place.

    Raises:
        LoadError: it is no Word document, or it is protected.
    """
    package = Package(source)
    main = package.main("word/document.xml")
    tree = package.xml(main)
    body = child(tree, "body")
    if body is None:
        if tree is None and main.lower() in package.names:
            raise LoadError("its text is damaged; open it in Word and save it anew")
        raise LoadError("it is a ZIP archive, but not a Word document")
    told = Told()
    word = Word(
        package,
        Styles(_related(package, main, "styles")),
        numbering(_related(package, main, "numbering")),
        told,
        Pictures(source),
    )
    word.notes = _notes(package, main)
    word.include = lambda part, writer: _include(part, writer, source, package, told)
    word.headings = _headings(body, word.styles)
    word.faked = looked_like(body, word.styles)
    writer = Writer()
    headers, footers = (_edges(word, main, kind) for kind in ("header", "footer"))
    for text in headers:
        writer.paragraph(f"Header: {text}")
    Body(word, main, writer).blocks(body)
    for text in footers:
        writer.paragraph(f"Footer: {text}")
    writer.paragraph(told.readings.line())
    objects = [*package.related(main, "package"), *package.related(main, "oleObject")]
    told.failed.extend(write_embedded(objects, package, source, writer))
    for said in word.below:  # of what stood in one line, and in no table
        writer.paragraph(said)
    properties = package.properties()
    title = properties["title"] or _first_heading(body, word.styles)
    return writer.document(
        "docx",
        title=title,
        author=properties["author"],
        date=properties["date"],
        metadata={key: properties[key] for key in ("subject", "keywords")},
        notes=[*_told(told), *word.pictures.told(writer)],
    )


def _related(package: Package, main: str, kind: str) -> etree._Element | None:
    part = next(iter(package.related(main, kind)), None)
    return package.xml(part) if part else None


def _notes(package: Package, main: str) -> dict[tuple[str, str], etree._Element]:
    found: dict[tuple[str, str], etree._Element] = {}
    for kind in ("footnote", "endnote", "comment"):
        for one in children(_related(package, main, f"{kind}s"), kind):
            if attribute(one, "type") not in ("separator", "continuationSeparator"):
                found[kind, attribute(one, "id") or ""] = one
    return found


def _headings(body: etree._Element, styles: Styles) -> set[str]:
    return {words(one).lower() for one in descendants(body, "p") if level(one, styles)}


def _first_heading(body: etree._Element, styles: Styles) -> str:
    """The first heading, where nothing but empty paragraphs stands before it."""
    for one in body:
        if local(one) == "p" and (text := words(one)):
            return text if level(one, styles) else ""
        if local(one) == "tbl":
            return ""
    return ""


def _edges(word: Word, main: str, kind: str) -> list[str]:
    """The headers or footers of all sections, each text once, without page numbers alone."""
    texts: list[str] = []
    for part in word.package.related(main, kind):
        inner = Writer()
        tree = word.package.xml(part)
        Body(word, part, inner).blocks(tree)
        text = one_line(inner.document("docx").text)
        fields = [one.text or "" for one in descendants(tree, "instrText")]
        fields += [attribute(one, "instr") or "" for one in descendants(tree, "fldSimple")]
        text = without_pages(text, counted=any("PAGE" in one.upper() for one in fields))
        if text and text not in texts:
            texts.append(text)
    return texts


def _include(part: str, writer: Writer, source: Source, package: Package, told: Told) -> None:
    """The text of an embedded part at its place (altChunk)."""
    told.failed.extend(write_embedded([part], package, source, writer))


def _told(told: Told) -> list[str]:
    notes = list(dict.fromkeys(told.failed))
    if told.deleted:
        notes.append(left_out(told.deleted, "deletion", "of tracked changes"))
    if told.hidden:
        notes.append(left_out(told.hidden, "piece", "of hidden text"))
    return notes
