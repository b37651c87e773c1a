"""Scanned pages and pictures: what is written on them, in its order, with its boxes; and nothing else."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from rag.documents.document import Document, Sight
from rag.documents.formats import format_for, load
from rag.documents.ocr import ocr_key, read_image, tesseract
from rag.documents.source import Source

Image = pytest.importorskip("PIL.Image", reason="the extra ocr is not installed")
ImageDraw = pytest.importorskip("PIL.ImageDraw")
ImageFont = pytest.importorskip("PIL.ImageFont")
pytestmark = pytest.mark.skipif(
    not ocr_key().startswith("rapidocr"), reason="the extra ocr is not installed"
)

LINES = (
    "The ferry leaves at 7:45 from pier nine.",
    "A ticket costs 12.50 euros.",
    "Dogs travel free.",
)


def picture(*lines: str, size: tuple[int, int] = (900, 500), ink: object = 0, mode: str = "L"):  # type: ignore[no-untyped-def]
    """A picture with these lines on it."""
    ground = {"L": 255, "RGB": "white", "RGBA": (0, 0, 0, 0), "I;16": 65535}[mode]
    image = Image.new(mode, size, ground)
    draw = ImageDraw.Draw(image)
    for i, line in enumerate(lines):
        draw.text((60, 50 + 60 * i), line, fill=ink, font=ImageFont.load_default(30))
    return image


def saved(image, kind: str, **options: object) -> bytes:  # type: ignore[no-untyped-def]
    """The bytes of a picture."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def read(name: str, data: bytes) -> Document:
    """A file, read as an index would."""
    format = format_for(name, data[:4096])
    assert format is not None
    return load(Source(name, data), format)


def said(document: Document) -> list[str]:
    """The lines of a document."""
    return [line for line in document.text.splitlines() if line]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WebP", "BMP", "GIF", "TIFF"])
def test_a_picture_is_read_whatever_its_format(kind: str) -> None:
    document = read(f"board.{kind.lower()}", saved(picture(*LINES), kind))
    assert said(document) == list(LINES)
    assert document.sight == Sight(pictures=1)


def test_each_page_of_a_tiff_is_a_page() -> None:
    frames = [picture(line) for line in LINES]
    document = read("fax.tif", saved(frames[0], "TIFF", save_all=True, append_images=frames[1:]))
    at = [document.page_at(document.text.index(line)) for line in LINES]
    assert [page and page.number for page in at] == [1, 2, 3]


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_a_page_is_read_whichever_way_it_lies(turned: int) -> None:
    image = picture(*LINES).rotate(turned, expand=True)
    seen = read_image(image, "eng")
    assert seen.lines == list(LINES) and seen.turned == turned
    # The first word's box holds ink, and is where the upper left corner has come to.
    left, top, right, bottom = next(seen.words).box
    width, height = image.size
    inside = image.crop((left * width, top * height, right * width, bottom * height))
    assert inside.getextrema()[0] < 60
    middle = ((left + right) / 2, (top + bottom) / 2)
    corner = {0: (0, 0), 90: (0, 1), 180: (1, 1), 270: (1, 0)}[turned]
    assert all(abs(a - b) < 0.3 for a, b in zip(middle, corner, strict=True))


def test_each_word_stands_where_its_box_says() -> None:
    document = read("board.png", saved(picture(*LINES), "PNG"))
    words = document.words_at(0, len(document.text))
    assert [document.text[w.start : w.end] for w in words] == " ".join(LINES).split()
    ticket = document.text.index("ticket")
    (box,) = document.words_at(ticket, ticket + 6)
    assert box.page == 1 and 100 < box.box[1] * 500 < box.box[3] * 500 < 160


def column(page: canvas.Canvas, left: float, lines: list[str]) -> None:
    """Lines below each other."""
    for i, line in enumerate(lines):
        page.drawString(left, 700 - 15 * i, line)


def scanned(drawn: bytes, dpi: int = 150) -> bytes:
    """A PDF as a scanner makes it: each page a picture."""
    import pypdfium2 as pdfium

    out = io.BytesIO()
    scan = canvas.Canvas(out, pagesize=A4)
    for page in pdfium.PdfDocument(drawn):
        image = page.render(scale=dpi / 72, grayscale=True).to_pil()
        scan.drawImage(ImageReader(image), 0, 0, *A4)
        scan.showPage()
    scan.save()
    return out.getvalue()


@pytest.fixture(scope="module")
def bulletin() -> bytes:
    """A page in two columns, and a page with a table."""
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    page.drawString(
        50, 760, "Bulletin of the harbour office for the month of March, in two columns of text"
    )
    left = ["The harbour opens at nine each", "morning and closes when the last", "boat has come in, which in the",
            "winter months is before five; the", "watch at the gate has the keys."]  # fmt: skip
    right = ["Whoever wants to leave earlier", "asks the watch the day before, at", "the latest at noon. Fishing boats",
             "need no leave, and pay no dues", "for the first two hours at quay."]  # fmt: skip
    column(page, 50, left)
    column(page, 320, right)
    page.showPage()
    rows = [("Article", "In stock", "Price"), ("Valve K-31", "12", "31.40"), ("Pump B-7", "4", "870.00"),
            ("Hose A-90", "230", "2.15"), ("Gasket D-2", "18", "0.40")]  # fmt: skip
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            page.drawString(60 + 150 * j, 700 - 18 * i, cell)
    page.save()
    return scanned(out.getvalue())


