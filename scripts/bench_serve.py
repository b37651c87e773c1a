"""Measure the server, on loopback, against the bare library in the same run:

    python scripts/bench_serve.py [--index indexes/demo] [--requests 200] [PART ...]

    added       one client, and one process of the library: what the server adds to each question
    throughput  1, 8 and 32 clients on two workers, and two processes of the library, turn by turn
    overload    twice what it can answer: who is turned away, how long the others wait
    changes     the index updated, built in another way, and a worker killed, under load: is any request lost?
    page        its bytes, and when it is first painted

Every answer is held against the library's for that question. Workers and the library's processes compute in one
thread each; clients and the server's front share the two cores with them. Tables are Markdown.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from load import Given, closed_loop, open_loop, percentiles
from tables import table

ROOT = Path(__file__).resolve().parent.parent
ONE_THREAD = {
    **os.environ,
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "PYTHONPATH": str(ROOT),
}
WORKERS = 2
Answers = dict[str, list[Any]]


class Library:
    """A process of the bare library, that answers a list of questions at a time."""

    def __init__(self, index: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--answer-from", str(index)],
            env=ONE_THREAD, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.heard()

    def tell(self, questions: Sequence[str]) -> None:
        """Have it begin."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps(list(questions)) + "\n")
        self.process.stdin.flush()

    def heard(self) -> Any:
        """(seconds of each, what is compared of each), once it has answered all."""
        assert self.process.stdout
        return json.loads(self.process.stdout.readline())

    def close(self) -> None:
        """End it."""
        self.process.communicate("")


def answer_from(index: Path) -> None:
    """What a process of the library does."""
    from rag import QA, Index

    qa = QA(Index.open(index))
    qa.ask("What is in these documents?")
    print("[]", flush=True)
    for line in sys.stdin:
        seconds, answers = [], []
        qa.index.refresh()
        for question in json.loads(line):
            begun = time.perf_counter()
            answer = qa.ask(question)
            seconds.append(time.perf_counter() - begun)
            cited = [[one.source, one.start, one.end, one.quote] for one in answer.citations]
            answers.append([answer.text, answer.tier, round(answer.confidence, 4), cited])
        print(json.dumps([seconds, answers]), flush=True)


def compared(shown: dict[str, Any]) -> list[Any]:
    """Of the server's answer, what :func:`answer_from` gives of the library's."""
    cited = [[one["source"], one["start"], one["end"], one["quote"]] for one in shown["citations"]]
    return [shown["text"], shown["tier"], round(shown["confidence"], 4), cited]


def wrong(given: Sequence[Given], *known: Answers) -> int:
    """How many answers are not the library's, to the question that was asked."""
    return sum(
        one.value["question"] != one.question
        or all(compared(one.value) != answers[one.question] for answers in known)
        for one in given
        if one.status == 200
    )


