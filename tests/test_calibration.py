"""The threshold that is chosen: by a gold set, or by the questions that come with the package."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from rag import QA, Index
from rag.cli import main
from rag.evaluation import calibration
from rag.evaluation.asking import ask_all
from rag.evaluation.calibration import calibrate_as_shipped
from rag.evaluation.gold import GoldSet
from rag.evaluation.rows import Row
from tests.test_evaluation import every


def test_rag_calibrate_by_the_questions_that_come_with_it(
    tmp_path: Path, sample_path: Path
) -> None:
    path = tmp_path / "index"
    shutil.copytree(sample_path, path)
    arguments = ["calibrate", "--index", str(path), "--error"]
    none = CliRunner().invoke(main, [*arguments, "0.01"])
    assert none.exit_code == 1 and "nothing was stored" in none.output
    done = CliRunner().invoke(main, [*arguments, "0.3"])
    assert done.exit_code == 0 and "1419 questions" in done.output
    stored = Index.open(path).threshold
    assert stored is not None and 0 < stored < 1
    stricter = calibrate_as_shipped(0.2, 0.9)
    assert stricter.threshold > stored and stricter.bound <= 0.2


def test_rag_calibrate(tmp_path: Path, sample_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "index"
    shutil.copytree(sample_path, path)
    gold = every(7, tmp_path / "gold.jsonl")
    asked: dict[str, list[Row]] = {}

    def once(qa: QA, questions: GoldSet, **given: Any) -> list[Row]:
        """The same questions of the same index have the same answers."""
        if questions.sha256 not in asked:
            asked[questions.sha256] = ask_all(qa, questions, **given)
        return asked[questions.sha256]

    monkeypatch.setattr(calibration, "ask_all", once)
    runner = CliRunner()
    arguments = ["calibrate", str(gold), "--index", str(path), "--error", "0.2", "--sure", "0"]
    tried = runner.invoke(main, [*arguments, "--dry-run"]).output
    assert "Stored" not in tried and "with 90% confidence at most" in tried
    assert Index.open(path).threshold is None
    assert "Stored" in runner.invoke(main, arguments).output
    stored = Index.open(path).threshold
    assert stored is not None and QA(Index.open(path)).threshold == stored
    strict = runner.invoke(main, [*arguments[:-3], "0.01", "--sure", "0.9"])
    assert strict.exit_code == 1 and "nothing was stored" in strict.output
    assert Index.open(path).threshold == stored
    one = tmp_path / "one.jsonl"
    one.write_text(gold.read_text("utf-8").splitlines()[0])
    assert (
        "at least 20" in runner.invoke(main, ["calibrate", str(one), "--index", str(path)]).output
    )
