"""How seldom the executor of tables speaks wrongly on questions that are mostly not to tables.

    python scripts/bench_tables_silence.py GOLD FOLDERS [GOLD FOLDERS ...]

GOLD is a gold.jsonl whose questions name their ``folder`` in FOLDERS (without: FOLDERS itself). Every question is offered
all tables of its folder, as though the best passage came from each; in use only those that retrieval brings
are. Prints what is said, by the F1 with the gold answer; look at them: "133.40" may be right for "133.40 a week".
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.answering.tables.executor import Met, about_table, answer_of
from rag.answering.tables.stored import tables_in
from rag.documents.formats import format_for, load
from rag.documents.source import Source
from rag.errors import RagError
from rag.evaluation.answers import f1
from rag.reading.asked import kind_of
from rag.retrieval.hit import Hit


def tables_of(folder: Path) -> Iterator[Met]:
    """All tables of a folder, each as if the best passage came from it."""
    for file in sorted(folder.rglob("*")):
        name = str(file.relative_to(folder))
        if not file.is_file() or file.name == "gold.jsonl":
            continue
        content = file.read_bytes()
        form = format_for(file.name, content[:1000])
        try:
            if form is None:
                continue
            document = load(Source(file.name, content), form)
        except RagError:
            continue
        for table in tables_in(document):
            hit = Hit(0, 0, name, (name,), table.start, table.end, "", 1.0)
            yield Met(table, hit, 0, about_table(document, table, name))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("pairs", nargs="+", type=Path, metavar="GOLD FOLDERS")
    given = parser.parse_args()
    counts: dict[str, int] = defaultdict(int)
    for gold, folders in zip(given.pairs[::2], given.pairs[1::2], strict=True):
        questions: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for line in gold.read_text(encoding="utf-8").splitlines():
            question = json.loads(line)
            if not question.get("history"):
                questions[question.get("folder", ".")].append(question)
        for folder, asked in questions.items():
            tables = list(tables_of(folders / folder))
            counts["tables"] += len(tables)
            for one in asked:
                counts["questions"] += 1
                said = _said(one["question"], tables)
                if said is None:
                    continue
                score = max((f1(said, [a]) for a in one["answers"]), default=0.0)
                counts["spoke"] += 1
                counts["F1 of 0.5 at least"] += score >= 0.5
                print(f"{score:.2f} {one['question']} -> {said} | {one['answers'][:1]}")
    print(dict(counts))


def _said(question: str, tables: list[Met]) -> str | None:
    kind = kind_of(question)
    texts = {answer.text for met in tables if (answer := answer_of(question, kind, met))}
    return texts.pop() if len(texts) == 1 else None


if __name__ == "__main__":
    main()