def test_a_scan_is_read_column_by_column_and_row_by_row(bulletin: bytes) -> None:
    document = read("bulletin.pdf", bulletin)
    text = " ".join(document.text.split())
    assert "watch at the gate has the keys. Whoever wants to leave earlier" in text
    assert "Pump B-7 | 4 | 870.00" in text and "Gasket D-2 | 18 | 0.40" in text
    assert document.sight == Sight(pages=2)
    assert any("page 1-2 read by OCR" in note for note in document.notes)
    begin = document.text.index("Pump")
    assert [w.page for w in document.words_at(begin, begin + 8)] == [2, 2]


def test_a_page_of_another_shape_of_letters_is_told_as_hard_to_read() -> None:
    import numpy as np
    from PIL import ImageFilter

    blurred = np.asarray(picture(*LINES).filter(ImageFilter.GaussianBlur(5)), float)
    noise = np.random.default_rng(1).normal(0, 60, blurred.shape)
    image = Image.fromarray((blurred + noise).clip(0, 255).astype(np.uint8))
    document = read("blurred.png", saved(image, "PNG"))
    assert any("hard to read" in note or "no text was found" in note for note in document.notes)


def test_light_letters_on_nothing_and_sixteen_bits_are_read() -> None:
    light = picture(*LINES, ink=(255, 255, 255, 255), mode="RGBA")
    dark = picture(*LINES, ink=(10, 10, 10, 255), mode="RGBA")
    deep = picture(*LINES, ink=900, mode="I;16")
    for image in (light, dark, deep):
        assert said(read("board.png", saved(image, "PNG"))) == list(LINES)


def photo() -> bytes:
    """Something that no line is written on: soft hills below a sky."""
    import math

    image = Image.new("RGB", (640, 480))
    image.putdata(
        [
            (90 + y // 8, 120 + int(60 * math.sin(x / 70 + y / 90)), 160 - y // 6)
            if y < 260 + 40 * math.sin(x / 90)
            else (60 + (x * 7 + y * 13) % 23, 90 + y // 9, 40 + (x * y) % 17)
            for y in range(480)
            for x in range(640)
        ]
    )
    return saved(image, "JPEG", quality=85)


def test_a_whole_web_page_as_one_ribbon_is_read_line_by_line() -> None:
    image = Image.new("L", (600, 6000), 255)
    draw = ImageDraw.Draw(image)
    lines = [f"Parcel {i} leaves on day {i % 28 + 1}." for i in range(150)]
    for i, line in enumerate(lines):
        draw.text((40, 20 + 39 * i), line, fill=0, font=ImageFont.load_default(20))
    assert said(read("page.png", saved(image, "PNG"))) == lines


def test_a_photo_says_nothing() -> None:
    document = read("hills.jpg", photo())
    assert document.text == "[Picture: hills.jpg]" and document.sight == Sight()
    assert document.notes == ("no text was found in the picture",)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WebP", "BMP", "GIF", "TIFF"])
def test_bytes_changed_anywhere_give_a_document_or_a_reason(kind: str) -> None:
    import random

    from rag.errors import LoadError

    whole = saved(picture(*LINES, size=(420, 130)), kind)
    chance = random.Random(kind)
    for _ in range(40):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 12)):
            at = chance.randrange(min(len(data), chance.choice((64, 400, len(data)))))
            data[at : at + chance.randint(0, 9)] = chance.randbytes(chance.randint(0, 9))
        try:
            assert read(f"a.{kind.lower()}", bytes(data)).text
        except LoadError as error:
            assert "not readable as" not in str(error)


def test_a_picture_that_is_damaged_or_a_bomb_fails() -> None:
    from rag.errors import LoadError

    data = saved(picture(*LINES), "PNG")
    for broken in (data[: len(data) // 2], data[:40], b"\x89PNG\r\n\x1a\n" + b"\x00" * 100):
        with pytest.raises(LoadError, match="damaged"):
            read("board.png", broken)
    with pytest.raises(LoadError, match="pixels"):
        read("bomb.png", saved(Image.new("1", (20_000, 20_000)), "PNG"))


@pytest.fixture
def only_tesseract(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As where rapidocr is not installed, and tesseract is."""
    import sys

    if not tesseract.installed():
        pytest.skip("tesseract is not installed")
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    yield


@pytest.mark.usefixtures("only_tesseract")
def test_tesseract_reads_where_rapidocr_is_not_there(tmp_path: Path) -> None:
    assert ocr_key().startswith("tesseract")
    document = read("board.png", saved(picture(*LINES), "PNG"))
    assert "A ticket costs 12.50 euros." in document.text
    words = document.words_at(0, len(document.text))
    assert [document.text[w.start : w.end] for w in words] == document.text.split()
