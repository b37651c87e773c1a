"""What finding gains by what is known of documents as wholes: names and years, other names, spelling.

    python scripts/bench_finding.py DATA [--sets finance folders names new_wiki nq]

DATA is the folder of benchmark data. Each set is indexed once and asked twice: without cards, as an index of an
earlier version is searched, and with them. A hit of finance stands on an evidence page; one of folders holds a
third of the words of an evidence quote, in its file; one of new_wiki and nq is the question's passage.
"""

from __future__ import annotations

import argparse
import random
import re
import tarfile
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from data_sets import reading, records
from tables import table

from rag.answering.followup import standalone
from rag.documents.aliases import aliases_of
from rag.index import Index
from rag.retrieval.hit import Hit
from rag.retrieval.search import search

Right = Callable[[Hit], bool]
Asked = tuple[str, str, Right, Right]  # kind, question; whether a hit is right, and its file
SETS = ("finance", "folders", "names", "new_wiki", "nq")
QUESTIONS = 500  # of new_wiki and nq


def measured(name: str, folder: Path, asked: Sequence[Asked]) -> None:
    """A table of the kinds of ``asked``, without cards and with them."""
    with tempfile.TemporaryDirectory() as scratch:
        index = Index.build(folder, Path(scratch) / "index")
        found: dict[tuple[str, bool], list[tuple[bool, bool, bool]]] = {}
        seconds = {False: 0.0, True: 0.0}
        with index.snapshot() as snapshot:
            bare = replace(snapshot, cards=None)
            index.encode("warm")
            for kind, question, right, at_home in asked:
                for cards, held in ((False, bare), (True, snapshot)):
                    begun = time.perf_counter()
                    hits = search(held, question, 5, encode=index.encode, spelling=True)
                    seconds[cards] += time.perf_counter() - begun
                    row = (
                        any(map(right, hits)),
                        any(map(right, hits[:1])),
                        any(map(at_home, hits[:1])),
                    )
                    for of in dict.fromkeys((kind, "all")):
                        found.setdefault((of, cards), []).append(row)
        index.close()
    kinds = [kind for kind, cards in found if cards]
    table(
        f"Finding: {name}",
        ["kind", "questions", "top 5, before", "after", "first, before", "after",
         "right file first, before", "after"],
        [
            [kind, len(found[kind, True]),
             *(sum(row[i] for row in found[kind, cards]) for i in range(3) for cards in (False, True))]
            for kind in sorted(kinds, key=lambda kind: kind == "all")
        ],
    )  # fmt: skip
    each = {cards: 1000 * total / len(asked) for cards, total in seconds.items()}
    print(f"\n{each[False]:.1f} ms a search before, {each[True]:.1f} after.\n", flush=True)


def finance(data: Path) -> tuple[Path, list[Asked]]:
    asked: list[Asked] = []
    for item in records(data / "finance_gold.jsonl"):
        pages = {(e["source"], e["page"]) for e in item["evidence"]}
        files = {source for source, _ in pages}

        def right(hit: Hit, pages: Any = pages) -> bool:
            on = range(hit.page or 0, (hit.page_end or 0) + 1)
            return any((hit.source, page) in pages for page in on)

        asked.append(("all", item["question"], right, _in(files)))
    return data / "finance_pdfs", asked


def folders(data: Path, name: str) -> list[Asked]:
    asked: list[Asked] = []
    for item in records(data / "folders" / "gold.jsonl"):
        if item["folder"] != name or not item["evidence"]:
            continue
        quotes = [(e["file"], _words(e["quote"])) for e in item["evidence"]]
        question = item["question"]
        if item.get("history"):
            question = standalone(question, item["history"])

        def right(hit: Hit, quotes: Any = quotes) -> bool:
            words = _words(hit.text)
            return any(
                hit.source.endswith(file) and len(quote & words) >= 0.34 * max(1, len(quote))
                for file, quote in quotes
            )

        style = item["note"].split(";")[0].strip()
        kind = style if style in ("typos", "lower", "keywords") else item["kind"]
        asked.append((kind, question, right, _in({file for file, _ in quotes})))
    return asked


def other_names(folder: Path) -> list[Asked]:
    """Of each pair of names that a document of ``folder`` defines ("PTO", "paid time off"): what is said of the one,
    where a chunk that has the other alone would tell."""
    with tempfile.TemporaryDirectory() as scratch:
        index = Index.build(folder, Path(scratch) / "index")
        texts = [index.document_of(source).text for source in index.sources()]
        index.close()
    pairs = sorted({pair for text in texts for pair in aliases_of(text)})
    flat = [_flat(text) for text in texts]
    asked: list[Asked] = []
    for pair in pairs:
        for kind, said, other in (
            ("by the long name", pair[1], pair[0]),
            ("by the short name", pair[0], pair[1]),
        ):
            if any(f" {other} " in text for text in flat):

                def right(hit: Hit, said: str = said, other: str = other) -> bool:
                    text = _flat(hit.text)
                    return f" {other} " in text and f" {said} " not in text

                name = said.upper() if said == pair[0] else said
                asked.append((kind, f"What is said about {name}?", right, right))
    return asked


def _flat(text: str) -> str:
    words = re.findall(r"[^\W_]+", text.lower())
    return f" {' '.join(words)} "


def passages(path: Path, folder: Path) -> list[Asked]:
    """The passages of a reading set as files of ``folder``, and some of its questions."""
    documents, questions, grades = reading(path)
    names = {key: f"{number}.txt" for number, key in enumerate(documents)}
    for key, document in documents.items():
        (folder / names[key]).write_text(document.text, encoding="utf-8")
    some = random.Random(0).sample(sorted(questions), min(QUESTIONS, len(questions)))
    asked = []
    for key in some:
        home = _in({names[passage] for passage in grades[key]})
        asked.append(("all", questions[key], home, home))
    return asked


def _in(files: set[str]) -> Right:
    return lambda hit: any(hit.source == file or hit.source.endswith(f"/{file}") for file in files)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower())) - {"the", "a", "of", "to", "in", "and", "or", "is"}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--sets", nargs="*", default=SETS, choices=SETS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for name in given.sets:
            if name == "finance":
                measured(name, *finance(given.data))
            elif name == "folders":
                for archive in sorted((given.data / name).glob("*.tar.gz")):
                    with tarfile.open(archive) as packed:
                        packed.extractall(scratch, filter="data")
                    of = archive.name.removesuffix(".tar.gz")
                    measured(of, Path(scratch) / of, folders(given.data, of))
                    if "names" in given.sets:
                        measured(
                            f"{of}, other names",
                            Path(scratch) / of,
                            other_names(Path(scratch) / of),
                        )
            elif name != "names":  # asked with the folders
                folder = Path(scratch) / name
                folder.mkdir()
                asked = passages(given.data / f"reading_{name}_dev.jsonl.gz", folder)
                measured(name, folder, asked)


if __name__ == "__main__":
    main()
