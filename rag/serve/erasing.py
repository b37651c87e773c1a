"""What a server keeps of documents outside their index: conversations, feedback and the audit."""

from __future__ import annotations

import sqlite3
from functools import partial
from pathlib import Path

from rag.codec import to_json
from rag.forgetting import Keeping, Traces, rows_store
from rag.serve.audit import Line, files_of, folder_of, rewrite
from rag.serve.conversations import SCHEMA
from rag.serve.state import ANSWERS, FILE, State


def serving_stores(state: Path) -> tuple[Keeping, ...]:
    """What quotes documents in a server's state folder. A server that is running holds its last answers in memory: for
    them it is to be started again."""
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


def _conversations(state: Path, traces: Traces) -> int:
    """Those whose name quotes the documents, with all their turns."""

    def work(db: sqlite3.Connection) -> int:
        named = db.execute("SELECT id, name FROM conversations").fetchall()
        told = [(one,) for one, name in named if traces.told_by(name)]
        db.executemany("DELETE FROM turns WHERE conversation = ?", told)
        db.executemany("DELETE FROM conversations WHERE id = ?", told)
        return len(told)

    if not (state / FILE).is_file():
        return 0
    kept = State.existing(state, SCHEMA)
    try:
        return kept.erase(work)
    finally:
        kept.close()


def _audit(state: Path, traces: Traces) -> int:
    def change(line: Line) -> Line | None:
        return None if traces.told_by(to_json(line)) else line

    return rewrite(state, change)
