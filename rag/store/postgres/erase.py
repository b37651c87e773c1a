"""Space given back, and nothing kept in tables of what is no longer in the index."""

from __future__ import annotations

import psycopg

from rag.store.postgres.connection import in_words
from rag.store.postgres.writing import WritingSession

_TABLES = (
    "documents", "blocks", "fields", "traits", "files", "staged", "roots", "vectors", "chunks", "contents", "dense", "words",
    "postings", "cards", "forms", "labels", "aliases", "meta",
)  # fmt: skip


def compact(session: WritingSession) -> int:
    """Forget vectors of texts that are no longer in the index, and give the space back to the tables that had it; how many
    there were."""
    gone = sweep_vectors(session)
    session.rows(f"VACUUM (ANALYZE) {', '.join(_TABLES)}")
    return gone


def sweep_vectors(session: WritingSession) -> int:
    """Forget vectors of texts that are no longer in the index; how many there were."""
    rows = session.rows(
        "WITH gone AS (DELETE FROM vectors v WHERE NOT EXISTS (SELECT FROM chunks c WHERE c.vector = v.id) RETURNING 1) "
        "SELECT count(*) FROM gone"
    )
    return int(rows[0][0])


def erase(session: WritingSession) -> bool:
    """Write all tables anew, so that no row which was deleted is in their files. False where a reader of this database, of
    whichever table, began before: what it could still see is kept till it is done. The server's log (WAL), its
    archive, standbys and backups keep what they had."""
    sweep_vectors(session)
    session.rows("SET lock_timeout = '2s'")
    try:
        for table in _TABLES:
            session.db.execute(f"VACUUM (FULL, ANALYZE) {table}")
    except psycopg.errors.LockNotAvailable:
        session.rows(f"VACUUM (ANALYZE) {', '.join(_TABLES)}")
        return False
    except psycopg.Error as error:
        raise in_words(session.address, error) from None
    finally:
        session.rows("SET lock_timeout = 0")
    dead = "SELECT FROM pg_stat_user_tables WHERE schemaname = %s AND n_dead_tup > 0"
    return not session.rows(dead, (session.address.schema,))