@contextmanager
def server(index: Path, workers: int, *more: str) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """A real ``rag serve``: its port."""
    with tempfile.TemporaryDirectory() as state:
        process = subprocess.Popen(
            [sys.executable, "-m", "rag.cli", "serve", "--index", f"demo={index}", "--port", "0",
             "--workers", str(workers), "--state", state, *more],
            env=ONE_THREAD, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        try:
            assert process.stdout
            found = re.search(r"http://\S+:(\d+)", process.stdout.readline())
            if not found:
                sys.exit("rag serve did not start")
            port = int(found[1])
            warm = [f"Is it warm? {n}" for n in range(8 * workers)]
            asyncio.run(closed_loop(port, 4 * workers, warm))  # all workers are there
            yield port, process
        finally:
            process.terminate()
            process.communicate()


def asked(count: int) -> list[str]:
    """So many questions, each once, in an order that is always the same."""
    lines = (ROOT / "data/gold.jsonl").read_text("utf-8").splitlines()
    gold = [json.loads(line)["question"] for line in lines]
    endings = ("", " Please say where it is written.", " Thank you.", " I need it for today.")
    return [gold[n % len(gold)] + endings[n // len(gold) % len(endings)] for n in range(count)]


def added(index: Path, questions: Sequence[str]) -> list[list[str]]:
    """One client beside one process of the library: each question to both, one after the other."""
    library = Library(index)
    differences, ours, theirs, mistaken = [], [], [], 0
    with server(index, 1) as (port, _):
        for question in dict.fromkeys(questions):
            _, (given,) = asyncio.run(closed_loop(port, 1, [question]))
            library.tell([question])
            (seconds,), (answer,) = library.heard()
            mistaken += wrong([given], {question: answer})
            ours.append(given.seconds)
            theirs.append(seconds)
            differences.append(given.seconds - seconds)
    library.close()
    median = statistics.median(differences)
    return [
        ["the library, one process", *percentiles(theirs), "", ""],
        ["the server, one client", *percentiles(ours), f"{1000 * median:.1f}", str(mistaken)],
    ]


def throughput(index: Path, questions: Sequence[str], rounds: int = 2) -> list[list[str]]:
    """Two processes of the library and two workers, turn by turn with the same questions."""
    library = [Library(index) for _ in range(WORKERS)]
    known: Answers = {}
    rates: dict[str, list[float]] = {}
    times: dict[str, list[float]] = {}
    bad: dict[str, int] = {}

    def by_library() -> None:
        begun = time.perf_counter()
        for number, one in enumerate(library):
            one.tell(questions[number::WORKERS])
        for number, one in enumerate(library):
            seconds, answers = one.heard()
            known.update(zip(questions[number::WORKERS], answers, strict=True))
            times.setdefault("library", []).extend(seconds)
        rates.setdefault("library", []).append(len(questions) / (time.perf_counter() - begun))

    with server(index, WORKERS) as (port, _):
        for _ in range(rounds):
            for clients in (1, 8, 32):
                by_library()
                name = f"{clients} client{'s' * (clients > 1)}"
                seconds, given = asyncio.run(closed_loop(port, clients, questions))
                answered = [one for one in given if one.status == 200]
                rates.setdefault(name, []).append(len(answered) / seconds)
                times.setdefault(name, []).extend(one.seconds for one in answered)
                lost = len(questions) - len(answered)
                bad[name] = bad.get(name, 0) + lost + wrong(given, known)
    for one in library:
        one.close()
    base = statistics.median(rates["library"])
    return [
        [name, f"{statistics.median(rate):.1f}", *percentiles(times[name]),
         f"{100 * statistics.median(rate) / base:.0f}%", str(bad.get(name, ""))]
        for name, rate in rates.items()
    ]  # fmt: skip


def overload(index: Path, questions: Sequence[str]) -> list[list[str]]:
    """What it can answer first, then twice that, whether or not it keeps up."""
    library = Library(index)
    library.tell(questions)
    known = dict(zip(questions, library.heard()[1], strict=True))
    library.close()
    with server(index, WORKERS) as (port, _):
        seconds, given = asyncio.run(closed_loop(port, 8, questions[: len(questions) // 2]))
        capacity = len(given) / seconds
        took, given = asyncio.run(open_loop(port, 2 * capacity, [*questions, *questions]))
    answered = [one for one in given if one.status == 200]
    away = [one for one in given if one.status == 503]
    return [
        [
            f"{capacity:.1f}", f"{2 * capacity:.1f}", str(len(given)), str(len(answered)),
            f"{len(answered) / took:.1f}", str(len(away)), str(sum(bool(one.after) for one in away)),
            *percentiles([one.seconds for one in answered]),
            percentiles([one.seconds for one in away])[1],
            str(len(given) - len(answered) - len(away)), str(wrong(answered, known)),
        ]
    ]  # fmt: skip


def changes(index: Path, questions: Sequence[str]) -> list[list[str]]:
    """What happens to a server while it answers; an answer is that of the index before, or after."""
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        folder, copy = Path(temporary) / "data", Path(temporary) / "demo"
        shutil.copytree(ROOT / "data", folder)
        command = [sys.executable, "-m", "rag.cli", "index", str(folder), "--index"]

        def build(path: Path = copy, *more: str) -> None:
            called = [*command, str(path), *more]
            subprocess.run(called, env=ONE_THREAD, check=True, stdout=subprocess.DEVNULL)

        def replace() -> None:
            build(Path(temporary) / "new", "--chunk-tokens", "100")
            copy.rename(copy.with_name("old"))
            copy.with_name("new").rename(copy)

        def add() -> None:
            text = (
                "# Rowing club\n\nThe rowing club meets at the boat house on Tuesdays at 18:00.\n"
            )
            (folder / "rowing.md").write_text(text, encoding="utf-8")
            build()

        build()
        with server(copy, WORKERS) as (port, process):
            for name, change in (
                ("a file added", add),
                ("replaced by one of other chunks", replace),
                ("a worker killed", lambda: kill_worker(process.pid)),
            ):
                rows.append([name, *_changed(port, copy, questions, change)])
    return rows


def _changed(
    port: int, index: Path, questions: Sequence[str], change: Callable[[], None]
) -> list[str]:
    library = Library(index)

    def known() -> Answers:
        library.tell(questions)
        return dict(zip(questions, library.heard()[1], strict=True))

    before = known()

    async def both() -> list[Given]:
        changing = asyncio.create_task(asyncio.to_thread(change))
        given: list[Given] = []
        while not changing.done():  # asked all the while, and once more when it has changed
            given += (await closed_loop(port, 4, questions))[1]
        await changing
        return given + (await closed_loop(port, 4, questions))[1]

    given = asyncio.run(both())
    library.close()
    library = Library(index)
    after = known()
    library.close()
    answered = [one for one in given if one.status == 200]
    new = sum(compared(one.value) == after[one.question] for one in answered[-len(questions) :])
    return [
        str(len(given)), str(len(given) - len(answered)), str(wrong(answered, before, after)),
        f"{new} of {len(questions)}", percentiles([one.seconds for one in answered])[2],
    ]  # fmt: skip


def kill_worker(server_id: int) -> None:
    """Kill one of the server's workers, as a system that is short of memory does."""
    children = Path(f"/proc/{server_id}/task/{server_id}/children").read_text().split()
    os.kill(int(children[-1]), signal.SIGKILL)


def page(index: Path) -> list[list[str]]:
    """A cold visit, in headless Chromium."""
    from playwright.sync_api import sync_playwright

    with server(index, 1) as (port, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        paints, bytes_ = [], 0
        for _ in range(5):
            visit = browser.new_context().new_page()
            visit.goto(f"http://127.0.0.1:{port}/", wait_until="networkidle")
            paints.append(
                visit.evaluate(
                    "performance.getEntriesByName('first-contentful-paint')[0].startTime"
                )
            )
            sizes = "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
            own = f"{sizes}.filter(one => !one.name.includes('/api/')).map(one => one.transferSize)"
            found = visit.evaluate(own)
            bytes_ = sum(found)
        browser.close()
    return [[f"{statistics.median(paints):.0f}", str(len(found)), f"{bytes_ / 1000:.1f}"]]


PARTS: dict[str, tuple[Callable[..., list[list[str]]], list[str]]] = {
    "added": (added, ["", "p50 ms", "p95", "p99", "added ms", "wrong"]),
    "throughput": (throughput, ["", "a second", "p50 ms", "p95", "p99", "of the library", "lost or wrong"]),
    "overload": (overload, ["capacity", "sent/s", "sent", "answered", "a second", "503", "with Retry-After",
                            "p50 ms", "p95", "p99", "503 in ms (p95)", "else", "wrong"]),
    "changes": (changes, ["", "asked", "lost", "wrong", "new afterwards", "p99 ms"]),
    "page": (page, ["first paint ms", "files", "kB"]),
}  # fmt: skip


def main() -> None:
    """Run the parts that are named."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="PART")
    parser.add_argument("--index", type=Path, default=ROOT / "indexes/demo")
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--answer-from", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.answer_from:
        return answer_from(given.answer_from)
    for name in given.parts or PARTS:
        work, head = PARTS[name]
        arguments = () if name == "page" else (asked(given.requests),)
        table(name, head, work(given.index, *arguments))


if __name__ == "__main__":
    main()
