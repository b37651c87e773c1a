"""A store that is a schema of a PostgreSQL database: pgvector searches it, MVCC is its snapshot."""
