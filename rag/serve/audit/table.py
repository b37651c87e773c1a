"""The audit of all replicas of a server: a table in the state that they share, of which lines are only added. Lines of more
than ``keep_files`` days are removed, as a file is one of a day, or a part of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from rag.codec import to_json
from rag.serve.audit.line import Line, line_of
from rag.serve.config import AuditSettings
from rag.serve.state import Db, State

SHARED = """
CREATE TABLE IF NOT EXISTS audit (id INTEGER PRIMARY KEY, time TEXT NOT NULL, line TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS audit_time ON audit (time);
"""
AT_ONCE = 1_000  # lines that are read


class AuditTable:
    """The table in a state; without ``settings`` no line is removed."""

    def __init__(self, state: State, settings: AuditSettings | None = None) -> None:
        self.state, self.settings, self.name = state, settings, state.name
        self._cleared = ""  # the day on which old lines were last removed

    def append(self, lines: Sequence[Line]) -> None:
        """As :meth:`rag.serve.audit.line.Kept.append` says."""
        rows = [(line.time, to_json(line)) for line in lines]
        today = datetime.now(UTC)

        def work(db: Db) -> None:
            db.executemany("INSERT INTO audit (time, line) VALUES (?, ?)", rows)
            if self.settings and self._cleared != today.date().isoformat():
                oldest = (today - timedelta(days=self.settings.keep_files)).isoformat()
                db.execute("DELETE FROM audit WHERE time < ?", (oldest,))

        self.state.run(work)
        self._cleared = today.date().isoformat()

    def lines(self) -> Iterator[Line]:
        """As :meth:`rag.serve.audit.line.Kept.lines` says."""
        last = 0
        while rows := self._after(last):
            last = rows[-1][0]
            yield from (line_of(text, f"{self.name}, line {n}") for n, text in rows)

    def rewrite(self, change: Callable[[Line], Line | None]) -> int:
        """As :meth:`rag.serve.audit.line.Kept.rewrite` says."""
        last = changed = 0
        while rows := self._after(last):
            last = rows[-1][0]
            lines = [(n, line_of(text, f"{self.name}, line {n}")) for n, text in rows]
            after = [(n, line, change(line)) for n, line in lines]
            other = [(n, new) for n, line, new in after if new is not line]
            self.state.run(partial(_change, other))
            changed += len(other)
        return changed

    def _after(self, last: int) -> list[tuple[int, str]]:
        select = "SELECT id, line FROM audit WHERE id > ? ORDER BY id LIMIT ?"
        return self.state.look(lambda db: db.execute(select, (last, AT_ONCE)).fetchall())


def _change(changed: Sequence[tuple[int, Line | None]], db: Db) -> None:
    for n, line in changed:
        if line is None:
            db.execute("DELETE FROM audit WHERE id = ?", (n,))
        else:
            db.execute("UPDATE audit SET line = ? WHERE id = ?", (to_json(line), n))
