"""Two servers behind a balancer, on one state in PostgreSQL; one of them is killed while both answer."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client

from rag import Index
from rag.errors import ExtraMissing, StorageError
from rag.serve.access import gate
from rag.serve.access.keys import Keys
from rag.serve.config import load_config
from rag.serve.state import State, open_state
from scripts.round_robin import RoundRobin
from scripts.served import free_port
from tests.conftest import ROOT
from tests.serving import served, write_folder
from tests.waiting import PATIENCE_S

QUESTIONS = {
    "How many days of paid holiday are there?": "30",
    "What is the VPN called?": "Harbour",
    "When are salaries paid?": "25th",
}
LIMITED = 5


@dataclass
class Replicas:
    """A process that can be killed, and a server in this one; on what they share."""

    process: subprocess.Popen[str]
    first: str
    second: str
    state: State
    said: str
    log: Path

    def key(self, name: str, *roles: str) -> dict[str, str]:
        """The headers of a new key."""
        made = Keys(self.state).create(name, roles=roles or ("ask",))
        return {"Authorization": f"Bearer {made}"}


@pytest.fixture(scope="module")
def replicas(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replicas]:
    here = tmp_path_factory.mktemp("replicas")
    Index.build(write_folder(here / "docs"), here / "demo").close()
    file = here / "serve.toml"
    file.write_text(
        f'[server]\nworkers = 1\nport = 0\n[index.demo]\npath = "demo"\n'
        f"[limits]\nasks_a_minute = 0\n[limits.keys.limited]\nsearches_a_minute = {LIMITED}\n"
    )
    state, log = open_state(database, gate.SCHEMA), here / "log"
    Keys(state).create("first")
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "rag.cli", "serve", "--config", str(file)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "RAG_STATE": database},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    try:
        with served(load_config(file, state=database)) as second:
            assert process.stdout
            said = [process.stdout.readline()]
            first = re.search(r"http://\S+", said[0])
            assert first, log.read_text()
            said += [process.stdout.readline() for _ in range(4)]
            yield Replicas(process, first[0], second, state, "".join(said), log)
    finally:
        process.kill()
        process.communicate()
        state.close()


def test_no_password_is_said(replicas: Replicas, database: str) -> None:
    secret = database.split(":")[2].partition("@")[0]
    assert "kept in" in replicas.said and "rag:***@127.0.0.1" in replicas.said
    assert secret not in replicas.said and secret not in replicas.log.read_text()
    assert httpx.get(f"{replicas.first}/readyz", timeout=PATIENCE_S).json() == {"status": "ready"}


def test_a_session_begun_at_one_is_good_at_the_other_until_its_key_is_revoked(
    replicas: Replicas,
) -> None:
    headers = replicas.key("anna")
    key = headers["Authorization"].partition(" ")[2]
    begun = httpx.post(f"{replicas.first}/api/session", json={"key": key}, timeout=PATIENCE_S)
    cookies = {"rag_session": begun.cookies["rag_session"]}
    with httpx.Client(base_url=replicas.second, cookies=cookies, timeout=PATIENCE_S) as page:
        assert page.get("/api/session").json()["name"] == "anna"
        assert page.get("/api/indexes").status_code == 200
        Keys(replicas.state).revoke("anna")
        assert page.get("/api/indexes").status_code == 401
    assert (
        httpx.get(f"{replicas.first}/api/indexes", headers=headers, timeout=PATIENCE_S).status_code
        == 401
    )


def test_a_key_may_send_to_both_together_what_it_may_send(replicas: Replicas) -> None:
    headers, got = replicas.key("limited"), []
    for n in range(LIMITED + 2):
        address = (replicas.first, replicas.second)[n % 2]
        asked = {"question": "holiday"}
        got.append(
            httpx.post(f"{address}/api/search", json=asked, headers=headers, timeout=PATIENCE_S)
        )
    assert [one.status_code for one in got] == [200] * LIMITED + [429] * 2
    left = [int(re.search(r"r=(\d+)", one.headers["RateLimit"])[1]) for one in got]  # type: ignore[index]
    assert left == [4, 3, 2, 1, 0, 0, 0]


async def test_an_agent_is_answered_by_whichever(replicas: Replicas) -> None:
    balancer, port = RoundRobin([_port(replicas.first), _port(replicas.second)]), free_port()
    http = create_mcp_http_client(replicas.key("agent"))
    address = f"http://127.0.0.1:{port}/mcp"
    agent = Client(streamable_http_client(address, http_client=http))
    async with balancer.listening(port), http, agent:
        for _ in range(3):
            found = await agent.call_tool("search", {"question": "holiday"})
            assert not found.is_error, found
    assert min(balancer.sent.values()) >= 1


async def test_one_is_killed_and_nothing_is_lost_but_what_it_was_at(replicas: Replicas) -> None:
    headers, port = replicas.key("load"), free_port()
    first, second = _port(replicas.first), _port(replicas.second)
    balancer, at_once = RoundRobin([first, second]), asyncio.Event()
    api = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}/api", headers=headers, timeout=60)
    answers: list[dict[str, Any]] = []
    lost: list[str] = []

    async def client(n: int) -> None:
        """A conversation of some turns."""
        talk = (await api.post("/conversations", json={"index": "demo"})).json()["id"]
        for turn in range(5):
            question = list(QUESTIONS)[(n + turn) % len(QUESTIONS)]
            try:
                got = await api.post("/ask", json={"question": question, "conversation": talk})
            except httpx.TransportError as error:
                lost.append(type(error).__name__)
                continue
            assert got.status_code == 200, got.text
            assert QUESTIONS[question] in got.json()["text"]
            answers.append(got.json())
            if len(answers) >= 6:
                at_once.set()

    async def kill() -> None:
        await at_once.wait()
        while not balancer.busy[first]:
            await asyncio.sleep(0)
        replicas.process.kill()

    async with balancer.listening(port), api:
        await asyncio.gather(kill(), *(client(n) for n in range(4)))
        assert len(answers) + len(lost) == 20 and replicas.process.wait() == -9
        assert balancer.lost == {first: len(lost), second: 0} and balancer.sent[first] >= 3

        # What the one that is gone has answered goes on at the other: conversations, thumbs.
        talks = {one["conversation"] for one in answers}
        kept = [await api.get(f"/conversations/{talk}") for talk in talks]
        ids = {turn["answer"]["id"] for one in kept for turn in one.json()["turns"]}
        assert {one["id"] for one in answers} <= ids and len(ids) <= 20
        for one in answers:
            noted = await api.post("/feedback", json={"answer": one["id"], "right": True})
            assert noted.status_code == 201


async def test_a_state_that_is_away_is_told(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    state = open_state(database, gate.SCHEMA)
    assert await state.there()
    state.close()
    assert not await state.there()
    for address, why in (
        ("postgresql://rag:se/cr@et@127.0.0.1/rag", "cannot be read"),
        ("postgresql://rag:hunter2@127.0.0.1:x/rag", "cannot be"),
    ):
        with pytest.raises(StorageError, match=why) as said:
            open_state(address)
        assert "cr@et" not in str(said.value) and "hunter2" not in str(said.value)
    monkeypatch.setitem(sys.modules, "rag.serve.state.postgres", None)
    with pytest.raises(ExtraMissing, match=r'pip install "rag-folder\[postgres\]"'):
        open_state(database)


def _port(address: str) -> int:
    return int(address.rpartition(":")[2])
