"""The bundled reader: a small decoder-only model that can only quote."""

from rag.answer.reader.ranking import Quote
from rag.answer.reader.reader import Reader, Reading

__all__ = ["Quote", "Reader", "Reading"]
