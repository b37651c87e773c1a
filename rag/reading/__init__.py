"""The bundled reader: a small decoder-only model that can only quote."""

from rag.reading.ranking import Quote
from rag.reading.reader import Reader, Reading

__all__ = ["Quote", "Reader", "Reading"]
