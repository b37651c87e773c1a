"""A file that keeps each row as soon as there is one, so that a run that was stopped goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.codec import DecodeError, from_json, to_json
from rag.errors import writing_to
from rag.evaluation.judging import Judging
from rag.evaluation.rows import Row


@dataclass(frozen=True, slots=True)
class Stamp:
    """What rows depend on; it is the journal's first line. Rows of another stamp are of no use."""

    gold: str
    index: str
    generation: int
    chain: dict[str, Any]
    judging: Judging


@contextmanager
def journal_at(
    path: Path | None, stamp: Stamp, done: Mapping[str, Row]
) -> Iterator[Callable[[Row], None]]:
    """Hands out what appends a row to the file; the rows taken over are written first.

    Raises:
        StorageError: nothing can be written there, or the disk is full. What was written stays.
    """
    if path is None:
        yield lambda row: None
        return
    with writing_to(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = path.with_suffix(".tmp")
        lines = [to_json(stamp), *map(to_json, done.values())]
        scratch.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        scratch.replace(path)
        with open(path, "a", encoding="utf-8") as file:

            def write(row: Row) -> None:
                print(to_json(row), file=file, flush=True)

            yield write


def resumed(path: Path, stamp: Stamp) -> dict[str, Row]:
    """The rows of a journal by their id, without those that failed: these are asked again. None if
    its stamp is another."""
    rows: dict[str, Row] = {}
    try:
        with open(path, "rb") as file:
            if from_json(file.readline(), Stamp) != stamp:
                return {}
            for line in file:
                row = from_json(line, Row)
                if not row.error:
                    rows[row.id] = row
    except (OSError, DecodeError):
        pass  # none yet, or torn by a crash: what was whole is taken over
    return rows
