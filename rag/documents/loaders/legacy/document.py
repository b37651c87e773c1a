"""A file of the old Office formats, by what is in it."""

from __future__ import annotations

import struct
from io import BytesIO

import olefile

from rag.documents.document import Document
from rag.documents.loaders.legacy.deck import read_deck
from rag.documents.loaders.legacy.pieces import SAVE
from rag.documents.loaders.legacy.word import read_word
from rag.documents.pictures import Pictures
from rag.documents.source import Source
from rag.documents.text import one_line
from rag.documents.writer import Writer
from rag.errors import LoadError


def load(source: Source) -> Document:
    """Headings, paragraphs, lists and tables of a document, or the slides of a presentation.

    Raises:
        LoadError: it is neither, encrypted, or damaged.
    """
    try:
        file = olefile.OleFileIO(BytesIO(source.data))
    except (OSError, ValueError, IndexError, struct.error):
        raise LoadError("it is no file of the old Office formats, or damaged") from None
    writer, pictures = Writer(), Pictures(source)
    with file:
        word = file.exists("WordDocument")
        if not word and not file.exists("PowerPoint Document"):
            raise LoadError("it is neither a Word document nor a presentation")
        try:
            read = read_word if word else read_deck
            notes = read(file, writer, pictures)
        except (struct.error, IndexError, OSError, UnicodeDecodeError) as error:
            raise LoadError(f"it is damaged ({one_line(str(error))[:100]}); {SAVE}") from None
        return writer.document(
            "doc" if word else "ppt",
            title=_property(file, "title"),
            author=_property(file, "author"),
            date=_property(file, "last_saved_time"),
            page_kind="page" if word else "slide",
            notes=[*notes, *pictures.told(writer)],
        )


def _property(file: olefile.OleFileIO, name: str) -> str:
    try:
        value = getattr(file.get_metadata(), name)
    except Exception:  # olefile raises whatever a damaged file makes it raise
        return ""
    if isinstance(value, bytes):
        return value.decode("cp1252", errors="replace")
    return str(value.date().isoformat()) if hasattr(value, "date") else ""
