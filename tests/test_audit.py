"""The audit: what is kept of a question, by whom it can be read, how long."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from rag.cli import main
from rag.errors import StorageError
from rag.serve.audit import (
    Audit,
    AuditFiles,
    Line,
    Read,
    files_of,
    folder_of,
    lines_of,
    note,
    rewrite,
)
from rag.serve.config import AuditSettings
from tests.waiting import until

LINE = Line(
    time="2026-11-27T10:00:00.000+00:00",
    request="ab12",
    door="page",
    key="anna",
    index="demo",
    outcome="answered",
    generation=3,
    question="How many days of paid holiday are there?",
    passages=(Read("leave.md", 9, 67),),
    answer="30 days",
    tier="short",
    confidence=0.93,
    seconds={"queue": 0.0, "total": 0.21},
)


def test_all_lines_are_written_when_it_closes(tmp_path: Path) -> None:
    audit = Audit(AuditFiles.opened(tmp_path, AuditSettings()))
    threads = [
        threading.Thread(target=lambda n=n: [audit.write(Line(key=f"{n}.{i}")) for i in range(50)])
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    audit.close()
    assert {line.key for line in lines_of(tmp_path)} == {
        f"{n}.{i}" for n in range(4) for i in range(50)
    }
    assert audit.lost == 0
    (file,) = files_of(folder_of(tmp_path))
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_secrets_and_personal_data_are_not_kept(tmp_path: Path) -> None:
    audit = Audit(AuditFiles.opened(tmp_path, AuditSettings()))
    question = "Is jane.doe@example.com on leave? postgres://admin:hunter2secret@db/x"
    audit.write(Line(question=question, answer=f"Ask {question}", problem=question))
    audit.close()
    (file,) = files_of(folder_of(tmp_path))
    kept = file.read_text("utf-8")
    assert "jane.doe" not in kept and "hunter2secret" not in kept
    assert "on leave" in kept


def test_a_file_is_followed_by_the_next_and_the_oldest_goes(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    settings, half = AuditSettings(max_mb=1, keep_files=3), ("x" * 600_000,)
    audit = Audit(AuditFiles.opened(tmp_path, settings))
    (folder / "2020-01-01-001.jsonl").write_text('{"key":"old"}\n')
    audit.close()
    for n in range(5):
        audit = Audit(AuditFiles.opened(tmp_path, settings))
        audit.write(Line(key=str(n), about=half))
        audit.close()
    assert [line.key for line in lines_of(tmp_path)] == ["2", "3", "4"]
    assert [file.stem[-3:] for file in files_of(folder)] == ["003", "004", "005"]


def test_what_cannot_be_written_yet_is_written_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from rag.serve.audit import files as module

    real, failed = module.append, threading.Event()

    def full(*arguments: object) -> None:
        if not failed.is_set():
            failed.set()
            raise OSError(28, "No space left on device")
        real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "append", full)
    audit = Audit(AuditFiles.opened(tmp_path, AuditSettings()))
    audit.write(LINE)
    assert failed.wait(60)
    until(bool, lambda: files_of(folder_of(tmp_path)))
    audit.close()
    assert list(lines_of(tmp_path)) == [LINE]


def test_what_is_to_be_forgotten_is_overwritten(tmp_path: Path) -> None:
    audit = Audit(AuditFiles.opened(tmp_path, AuditSettings()))
    audit.write(LINE)
    audit.write(Line(key="ben", question="Where is the canteen?"))
    audit.close()
    (file,) = files_of(folder_of(tmp_path))
    same = file.stat().st_ino
    assert rewrite(tmp_path, lambda line: None if "holiday" in line.question else line) == 1
    assert [line.key for line in lines_of(tmp_path)] == ["ben"]
    assert b"holiday" not in file.read_bytes()
    assert file.stat().st_ino == same


def test_a_line_that_is_none_is_said_with_its_place(tmp_path: Path) -> None:
    note(tmp_path, "key made", "anna")
    (file,) = files_of(folder_of(tmp_path))
    with file.open("a") as opened:
        opened.write("{}}\n")
    with pytest.raises(StorageError, match=r"-001\.jsonl, line 2: not a line of an audit"):
        list(lines_of(tmp_path))
    with pytest.raises(StorageError, match="no audit here"):
        list(lines_of(tmp_path / "elsewhere"))


def test_the_command_reads_it(tmp_path: Path) -> None:
    audit = Audit(AuditFiles.opened(tmp_path, AuditSettings()))
    audit.write(LINE)
    audit.write(Line(time="2026-11-28T10:00:00.000+00:00", key="ben", index="hr", outcome="answered",
                     abstained=True, question="What is the CEO's shoe size? " * 5, confidence=0.1))  # fmt: skip
    audit.write(Line(time="2026-11-28T11:00:00.000+00:00", key="ben", outcome="refused", status=403,
                     problem="This takes a key with the role ask."))  # fmt: skip
    audit.close()
    note(tmp_path, "key made", "carla")

    def rag(*arguments: str) -> str:
        result = CliRunner().invoke(main, ["audit", "--state", str(tmp_path), *arguments])
        assert result.exit_code == 0, result.output
        return result.output

    said = rag()
    assert all(len(line) <= 80 for line in said.splitlines())
    assert "anna  page  demo  question  answered  short  0.93  0.21 s" in said
    assert "  30 days\n  leave.md\n" in said
    assert "refused  403" in said and "key made" in said and "carla" in said
    kept = [json.loads(line) for line in rag("--json", "--key", "ben").splitlines()]
    assert [one["outcome"] for one in kept] == ["answered", "refused"]
    assert "1 line." in rag("--outcome", "abstained")
    assert "1 line." in rag("--index", "demo")
    assert "anna" not in rag("--since", "2026-11-28T00:00+00:00")
    wrong = CliRunner().invoke(main, ["audit", "--state", str(tmp_path), "--since", "yesterday"])
    assert wrong.exit_code == 2 and "is not a day or time like" in wrong.output
