"""Loaders: every format of the sample collection, and every kind of broken file."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import docx
import pypdf
import pytest
from pypdf.generic import NameObject
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from rag.documents.document import Document
from rag.documents.formats import format_for, load
from rag.documents.ocr import ocr_available
from rag.documents.source import Source
from rag.errors import LoadError
from tests.conftest import DATA

SAMPLES = sorted(p for p in DATA.rglob("*") if p.is_file() and p.suffix and format_for(p.name))


def read(name: str, data: bytes) -> Document:
    format = format_for(name, data[:1024])
    assert format
    return load(Source(name, data), format)


def sample(name: str) -> Document:
    return read(name, (DATA / name).read_bytes())


def pdf(*pages: list[str], encrypt: str | None = None) -> bytes:
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    for lines in pages:
        for i, line in enumerate(lines):
            page.drawString(72, 780 - 14 * i, line)
        page.showPage()
    page.save()
    if encrypt is None:
        return out.getvalue()
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(out.getvalue()))
    writer.encrypt(encrypt, owner_password="owner", algorithm="AES-256")
    locked = io.BytesIO()
    writer.write(locked)
    return locked.getvalue()


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.name)
def test_every_sample_is_read(path: Path) -> None:
    document = read(path.name, path.read_bytes())
    assert len(document.text) > 200
    assert "\x00" not in document.text and "\r" not in document.text
    assert [p.start for p in document.pages] == sorted(p.start for p in document.pages)
    for heading in document.headings:
        assert 0 <= heading.start <= heading.end <= len(document.text)


@pytest.mark.parametrize(
    ("name", "quote"),
    [
        ("policies/leave-policy-2024.pdf", "employees receive 25 days of annual leave"),
        ("policies/quality-manual.docx", "Thermometers | 6 months"),
        ("finance/strategy-2027.pptx", "one acquisition of about 10 million"),
        ("finance/budget-2024.xlsx", "Department: Quality | Head: Helene Brandt"),
        ("handbook/benefits.html", "Coffee machines | 30 percent"),
        ("handbook/onboarding.md", "Tuesday | Security training and password manager"),
        ("handbook/glossary.rst", "It makes 640 units in a shift."),
        ("products/price-list-2024.csv", "Product: Aurora 300 kettle | Group: Kettles | Price EUR"),
        ("products/specifications.json", "temperatures_c: 60, 70, 80, 90, 100"),
        ("it/systems.jsonl", "restore_hours: 8"),
        ("archive/history.epub", "whistled in two tones"),
        ("mail/trade-fair.eml", "Trade fair in Köln"),
        ("it/sensor_log.py", "ALARM_CELSIUS = 112.5"),
    ],
)
def test_what_a_person_would_quote_is_there(name: str, quote: str) -> None:
    assert quote in sample(name).text


def test_pdf_has_pages_outline_and_no_running_lines() -> None:
    document = sample("policies/leave-policy-2024.pdf")
    assert document.title == "Leave policy 2024" and document.author == "People team"
    assert [p.number for p in document.pages] == [1, 2, 3]
    at = document.text.index("Own wedding")
    assert document.page_at(at).number == 2  # type: ignore[union-attr]
    titles = [h.title for h in document.headings]
    assert titles[:3] == ["Leave policy 2024", "Annual leave", "Requesting leave"]
    assert all(document.text[h.start : h.end] == h.title for h in document.headings)
    assert "Meridian Home GmbH - Leave policy" not in document.text
    assert "Page 2" not in document.text


def test_pdf_table_rows_keep_their_label() -> None:
    assert "of which coffee machines | 33.1 | 29.6" in sample("finance/annual-report-2023.pdf").text


def test_slides_sheets_and_chapters_are_pages() -> None:
    deck = sample("finance/strategy-2027.pptx")
    assert deck.page_kind == "slide" and len(deck.pages) == 5
    book = sample("finance/budget-2024.xlsx")
    assert [(p.number, p.label) for p in book.pages] == [(1, "Departments"), (2, "Investments")]
    assert sample("archive/history.epub").pages[2].label == "Fire and rebuilding"


def test_hyphenated_words_are_joined() -> None:
    text = read(
        "a.pdf", pdf(["The infor-", "mation is a well-", "known fact. It is well-known."])
    ).text
    assert "information" in text and "well-known fact" in text


def test_hidden_html_is_not_text() -> None:
    page = (
        b"<p>seen</p><p style='display: none'>unseen</p><div hidden>unseen</div><script>x</script>"
    )
    assert read("a.html", page).text == "seen"


def test_encrypted_with_empty_password_is_read() -> None:
    assert "secret plan" in read("a.pdf", pdf(["the secret plan"], encrypt="")).text


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 100_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.pdf", b"", "empty"),
        ("a.pdf", b"hello world, not a pdf", "not a PDF"),
        ("a.pdf", pdf(["x"], encrypt="password"), "password"),
        ("a.docx", b"PK\x03\x04 cut short", "no ZIP archive"),
        ("a.docx", b"\xd0\xcf\x11\xe0" + b"\0" * 100, "old binary Office format"),
        ("a.xlsx", zipped({"a.txt": b"hello"}), "not an Excel workbook"),
        ("a.txt", bytes(range(256)) * 10, "binary|encoding"),
        ("a.json", b'{"a": ', "not valid JSON"),
        ("a.json", b"[" * 200_000, "nested too deeply|not valid JSON"),
        ("a.eml", b"no headers here", "no headers"),
        ("a.txt", b"   \n\n ", "no text"),
    ],
)
def test_bad_files_say_what_is_wrong(name: str, data: bytes, says: str) -> None:
    with pytest.raises(LoadError, match=says):
        read(name, data)


def test_a_zip_bomb_is_refused() -> None:
    with pytest.raises(LoadError, match="zip bomb"):
        read("a.docx", zip_bomb())


def test_deeply_nested_html_is_read_or_refused() -> None:
    def nested(depth: int) -> bytes:
        return b"<div>" * depth + b"deep" + b"</div>" * depth

    assert read("a.html", nested(1500)).text == "deep"
    with pytest.raises(LoadError):  # the parser drops what is nested more than 2,048 deep
        read("a.html", nested(50_000))


def test_truncated_pdf_is_read_or_refused() -> None:
    data = (DATA / "finance/annual-report-2023.pdf").read_bytes()
    for share in (0.3, 0.6, 0.9):
        try:
            assert read("a.pdf", data[: int(len(data) * share)]).text.strip()
        except LoadError as error:
            assert str(error)


def test_a_pdf_of_thousands_of_pages_is_read() -> None:
    document = read("a.pdf", pdf(*([f"This is leaf number {n}."] for n in range(1, 3001))))
    assert len(document.pages) == 3000
    last = document.page_at(document.text.index("leaf number 3000."))
    assert last and last.number == 3000


def looping_pdf(loop: str) -> bytes:
    """A PDF whose outline, or whose page tree, leads back into itself."""
    writer = pypdf.PdfWriter(io.BytesIO(pdf(["The plan stands on this page."])))
    root = writer.root_object
    if loop == "outline":
        item = writer.add_outline_item(title="Plan", page_number=0)
        target = item.get_object()
        target[NameObject("/Next")] = target[NameObject("/First")] = item
    else:
        tree = root.raw_get("/Pages")
        tree.get_object()[NameObject("/Kids")].append(tree)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("loop", ["outline", "pages"])
def test_a_pdf_that_leads_back_into_itself_is_read_or_refused(loop: str) -> None:
    try:
        assert "The plan stands" in read("a.pdf", looping_pdf(loop)).text
    except LoadError as error:
        assert loop == "pages" and str(error)


def test_a_wrong_suffix_is_seen_through() -> None:
    data = (DATA / "policies/leave-policy-2024.pdf").read_bytes()
    assert "annual leave" in read("really-a-pdf.txt", data).text
    assert read("page.pdf", b"<!doctype html><p>hello</p>").text == "hello"


def test_scanned_page_is_reported_or_read() -> None:
    import pypdfium2 as pdfium

    source = pdfium.PdfDocument(pdf(["", "", "THE HARBOUR OPENS AT NINE"]))
    image = source[0].render(scale=3).to_pil()
    out = io.BytesIO()
    image.save(out, "PDF")
    if ocr_available():
        assert "HARBOUR OPENS AT NINE" in read("scan.pdf", out.getvalue()).text
    else:
        with pytest.raises(LoadError, match="no text layer on page 1"):
            read("scan.pdf", out.getvalue())


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.name)
def test_fuzz_mutated_files_never_crash(path: Path) -> None:
    """Bytes flipped, cut out, doubled: a document or a LoadError, nothing else."""
    original = path.read_bytes()
    chance = random.Random(path.name)
    for _ in range(12):
        data = bytearray(original)
        for _ in range(chance.randint(1, 20)):
            at = chance.randrange(len(data))
            match chance.randrange(3):
                case 0:
                    data[at] = chance.randrange(256)
                case 1:
                    del data[at : at + chance.randint(1, 200)]
                    data = data or bytearray(b"x")
                case 2:
                    data[at:at] = data[at : at + chance.randint(1, 200)]
        try:
            document = read(path.name, bytes(data))
        except LoadError as error:
            assert str(error)
        else:
            document.text.encode("utf-8")


def test_word_lists_and_order(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_heading("Rules", 1)
    word.add_paragraph("First", style="List Bullet")
    word.add_paragraph("Second", style="List Bullet")
    word.add_paragraph("Then a paragraph.")
    word.save(str(tmp_path / "a.docx"))
    text = read("a.docx", (tmp_path / "a.docx").read_bytes()).text
    assert text == "Rules\n\n- First\n- Second\n\nThen a paragraph."


def test_a_note_holds_nothing_that_a_terminal_would_obey() -> None:
    message = (
        b"From: a@example.org\nSubject: Plan\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/mixed; boundary="x"\n\n'
        b"--x\nContent-Type: text/plain\n\nThe plan.\n"
        b'--x\nContent-Type: application/pdf\nContent-Disposition: attachment; filename="plan\x1b[2J.pdf"\n\n'
        b"data\n--x--\n"
    )
    document = read("a.eml", message)
    assert document.notes == (
        "attachment plan[2J.pdf is not read: not a PDF: it does not start as one",
    )
