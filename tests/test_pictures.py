"""Pictures in documents: the text in them stands where they do, once; what cannot be read waits, and is
read as soon as it can be."""

from __future__ import annotations

import base64
import io
import json
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import pytest

from rag import Index
from rag.documents.document import Document, Sight
from rag.documents.formats import format_for, formats, load
from rag.documents.ocr import ocr_key
from rag.documents.source import Source

Image = pytest.importorskip("PIL.Image", reason="the extra ocr is not installed")
ImageDraw = pytest.importorskip("PIL.ImageDraw")
ImageFont = pytest.importorskip("PIL.ImageFont")
pytestmark = pytest.mark.skipif(
    not ocr_key().startswith("rapidocr"), reason="the extra ocr is not installed"
)

SIGN = "Ring twice at gate four"


def sign(text: str = SIGN, size: tuple[int, int] = (640, 200)) -> bytes:
    """A picture with a line on it, as PNG."""
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    draw.text((40, size[1] // 3), text, fill="black", font=ImageFont.load_default(36))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def icon() -> bytes:
    """A button with a cross on it."""
    image = Image.new("RGB", (48, 48), "white")
    draw = ImageDraw.Draw(image)
    draw.ellipse((4, 4, 44, 44), fill="navy")
    draw.line((14, 14, 34, 34), fill="white", width=5)
    draw.line((14, 34, 34, 14), fill="white", width=5)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def docx(*pictures: bytes) -> bytes:
    import docx

    document = docx.Document()
    document.add_paragraph("Before the picture.")
    for one in pictures:
        document.add_picture(io.BytesIO(one))
    document.add_paragraph("After the picture.")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pptx(*pictures: bytes) -> bytes:
    import pptx
    from pptx.util import Inches

    deck = pptx.Presentation()
    for text, shown in (("Before the picture.", pictures), ("After the picture.", ())):
        slide = deck.slides.add_slide(deck.slide_layouts[6])
        box = slide.shapes.add_textbox(0, 0, Inches(4), Inches(1))
        box.text_frame.text = text
        for one in shown:
            slide.shapes.add_picture(io.BytesIO(one), 0, Inches(2))
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def xlsx(*pictures: bytes) -> bytes:
    import openpyxl
    from openpyxl.drawing.image import Image as Drawn

    book = openpyxl.Workbook()
    book.active["A1"] = "Before the picture."
    for one in pictures:
        book.active.add_image(Drawn(io.BytesIO(one)), "A3")
    book.create_sheet("Last")["A1"] = "After the picture."
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def packed(files: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def odt(*pictures: bytes) -> bytes:
    frames = "".join(
        f'<text:p><draw:frame><draw:image xlink:href="Pictures/{i}.png"/></draw:frame></text:p>'
        for i in range(len(pictures))
    )
    office = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{office}:office:1.0" xmlns:text="{office}:text:1.0" '
        f'xmlns:draw="{office}:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"><office:body>'
        f"<office:text><text:p>Before the picture.</text:p>{frames}<text:p>After the picture.</text:p>"
        "</office:text></office:body></office:document-content>"
    )
    files: dict[str, bytes | str] = {"mimetype": "application/vnd.oasis.opendocument.text"}
    files["content.xml"] = content
    return packed(files | {f"Pictures/{i}.png": data for i, data in enumerate(pictures)})


def uri(data: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(data).decode()}"


def page(*sources: str) -> str:
    shown = "".join(f"<p><img src='{one}'></p>" for one in sources)
    return f"<html><body><p>Before the picture.</p>{shown}<p>After the picture.</p></body></html>"


def html(*pictures: bytes) -> bytes:
    return page(*map(uri, pictures)).encode()


def epub(*pictures: bytes) -> bytes:
    names = [f"../art/{i}.png" for i in range(len(pictures))]
    files: dict[str, bytes | str] = {
        "META-INF/container.xml": '<container><rootfiles><rootfile full-path="book.opf"/></rootfiles></container>',
        "book.opf": '<package><manifest><item id="c" href="text/c.xhtml"/></manifest><spine><itemref idref="c"/></spine></package>',
        "text/c.xhtml": page(*names),
    }  # fmt: skip
    return packed(files | {f"art/{i}.png": data for i, data in enumerate(pictures)})


def eml(*pictures: bytes) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "ann@example.org", "Before the picture."
    message.set_content("See below.")
    for i, one in enumerate(pictures):
        message.add_attachment(
            one, "image", "png", cid=f"<{i}>", disposition="inline", filename=f"{i}.png"
        )
    message.add_attachment(b"After the picture.", "text", "plain", filename="note.txt")
    return message.as_bytes()


def mhtml(*pictures: bytes) -> bytes:
    message = EmailMessage()
    message["Subject"] = "A saved page"
    message.set_content(
        page(*(f"https://example.org/{i}.png" for i in range(len(pictures)))), subtype="html"
    )
    for i, one in enumerate(pictures):
        message.add_related(one, "image", "png")
        *_, part = message.iter_parts()
        part["Content-Location"] = f"https://example.org/{i}.png"
    return message.as_bytes()


def ipynb(*pictures: bytes) -> bytes:
    outputs = [{"data": {"image/png": base64.b64encode(one).decode()}} for one in pictures]
    code = {"cell_type": "code", "source": "draw()", "outputs": outputs}
    words = [
        {"cell_type": "markdown", "source": f"{when} the picture."} for when in ("Before", "After")
    ]
    return json.dumps({"cells": [words[0], code, words[1]]}).encode()


def pdf(*pictures: bytes) -> bytes:
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen import canvas

    out = io.BytesIO()
    page = canvas.Canvas(out)
    page.drawString(60, 780, "Before the picture.")
    for i, one in enumerate(pictures):
        wide, high = Image.open(io.BytesIO(one)).size
        page.drawImage(ImageReader(io.BytesIO(one)), 60, 600 - 130 * i, wide / 2, high / 2)
    page.showPage()
    page.drawString(60, 780, "After the picture.")
    page.save()
    return out.getvalue()


def rtf(*pictures: bytes) -> bytes:
    shown = "".join(
        "{\\*\\shppict{\\pict\\pngblip\\picw10 {\\*\\blipuid 00}" + one.hex("\n", 40) + "}}\\par"
        for one in pictures
    )
    return ("{\\rtf1 Before the picture.\\par " + shown + " After the picture.\\par}").encode()


HOLDERS: dict[str, Callable[..., bytes]] = {
    "docx": docx, "pptx": pptx, "xlsx": xlsx, "odt": odt, "html": html, "epub": epub, "eml": eml,
    "mhtml": mhtml, "ipynb": ipynb, "pdf": pdf, "rtf": rtf,
}  # fmt: skip


def read(name: str, data: bytes) -> Document:
    """A file, read as an index would."""
    format = format_for(name, data[:4096])
    assert format is not None
    return load(Source(name, data), format)


@pytest.mark.parametrize("kind", HOLDERS)
def test_the_text_in_a_picture_stands_where_the_picture_does(kind: str) -> None:
    document = read(f"notice.{kind}", HOLDERS[kind](sign()))
    at = [document.text.index(words) for words in ("Before the picture", SIGN, "After the picture")]
    assert at == sorted(at)
    assert document.sight == Sight(pictures=1) and not any("not read" in n for n in document.notes)


@pytest.mark.parametrize("kind", HOLDERS)
def test_an_icon_says_nothing_and_a_picture_that_comes_again_says_it_once(kind: str) -> None:
    document = read(f"notice.{kind}", HOLDERS[kind](icon(), sign(), icon(), sign()))
    assert document.text.count(SIGN) == 1 and document.sight == Sight(pictures=1)
    without = read(f"notice.{kind}", HOLDERS[kind](sign()))
    said = [
        {line for line in one.text.splitlines() if not line.startswith("[Picture")}
        for one in (document, without)
    ]
    assert said[0] == said[1]


def test_a_picture_of_a_pdf_that_has_its_words_as_text_is_not_read_again() -> None:
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen import canvas

    out = io.BytesIO()
    page = canvas.Canvas(out)
    page.drawImage(ImageReader(io.BytesIO(sign())), 60, 500, 320, 100)
    page.setFillAlpha(0)
    page.drawString(80, 545, SIGN)
    page.save()
    document = read("notice.pdf", out.getvalue())
    assert document.text == SIGN and document.sight == Sight()


def letterhead(*pictures: object, high: float = 20) -> Document:
    """A page of text below pictures that are as high as a line."""
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen import canvas

    out = io.BytesIO()
    page = canvas.Canvas(out)
    for i, one in enumerate(pictures):
        page.drawImage(ImageReader(one), 60, 780 - 30 * i, 240, high)
    page.drawString(60, 500, "Fill in all parts in ink.")
    page.save()
    return read("form.pdf", out.getvalue())


def strip(text: str) -> object:
    image = Image.new("RGB", (960, 80), "white")
    ImageDraw.Draw(image).text((10, 6), text, fill="black", font=ImageFont.load_default(56))
    return image


def test_a_name_on_a_letterhead_is_read_though_its_picture_is_as_low_as_a_line() -> None:
    document = letterhead(strip("Pilots of Norvik"), strip("Claim for damage"))
    assert "Pilots of Norvik" in document.text and "Claim for damage" in document.text
    assert document.sight == Sight(pictures=2)


def test_rules_fields_of_colour_and_many_low_pictures_are_not_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[object] = []
    monkeypatch.setattr("rag.documents.pictures.read_image", lambda *of: looked.append(of))
    ruled = Image.new("RGB", (960, 80), "white")
    ImageDraw.Draw(ruled).rectangle((0, 30, 960, 50), fill="navy")
    letterhead(ruled, Image.new("RGB", (960, 80), "navy"), Image.linear_gradient("L"))
    letterhead(strip("Too low to be read"), high=6)
    letterhead(*(strip(f"Formula {n}") for n in range(6)))
    assert not looked


def test_the_words_of_a_drawing_are_read_and_one_of_commands_is_told() -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><text>Boiler room</text></svg>'
    html = f"<p>Plan<img src='data:image/svg+xml;base64,{base64.b64encode(drawing).decode()}'></p>"
    assert "[Drawing: Boiler room]" in read("plan.html", html.encode()).text
    metafile = base64.b64encode(b"\xd7\xcd\xc6\x9a" + b"\x00" * 4000).decode()
    document = read(
        "plan.html", f"<p>Plan<img src='data:image/x-wmf;base64,{metafile}'></p>".encode()
    )
    assert any("1 picture not read: it is a drawing (EMF, WMF)" in note for note in document.notes)


def test_an_attached_picture_is_read_as_a_part() -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "ann@example.org", "Gate"
    message.set_content("See the sign.")
    message.add_attachment(sign(), "image", "png", filename="sign.png")
    document = read("gate.eml", message.as_bytes())
    assert SIGN in document.text and document.sight == Sight(pictures=1)


# Waiting ---------------------------------------------------------------------------------------


@contextmanager
def without_ocr(folder: Path) -> Iterator[None]:
    """As where the extra is not installed, for this process and the workers that it starts."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text('import sys\nsys.modules["PIL"] = None\n')
    with pytest.MonkeyPatch.context() as hidden:
        hidden.setitem(sys.modules, "PIL", None)
        hidden.syspath_prepend(folder)
        yield


def scan(*lines: str) -> bytes:
    """A PDF of pages that are pictures."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen import canvas

    out = io.BytesIO()
    pages = canvas.Canvas(out, pagesize=A4)
    for line in lines:
        picture = Image.open(io.BytesIO(sign(line, (800, 600))))
        pages.drawImage(ImageReader(picture), 40, 300, 500, 375)
        pages.showPage()
    pages.save()
    return out.getvalue()


def test_what_waits_for_ocr_is_counted_and_read_when_it_is_there(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    files = {
        "scan.pdf": scan("The lease ends in May", "Rent is 900 euros"),
        "gate.docx": docx(sign()),
        "board.png": sign("Closed on Mondays"),
        "plain.docx": docx(),
        "plain.md": b"# Plain\n\nText.",
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    with without_ocr(tmp_path / "hiding"):
        index = Index.build(folder, tmp_path / "index")
        waiting = Sight(waiting_pages=2, waiting_pictures=2)
        assert index.report and index.report.sight == waiting
        assert [note.path for note in index.report.failed] == ["scan.pdf"]
        report = index.update(folder)
        assert report.sight == waiting and not (report.changed or report.added)
    report = index.update(folder)
    assert report.sight == Sight(pages=2, pictures=2) and not report.failed
    assert sorted((*report.added, *report.changed)) == ["board.png", "gate.docx", "scan.pdf"]
    assert index.search("When does the lease end?", k=1)[0].source == "scan.pdf"
    # What was read by OCR stays, where it is not there any more.
    with without_ocr(tmp_path / "again"):
        for name in files:
            (folder / name).touch()
        report = index.update(folder)
        assert report.sight == Sight(waiting_pictures=1)  # the picture itself is skipped
        assert SIGN in index.document_of("gate.docx").text
        assert "900" in index.document_of("scan.pdf").text


def test_each_page_that_is_looked_at_has_a_files_time_of_its_own(tmp_path: Path) -> None:
    """A worker says that it goes on before each page, and the parent waits anew."""
    import os

    from rag.codec import to_line
    from rag.embedding.embedder import BundledEmbedder
    from rag.ingestion.pool import _start
    from rag.ingestion.protocol import STILL_READING, Job, Request

    path = tmp_path / "scan.pdf"
    path.write_bytes(scan("The lease ends in May", "Rent is 900 euros"))
    job = Job(BundledEmbedder().tokenizer_file(), 150, 25, 32, 200, 2048, 600.0, "eng", formats())
    process = _start(job)
    try:
        assert process.stdin and process.stdout
        process.stdin.write(to_line(Request(os.fsencode(path), path.name)))
        process.stdin.flush()
        lines = [process.stdout.readline() for _ in range(3)]
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()
    assert lines[:2] == [STILL_READING] * 2 and b"The lease ends in May" in lines[2]
