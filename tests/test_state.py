"""What a server keeps, in a file and in PostgreSQL: the same rooms on both; and what replicas must agree on."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner
from limits import RateLimitItemPerMinute
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter

from rag.answering.answer import Answer
from rag.cli import main
from rag.errors import SettingsError, StorageError
from rag.forgetting import Traces
from rag.serve.access.budgets import Budgets
from rag.serve.access.caller import OWNER, Caller
from rag.serve.access.counts import SharedCounts
from rag.serve.access.keys import Keys
from rag.serve.access.rates import Rates
from rag.serve.access.sessions import Sessions
from rag.serve.access.usage import Ledger, Used, all_used, today
from rag.serve.answers import SharedAnswerCache
from rag.serve.audit import Audit, AuditTable, Line, lines_of
from rag.serve.config import AuditSettings, Limits, load_config
from rag.serve.conversations import Conversations
from rag.serve.erasing import serving_stores
from rag.serve.feedback import Feedbacks, SharedAnswers
from rag.serve.jobs import Job, Jobs
from rag.serve.problems import ProblemError
from rag.serve.starting import SCHEMAS, SHARED
from rag.serve.state import Db, State, existing_state, open_state
from tests.postgres import Postgres
from tests.waiting import PATIENCE_S

ANSWER: dict[str, Any] = {
    "id": "a1",
    "index": "demo",
    "question": "How many days?\0",
    "text": "30 days, 100 % — “paid”.",
}
PRICED = """
[index.demo]
path = "demo"
model = "openai:gpt"
[budget]
tokens = 10000
[prices."openai:gpt"]
input = 1.0
output = 2.0
"""


@pytest.fixture(scope="module")
def both(
    tmp_path_factory: pytest.TempPathFactory, database: str
) -> Iterator[dict[str, tuple[State, State]]]:
    """Of each kind one state, opened twice."""
    places = {"file": tmp_path_factory.mktemp("state"), "database": database}
    states = {
        kind: tuple(open_state(place, *SCHEMAS, *SHARED) for _ in range(2))
        for kind, place in places.items()
    }
    yield states  # type: ignore[misc]
    for pair in states.values():
        for state in pair:
            state.close()


@pytest.fixture(params=["file", "database"])
def pair(
    request: pytest.FixtureRequest, both: dict[str, tuple[State, State]]
) -> tuple[State, State]:
    """One state as two processes see it."""
    return both[request.param]


@pytest.fixture
def shared(both: dict[str, tuple[State, State]]) -> tuple[State, State]:
    """One in PostgreSQL, as two replicas see it."""
    return both["database"]


def test_a_key_is_good_at_once_and_revoked_at_once(pair: tuple[State, State]) -> None:
    here, there = Keys(pair[0]), Keys(pair[1])
    text = here.create("anna", roles=["ask"], indexes=["demo"], groups=["hr"], expires=2e9)
    key = there.found(text)
    assert key is not None and key.state == "good" and key.groups == ("hr",) and there.made()
    assert key.caller == Caller("anna", frozenset({"ask"}), frozenset({"demo"}), ("hr",))
    assert there.found(text[:-1] + ("0" if text[-1] != "0" else "1")) is None
    token = Sessions(pair[0], here, hours=1).begin(key)
    assert Sessions(pair[1], there, hours=1).key(token) == key
    with pytest.raises(SettingsError, match="already"):
        there.create("anna")
    there.used(key)
    there.revoke("anna")
    assert (found := here.found(text)) is not None and found.state == "revoked" and found.used
    assert (found := Sessions(pair[0], here, hours=1).key(token)) and found.state == "revoked"
    assert here.create("anna") and [one.state for one in there.list()][-2:] == ["revoked", "good"]


async def test_a_conversation_goes_on_elsewhere(pair: tuple[State, State]) -> None:
    here, there = (Conversations(state, OWNER) for state in pair)
    kept = await here.begin("demo")
    assert kept is not None
    await here.add(kept.id, {**ANSWER, "id": "c1"})
    await there.add(kept.id, {**ANSWER, "id": "c2"})
    assert [one["id"] for one in await here.turns(kept.id)] == ["c1", "c2"]
    found = await there.get(kept.id)
    assert found is not None and found.name.startswith("How many days?")
    assert await there.answer("c1") == {**ANSWER, "id": "c1"}
    assert kept.id in [one.id for one in await there.all()]
    assert await Conversations(pair[1], Caller("ben", frozenset(), None, ())).get(kept.id) is None
    assert await there.delete(kept.id) and not await here.delete(kept.id)
    await here.add(kept.id, {**ANSWER, "id": "c3"})
    assert await there.turns(kept.id) == [] and await there.answer("c3") is None


async def test_what_is_said_again_of_an_answer_replaces(pair: tuple[State, State]) -> None:
    here, there = Feedbacks(pair[0]), Feedbacks(pair[1])
    await here.add("anna", ANSWER, right=True)
    await there.add("anna", ANSWER, right=False, right_answer="28", comment="off by 2")
    (said,) = here.all()
    assert (said.right, said.right_answer, said.answer) == (False, "28", ANSWER)


async def test_reservations_of_all_are_held_against_a_budget(
    pair: tuple[State, State], tmp_path: Path
) -> None:
    (tmp_path / "serve.toml").write_text(PRICED)
    config = load_config(tmp_path / "serve.toml")
    ledgers = [Ledger(state) for state in pair]
    here, there = (Budgets(config, ledger) for ledger in ledgers)
    answer = {"usage": {"input_tokens": 3000, "output_tokens": 500}, "cached": False, "prompt": "p"}
    async with here.spending("eve", "demo") as spending:  # expected: 4,500 tokens
        async with there.spending("eve", "demo") as other:
            with pytest.raises(ProblemError, match="1,000 of 10,000 tokens are left"):
                async with here.spending("eve", "demo"):
                    raise AssertionError("it may not be asked")
            assert (await other.settle(answer))["tokens_left"] == 6500
        assert (await spending.settle(answer))["tokens_left"] == 3000
    assert await ledgers[1].spent("eve") == (7000, pytest.approx(2 * 0.004))
    with pytest.raises(ProblemError, match=r"3,000 of 10,000 .* takes about 3,500"):  # their mean
        async with there.spending("eve", "demo"):
            raise AssertionError("it may not be asked")
    for ledger in ledgers:
        ledger.close()


async def test_what_a_server_that_died_was_at_counts(pair: tuple[State, State]) -> None:
    here, there = (Ledger(state) for state in pair)
    used = Used(today(), "zoe", "demo", "openai:gpt", input_tokens=70, output_tokens=30, cost=0.5)
    told: list[tuple[int, float]] = []
    await here.reserve(
        used, -1.0, lambda *spent: told.append(spent)
    )  # and never a word of it again
    kept = await there.reserve(used, 60.0, lambda *spent: told.append(spent))
    assert told == [(0, 0.0), (100, 0.5)] and await here.spent("zoe") == (100, 0.5)
    await there.aadd(replace(used, input_tokens=1), kept)
    (all_of_it,) = [one for one in all_used(pair[0]) if one.key == "zoe"]
    assert (all_of_it.questions, all_of_it.input_tokens, all_of_it.cost) == (2, 71, 1.0)
    assert await here.mean("demo", "openai:gpt") is not None
    here.close()
    there.close()


def test_sums_of_many_at_once_are_whole(pair: tuple[State, State]) -> None:
    ledgers = [Ledger(state) for state in pair]
    used = Used(today(), "many", "demo", "reader", input_tokens=2, output_tokens=1)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: ledgers[n % 2].add(used), range(60)))
    for ledger in ledgers:
        ledger.close()
    (kept,) = [one for one in all_used(pair[0]) if one.key == "many"]
    assert (kept.questions, kept.input_tokens, kept.output_tokens) == (60, 120, 60)


def test_what_goes_wrong_in_the_middle_is_as_if_it_had_not_begun(pair: tuple[State, State]) -> None:
    def work(db: Db) -> None:
        db.execute("INSERT INTO sessions VALUES (?, ?, ?)", (b"half", "k", 2e9))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        pair[0].run(work, alone="x")
    with pytest.raises(StorageError, match="cannot be used"):
        pair[0].run(lambda db: db.execute("SELECT * FROM nothing"))
    select = "SELECT 1 FROM sessions WHERE hash = ?"
    assert pair[1].look(lambda db: db.execute(select, (b"half",)).fetchone()) is None


# -- replicas ---------------------------------------------------------------------------------


async def test_a_rate_holds_for_all_replicas_together(shared: tuple[State, State]) -> None:
    limits = Limits(asks_a_minute=10)
    rates = [Rates(limits, state) for state in shared]
    caller = Caller("quick", frozenset({"ask"}), None, ())
    done = await asyncio.gather(
        *(rates[n % 2].take(caller, "asks") for n in range(30)), return_exceptions=True
    )
    refused = [one for one in done if isinstance(one, ProblemError)]
    assert done.count(None) == 10 and len(refused) == 20
    assert all(one.status == 429 and int(one.headers["Retry-After"]) <= 60 for one in refused)
    await rates[1].take(Caller("slow", frozenset({"ask"}), None, ()), "asks")


def test_a_window_moves_and_failed_tries_count_everywhere(shared: tuple[State, State]) -> None:
    item = RateLimitItemPerMinute(2)
    here, there = (SharedCounts(state) for state in shared)
    moving = [MovingWindowRateLimiter(one) for one in (here, there)]
    assert [moving[n % 2].hit(item, "m") for n in range(3)] == [True, True, False]
    assert moving[0].get_window_stats(item, "m").remaining == 0 and not moving[1].test(item, "m")
    shared[0].run(lambda db: db.execute("UPDATE hits SET time = time - 60"))
    assert moving[1].hit(item, "m") and moving[0].get_window_stats(item, "m").remaining == 1
    fixed = [FixedWindowRateLimiter(one) for one in (here, there)]
    assert fixed[0].hit(item, "f") and fixed[1].hit(item, "f") and not fixed[0].hit(item, "f")
    until = fixed[1].get_window_stats(item, "f").reset_time
    assert 0 < until - time.time() <= 60
    shared[1].run(lambda db: db.execute("UPDATE counts SET until = until - 60"))
    assert fixed[1].test(item, "f") and fixed[1].hit(item, "f")
    there.clear(item.key_for("f"))
    assert here.get(item.key_for("f")) == 0 and here.check() and there.reset() > 0


async def test_an_answer_of_one_replica_is_known_to_another(shared: tuple[State, State]) -> None:
    here, there = SharedAnswers(shared[0], most=3), SharedAnswers(shared[1], most=3)
    for n in range(5):
        await (here, there)[n % 2].add("anna", {**ANSWER, "id": f"r{n}"})
    assert await there.get("anna", "r4") == {**ANSWER, "id": "r4"}
    assert await here.get("ben", "r4") is None and await here.get("anna", "r0") is None


def test_an_answer_that_was_paid_for_is_found_by_another(shared: tuple[State, State]) -> None:
    here, there = (SharedAnswerCache(state) for state in shared)
    answer = Answer(question="Q?", text="A.", citations=(), confidence=0.5, abstained=False)
    here.put("k", answer)
    here.put("k", replace(answer, text="B."))
    assert there.get("k") == replace(answer, text="B.") and there.get("other") is None


def test_the_audit_of_all_is_one(shared: tuple[State, State], database: str) -> None:
    audits = [Audit(AuditTable(state, AuditSettings(keep_files=30))) for state in shared]
    AuditTable(shared[0]).append([Line(time="2020-01-01T00:00:00.000+00:00", key="old")])
    for n in range(40):
        audits[n % 2].write(Line(key=f"k{n}", question="Mail jane.doe@example.com about leave"))
    for audit in audits:
        audit.close()
    lines = list(lines_of(database))
    assert {line.key for line in lines} == {f"k{n}" for n in range(40)} and len(lines) == 40
    assert not any("jane.doe" in line.question for line in lines)

    def rag(*arguments: str) -> str:
        result = CliRunner().invoke(main, arguments, env={"RAG_STATE": database})
        assert result.exit_code == 0, result.output
        return result.output

    assert rag("key", "create", "carla", "--role", "admin").startswith("rag_")
    assert "carla" in rag("key", "list") and "key made" in rag("audit", "--outcome", "done")
    assert "1 line." in rag("audit", "--key", "k7")
    assert "is revoked" in rag("key", "revoke", "carla")


async def test_a_job_is_done_once_and_what_a_dead_replica_left_is_taken_up(
    shared: tuple[State, State], database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AGAIN_S", "LEFT_S", "LOOK_EVERY_S", "TELL_EVERY_S"):
        monkeypatch.setattr(f"rag.serve.jobs.{name}", 0.02)
    done: list[tuple[str, str]] = []

    class Workers:
        def __init__(self, name: str) -> None:
            self.name, self.begun, self.go = name, asyncio.Event(), asyncio.Event()

        async def once(self, _operation: str, index: str, heard: Any, **arguments: Any) -> None:
            self.begun.set()
            await self.go.wait()
            done.extend((self.name, name) for name in arguments["names"])

    dies = open_state(database)
    first, second = Workers("first"), Workers("second")
    here, there = Jobs(first, dies), Jobs(second, shared[1])  # type: ignore[arg-type]
    there.resume(["demo"])
    root = str(Path(__file__).parent)
    one = await here.add(Job("demo", "me", root, ("a.md",)))
    await first.begun.wait()
    two = await there.add(Job("demo", "me", root, ("b.md",)))

    async def until(reached: Callable[[Job | None], bool], job: Job) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not reached(await there.get(job.id)):
                await asyncio.sleep(0.01)

    await until(lambda job: job is not None and job.state == "running", one)
    assert not second.begun.is_set()  # it waits for its turn
    dies.close()  # all its connections end, as if it were killed
    second.go.set()
    await until(lambda job: job is not None and job.state == "done", one)
    await until(lambda job: job is not None and job.state == "done", two)
    assert sorted(done) == [("second", "a.md"), ("second", "b.md")]
    assert await there.get("nowhere") is None
    async with there.alone("demo"):
        pass
    await here.close()
    await there.close()


async def test_a_removal_waits_for_a_job_of_another_replica(
    shared: tuple[State, State], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("AGAIN_S", 0.01), ("BUSY_S", 0.2)):
        monkeypatch.setattr(f"rag.serve.jobs.{name}", value)
    here, there = (Jobs(None, state) for state in shared)  # type: ignore[arg-type]
    async with here.alone("wiki"):
        with pytest.raises(ProblemError, match="being updated"):
            async with there.alone("wiki"):
                raise AssertionError("two at once")
        async with there.alone("another"):
            pass
    async with there.alone("wiki"):
        pass


def test_replicas_that_start_together_make_the_tables_once(postgres: Postgres) -> None:
    address, begin = postgres.database(), threading.Barrier(4)

    def start(_: int) -> State:
        begin.wait()
        return open_state(address, *SCHEMAS, *SHARED)

    with ThreadPoolExecutor(4) as threads:
        states = list(threads.map(start, range(4)))
    Keys(states[0]).create("anna")
    assert [len(Keys(state).list()) for state in states] == [1, 1, 1, 1]
    for state in states:
        state.close()


def test_a_connection_that_broke_is_replaced(postgres: Postgres) -> None:
    address = postgres.database()
    name = address.rpartition("/")[2]
    with closing(open_state(address, *SCHEMAS)) as state:
        Keys(state).create("anna")
        with psycopg.connect(postgres.superuser, autocommit=True) as db:
            end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            assert db.execute(end, (name,)).rowcount > 0
        assert [key.name for key in Keys(state).list()] == ["anna"]


def test_what_quotes_a_document_is_forgotten(postgres: Postgres) -> None:
    address, quote = postgres.database(), "the marimba stands in the cellar of building nine"
    traces = Traces((), (), (quote,), (), frozenset(), frozenset(), "", containing="marimba")
    with closing(open_state(address, *SCHEMAS, *SHARED)) as state:
        talks = Conversations(state, OWNER)

        async def fill() -> None:
            for text in (quote, "Something else."):
                answer = {**ANSWER, "id": text[:3], "text": text}
                kept = await talks.begin("demo", name=f"About: {text}")
                assert kept is not None
                await talks.add(kept.id, answer)
                await SharedAnswers(state).add("anna", answer)
                await Feedbacks(state).add("anna", answer, right=True)
                AuditTable(state).append([Line(key=text[:3], answer=text)])

        asyncio.run(fill())
        stores = serving_stores(address)
        before = {one.name: sum("marimba" in text for text in one.texts()) for one in stores if one.texts}  # fmt: skip
        removed = {one.name: one.clean(traces) for one in stores}
        assert removed == before and sum(removed.values()) == 5
        assert not any("marimba" in text for one in stores if one.texts for text in one.texts())
        assert [line.key for line in lines_of(address)] == ["Som"]
        (left,) = asyncio.run(talks.all())
        assert left.name == "About: Something else."


def test_a_password_is_nowhere_to_be_read(postgres: Postgres, tmp_path: Path) -> None:
    address = postgres.database()
    secret = address.split(":")[2].partition("@")[0]
    with pytest.raises(StorageError, match="has kept nothing here") as nothing:
        existing_state(address)
    wrong = address.replace(secret, "hunter2secret")
    with pytest.raises(StorageError, match="password authentication failed") as refused:
        open_state(wrong)
    with pytest.raises(StorageError, match="cannot be used") as away:
        open_state("postgresql://rag:hunter2secret@127.0.0.1:1/rag")
    said = [str(one.value) for one in (nothing, refused, away)]
    with closing(open_state(address, *SCHEMAS)) as state:
        said.append(state.name)
    config = load_config(None, index=(f"demo={tmp_path / 'demo'}",), state=address)
    assert config.state_place() == address
    assert all(secret not in one and "hunter2" not in one and "***" in one for one in said)
