"""A store that is one folder on disk: the catalog in SQLite, FAISS and tantivy derived from it."""
