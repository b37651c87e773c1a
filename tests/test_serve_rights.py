"""Keys of different indexes, roles and groups on one server: what each can learn of what is not for it, by every door."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from rag import Index
from rag.errors import SettingsError
from rag.serve.access import gate
from rag.serve.access.keys import Keys
from rag.serve.config import ServeConfig, ServedIndex, Server
from rag.serve.jobs import SCHEMA, Job, Jobs
from rag.serve.mcp import http as agents
from rag.serve.problems import problem_of
from rag.serve.protocol import Said
from rag.serve.state import SqliteState
from rag.serve.workers import Failed
from tests.serving import served, uploaded, write_folder

RULES = """
[[rule]]
glob = "*"
groups = ["everyone"]

[[rule]]
folder = "hr"
groups = ["hr"]

[[rule]]
glob = "*plan.md"
groups = ["board"]
"""
PAY = {"question": "When are salaries paid?", "index": "demo"}


@dataclass(frozen=True)
class House:
    address: str
    keys: Keys
    docs: Path

    def client(self, name: str, **may: Any) -> httpx.Client:
        """Who has a key of that name from now on; one of that name is revoked."""
        with_name = [key.name for key in self.keys.list() if key.state == "good"]
        if name in with_name:
            self.keys.revoke(name)
        headers = {"Authorization": f"Bearer {self.keys.create(name, **may)}"}
        return httpx.Client(base_url=f"{self.address}/api", headers=headers, timeout=60)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    here = tmp_path_factory.mktemp("house")
    docs, legal = write_folder(here / "docs"), here / "law"
    legal.mkdir()
    (legal / "nda.md").write_text("# NDA\n\nIt lasts nine years.\n")
    Index.build(docs, here / "demo").close()
    Index.build(legal, here / "legal").close()
    (here / "rights.toml").write_text(RULES)
    config = ServeConfig(
        server=Server(workers=1, state="state", reports="reports"),
        index={
            "demo": ServedIndex(path="demo", rights="rights.toml"),
            "legal": ServedIndex(path="legal"),
        },
        folder=here,
    )
    with closing(SqliteState(here / "state", gate.SCHEMA)) as state, served(config) as address:
        yield House(address, Keys(state), docs)


def test_a_conversation_goes_with_the_rights_that_it_was_had_with(house: House) -> None:
    with house.client("jo", groups=["hr"]) as jo:
        talk = jo.post("/conversations", json={"index": "demo"}).json()["id"]
        answer = jo.post("/ask", json={**PAY, "conversation": talk}).json()
        assert "25th" in answer["text"]
    follow_up = {"question": "and in May?", "conversation": talk}
    for groups in (["staff"], []):
        with house.client("jo", groups=groups) as jo:
            assert jo.get("/conversations").json() == {"conversations": []}
            for method, path, sent in (
                ("GET", talk, None),
                ("GET", f"{talk}/markdown", None),
                ("PATCH", talk, {"name": "x"}),
                ("DELETE", talk, None),
            ):
                there = jo.request(method, f"/conversations/{path}", json=sent)
                gone = jo.request(method, f"/conversations/{path.replace(talk, 'x')}", json=sent)
                assert there.status_code == gone.status_code == 404
                assert there.json()["detail"] == gone.json()["detail"]
            assert jo.post("/ask", json=follow_up).status_code == 404
    with house.client("jo", groups=["staff", "hr"]) as jo:
        (kept,) = jo.get("/conversations").json()["conversations"]
        assert (kept["id"], kept["name"]) == (talk, PAY["question"])
        assert jo.post("/ask", json=follow_up).status_code == 200
    with house.client("jo", groups=["hr"]) as jo:  # it has grown with the other group
        assert jo.get(f"/conversations/{talk}").status_code == 404
    with house.client("jo", roles=["admin"]) as jo:
        assert jo.post("/ask", json=follow_up).status_code == 200
    with house.client("jo", groups=["staff", "hr"]) as jo:
        assert jo.get(f"/conversations/{talk}").status_code == 404


def test_an_upload_tells_of_no_other_files(house: House) -> None:
    with (
        house.client("boss", roles=["admin"]) as boss,
        house.client("jo", roles=["ask", "upload"]) as jo,
    ):
        assert uploaded(boss, ("plan.md", b"# Plan\n\nA secret.\n"), index="demo")["added"] == [
            "uploads/plan.md"
        ]
        (house.docs / "hr" / "bonus.md").write_text("# Bonus\n\nIt is paid in May.\n")
        job = uploaded(jo, ("plan.md", b"# Plan\n\nMy own.\n"), index="demo")
        assert job["added"] == ["uploads/jo/plan.md"]  # and not "plan (2).md"
        assert (job["files"], job["files_total"]) == (1, 1)
        assert "bonus.md" in boss.get("/documents", params={"index": "demo"}).text


async def test_the_progress_of_a_job_names_its_own_files_alone(tmp_path: Path) -> None:
    said = {"files": 1, "files_total": 3, "seconds": 1.0, "looked": 7}
    messages = []

    class Workers:
        async def once(self, _operation: str, _index: str, heard: Any, **_arguments: Any) -> None:
            for reading in ("hr/pay.pdf", "uploads/own.pdf", ""):
                heard(Said("progress", {**said, "reading": reading}))
                messages.append(job.message)

    job = Job("demo", "jo", "/docs", ("uploads/own.pdf",))
    with closing(SqliteState(tmp_path, SCHEMA)) as state:
        jobs = Jobs(Workers(), state)  # type: ignore[arg-type]
        await jobs.add(job)
        await asyncio.gather(*jobs._running.values())
    assert messages == ["", "uploads/own.pdf, page 7", ""]


def test_an_admin_of_one_index_learns_of_no_other(house: House) -> None:
    with (
        house.client("chief", roles=["admin"], indexes=["demo"]) as chief,
        house.client("boss", roles=["admin"]) as boss,
        house.client("lawyer", indexes=["legal"]) as lawyer,
    ):
        assert lawyer.post("/ask", json={"question": "How long does it last?"}).status_code == 200
        metrics = f"{house.address}/metrics"
        assert 'index="legal"' in boss.get(metrics).text
        assert boss.get("/reports").status_code == 200
        for path in (metrics, "/reports", "/reports/first"):
            refused = chief.get(path)
            assert refused.status_code == 403 and "legal" not in refused.text
        assert chief.get("/feedback").status_code == 200


def test_nobody_is_given_the_name_of_who_had_no_key(house: House) -> None:
    with pytest.raises(SettingsError, match="before it had keys"):
        house.keys.create("owner")


HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "a test", "version": "1"},
    },
}


def test_one_keys_agents_leave_room_for_anothers(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agents, "MOST_SESSIONS", 2)
    accepts = {"Accept": "application/json, text/event-stream"}
    with house.client("greedy") as greedy, house.client("modest") as modest:
        begun = [
            one.post(f"{house.address}/mcp", json=HELLO, headers=accepts).status_code
            for one in (greedy, greedy, greedy, modest)
        ]
    assert begun == [200, 200, 503, 200]


def test_what_cannot_be_kept_is_said_and_logged(
    house: House, capfd: pytest.CaptureFixture[str]
) -> None:
    with house.client("jo") as jo:
        house.keys._state.run(lambda db: db.execute("ALTER TABLE conversations RENAME TO away"))
        refused = jo.post("/conversations", json={"index": "demo"})
        house.keys._state.run(lambda db: db.execute("ALTER TABLE away RENAME TO conversations"))
        assert jo.post("/conversations", json={"index": "demo"}).status_code == 201
    assert refused.status_code == 503 and "its disk may be full" in refused.json()["detail"]
    logged = capfd.readouterr().err
    assert "no such table: conversations" in logged and refused.json()["request"] in logged
    assert str(house.docs.parent) not in logged


@pytest.mark.parametrize(
    "kind",
    ("IndexLocked", "IndexMissing", "StorageError", "ModelError", "IndexDamaged", "SettingsError"),
)
def test_where_something_lies_is_for_the_log(kind: str) -> None:
    assert "/srv" not in problem_of(Failed(kind, "/srv/indexes/demo: it is so.")).detail
