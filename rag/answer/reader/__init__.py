"""The bundled reader: a small decoder-only model that can only quote."""

from rag.answer.reader.reader import Quote, Reader, Reading

__all__ = ["Quote", "Reader", "Reading"]
