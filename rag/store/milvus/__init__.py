"""A store whose catalog is in PostgreSQL, and which is searched in Milvus: vectors of meaning and of words in one collection."""
