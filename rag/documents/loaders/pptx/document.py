"""A document from a presentation: a slide is a page; its title is its heading; notes and comments
stand below it."""

from __future__ import annotations

from rag.documents.document import Document
from rag.documents.embedded import told as not_read
from rag.documents.embedded import write_embedded
from rag.documents.loaders.pptx.order import is_title, ordered, placeholder, places
from rag.documents.loaders.pptx.slides import Slide, Told
from rag.documents.office.drawings import text_of
from rag.documents.office.package import Package, attribute, child, children, descendants, local
from rag.documents.pictures import Pictures
from rag.documents.source import Source
from rag.documents.text import one_line
from rag.documents.writer import Writer
from rag.errors import LoadError


def load(source: Source) -> Document:
    """Slide by slide, in the order of the presentation.

    Raises:
        LoadError: it is no presentation, or it is protected.
    """
    package = Package(source)
    main = package.main("ppt/presentation.xml")
    tree = package.xml(main)
    if tree is None or local(tree) != "presentation":
        raise LoadError("it is a ZIP archive, but not a PowerPoint presentation")
    writer, told, pictures = Writer(), Told(), Pictures(source)
    relations = package.relations(main)
    failed: list[str] = []
    hidden = 0
    number = 0
    for one in children(child(tree, "sldIdLst"), "sldId"):
        key = next((v for k, v in one.attrib.items() if k.endswith("}id")), "")
        if key in relations:
            number += 1
            hidden += _write_slide(package, relations[key].target, number, writer, told, pictures)
            failed.extend(write_embedded(told.embedded, package, source, writer))
            told.embedded.clear()
    properties = package.properties()
    notes: list[str] = []
    if hidden:
        notes.append(f"{hidden} hidden slides are read, and marked as such")
    if told.failed:
        notes.append(f"{told.failed} charts or diagrams are not read")
    notes.extend(not_read(told.objects))
    notes.extend(failed)
    notes.extend(pictures.told(writer))
    title = properties["title"]
    return writer.document(
        "pptx",
        title=title if title != "PowerPoint Presentation" else "",
        author=properties["author"],
        date=properties["date"],
        metadata={key: properties[key] for key in ("subject", "keywords")},
        page_kind="slide",
        notes=notes,
    )


def _write_slide(
    package: Package, part: str, number: int, writer: Writer, told: Told, pictures: Pictures
) -> bool:
    """Write one slide; whether it is hidden."""
    slide = package.xml(part)
    hidden = attribute(slide, "show") in ("0", "false") if slide is not None else False
    writer.page(number, hidden=hidden)
    layout = next((package.xml(name) for name in package.related(part, "slideLayout")), None)
    shapes = ordered(child(slide, "cSld", "spTree"), places(layout))
    title = next((one for one in shapes if is_title(one) and text_of(child(one, "txBody"))), None)
    heading = text_of(child(title, "txBody")) if title is not None else ""
    mark = " (hidden slide)" if hidden else ""
    if heading or hidden:
        writer.heading(1 if number == 1 else 2, (heading or f"Slide {number}") + mark)
    Slide(package, part, writer, told, pictures).shapes([one for one in shapes if one is not title])
    for name in package.related(part, "notesSlide"):
        for shape in descendants(package.xml(name), "sp"):
            holder = placeholder(shape)
            text = text_of(child(shape, "txBody"))
            if text and holder is not None and holder.kind == "body":
                writer.paragraph(f"Notes: {text}")
    _write_comments(package, part, writer)
    _write_behind(package, part, writer, told, pictures)
    return hidden


def _write_behind(
    package: Package, part: str, writer: Writer, told: Told, pictures: Pictures
) -> None:
    """What stands on the layout and the master of a slide, and so on each slide: once, below the first
    that shows it. What they say in the place of what a slide has to say is not shown."""
    for kind in ("slideLayout", "slideMaster"):
        tree = package.xml(part)
        if tree is None or attribute(tree, "showMasterSp") in ("0", "false"):
            return
        part = next(iter(package.related(part, kind)), "")
        if not part or part in told.behind:
            return
        told.behind.add(part)
        shapes = ordered(child(package.xml(part), "cSld", "spTree"), {})
        own = [shape for shape in shapes if placeholder(shape) is None]
        Slide(package, part, writer, told, pictures).shapes(own)


def _write_comments(package: Package, part: str, writer: Writer) -> None:
    for name in package.related(part, "comments"):
        for one in descendants(package.xml(name), "cm", "reply"):
            words = child(one, "text")
            text = words.text or "" if words is not None else text_of(child(one, "txBody"))
            if text := one_line(text):
                writer.paragraph(f"[Comment: {text}]")
