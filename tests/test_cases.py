"""Documents that are hard to read, each read whole: ``tests/cases`` holds them, a folder a case."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.documents.ocr import ocr_available
from scripts.check_cases import Judged, Read, cases, judge, judge_texts

ALL = list(cases())


@pytest.mark.parametrize("folder", ALL, ids=[folder.name for folder in ALL])
def test_a_case_is_read_whole(folder: Path) -> None:
    needs = json.loads((folder / "case.json").read_text(encoding="utf-8")).get("needs")
    if needs == "ocr" and not ocr_available():
        pytest.skip("OCR is not installed")
    assert judge(folder).wrong == []


def test_each_case_is_made_by_us_and_small() -> None:
    assert ALL
    for folder in ALL:
        assert (folder / "make.py").is_file(), folder.name
        assert Judged(folder.name).kind, folder.name
        sizes = [path.stat().st_size for path in (folder / "docs").rglob("*")]
        assert sizes and max(sizes) <= 60_000, folder.name


def test_what_is_wrong_with_a_reading_is_found() -> None:
    case = {
        "must": [
            "first",
            "second",
            {"text": "third", "told": "picture"},
            {"text": "x", "told": "y"},
        ],
        "mustnot": ["draft"],
    }
    judged = Judged("k1-none")
    judge_texts(case, Read(("second, then first", "a draft"), ("a.pdf: 1 picture",)), judged)
    assert judged.wrong == [
        "out of order: 'second'",
        "not read: 'x'",
        "should not be there: 'draft'",
    ]
    assert (judged.texts_right, judged.texts) == (2, 5)
