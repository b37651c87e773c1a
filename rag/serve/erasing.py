"""What a server keeps of documents outside their index: conversations, feedback and the audit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TypeVar

from rag.codec import to_json
from rag.forgetting import Keeping, Traces, rows_store
from rag.serve.audit import Line, files_of, folder_of, lines_of, rewrite
from rag.serve.conversations import SCHEMA
from rag.serve.starting import SCHEMAS, SHARED
from rag.serve.state import (
    ANSWERS,
    FILE,
    Db,
    Place,
    State,
    existing_state,
    in_database,
)

T = TypeVar("T")
# What of a state quotes documents, beside the names of conversations and the audit: a table, the columns that tell its
# rows apart, and those with texts.
_TABLES = (
    ("the server's cached answers", "answers", ("key",), ("answer",)),
    ("the server's last answers", "recent", ("id",), ("answer",)),
    ("turns of the server's conversations", "turns", ("id",), ("answer",)),
    ("feedback", "feedback", ("answer_id", "key"), ("answer", "right_answer", "comment")),
)


def serving_stores(place: Place) -> tuple[Keeping, ...]:
    """What quotes documents in a server's state. A server that is running with a state in a folder holds its last answers in
    memory: for them it is to be started again."""
    return _in_database(str(place)) if in_database(place) else _in_folder(Path(place))


def _in_folder(state: Path) -> tuple[Keeping, ...]:
    rows = partial(rows_store, path=state / FILE)
    return (
        rows_store("the server's cached answers", state / ANSWERS, "answers", ("key", "answer")),
        rows("turns of the server's conversations", table="turns", columns=("id", "answer")),
        Keeping(
            "the server's conversations by name", (state / FILE,), partial(_conversations, state)
        ),
        rows(
            "feedback",
            table="feedback",
            columns=("rowid", "answer", "right_answer", "comment"),
        ),
        Keeping("lines of the audit", tuple(files_of(folder_of(state))), partial(_audit, state)),
    )


def _in_database(address: str) -> tuple[Keeping, ...]:
    names = partial(_texts, address, "conversations", ("name",))
    return (
        *(
            Keeping(
                name,
                (),
                partial(_rows, address, table, keys, texts),
                partial(_texts, address, table, texts),
            )
            for name, table, keys, texts in _TABLES
        ),
        Keeping("the server's conversations by name", (), partial(_conversations, address), names),
        Keeping("lines of the audit", (), partial(_audit, address), partial(_audited, address)),
    )


def _rows(
    address: str, table: str, keys: Sequence[str], texts: Sequence[str], traces: Traces
) -> int:
    """The rows of a table that quote the documents."""

    def work(db: Db) -> int:
        select = f"SELECT {', '.join([*keys, *texts])} FROM {table}"
        rows = db.execute(select).fetchall()
        told = [row[: len(keys)] for row in rows if any(map(traces.told_by, row[len(keys) :]))]
        where = " AND ".join(f"{key} = ?" for key in keys)
        db.executemany(f"DELETE FROM {table} WHERE {where}", told)
        return len(told)

    return _cleaned(address, lambda state: state.erase(work))


def _texts(address: str, table: str, columns: Sequence[str]) -> Iterator[str]:
    select = f"SELECT {', '.join(columns)} FROM {table}"
    with closing(existing_state(address, *SCHEMAS, *SHARED)) as state:
        rows = state.look(lambda db: db.execute(select).fetchall())
    return (text for row in rows for text in row)


def _conversations(place: Place, traces: Traces) -> int:
    """Those whose name quotes the documents, with all their turns."""

    def work(db: Db) -> int:
        named = db.execute("SELECT id, name FROM conversations").fetchall()
        told = [(one,) for one, name in named if traces.told_by(name)]
        db.executemany("DELETE FROM turns WHERE conversation = ?", told)
        db.executemany("DELETE FROM conversations WHERE id = ?", told)
        return len(told)

    if isinstance(place, Path) and not (place / FILE).is_file():
        return 0
    return _cleaned(place, lambda state: state.erase(work))


def _audit(place: Place, traces: Traces) -> int:
    def change(line: Line) -> Line | None:
        return None if traces.told_by(to_json(line)) else line

    changed = rewrite(place, change)
    if in_database(place):
        _cleaned(place, lambda state: 0)
    return changed


def _audited(address: str) -> Iterable[str]:
    return (to_json(line) for line in lines_of(address))


def _cleaned(place: Place, clean: Callable[[State], T]) -> T:
    """What is deleted is in no byte of the state afterwards."""
    schemas = (*SCHEMAS, *SHARED) if in_database(place) else (SCHEMA,)
    with closing(existing_state(place, *schemas)) as state:
        done = clean(state)
        if state.shared:
            state.compact()
        return done
