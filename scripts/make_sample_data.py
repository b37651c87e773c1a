"""Make the binary files of data/ (PDF, DOCX, PPTX, XLSX, EPUB). Run it from the repository root.

    python scripts/make_sample_data.py [FOLDER]

Their text stands in scripts/sample_data/, each at the place of its file and named after it with
.md behind: fields ("title: ..."), then sections ("## ..."), each of paragraphs, list items
("- ..."), remarks ("> ...") and table rows ("| ... |"). They are written by the libraries that
people's own tools build on.
"""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path

import docx
import openpyxl
import pptx
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

ROOT = Path(__file__).resolve().parent.parent
TEXTS = ROOT / "scripts/sample_data"
Block = str | list[list[str]]  # a paragraph, item or remark; or the rows of a table


@dataclass(frozen=True)
class Text:
    """What a file says: its fields ("title", "author" ...), and its sections by heading."""

    fields: dict[str, str]
    sections: list[tuple[str, list[Block]]]


def read(path: Path) -> Text:
    """The text that a file is made of."""
    head, *parts = path.read_text("utf-8").split("\n## ")
    fields = dict(line.split(": ", 1) for line in head.splitlines() if line)
    sections = []
    for part in parts:
        heading, _, body = part.partition("\n")
        blocks: list[Block] = []
        row_before = False
        for line in body.splitlines():
            is_row = line.startswith("| ")
            cells = line.strip("| ").split(" | ")
            if is_row and row_before:
                blocks[-1].append(cells)  # type: ignore[union-attr]
            elif line:
                blocks.append([cells] if is_row else line)
            row_before = is_row
        sections.append((heading, blocks))
    return Text(fields, sections)


class _Template(SimpleDocTemplate):
    """Adds each heading to the PDF's outline."""

    def afterFlowable(self, flowable: object) -> None:
        if isinstance(flowable, Paragraph) and flowable.style.name in ("Heading1", "Heading2"):
            key = f"h{id(flowable)}"
            self.canv.bookmarkPage(key)
            level = 0 if flowable.style.name == "Heading1" else 1
            self.canv.addOutlineEntry(flowable.getPlainText(), key, level)


def make_pdf(text: Text, path: Path) -> None:
    title, each = text.fields["title"], int(text.fields["sections on a page"])
    styles = getSampleStyleSheet()

    def edge(canvas: object, document: SimpleDocTemplate) -> None:
        canvas.setFont("Helvetica", 8)  # type: ignore[attr-defined]
        canvas.drawString(72, A4[1] - 40, f"Meridian Home GmbH - {title}")  # type: ignore[attr-defined]
        canvas.drawString(72, 40, f"Page {document.page}")  # type: ignore[attr-defined]

    story: list[object] = [Paragraph(title, styles["Heading1"]), Spacer(1, 12)]
    for number, (heading, blocks) in enumerate(text.sections):
        if number and number % each == 0:
            story.append(PageBreak())
        story.append(Paragraph(heading, styles["Heading2"]))
        for block in blocks:
            story.append(
                Paragraph(block, styles["BodyText"])
                if isinstance(block, str)
                else Table(block, hAlign="LEFT")
            )
            story.append(Spacer(1, 6))
    # invariant: the same bytes each time, so that git sees no change where there is none
    _Template(str(path), pagesize=A4, title=title, author=text.fields["author"], invariant=1).build(
        story, onFirstPage=edge, onLaterPages=edge
    )


def make_docx(text: Text, path: Path) -> None:
    document = docx.Document()
    document.core_properties.title = text.fields["title"]
    document.core_properties.author = text.fields["author"]
    document.add_heading(text.fields["title"], 0)
    for heading, blocks in text.sections:
        document.add_heading(heading, 1)
        for block in blocks:
            if not isinstance(block, str):
                table = document.add_table(len(block), len(block[0]))
                for i, row in enumerate(block):
                    for j, cell in enumerate(row):
                        table.cell(i, j).text = cell
            elif block.startswith("- "):
                document.add_paragraph(block[2:], style="List Bullet")
            else:
                document.add_paragraph(block)
    document.save(str(path))


def make_pptx(text: Text, path: Path) -> None:
    """A section is a slide: its items are the slide's, its remark what the speaker notes."""
    deck = pptx.Presentation()
    deck.core_properties.title = text.fields["title"]
    deck.core_properties.author = text.fields["author"]
    for title, blocks in text.sections:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = title
        frame = slide.placeholders[1].text_frame
        items = [block[2:] for block in blocks if block[0] == "-"]
        frame.text = items[0]
        for item in items[1:]:
            frame.add_paragraph().text = item
        for block in blocks:
            if block[0] == ">":
                slide.notes_slide.notes_text_frame.text = block[2:]
    deck.save(str(path))


def make_xlsx(text: Text, path: Path) -> None:
    """A section is a sheet, and its table what the sheet holds."""
    book = openpyxl.Workbook()
    book.properties.title = text.fields["title"]
    book.properties.creator = text.fields["author"]
    book.remove(book.active)
    for title, blocks in text.sections:
        sheet = book.create_sheet(title)
        for row in blocks[0]:
            sheet.append([int(cell) if cell.isdigit() else cell for cell in row])
    book.save(path)


CONTAINER = (
    '<?xml version="1.0"?><container version="1.0" '
    'xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile '
    'full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles>'
    "</container>"
)
PACKAGE = (
    '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" '
    'version="3.0" unique-identifier="id"><metadata '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">meridian-history'
    "</dc:identifier><dc:title>{title}</dc:title><dc:creator>{author}</dc:creator>"
    "<dc:date>{date}</dc:date><dc:language>en</dc:language>"
    "</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
)
CHAPTER = (
    '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">'
    "<head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>"
)


def make_epub(text: Text, path: Path) -> None:
    """A section is a chapter of one paragraph."""
    numbers = range(len(text.sections))
    items = "".join(
        f'<item id="c{i}" href="c{i}.xhtml" media-type="application/xhtml+xml"/>' for i in numbers
    )
    spine = "".join(f'<itemref idref="c{i}"/>' for i in numbers)
    files = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OEBPS/content.opf": PACKAGE.format(items=items, spine=spine, **text.fields),
    }
    for i, (title, blocks) in enumerate(text.sections):
        chapter = CHAPTER.format(title=escape(title), text=escape(str(blocks[0]), quote=False))
        files[f"OEBPS/c{i}.xhtml"] = chapter
    with zipfile.ZipFile(path, "w") as book:
        for name, content in files.items():
            book.writestr(zipfile.ZipInfo(name), content)


MAKERS: dict[str, Callable[[Text, Path], None]] = {
    ".pdf": make_pdf,
    ".docx": make_docx,
    ".pptx": make_pptx,
    ".xlsx": make_xlsx,
    ".epub": make_epub,
}


def main(folder: Path) -> None:
    """Make every file whose text there is, at its place in ``folder``."""
    for source in sorted(TEXTS.rglob("*.md")):
        path = folder / source.relative_to(TEXTS).with_suffix("")
        path.parent.mkdir(parents=True, exist_ok=True)
        MAKERS[path.suffix](read(source), path)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "data")
