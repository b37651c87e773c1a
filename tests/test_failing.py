"""What goes wrong is one sentence that says what to do, and an exit code; never a traceback."""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from rag import QA, Index, evaluate
from rag.answering.conversation import Sessions
from rag.answering.followup import Turn
from rag.answering.models import load_model
from rag.answering.prompts import load_prompt
from rag.cli import main
from rag.codec import DecodeError, from_json
from rag.errors import GoldError, ModelError, QueryError, SettingsError, StorageError
from rag.evaluation import read_gold
from rag.settings import Settings
from tests.conftest import DATA, ROOT

GOLD = str(DATA / "gold.jsonl")
NOT_UTF8 = os.fsdecode(b"caf\xe9")


def called(*arguments: object) -> Result:
    done = CliRunner().invoke(main, [*map(str, arguments)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
    return done


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["ask", "x", "--index", ""], "'--index': it is empty"),
        (["index", "", "--index", "i"], "'FOLDER': it is empty"),
        (["index", "docs", "--index", ""], "'--index': it is empty"),
        (["index", "docs", "--settings", ""], "'--settings': it is empty"),
        (["index", "docs", "--model", " "], "'--model': it is empty"),
        (["ask", "x", "--model", ""], "'--model': it is empty"),
        (["ask", "x", "--reranker", ""], "'--reranker': it is empty"),
        (["ask", "x", "--model", NOT_UTF8], "'--model': it is not valid UTF-8"),
        (["chat", "--session", ""], "'--session': it is empty"),
        (["chat", "--session", NOT_UTF8], "'--session': it is not valid UTF-8"),
        (["prompts", NOT_UTF8], "not valid UTF-8"),
        (["remove", ""], "it is empty"),
        (["ask", "x", "-k", "0"], "0 is not a number of at least 1"),
        (["search", "x", "-k", "-3"], "-3 is not a number of at least 1"),
        (["search", "x", "-k", "9" * 400], "is not a number of at least 1"),
        (["search", "x", "-k", "9" * 5000], "is not a valid integer"),
        (["ask", "x", "--threshold", "nan"], "nan is not a number"),
        (["ask", "x", "--threshold", "-inf"], "-inf is not a number"),
        (["ask", "x", "--diversity", "1.5"], "at least 0 and at most 1"),
        (["calibrate", GOLD, "--error", "nan"], "nan is not a number"),
        (["evaluate", GOLD, "--tolerance", "inf"], "inf is not a number"),
        (["evaluate", GOLD, "--out", ""], "'--out': it is empty"),
        (["evaluate", GOLD, "--judge", ""], "'--judge': it is empty"),
        (["evaluate", GOLD, "--compare", "x", "--fail-if", "answer/f1:nan"], "not METRIC:AMOUNT"),
        (["evaluate", GOLD, "--compare", "x", "--fail-if", "answer/f1:inf"], "not METRIC:AMOUNT"),
        (["evaluate", GOLD, "--compare", "x", "--fail-if", "answer/f9:0"], "There is no metric"),
        (["gold", "propose", "-n", "0"], "0 is not a number of at least 1"),
        (["search", "x", "--index", "a\0b"], "no file can have this name"),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(
    arguments: list[str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = called(*arguments)
    assert done.exit_code == 2 and says in done.stderr
    assert max(map(len, done.stderr.splitlines())) < 1200 and not os.listdir(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["ask", NOT_UTF8], "The question is not valid Unicode"),
        (["search", "\ud800"], "The question is not valid Unicode"),
        (["search", "x" * 200_000], "more than 100,000 characters"),
        (["search", "x", "--where", f"source={NOT_UTF8}"], "not valid Unicode"),
        (["gold", "propose", "--out", "none/x.jsonl"], "Make its folder first, or name another."),
        (["gold", "propose", "--out", "file/x.jsonl"], "file/x.jsonl: Not a directory."),
        (["gold", "propose", "--out", "/dev/full"], "Make room and run the same command again."),
        (["evaluate", GOLD, "--out", "file"], "File exists"),
        (["evaluate", GOLD, "--out", "file/x"], "Not a directory"),
        (["evaluate", GOLD, "--out", "/proc/none"], "/proc/none: No such file or directory."),
        (["evaluate", "y" * 400], "File name too long"),
        (["prompts", "../../etc/passwd"], "There is no prompt"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    arguments: list[str], says: str, sample_path: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("")
    index = [] if arguments[0] == "prompts" else ["--index", sample_path]
    done = called(*arguments, *index)
    assert done.exit_code == 1 and says in done.stderr
    assert done.stderr.startswith("rag: ") and len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("each", ["source=a.txt", "x{}=a", "date>=2024"])
def test_a_filter_of_too_many_values_is_no_damage(each: str, sample_path: Path) -> None:
    for count, code in ((100, 0), (2000, 1)):
        where = [word for n in range(count) for word in ("--where", each.format(n))]
        done = called("search", "x", *where, "--index", sample_path, "--mode", "lexical")
        assert done.exit_code == code and "damaged" not in done.output


def test_conversations_that_cannot_be_kept(tmp_path: Path) -> None:
    sessions = Sessions(tmp_path / "sessions.sqlite")
    sessions.add("a", Turn("x", "x", "y"))
    with sqlite3.connect(tmp_path / "sessions.sqlite") as db:
        db.execute("DROP TABLE turns")
    for call in (sessions.names, lambda: sessions.turns("a"), lambda: sessions.forget("a"),
                 lambda: sessions.add("a", Turn("x", "x", "y"))):  # fmt: skip
        with pytest.raises(StorageError, match="cannot keep conversations"):
            call()


def test_no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", nowhere)
    for name in ("RAG_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    done = called("usage")
    assert done.exit_code == 1 and "Set RAG_CACHE to a folder" in done.stderr


def test_an_input_that_is_closed(sample_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = f"exec {sys.executable} -m rag.cli chat --index {sample_path} <&-"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, env={
        **os.environ, "PYTHONPATH": str(ROOT)})  # fmt: skip
    assert done.returncode == 1 and "standard input, which is closed" in done.stderr


def test_an_index_with_a_name_that_no_file_can_have() -> None:
    done = called("status", "--index", "x" * 300)
    assert done.exit_code == 1 and "File name too long" in done.stderr


def rag(*arguments: object, **options: Any) -> subprocess.CompletedProcess[bytes]:
    environ = {**os.environ, "PYTHONPATH": str(ROOT), **options.pop("environ", {})}
    under = options.pop("under", [])  # a command that runs it
    command = [*under, sys.executable, "-m", "rag.cli", *map(str, arguments)]
    return subprocess.run(command, env=environ, stderr=subprocess.PIPE, **options)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("arguments", [["--help"], ["gold", "propose"], ["status", "--json"]])
def test_a_full_disk_under_the_output_is_said(arguments: list[str], sample_path: Path) -> None:
    index = [] if arguments == ["--help"] else ["--index", sample_path]
    with open("/dev/full", "wb") as full:
        done = rag(*arguments, *index, stdout=full)
    assert done.returncode == 1
    assert done.stderr.decode() == (
        "rag: standard output: No space left on device. Make room and run the same command again.\n"
    )


@pytest.mark.parametrize("arguments", [["--help"], ["gold", "propose"], ["status"]])
def test_a_reader_that_has_gone_ends_it_without_a_word(
    arguments: list[str], sample_path: Path
) -> None:
    index = [] if arguments == ["--help"] else ["--index", sample_path]
    reading, writing = os.pipe()
    os.close(reading)
    done = rag(*arguments, *index, stdout=writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


def test_the_input_may_be_no_text(sample_path: Path) -> None:
    done = rag("chat", "--no-cache", "--index", sample_path, input=b"caf\xe9\n", stdout=-1)
    assert done.returncode == 0 and b"not valid Unicode" in done.stderr
    assert b"Traceback" not in done.stderr


def test_an_output_that_has_no_such_letters(tmp_path: Path, build: Callable[..., Index]) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/a.txt").write_text("Zürich liegt → am See.\n")
    path = build(tmp_path / "docs").path
    latin = {"PYTHONIOENCODING": "latin-1"}
    search = ["search", "Zürich", "--mode", "lexical", "--index", path]
    done = rag(*search, stdout=-1, environ=latin)
    assert done.returncode == 0 and b"Z\xfcrich liegt \\u2192 am See" in done.stdout
    done = rag(*search, "--json", stdout=-1, environ=latin)
    assert json.loads(done.stdout)[0]["text"] == "Zürich liegt → am See."


@pytest.mark.skipif(os.name == "nt", reason="no shell that limits the size of files")
def test_a_full_disk_stops_an_evaluation_which_then_goes_on(
    sample_path: Path, tmp_path: Path
) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text("".join(Path(GOLD).read_text("utf-8").splitlines(keepends=True)[:14]))
    out = tmp_path / "out"
    arguments = ["evaluate", gold, "--index", sample_path, "--out", out]

    # More than SQLite takes to open an index, less than fourteen rows, in blocks of 512 bytes. The shell says so, and not
    # a fork of this process: gRPC, which other tests load, may abort in one.
    little_room = ["sh", "-c", 'ulimit -f 80; exec "$@"', "sh"]
    done = rag(*arguments, stdout=-1, under=little_room)
    assert done.returncode == 1 and b"Traceback" not in done.stderr
    assert b"out/journal.jsonl: File too large. Make room and run the same" in done.stderr
    kept = (out / "journal.jsonl").read_bytes().count(b"\n")  # its last row may end within a letter
    assert 2 <= kept <= 14
    assert rag(*arguments, stdout=-1).returncode == 0 and (out / "report.html").is_file()


def test_a_report_says_where_it_cannot_be_written(sample: Index, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text(Path(GOLD).read_text("utf-8").splitlines()[0])
    report = evaluate(QA(sample), gold)
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="file: File exists"):
        report.save(tmp_path / "file")
    with pytest.raises(StorageError, match="Make its folder first"):
        report.to_html(tmp_path / "none/page.html")


def test_an_evaluation_of_names_that_are_not_utf8(
    build: Callable[..., Index], folder: Path, tmp_path: Path
) -> None:
    index = build(folder).path
    done = called("index", folder, "--index", tmp_path / NOT_UTF8)
    assert done.exit_code == 1 and "must be valid UTF-8" in done.stderr
    assert not (tmp_path / NOT_UTF8).exists()
    gold = tmp_path / f"{NOT_UTF8}.jsonl"
    gold.write_text('{"question": "How much water does the kettle hold?", "answers": ["1.7"]}\n')
    for options in ([], ["--json"], ["--out", tmp_path / f"{NOT_UTF8} out"]):
        done = called("evaluate", gold, "--index", index, *options)
        assert done.exit_code == 0, done.output
    assert "caf\\xe9.jsonl" in (tmp_path / f"{NOT_UTF8} out/report.html").read_text("utf-8")


@pytest.mark.parametrize(
    "line",
    [
        "[" * 100_000,
        '{"question": ' + "[" * 100_000,
        '{"question": "\\ud800", "answers": ["x"]}',
        '{"question": "x", "answers": [NaN]}',
        '{"question": "x", "answers": ["y"], "contexts": [5]}',
        '{"question": "x", "answers": ["y"], "evidence": [{"source": ["a"]}]}',
        '{"question": "x", "answers": ["y"], "evidence": [{"source": "a", "page": true}]}',
        '{"question": "x", "answers": ["y"], "id": ' + "9" * 5000 + "}",
    ],
)
def test_a_line_of_a_gold_set_that_is_wrong_is_named(line: str, tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(f'{{"question": "x", "answers": ["y"]}}\n{line}\n')
    with pytest.raises(GoldError, match="line 2"):
        read_gold(path)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", '{"data": [{"paragraphs": [{"context": 5, "qas": [{"id": 1, "question": 2}]}]}]}'),
        ("a.json", '{"data": ["x"]}'),
        ("a.json", "[" * 100_000),
        ("a.csv", "question,answers,source,page\nx,y,a.pdf,²\n"),
        ("a.jsonl.gz", gzip.compress(b'{"question": "x", "answers": ["y"]}\n' * 999)[:-30] + b"x" * 30),
        ("a.jsonl.gz", gzip.compress(b"{}" * 999)[:20] + b"\xff" * 99),
    ],
)  # fmt: skip
def test_gold_sets_of_others_may_be_wrong_too(name: str, text: Any, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(GoldError):
        read_gold(tmp_path / name)


@pytest.mark.parametrize(
    ("queries", "qrels"),
    [
        ("[]", "q d 1"),
        ('{"_id": "q"}', "q d 1"),
        ('{"_id": "q", "text": [1]}', "q d 1"),
        ('{"_id": "q", "text": "x"}', "q d 1\nq d ²"),
        ('{"_id": "q", "text": "x"}', "q d 1\nq d " + "9" * 5000),
    ],
)
def test_a_beir_folder_may_be_wrong_too(queries: str, qrels: str, tmp_path: Path) -> None:
    (tmp_path / "queries.jsonl").write_text(queries)
    (tmp_path / "qrels").write_text(qrels)
    with pytest.raises(GoldError):
        read_gold(tmp_path)


FIELDS = st.sampled_from(
    "id question answers evidence answerable tags context contexts doc_id passage source page "
    "quote grade data paragraphs qas text is_impossible user_input reference".split()
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(FIELDS | st.text(max_size=3), inner)
    ),
    max_leaves=8,
)


@given(st.dictionaries(FIELDS, VALUES), st.sampled_from(["gold.jsonl", "gold.json"]))
def test_whatever_a_gold_set_holds(record: dict[str, Any], name: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(json.dumps(record))
        try:
            gold = read_gold(path)
        except GoldError:
            return
        assert gold.sha256
        for question in gold.questions:
            assert isinstance(question.question, str) and all(a.split() for a in question.answers)
            assert all(isinstance(e.quote, str) for e in question.evidence)


@pytest.mark.parametrize(
    "text", ["x = " + "[" * 100_000, "x = " + "9" * 5000, 'model = ""', 'ocr_language = " "']
)
def test_a_settings_file_that_cannot_be_used(text: str, tmp_path: Path) -> None:
    (tmp_path / "rag.toml").write_text(text)
    with pytest.raises(SettingsError):
        Settings.load(tmp_path / "rag.toml")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no /dev/zero")
def test_a_settings_file_without_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").write_bytes(b"#" * 1_000_001)
    for path, says in (
        ("/dev/zero", "not a regular"),
        ("pipe", "not a regular"),
        ("large", "larger"),
    ):
        with pytest.raises(SettingsError, match=says):
            Settings.load(tmp_path / path)


@pytest.mark.parametrize(
    "change",
    [("version = 1", "version = inf"), ("version = 1", "version = '1'"),
     ('["question", "passages"]', '[["question"]]'), ('name = "answer"', "name = 3"),
     ("{question}", "{question!r:>99999999}"), ("{question}", "{question.__class__}"),
     ("{question}", "{}"), ("{question}", "{")],
)  # fmt: skip
def test_a_prompt_that_cannot_be_used(
    change: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_PROMPTS", str(tmp_path))
    text = load_prompt("answer").path.read_text("utf-8")
    (tmp_path / "answer.toml").write_text(text.replace(*change))
    with pytest.raises(SettingsError, match=r"answer\.toml"):
        load_prompt("answer")
    assert called("prompts").exit_code == 1


@pytest.mark.parametrize("name", ["none", "file", "x" * 300, NOT_UTF8])
def test_a_folder_of_prompts_that_is_not_there(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RAG_PROMPTS", str(tmp_path / name))
    done = called("prompts")
    assert done.exit_code == 1 and "there is no such folder of prompts" in done.stderr


def test_in_python_too(sample: Index, tmp_path: Path, build: Callable[..., Index]) -> None:
    for threshold in (float("nan"), float("inf")):
        keeps: list[Callable[..., object]] = [partial(QA, sample), partial(QA(sample).over, sample)]
        for keep in (*keeps, lambda threshold: sample.set_threshold(threshold)):
            with pytest.raises(SettingsError, match="threshold"):
                keep(threshold=threshold)
    with pytest.raises(QueryError, match="not valid Unicode"):
        QA(sample).ask("\udce9")
    with pytest.raises(QueryError, match="k is 0"):
        QA(sample).retrieve("x", k=0)
    with pytest.raises(ModelError, match="empty"):
        load_model(" ")
    for text in ("[" * 100_000, b'"\xff"'):
        with pytest.raises(DecodeError):
            from_json(text, str)
