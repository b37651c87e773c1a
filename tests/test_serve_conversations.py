"""What the server keeps: conversations, feedback, and the gold candidates that come of it; saved reports."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from rag import QA, Index, evaluate
from rag.cli import main
from rag.evaluation import read_gold
from rag.serve.access.caller import OWNER
from rag.serve.config import ServeConfig, ServedIndex, Server
from rag.serve.conversations import Conversations
from rag.serve.state import SqliteState
from tests.serving import served, write_folder
from tests.waiting import PATIENCE_S

HOLIDAY = "How many days of paid holiday are there?"


@dataclass(frozen=True)
class Serving:
    api: httpx.Client
    state: Path

    def ask(self, question: str, **more: Any) -> dict[str, Any]:
        answer = self.api.post("/ask", json={"question": question, **more})
        assert answer.status_code == 200, answer.text
        said: dict[str, Any] = answer.json()
        return said

    def begin(self, **given: str) -> str:
        begun = self.api.post("/conversations", json=given)
        assert begun.status_code == 201
        return str(begun.json()["id"])


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    here = tmp_path_factory.mktemp("serving")
    with Index.build(write_folder(here / "docs"), here / "demo") as index:
        gold = here / "gold.jsonl"
        gold.write_text(json.dumps({"question": HOLIDAY, "answers": ["30 days"]}) + "\n")
        evaluate(QA(index), gold, out=here / "reports" / "first")
    (here / "reports" / "damaged").mkdir()
    (here / "reports" / "damaged" / "report.json").write_text("{")
    config = ServeConfig(
        server=Server(workers=1, state="state", reports="reports"),
        index={"demo": ServedIndex(path="demo")},
        folder=here,
    )
    with (
        served(config) as address,
        httpx.Client(base_url=f"{address}/api", timeout=PATIENCE_S) as api,
    ):
        yield Serving(api, here / "state")


def test_a_follow_up_is_understood_and_kept(serving: Serving) -> None:
    talk = serving.begin()
    first = serving.ask(HOLIDAY, conversation=talk)
    assert first["conversation"] == talk
    second = serving.ask("and when are they to be requested?", conversation=talk)
    assert second["question"] == "and when are they to be requested?" != second["standalone"]
    kept = serving.api.get(f"/conversations/{talk}").json()
    assert kept["name"] == HOLIDAY
    assert [turn["question"] for turn in kept["turns"]] == [HOLIDAY, second["question"]]
    assert kept["turns"][0]["answer"] == first
    assert kept["created"] < kept["updated"]
    listed = serving.api.get("/conversations").json()["conversations"]
    assert listed[0] == {key: kept[key] for key in ("id", "name", "index", "created", "updated")}


def test_a_conversation_is_renamed_and_exported(serving: Serving) -> None:
    talk = serving.begin(name="Leave")
    answer = serving.ask(HOLIDAY, conversation=talk)
    renamed = serving.api.patch(f"/conversations/{talk}", json={"name": "My [x](http://a) <b>"})
    assert renamed.json()["name"] == "My [x](http://a) <b>"
    page = serving.api.get(f"/conversations/{talk}/markdown")
    assert page.headers["content-type"] == "text/markdown; charset=utf-8"
    quote = answer["citations"][0]["quote"]
    assert page.text.startswith("# My [x]\\(http:\\//a) &lt;b>\n")
    assert f"\n## {HOLIDAY}\n" in page.text and f"\n> {quote}\n" in page.text


def test_a_deleted_conversation_is_gone_from_the_bytes(serving: Serving) -> None:
    secret = "xylophone-quartz"
    talk, other = serving.begin(), serving.begin()
    for number in range(3):
        serving.ask(f"Is there a {secret} {number}?", conversation=talk)
    serving.ask("Is there a kept-marimba?", conversation=other)
    files = [serving.state / "state.sqlite", serving.state / "state.sqlite-wal"]

    def held(words: str) -> bool:
        return any(words.encode() in file.read_bytes() for file in files if file.exists())

    assert held(secret)
    assert serving.api.delete(f"/conversations/{talk}").status_code == 204
    assert not held(secret) and held("kept-marimba")
    assert serving.api.get(f"/conversations/{talk}").status_code == 404
    assert serving.api.delete(f"/conversations/{talk}").status_code == 404


def test_what_is_not_there_or_does_not_fit_is_said(serving: Serving) -> None:
    api = serving.api
    asked = {"question": HOLIDAY, "conversation": "nowhere"}
    assert api.post("/ask", json=asked).status_code == 404
    assert api.patch("/conversations/nowhere", json={"name": "x"}).status_code == 404
    assert api.get("/conversations/nowhere/markdown").status_code == 404
    with closing(SqliteState(serving.state)) as state:  # of an index that was served before
        kept = asyncio.run(Conversations(state, OWNER).begin("again"))
    assert kept is not None
    talk = kept.id
    said = api.post("/ask", json={**asked, "conversation": talk, "index": "demo"})
    assert said.status_code == 409 and 'about the index "again"' in said.json()["detail"]
    assert api.post("/ask", json={**asked, "conversation": talk}).status_code == 404
    only = api.get("/conversations", params={"index": "again"}).json()["conversations"]
    assert [one["id"] for one in only] == [talk]
    assert api.patch(f"/conversations/{talk}", json={"name": ""}).status_code == 422
    assert api.post("/conversations", json={"index": "other"}).status_code == 404


def test_feedback_becomes_candidates_of_a_gold_set(serving: Serving, tmp_path: Path) -> None:
    api = serving.api
    right = serving.ask(HOLIDAY)
    wrong = serving.ask("When are salaries paid?", conversation=serving.begin())
    none = serving.ask("Who invented the kettle of Mars?")
    unsaid = serving.ask("What is the VPN called?")
    assert none["abstained"]
    for answer, said in (
        (right, {"right": False}),
        (right, {"right": True, "comment": "yes"}),  # it counts what was said last
        (wrong, {"right": False, "right_answer": "On the last day of the month"}),
        (none, {"right": True}),
        (unsaid, {"right": False}),
    ):
        given = api.post("/feedback", json={"answer": answer["id"], **said})
        assert given.status_code == 201
    found = api.get("/feedback").json()
    assert found["total"] == 4 and found["feedback"][0]["answer"] == unsaid
    assert api.post("/feedback", json={"answer": "x", "right": True}).status_code == 404

    out = tmp_path / "candidates.jsonl"
    state = ["gold", "import", "--state", str(serving.state)]
    run = CliRunner().invoke(main, [*state, "--out", str(out)])
    assert run.exit_code == 0 and run.output.startswith("3 questions in "), run.output
    questions = {one.question: one for one in read_gold(out).questions}
    assert set(questions) == {HOLIDAY, "When are salaries paid?", none["question"]}
    assert questions[HOLIDAY].answers == (right["text"],)
    assert questions[HOLIDAY].evidence[0].quote == right["citations"][0]["quote"]
    assert questions["When are salaries paid?"].answers == ("On the last day of the month",)
    assert not questions[none["question"]].answerable
    assert all("proposal" in one.tags for one in questions.values())
    checked = CliRunner().invoke(
        main, ["gold", "check", str(out), "--index", str(serving.state.parent / "demo")]
    )
    assert "every source and quote is there" in checked.output
    assert not CliRunner().invoke(main, [*state, "--served", "again"]).output
    missing = CliRunner().invoke(main, ["gold", "import", "--state", str(tmp_path)])
    assert missing.exit_code == 1 and "rag serve has kept nothing here" in missing.output


def test_saved_reports_are_shown(serving: Serving) -> None:
    (listed,) = serving.api.get("/reports").json()["reports"]
    figure = listed["figures"]["answer/right"]
    assert listed["name"] == "first"
    assert (figure["value"], figure["n"], figure["less"]) == (1.0, 1, False)
    shown = serving.api.get("/reports/first").json()
    assert shown["about"]["questions"] == 1
    assert shown["worst"][0]["question"] == HOLIDAY
    assert serving.api.get("/reports/..").status_code == 404
    assert serving.api.get("/reports/second").status_code == 404
