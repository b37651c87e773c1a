"""The server: its workers, what it answers, and how it says what goes wrong."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from rag import QA, Index
from rag.errors import SettingsError
from rag.serve.config import ServedIndex, load_config
from rag.serve.protocol import Start
from rag.serve.workers import Busy, Failed, TookTooLong, WorkerLost, Workers
from tests.serving import served, write_folder
from tests.waiting import PATIENCE_S, until

QUESTION = "How many days of paid holiday are there?"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_folder(tmp_path_factory.mktemp("docs"))
    path = tmp_path_factory.mktemp("index") / "demo"
    Index.build(folder, path).close()
    return path


@pytest.fixture(scope="module")
def address(index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(None, f"demo={index}", state=str(tmp_path_factory.mktemp("state"))) as address:
        yield address


def test_an_answer_is_the_librarys(address: str, index: Path) -> None:
    said = httpx.post(f"{address}/api/ask", json={"question": QUESTION}, timeout=PATIENCE_S).json()
    with Index.open(index) as opened:
        answer = QA(opened).ask(QUESTION)
        assert said["text"] == answer.text
        assert "30 days" in said["text"]
        (citation,) = said["citations"]
        text = opened.document(citation["document"]).text
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_hits_come_before_the_answer(address: str) -> None:
    asked = {"question": QUESTION, "stream": True}
    with httpx.stream("POST", f"{address}/api/ask", json=asked, timeout=PATIENCE_S) as streamed:
        assert streamed.headers["content-type"].startswith("text/event-stream")
        lines = [line for line in streamed.iter_lines() if line]
    kinds = [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]
    assert kinds == ["hits", "answer"]
    hits = json.loads(lines[1].removeprefix("data: "))["hits"]
    assert "leave.md" in [hit["source"] for hit in hits]
    assert "30 days" in json.loads(lines[3].removeprefix("data: "))["text"]


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ({"question": "  "}, 400, "The question is empty."),
        ({"question": QUESTION, "index": "other"}, 404, 'There is no index "other" here for you.'),
        ({"question": "x" * 4001}, 413, "The question has 4,001 characters; at most 4,000"),
        ({"question": QUESTION, "where": {"score": "1"}}, 400, 'cannot be narrowed by "score"'),
        ({}, 422, "question: Field required"),
    ],
)
def test_a_problem_says_what_to_do(
    address: str, asked: dict[str, object], status: int, said: str
) -> None:
    for stream in (False, True):
        answer = httpx.post(
            f"{address}/api/ask", json={**asked, "stream": stream}, timeout=PATIENCE_S
        )
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert said in problem["detail"]
        assert problem["request"] == answer.headers["x-request-id"] != ""


def test_an_updated_index_is_taken_up(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "docs")
    Index.build(folder, tmp_path / "index").close()
    with served(None, f"one={tmp_path / 'index'}", state=str(tmp_path / "state")) as address:
        asked = {"question": "When does the canteen open?"}

        def ask() -> dict[str, Any]:
            answer: dict[str, Any] = httpx.post(f"{address}/api/ask", json=asked, timeout=60).json()
            return answer

        assert ask()["abstained"]
        (folder / "canteen.md").write_text("# Canteen\n\nThe canteen opens at 11:30.\n")
        Index.build(folder, tmp_path / "index").close()
        assert "11:30" in until(lambda answer: not answer["abstained"], ask)["text"]


@asynccontextmanager
async def working(index: Path, **limits: float) -> AsyncIterator[Workers]:
    bounds = {"queue": 4, "time_limit_s": 30.0, "wait_limit_s": 30.0, **limits}
    workers = Workers(Start({"demo": ServedIndex(path=str(index))}), 1, **bounds)  # type: ignore[arg-type]
    await workers.open()
    try:
        yield workers
    finally:
        await workers.close()


async def test_a_worker_that_died_is_replaced_and_its_question_answered(index: Path) -> None:
    async with working(index) as workers:
        (process,) = workers._processes
        os.kill(process.process.pid, signal.SIGKILL)
        answer = await workers.call("ask", index="demo", question=QUESTION)
        assert "30 days" in answer["text"]
        assert process not in workers._processes


async def test_who_goes_away_leaves_a_worker_that_goes_on(index: Path) -> None:
    async with working(index) as workers:
        async with aclosing(workers.stream("ask", index="demo", question=QUESTION)) as events:
            await anext(events)
        (before,) = workers._processes
        answer = await workers.call("search", index="demo", question="VPN", k=1)
        assert answer["hits"][0]["source"] == "it/vpn.md"
        assert workers._processes == {before}


async def test_more_than_may_wait_are_told_to_come_back(index: Path) -> None:
    async with working(index, queue=1) as workers:
        asked = [
            asyncio.ensure_future(workers.call("ask", index="demo", question=f"{QUESTION} {n}"))
            for n in range(6)
        ]
        results = await asyncio.gather(*asked, return_exceptions=True)
        refused = [one for one in results if isinstance(one, Busy)]
        answered = [one for one in results if isinstance(one, dict)]
        assert len(refused) + len(answered) == 6
        assert refused and all(one.after >= 1 for one in refused)
        # Each got the answer to its own question.
        assert [r["question"] for r in results if isinstance(r, dict)] == [
            f"{QUESTION} {n}" for n, r in enumerate(results) if isinstance(r, dict)
        ]


async def test_a_worker_that_could_not_start_is_started_later() -> None:
    tried, opened = 0, asyncio.Event()

    class Short(Workers):
        async def _add(self) -> None:
            nonlocal tried
            tried += 1
            if tried == 2:
                await opened.wait()
                raise WorkerLost

    workers = Short(Start({}), 2, queue=1, time_limit_s=1, wait_limit_s=1)
    await workers.open()
    opened.set()
    while tried < 3:
        await asyncio.sleep(0)
    await workers.close()


async def test_what_takes_too_long_is_ended(index: Path) -> None:
    async with working(index, time_limit_s=0.001) as workers:
        with pytest.raises(TookTooLong):
            await workers.call("ask", index="demo", question=QUESTION)


async def test_an_index_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="no index"):
        async with working(tmp_path / "nowhere"):
            raise AssertionError("it opened")


def test_a_configuration_says_what_it_does_not_know(tmp_path: Path) -> None:
    file = tmp_path / "serve.toml"
    file.write_text('[server]\nport = 9000\n[index.hr]\npath = "indexes/hr"\n')
    config = load_config(file, port=9001)
    assert config.server.port == 9001
    assert config.index["hr"].path == "indexes/hr"
    for text, said in {
        "[server]\nprot = 1": "prot is not a setting of",
        '[server]\nport = "x"': r"\[server\]: Expected `int`",
        "[servers]\nport = 1": r"\[servers\] is not known",
        "": "Nothing to serve",
    }.items():
        file.write_text(text)
        with pytest.raises(SettingsError, match=said):
            load_config(file)
