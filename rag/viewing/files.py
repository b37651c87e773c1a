"""The file behind a document, read again: only where it is still the one that was indexed."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

import pypdfium2 as pdfium

from rag.documents.addresses import is_address
from rag.documents.files import open_regular
from rag.documents.loaders.pdf.maps import mended
from rag.documents.loaders.pdf.unseen import Unseen
from rag.errors import ViewError

CHANGED = "the file has changed since it was indexed; update the index to see its pages"
KEPT = 2  # files that are kept in memory: a page is asked for twice, for its marks and its picture

pdfium_lock = threading.RLock()
"""PDFium is not safe to use from two threads."""


@dataclass(frozen=True, slots=True)
class Read:
    """A file's bytes, their SHA-256, and what is known of text that nobody sees, if it is a PDF."""

    data: bytes
    sha256: str
    unseen: Unseen


def read(path: str | os.PathLike[str], expected: str = "") -> Read:
    """The file at ``path``; ``expected`` is the SHA-256 (in hex) of what was indexed.

    Raises:
        ViewError: it is gone, cannot be read, or is another; or it is on a network.
    """
    if is_address(os.fspath(path)):
        raise ViewError(f"the file is not on this machine; its pages are shown where it is: {path}")
    try:
        status = os.stat(path)
        found = _read(os.fspath(path), status.st_size, status.st_mtime_ns)
    except OSError as error:
        why = "is no longer there" if isinstance(error, FileNotFoundError) else "cannot be read"
        raise ViewError(f"the file {why}; update the index") from None
    if expected and found.sha256 != expected:
        raise ViewError(CHANGED)
    return found


@lru_cache(KEPT)
def _read(path: str, size: int, mtime_ns: int) -> Read:
    with open_regular(path) as file:
        data = file.read(size)
    return Read(data, hashlib.sha256(data).hexdigest(), Unseen(data))


mended_once = lru_cache(KEPT)(mended)
"""A PDF with the maps of its fonts mended (:func:`rag.documents.loaders.pdf.maps.mended`)."""


@contextmanager
def pdf_of(data: bytes) -> Iterator[pdfium.PdfDocument]:
    """A PDF, opened; nobody else uses PDFium as long.

    Raises:
        ViewError: it cannot be opened.
    """
    with pdfium_lock:
        try:
            pdf = pdfium.PdfDocument(data)
        except pdfium.PdfiumError:
            raise ViewError("the file is damaged: its pages cannot be shown as pictures") from None
        try:
            yield pdf
        finally:
            pdf.close()
