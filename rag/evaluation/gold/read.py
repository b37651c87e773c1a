"""A gold set from whatever file or folder it is in.

The own format is JSON Lines, described by ``gold.schema.json`` in the folder above. Others are read too:
SQuAD's JSON, BEIR folders, TREC qrels with their topics, CSV, and the column names that ragas uses.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.codec import DecodeError, from_json
from rag.errors import GoldError
from rag.evaluation.gold.published import beir, squad
from rag.evaluation.gold.question import GoldSet, Question
from rag.evaluation.gold.records import MANY, cells, checked

SCHEMA = Path(__file__).parent.parent / "gold.schema.json"


def read_gold(path: str | Path) -> GoldSet:
    """A gold set from a file, or from a BEIR folder.

    Raises:
        GoldError: it is missing, empty, or in parts not what it should be; every line that is
            wrong is named with what is wrong with it.
    """
    path = Path(path)
    try:
        if path.is_dir():
            questions = list(beir(path))
        elif not path.is_file():
            raise GoldError(f"{path}: there is no such gold set.")
        else:
            questions = list(_file(path))
    except (OSError, UnicodeDecodeError, csv.Error, EOFError, zlib.error) as error:
        raise GoldError(f"{path}: cannot be read: {error}") from None
    _check_ids(path, questions)
    if not questions:
        raise GoldError(f"{path}: the gold set is empty.")
    return GoldSet(path.name, tuple(questions))


def _file(path: Path) -> Iterator[Question]:
    suffixes = [s for s in path.suffixes if s != ".gz"]
    suffix = suffixes[-1] if suffixes else ""
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8-sig") as file:
        if suffix == ".json":
            try:
                data = from_json(file.read(), Any)
            except DecodeError as error:
                raise GoldError(f"{path}: not valid JSON: {error}") from None
            if isinstance(data, dict) and isinstance(data.get("data"), list):
                yield from squad(path, data["data"])
                return
            records = data if isinstance(data, list) else [data]
            yield from checked(path, enumerate(records, 1), "record")
        elif suffix in (".csv", ".tsv"):
            rows = csv.DictReader(file, dialect="excel-tab" if suffix == ".tsv" else "excel")
            yield from checked(path, ((rows.line_num, cells(row)) for row in rows), "line")
        else:
            yield from checked(path, _json_lines(path, file), "line")


def _json_lines(path: Path, file: Any) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(file, 1):
        if line.strip():
            try:
                yield number, from_json(line, Any)
            except DecodeError as error:
                raise GoldError(f"{path}, line {number}: not valid JSON: {error}") from None


def _check_ids(path: Path, questions: list[Question]) -> None:
    seen: dict[str, int] = {}
    twice = []
    for question in questions:
        if question.id in seen:
            twice.append(
                f'"{question.id}" on line {question.line}, first on line {seen[question.id]}'
            )
        seen.setdefault(question.id, question.line)
    if twice:
        listed = "\n  ".join(twice[:MANY])
        raise GoldError(f"{path}: {len(twice)} ids are used twice:\n  {listed}")
