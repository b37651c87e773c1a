"""PDF: ``pages`` reads what is painted, ``lines`` puts it back into paragraphs, ``document`` makes a
document of them."""

from rag.documents.loaders.pdf.document import load

__all__ = ["load"]
