"""What a user sees of what was read: by kind at the end of a run, by file, and the stored text itself."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
from click.testing import CliRunner, Result

from rag.cli import main
from rag.documents.files import FileNote
from rag.ingestion.tally import by_reason

CSV = "City,Rent EUR\nAalborg,700\nOdense,810\n"
PAGE = "<h1>Prices</h1><table><tr><th>Plan</th><th>EUR</th></tr><tr><td>Basic</td><td>9</td></tr></table>"


def rag(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def made(folder: Path) -> Path:
    (folder / "rents.csv").write_text(CSV, "utf-8")
    (folder / "page.html").write_text(PAGE, "utf-8")
    (folder / "note.txt").write_bytes(b"K\xc3\xb6ln, f\xc3\xbcr Stra\xc3\x9fe \xfc und T\xc3\xbcr")
    (folder / "broken.docx").write_bytes(b"PK\x03\x04")
    return folder


def test_a_run_ends_with_what_was_read_of_each_kind_and_what_was_not(tmp_path: Path) -> None:
    folder = made(tmp_path)
    done = rag("index", folder, "--index", tmp_path / "i")
    assert "read: 1 csv, 1 html, 1 text; 2 tables" in done.stdout
    assert "not read, or not all of it: 1 failed, 1 with notes" in done.stdout
    again = rag("index", folder, "--index", tmp_path / "i")
    assert "read: " not in again.stdout.replace("not read", "")


def test_programs_get_all_of_it(tmp_path: Path) -> None:
    report = json.loads(rag("index", made(tmp_path), "--index", tmp_path / "i", "--json").stdout)
    assert {kind["kind"]: kind["tables"] for kind in report["read"]} == {
        "csv": 1,
        "html": 1,
        "text": 0,
    }
    assert sorted(one["largest"] for one in report["unread"]) == [["broken.docx"], ["note.txt"]]
    files = json.loads(rag("status", "--files", "--index", tmp_path / "i", "--json").stdout)[
        "listed"
    ]
    assert [file["path"] for file in files] == ["broken.docx", "note.txt", "page.html", "rents.csv"]
    assert files[0]["failure"] and not files[0]["chunks"] and files[1]["notes"]


def test_every_file_is_listed_with_what_was_read_of_it(tmp_path: Path) -> None:
    rag("index", made(tmp_path), "--index", tmp_path / "i")
    shown = rag("status", "--files", "--index", tmp_path / "i").stdout
    assert "rents.csv: csv, 1 table, 1 chunk\n" in shown
    assert "broken.docx: nothing is read\n    failed: " in shown
    assert "note.txt: text, 1 chunk\n    note: 1 byte in line 1" in shown


def test_many_files_with_one_reason_are_one_line_that_names_the_largest(tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / f"film{number}.mp4").write_bytes(b"x" * number)
    (tmp_path / "a.txt").write_text("A kettle holds 1.7 litres.", "utf-8")
    shown = rag("index", tmp_path, "--index", tmp_path / "i").stdout
    assert "skipped: 20 files: no loader for .mp4\n    film19.mp4, film18.mp4, film17.mp4" in shown
    assert "20 skipped" in shown


def test_reasons_are_alike_but_for_names_and_numbers() -> None:
    notes = [
        FileNote("a.pdf", "page 2 has no text layer"),
        FileNote("b.pdf", "page 3, 5-9 has no text layer"),
        FileNote("b.pdf", 'its font "X" has no map'),
    ]
    found = by_reason(notes, {"a.pdf": 1, "b.pdf": 2}.__getitem__)
    assert [(one.reason, one.files, one.largest) for one in found] == [
        ("page N has no text layer", 2, ("b.pdf", "a.pdf")),
        ('its font "X" has no map', 1, ("b.pdf",)),
    ]


def test_the_stored_text_is_shown_page_by_page(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Rents"
    for row in (["City", "EUR"], ["Aalborg", 700]):
        book.active.append(row)
    book.create_sheet("Keys").append(["Attic"])
    book.save(tmp_path / "book.xlsx")
    rag("index", tmp_path, "--index", tmp_path / "i")
    whole = rag("show", "book.xlsx", "--index", tmp_path / "i").stdout
    assert "[book.xlsx, sheet 1 (Rents), A2:B2: characters 0-" in whole and "Attic" in whole
    for page in ("2", "Keys"):
        shown = rag("show", "book.xlsx", "--page", page, "--index", tmp_path / "i")
        assert "Attic" in shown.stdout and "Aalborg" not in shown.stdout
    (section,) = json.loads(
        rag("show", "book.xlsx", "--page", "Keys", "--index", tmp_path / "i", "--json").stdout
    )["sections"]
    assert section["end"] - section["start"] == len(section["text"])


def test_what_is_not_there_is_said_with_what_is_near(tmp_path: Path) -> None:
    rag("index", made(tmp_path), "--index", tmp_path / "i")
    wrong = rag("show", "rent.csv", "--index", tmp_path / "i")
    assert wrong.exit_code == 1 and "Did you mean rents.csv?" in wrong.stderr
    wrong = rag("show", "rents.csv", "--page", 3, "--index", tmp_path / "i")
    assert wrong.exit_code == 1 and "has no page 3; it has no pages" in wrong.stderr
