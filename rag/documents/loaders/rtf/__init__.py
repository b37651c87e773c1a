"""Rich Text Format: ``document`` follows groups and control words, ``written`` keeps what has been read until it is whole
(a paragraph, a row, a table), ``forms`` says what a field of a form shows."""

from rag.documents.loaders.rtf.document import load

__all__ = ["load"]
