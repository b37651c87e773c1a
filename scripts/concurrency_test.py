"""Many readers against one writer: threads and processes ask while an index is updated, thinned out,
compacted and recalibrated, and every quote is held against the document of its own generation.

    python scripts/concurrency_test.py --seconds 300

Every version of a document states another number. The writer keeps a journal of what the documents
said in each generation; at the end each quote that an answer cited, and each chunk that a search
found, must stand in the journal, under the generation that it was said to be of.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from rag.answering.cache import AnswerCache
from rag.answering.qa import QA
from rag.index import Index
from rag.retrieval.search import search

THINGS = (
    "kettle toaster juicer blender mixer grill steamer cooker freezer washer dryer oven".split()
)
REOPEN, REFRESH, SEARCH = 25, 3, 2  # every so many questions
STOP = "stop"  # the file that ends it
Documents = dict[str, str]


def text_of(thing: str, number: int) -> str:
    filler = " ".join(f"Part {i} of the {thing} is cleaned with a soft cloth." for i in range(30))
    return f"The {thing} holds {number} litres of water.\n\n{filler}\n"


def write(scratch: Path, seed: int) -> None:
    """The writer: changes the folder and the index until it is told to stop, and keeps the journal."""
    chance, folder, documents = random.Random(seed), scratch / "docs", Documents()
    done: Counter[str] = Counter()
    with Index.open(scratch / "index") as index, open(scratch / "journal", "a") as journal:
        documents.update((f.name, f.read_text()) for f in folder.iterdir())

        def keep() -> None:
            journal.write(json.dumps([index.generation, documents]) + "\n")
            journal.flush()

        keep()
        ready(scratch, "writer")
        while not (scratch / STOP).exists():
            step = chance.choice(("update", "update", "update", "remove", "compact", "calibrate"))
            done[step] += 1
            if step == "update":
                for thing in chance.sample(THINGS, 3):
                    text = text_of(thing, chance.randrange(10_000, 100_000))
                    (folder / f"{thing}.txt").write_text(text)
                index.update()
                documents.update((f.name, f.read_text()) for f in folder.iterdir())
                keep()
            elif step == "remove":
                name = f"{chance.choice(THINGS)}.txt"
                if index.remove(name):
                    del documents[name]
                    keep()
            elif step == "compact":
                index.compact()
            else:
                index.set_threshold(chance.uniform(0.05, 0.3))
        problems = index.verify()
        assert not problems, problems
    (scratch / "writer.done").write_text(json.dumps(dict(done)))


class Asker:
    """Asks one question after another, and keeps what was quoted, with its generation."""

    def __init__(self, scratch: Path, qa: QA, number: int, *, alone: bool) -> None:
        self.scratch, self.qa, self.alone = scratch, qa, alone
        self.chance = random.Random(number)
        self.quoted: set[tuple[int, str, str]] = set()
        self.asked = self.answered = 0

    def run(self) -> None:
        """Until it is told to stop."""
        while not (self.scratch / STOP).exists():
            self.asked += 1
            if self.alone and self.asked % REOPEN == 0:
                self.qa.index.close()
                self.qa = self.qa.over(Index.open(self.scratch / "index"))
            if self.asked % REFRESH == 0:
                self.qa.index.refresh()
            thing = self.chance.choice(THINGS)
            if self.asked % SEARCH:
                self._ask(f"How many litres of water does the {thing} hold?")
            else:
                self._search(f"{thing} water")

    def _ask(self, question: str) -> None:
        answer = self.qa.ask(question)
        self.answered += not answer.abstained
        for cited in answer.citations:
            self.quoted.add((answer.generation, cited.source, cited.quote))

    def _search(self, question: str) -> None:
        with self.qa.index.snapshot() as snapshot:
            for hit in search(snapshot, question, 3, encode=self.qa.index.encode):
                assert snapshot.document(hit.document_id).text[hit.start : hit.end] == hit.text
                self.quoted.add((snapshot.generation, hit.source, hit.text))


def read(scratch: Path, number: int) -> None:
    """A reading process."""
    with Index.open(scratch / "index") as index:
        asker = Asker(scratch, QA(index), number, alone=True)
        asker.qa.ask("Is it ready?")
        ready(scratch, f"reader{number}")
        asker.run()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    found = [asker.asked, asker.answered, peak, sorted(asker.quoted)]
    (scratch / f"reader{number}.done").write_text(json.dumps(found))


def ready(scratch: Path, who: str) -> None:
    (scratch / f"{who}.ready").touch()


def started(scratch: Path, role: str, number: int) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, __file__, "--role", role, str(scratch), str(number)]
    )
    who = role if role == "writer" else f"{role}{number}"
    while not (scratch / f"{who}.ready").exists():
        assert process.poll() is None, f"{who} ended before it began"
        time.sleep(0.05)
    return process


def in_threads(scratch: Path, count: int, seconds: float, check: Callable[[], int]) -> list[Asker]:
    """Asks in threads of this process, which share one index, for so long."""
    errors: list[BaseException] = []
    with Index.open(scratch / "index") as index:
        qa = QA(index, cache=AnswerCache(scratch / "answers.sqlite"))
        askers = [Asker(scratch, qa, 100 + n, alone=False) for n in range(count)]

        def run(asker: Asker) -> None:
            try:
                asker.run()
            except BaseException as error:
                errors.append(error)
                (scratch / STOP).touch()

        threads = [threading.Thread(target=run, args=(asker,)) for asker in askers]
        for thread in threads:
            thread.start()
        end = time.monotonic() + seconds
        while time.monotonic() < end and not (scratch / STOP).exists():
            time.sleep(0.2)
            check()
        (scratch / STOP).touch()
        for thread in threads:
            thread.join()
    if errors:
        raise errors[0]
    return askers


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--role", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.role:
        role, scratch, number = arguments.role
        {"writer": write, "reader": read}[role](Path(scratch), int(number))
        return 0
    with tempfile.TemporaryDirectory() as name:
        return measure(Path(name), arguments)


def measure(scratch: Path, arguments: argparse.Namespace) -> int:
    (scratch / "docs").mkdir()
    for number, thing in enumerate(THINGS):
        (scratch / f"docs/{thing}.txt").write_text(text_of(thing, 10_000 + number))
    Index.build(scratch / "docs", scratch / "index").close()
    processes = [started(scratch, "reader", n) for n in range(arguments.processes)]
    processes.append(started(scratch, "writer", 0))
    log, largest = scratch / "index/catalog.sqlite-wal", [0]

    def check() -> int:
        assert all(process.poll() in (None, 0) for process in processes), "a process failed"
        largest[0] = max(largest[0], log.stat().st_size if log.exists() else 0)
        return largest[0]

    askers = in_threads(scratch, arguments.threads, arguments.seconds, check)
    codes = [process.wait() for process in processes]
    assert not any(codes), f"a process failed: {codes}"
    asked = sum(asker.asked for asker in askers)
    answered = sum(asker.answered for asker in askers)
    quoted = {quote for asker in askers for quote in asker.quoted}
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    for n in range(arguments.processes):
        more, right, peak, quotes = json.loads((scratch / f"reader{n}.done").read_text())
        asked, answered, memory = asked + more, answered + right, memory + peak
        quoted.update((generation, source, quote) for generation, source, quote in quotes)
    journal = dict(map(json.loads, (scratch / "journal").read_text().splitlines()))
    false = [q for q in quoted if q[2] not in journal.get(q[0], {}).get(q[1], "")]
    steps = json.loads((scratch / "writer.done").read_text())
    print(
        f"{arguments.threads} threads, {arguments.processes} processes, {arguments.seconds:.0f} s: "
        f"{asked} questions, {answered} answered, over {len({q[0] for q in quoted})} of "
        f"{len(journal)} generations ({', '.join(f'{n} x {s}' for s, n in sorted(steps.items()))}); "
        f"{len(quoted)} quotes, {len(false)} not in their generation's document; no errors; "
        f"log at most {largest[0] / 1e6:.1f} MB, memory {memory} MB in all"
    )
    for quote in false[:10]:
        print("   ", quote)
    return 1 if false or not quoted else 0


if __name__ == "__main__":
    sys.exit(main())
