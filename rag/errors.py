"""Every error a user can meet: what is wrong, where, and what to do about it.

All derive from :class:`RagError`, so a program can catch one type and print it.
"""

from __future__ import annotations

DISTRIBUTION = "rag-folder"
"""The name to install this package by; ``rag`` is what it is imported and called as."""


class RagError(Exception):
    """Base of all errors that are meant to be read by a person."""


class SettingsError(RagError):
    """A setting is unknown or has a value that cannot be used."""


class ExtraMissing(RagError):
    """What was asked for needs packages that are installed only on demand.

    >>> print(ExtraMissing("A local language model", "hf"))
    A local language model needs more packages: pip install "rag-folder[hf]"
    """

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f'{what} needs more packages: pip install "{DISTRIBUTION}[{extra}]"')


class FolderError(RagError):
    """The folder to index does not exist or cannot be read."""


class LoadError(RagError):
    """A file cannot be turned into a document. Reported for that file; the run goes on."""


class ModelError(RagError):
    """A model is missing, damaged, or not the one that was asked for."""


class IndexMissing(RagError):
    """There is no index at the path given."""


class IndexDamaged(RagError):
    """The index's one truth, its catalog, cannot be read."""


class IndexMismatch(RagError):
    """The index was made by another model, with other settings, or by a newer version."""


class IndexClosed(RagError):
    """The index was closed by the program that uses it."""


class IndexLocked(RagError):
    """Another process is writing to the index."""


class StorageError(RagError):
    """The disk is full or cannot be written."""


class QueryError(RagError):
    """A search was asked for in a way that cannot be answered."""


class GoldError(RagError):
    """A gold set, or a report, cannot be read; the lines at fault are named."""
