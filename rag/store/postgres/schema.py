"""The tables of an index, who may read them, and how an older format is brought up to date."""

from __future__ import annotations

from psycopg import errors, sql

from rag.errors import IndexMismatch
from rag.store.postgres.address import Address
from rag.store.postgres.connection import Database

# Each step takes the format one version up; an index of version n runs steps n, n+1, ... What may be long is not
# what a row is known by: a page of an index takes no more than 2,704 bytes of a key.
MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE meta (key text PRIMARY KEY, value text NOT NULL);
    CREATE TABLE contents (packed bytea NOT NULL);
    CREATE TABLE roots (id integer PRIMARY KEY, path text COLLATE "C" NOT NULL);
    CREATE SEQUENCE document_ids;
    CREATE SEQUENCE chunk_ids;
    CREATE SEQUENCE vector_ids;
    CREATE TABLE documents (
        id bigint PRIMARY KEY, key bytea NOT NULL UNIQUE,
        sha256 text NOT NULL, loader text NOT NULL,
        kind text COLLATE "C" NOT NULL, title text COLLATE "C" NOT NULL, author text COLLATE "C" NOT NULL,
        date text COLLATE "C" NOT NULL, page_kind text NOT NULL, map text NOT NULL, metadata text NOT NULL,
        notes text NOT NULL, first_chunk bigint NOT NULL, chunk_count integer NOT NULL, text bytea NOT NULL
    );
    CREATE TABLE fields (
        document bigint NOT NULL REFERENCES documents ON DELETE CASCADE,
        key text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL
    );
    CREATE INDEX fields_document ON fields (document);
    CREATE TABLE files (
        root integer NOT NULL REFERENCES roots, key bytea NOT NULL,
        name text COLLATE "C" NOT NULL, size bigint NOT NULL, mtime_ns bigint NOT NULL, loader text NOT NULL,
        document bigint REFERENCES documents, failure text, PRIMARY KEY (root, key)
    );
    CREATE INDEX files_document ON files (document);
    CREATE TABLE staged (
        root integer NOT NULL, key bytea NOT NULL,
        name text COLLATE "C" NOT NULL, size bigint NOT NULL, mtime_ns bigint NOT NULL, loader text NOT NULL,
        document bigint REFERENCES documents, failure text, PRIMARY KEY (root, key)
    );
    CREATE TABLE vectors (
        id bigint PRIMARY KEY, model text NOT NULL, hash bytea NOT NULL, vector bytea NOT NULL, UNIQUE (model, hash)
    );
    CREATE TABLE chunks (
        id bigint PRIMARY KEY, document bigint NOT NULL REFERENCES documents ON DELETE CASCADE,
        start bigint NOT NULL, stop bigint NOT NULL, context text NOT NULL, vector bigint NOT NULL REFERENCES vectors
    );
    CREATE INDEX chunks_document ON chunks (document);
    CREATE INDEX chunks_vector ON chunks (vector);
    ALTER TABLE contents ALTER packed SET STORAGE EXTERNAL;
    ALTER TABLE documents ALTER text SET STORAGE EXTERNAL;
    ALTER TABLE vectors ALTER vector SET STORAGE EXTERNAL;

    CREATE TABLE dense (id bigint PRIMARY KEY, document bigint NOT NULL, vector halfvec NOT NULL);
    CREATE INDEX dense_document ON dense (document);
    CREATE TABLE words (
        id bigint PRIMARY KEY, document bigint NOT NULL, lengths integer[] NOT NULL,
        dims integer[] NOT NULL, weights sparsevec
    );
    CREATE INDEX words_document ON words (document);
    CREATE TABLE terms (dim integer PRIMARY KEY, chunks integer NOT NULL);
    CREATE INDEX terms_of_none ON terms (dim) WHERE chunks <= 0;
    CREATE TABLE cards (document bigint PRIMARY KEY, forms text[] COLLATE "C" NOT NULL);
    CREATE TABLE forms (form text COLLATE "C" PRIMARY KEY, documents integer NOT NULL);
    CREATE INDEX forms_of_none ON forms (form) WHERE documents <= 0;
    CREATE TABLE labels (document bigint NOT NULL, kind text NOT NULL, label text COLLATE "C" NOT NULL);
    CREATE INDEX labels_document ON labels (document);
    CREATE TABLE aliases (document bigint NOT NULL, stems text COLLATE "C" NOT NULL, other text COLLATE "C" NOT NULL);
    CREATE INDEX aliases_document ON aliases (document);
    ALTER TABLE dense ALTER vector SET STORAGE PLAIN;
    ALTER TABLE words ALTER dims SET STORAGE MAIN, ALTER weights SET STORAGE MAIN;

    CREATE FUNCTION readable() RETURNS int8multirange LANGUAGE sql STABLE PARALLEL SAFE AS
        $$ SELECT coalesce(nullif(current_setting('rag.documents', true), ''), '{}')::int8multirange $$;
    CREATE FUNCTION searchable() RETURNS int8multirange LANGUAGE sql STABLE PARALLEL SAFE AS
        $$ SELECT coalesce(nullif(current_setting('rag.searched', true), ''), '{}')::int8multirange $$;
    CREATE FUNCTION named(text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
        $$ SELECT $1 <> ALL (coalesce(nullif(current_setting('rag.hidden', true), ''), '{}')::text[]) $$;
    CREATE FUNCTION unread(text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
        $$ SELECT $1 = ANY (coalesce(nullif(current_setting('rag.unread', true), ''), '{}')::text[]) $$;
    """,
    # Chunks that have a term are found by postings, not by an index over their vectors; the next publication fills both.
    """
    DROP TABLE words, terms;
    DROP FUNCTION IF EXISTS chunks_with(integer[]), count_of(integer, integer[]);
    CREATE TABLE words (
        document bigint PRIMARY KEY, lengths bigint[] NOT NULL, postings integer NOT NULL, dims integer[] NOT NULL
    );
    CREATE TABLE postings (dim integer NOT NULL, first bigint NOT NULL, packed bytea NOT NULL, PRIMARY KEY (dim, first));
    ALTER TABLE postings ALTER packed SET STORAGE PLAIN;
    CREATE FUNCTION listed() RETURNS int8multirange LANGUAGE sql STABLE PARALLEL SAFE AS
        $$ SELECT coalesce(nullif(current_setting('rag.chunks', true), ''), '{}')::int8multirange $$;
    INSERT INTO meta VALUES ('underived', 'yes');
    """,
    # What of a text comes behind its first block, which is in the document's row. A text of before is one block.
    """
    CREATE TABLE blocks (
        document bigint NOT NULL REFERENCES documents ON DELETE CASCADE,
        number integer NOT NULL, packed bytea NOT NULL, PRIMARY KEY (document, number)
    );
    ALTER TABLE blocks ALTER packed SET STORAGE EXTERNAL;
    """,
    # What was found in a document when it was read, by a version of what is looked for.
    """
    CREATE TABLE traits (
        document bigint PRIMARY KEY REFERENCES documents ON DELETE CASCADE, version integer NOT NULL, packed bytea NOT NULL
    );
    ALTER TABLE traits ALTER packed SET STORAGE EXTERNAL;
    """,
)
FORMAT_VERSION = len(MIGRATIONS)

# What a part is searched by, as its owner: postings are of all chunks, and policies keep other roles' questions from the
# index over cards, since its operators are not "leakproof". Each keeps to the part itself.
_LOOKUPS = """
    CREATE OR REPLACE FUNCTION postings_of(integer[]) RETURNS TABLE (dim integer, first bigint, packed bytea)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {path} AS $$
        SELECT p.dim, p.first, kept.packed FROM postings p CROSS JOIN LATERAL (
            SELECT string_agg(substr(p.packed, 6 * i + 1, 6), '' ORDER BY i) AS packed
            FROM generate_series(0, length(p.packed) / 6 - 1) AS i
            WHERE p.first + get_byte(p.packed, 6 * i) + 256 * get_byte(p.packed, 6 * i + 1)
                + 65536 * get_byte(p.packed, 6 * i + 2) + 16777216 * get_byte(p.packed, 6 * i + 3)::bigint
                <@ (SELECT listed())
        ) AS kept WHERE p.dim = ANY($1) AND kept.packed IS NOT NULL $$;
    CREATE OR REPLACE FUNCTION holders_of(text) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
        SET search_path = {path} AS
        $$ SELECT count(*) FROM cards WHERE forms @> ARRAY[$1] AND document <@ (SELECT searchable()) $$;
    REVOKE ALL ON FUNCTION postings_of(integer[]), holders_of(text) FROM PUBLIC;
"""

_READABLE = "document <@ (SELECT readable())"
_SEARCHABLE = "document <@ (SELECT searchable())"
POLICIES = {
    "documents": "id <@ (SELECT readable())",
    "fields": _READABLE,
    "blocks": _READABLE,
    "traits": _READABLE,
    "chunks": _READABLE,
    "dense": _READABLE,
    "aliases": _READABLE,
    "cards": _SEARCHABLE,
    "labels": _SEARCHABLE,
    "vectors": "EXISTS (SELECT FROM chunks c WHERE c.vector = vectors.id)",
    "files": f"({_READABLE} AND named(name)) OR (document IS NULL AND unread(name))",
    "roots": "EXISTS (SELECT FROM files f WHERE f.root = roots.id)",
}
"""What of each table may be read by who may read a part: by the settings of the session, which name the part."""


def bring_up(db: Database, address: Address, vectors_in: str) -> None:
    """Make the index's schema, or take its format to the newest, in one transaction. ``vectors_in``: the schema of the
    extension.

    Raises:
        IndexMismatch: a newer version of rag made it.
    """
    schema = sql.Identifier(address.schema)
    there = db.execute("SELECT to_regnamespace(%s)::text", (schema.as_string(db),)).fetchone()
    if there == (None,):
        db.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
    version = 0
    if db.execute("SELECT to_regclass('meta')::text").fetchone() != (None,):
        row = db.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
        version = int(row[0]) if row else 0
    if version > FORMAT_VERSION:
        raise IndexMismatch(
            f"{address.shown}: made by a newer version of rag (index format {version}, this version reads up to "
            f"{FORMAT_VERSION}). Update rag: pip install -U rag-folder"
        )
    if version == FORMAT_VERSION:
        return
    for step in MIGRATIONS[version:]:
        db.execute(step)
    path = sql.SQL("{}, {}, pg_temp").format(schema, sql.Identifier(vectors_in))
    db.execute(sql.SQL(_LOOKUPS).format(path=path))
    db.execute(
        "INSERT INTO meta VALUES ('format', %s) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (str(FORMAT_VERSION),),
    )


def guard(db: Database, address: Address) -> bool:
    """See that there is a role that reads parts of the index, and policies that hold it to them. False where there is none
    and this role may not make one: then the conditions of each statement alone keep to the part."""
    name = address.role(db.info.dbname)
    role, schema = sql.Identifier(name), sql.Identifier(address.schema)
    if is_held(db, address, name):
        return True
    try:
        with db.transaction():
            known = db.execute("SELECT rolname FROM pg_roles WHERE rolname = %s", (name,))
            if known.fetchone() is None:
                db.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(role))
                db.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(role))
            db.execute("SET LOCAL lock_timeout = '3s'")
            db.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, role))
            db.execute(
                sql.SQL(
                    "GRANT EXECUTE ON FUNCTION postings_of(integer[]), holders_of(text) TO {}"
                ).format(role)
            )
            for table, condition in POLICIES.items():
                _hold(db, sql.Identifier(table), condition, role)
        return is_held(db, address, name)
    except (errors.InsufficientPrivilege, errors.LockNotAvailable):
        return False


def _hold(db: Database, table: sql.Identifier, condition: str, role: sql.Identifier) -> None:
    for statement in (
        "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        "DROP POLICY IF EXISTS whole ON {table}",
        "DROP POLICY IF EXISTS part ON {table}",
        "CREATE POLICY whole ON {table} FOR SELECT USING (true)",
        f"CREATE POLICY part ON {{table}} AS RESTRICTIVE FOR SELECT TO {{role}} USING ({condition})",
        "GRANT SELECT ON {table} TO {role}",
    ):
        db.execute(sql.SQL(statement).format(table=table, role=role))


def is_held(db: Database, address: Address, role: str) -> bool:
    """Whether there is such a role, policies hold it in every table, and this user may take it on."""
    how = "SET" if db.info.server_version >= 160000 else "MEMBER"
    asked = (
        "SELECT pg_has_role(oid, %s) AND has_function_privilege(oid, 'postings_of(integer[])', 'EXECUTE') "
        "FROM pg_roles WHERE rolname = %s"
    )
    return db.execute(asked, (how, role)).fetchone() == (True,) and _has_policies(db, address, role)


def _has_policies(db: Database, address: Address, role: str) -> bool:
    asked = (
        "SELECT count(*) FROM pg_policies WHERE schemaname = %s AND policyname = 'part' AND permissive = 'RESTRICTIVE' "
        "AND roles = ARRAY[%s]::name[]"
    )
    return db.execute(asked, (address.schema, role)).fetchone() == (len(POLICIES),)
