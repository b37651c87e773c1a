"""What is on disk: the catalog, and the vector and full-text indexes derived from it."""

from rag.index.index import Index, Status

__all__ = ["Index", "Status"]
