"""Word: ``styles`` and ``numbering`` say what a paragraph is, ``inline`` reads what stands in one,
``body`` walks the blocks, ``document`` puts body, headers and properties together."""

from rag.documents.loaders.docx.document import load

__all__ = ["load"]
