"""Whether rights leak: generated rules, groups, questions and filters, asked of a part of a real index and worked out by
hand beside it.

    python -m scripts.bench_rights                 # 10,000 cases and what they cost
    python -m scripts.bench_rights --cases 500 --seed 7
    python -m scripts.bench_rights --cost 2000     # what a search costs more, on so many files of ten chunks

A folder of small files of made-up words is indexed once (FAISS and tantivy as they are; the vectors of questions are
random, as it is no matter here which is nearest). For each case rules are drawn and written as a file, groups, a question
and often a filter. What may be read, which of it the filter admits and which of that has a word of the question, the oracle
(scripts/rights_oracle.py) finds by going through the files: it shares no code with the package. Any difference is printed, and ends it with 1.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from rag.answering.whole.answers import answer_of_whole
from rag.embedding.embedder import BundledEmbedder
from rag.errors import IndexDamaged, QueryError
from rag.index import Index
from rag.readable import Readable
from rag.retrieval.search import asked_as, search
from rag.rights import Rights, Rule
from rag.store.snapshot import Snapshot
from scripts.rights_oracle import Case, Truth, cases, files, toml, truth, vocabulary, write

EVERYTHING = 10_000  # hits: all that there are


class Trial:
    """One folder, its index, and the questions that are put to parts of it."""

    def __init__(self, folder: Path, seed: int, **built: Any) -> None:
        self.rng = random.Random(seed)
        self.words = vocabulary(self.rng, 150)
        self.files = files(self.rng, self.words)
        write(folder / "docs", self.files)
        self.index = Index.build(folder / "docs", folder / "index", **built)
        self.rules = folder / "rights.toml"
        self.cases = cases(self.rng, self.files, self.words)
        self.counts: Counter[str] = Counter()
        self._vectors = np.random.default_rng(seed)

    def encode(self, _: str) -> Any:
        """A direction by chance."""
        vector = self._vectors.normal(size=384).astype(np.float32)
        return vector / np.linalg.norm(vector)

    def leaks(self, case: Case) -> list[str]:
        """What an index, restricted as the case says, gives that the oracle does not, or the other way round."""
        right = truth(case, self.files)
        self.rules.write_text(toml(case), "utf-8")
        part = self.index.restricted(Rights.load(self.rules).for_groups(case.groups))
        with part.snapshot() as snapshot:
            wrong = [
                *self._listed(snapshot, right),
                *self._found(snapshot, case, right),
                *self._said(snapshot, case, right),
            ]
        wrong += [] if {one.path for one in part.files()} == right.allowed else ["files"]
        self._count(case, right)
        return wrong

    def _listed(self, snapshot: Snapshot, right: Truth) -> Iterator[str]:
        readable = {one.name for one in self.files if one.readable} & right.allowed
        if set(snapshot.sources()) != readable:
            yield "sources"
        counts = snapshot.catalog.counts()
        if (counts["files"], counts["failed"]) != (len(readable), len(right.allowed - readable)):
            yield "counts"
        for one in self.rng.sample(self.files, 3):
            try:
                shown = snapshot.document_of(one.name).text
            except QueryError as error:
                never = f"{one.name} is not in {snapshot.catalog.address}."
                if one.name in readable or str(error) != never:
                    yield f"document_of {one.name}"
            else:
                if one.name not in readable or not one.words <= set(re.findall(r"[a-z]+", shown)):
                    yield f"document_of {one.name}"
        with self.index.snapshot() as whole:
            for identity in self.rng.sample(sorted(whole.catalog.names()), 3):
                names = set(whole.catalog.names([identity])[identity])
                try:
                    snapshot.document(identity)
                except IndexDamaged:
                    if names & readable:
                        yield f"document {identity}"
                else:
                    if not names & readable:
                        yield f"document {identity}"

    def _found(self, snapshot: Snapshot, case: Case, right: Truth) -> Iterator[str]:
        def hits(k: int, mode: Any, question: str = case.question) -> list[Any]:
            return search(
                snapshot, question, k, encode=self.encode, where=case.where or None, mode=mode
            )

        every = hits(EVERYTHING, "dense")
        if {frozenset(hit.sources) for hit in every} != right.admitted:
            yield "dense"
        by_words = hits(EVERYTHING, "lexical")
        if {frozenset(hit.sources) for hit in by_words} != right.found:
            yield "lexical"
        for mode, all_ in (("dense", every), ("lexical", by_words), ("hybrid", every)):
            few = hits(case.k, mode)
            if len(few) != min(case.k, len(all_)):
                yield f"{mode}, fewer than k"
            if not {frozenset(hit.sources) for hit in few} <= right.admitted:
                yield f"{mode}, k"

    def _said(self, snapshot: Snapshot, case: Case, right: Truth) -> Iterator[str]:
        word = self.rng.choice(self.words)
        asked = f"what about {word[:3]}{self.rng.choice('aou')}{word[4:]} and {word[:-1]}?"
        came = set(re.findall(r"[a-z]+", asked_as(snapshot, asked))) - set(
            re.findall(r"[a-z]+", asked)
        )
        if not came <= right.words:
            yield f"spelling: {came - right.words}"
        some = self.rng.sample(self.words, 12)
        known = {one for one in some if snapshot.cards is not None and snapshot.cards.has(one)}
        if known != right.words & set(some):
            yield "words"
        encode = self.index.embedder.encode
        for question in (f"Which documents mention {word}?", "How many files are there?"):
            answer = answer_of_whole(snapshot, question, encode, where=case.where or None)
            names = {name for some in right.admitted for name in some}
            if "mention" in question:
                names = {one.name for one in self.files if one.name in names and word in one.words}
            cited = {name for one in (answer.citations if answer else ()) for name in one.sources}
            if cited != names and not (answer and len(names) > 40 and cited <= names):
                yield f"{question} {cited ^ names}"
            if answer and names and str(len(names)) not in answer.lead:
                yield f"{question} {answer.lead}"

    def _count(self, case: Case, right: Truth) -> None:
        self.counts["with a filter"] += bool(case.where)
        self.counts["that may read nothing"] += not right.allowed
        self.counts["that may read all"] += len(right.allowed) == len(self.files)
        self.counts["that find something by words"] += bool(right.found)
        everyone = truth(Case((), ("everyone",), (), case.question, case.where, case.k), self.files)
        self.counts["that would find more without rights"] += {
            n for s in everyone.found for n in s
        } > {n for s in right.found for n in s}
        whole = {name for some in everyone.admitted for name in some}
        mixed = any(some & right.allowed and some - right.allowed for some in everyone.admitted)
        self.counts["with a copy of which some names are hidden"] += bool(whole and mixed)


class ByChance(BundledEmbedder):
    """Directions by chance, as it is no matter here which is nearest."""

    def encode(self, texts: list[str]) -> Any:
        """float32 [len(texts), 384], of length 1."""
        vectors = (
            np.random.default_rng(len(texts)).normal(size=(len(texts), 384)).astype(np.float32)
        )
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    encode_queries = encode


def cost(count: int, folder: Path, seed: int) -> None:
    """Milliseconds of the processor for a search by both ways: of the whole index, and of parts of it."""
    rng = random.Random(seed)
    words = vocabulary(rng, 20_000)
    weights = [1 / (n + 3) for n in range(len(words))]
    for number in range(count):
        text = "\n\n".join(" ".join(rng.choices(words, weights, k=90)) + "." for _ in range(10))
        path = folder / "docs" / str(number % 20) / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    questions = [" ".join(rng.sample(words[:2000], 6)) for _ in range(40)]
    with Index.build(folder / "docs", folder / "index", embedder=ByChance()) as index:
        print(
            f"{index.status().chunks:,} chunks of {count:,} files\n\n| may be read | first | a search |\n| --- | --- | --- |"
        )
        for share in (None, 20, 19, 10, 1):
            rules = tuple(
                Rule(frozenset(["everyone"]), folder=str(one)) for one in range(share or 0)
            )
            begun = time.process_time()
            part: Readable = (
                index if share is None else index.restricted(Rights(rules).for_groups([]))
            )
            part.sources()
            first = time.process_time() - begun
            begun = time.process_time()
            for question in questions:
                part.search(question, 12, spelling=False)
            each = (time.process_time() - begun) / len(questions)
            what = "no rules" if share is None else f"{5 * share}%"
            print(f"| {what} | {1000 * first:.0f} ms | {1000 * each:.1f} ms |")


def main() -> int:
    """The cases, and a table of them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cost", type=int, default=0, metavar="FILES")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rag-rights-") as name:
        if given.cost:
            cost(given.cost, Path(name), given.seed)
            return 0
        trial = Trial(Path(name), given.seed)
        begun, leaking = time.perf_counter(), 0
        for number in range(given.cases):
            if number % 1000 == 0:
                print(f"{number:,} cases", file=sys.stderr)
            case = next(trial.cases)
            if wrong := trial.leaks(case):
                leaking += 1
                print(f"case {number}: {'; '.join(wrong)}\n{case}\n{toml(case)}")
        seconds = time.perf_counter() - begun
        trial.index.close()
    print(f"| {len(trial.files)} files | cases |\n| --- | --- |")
    for what, count in (
        ("in all", given.cases),
        *trial.counts.items(),
        ("**that leak or lack**", leaking),
    ):
        print(f"| {what} | {count:,} |")
    print(f"\n{seconds:.0f} s, {1000 * seconds / max(1, given.cases):.1f} ms a case")
    return int(leaking > 0)


if __name__ == "__main__":
    sys.exit(main())
