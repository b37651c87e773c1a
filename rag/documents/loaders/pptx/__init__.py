"""PowerPoint: ``slides`` writes the shapes of a slide in reading order, ``document`` puts slides, notes
and comments together."""

from rag.documents.loaders.pptx.document import load

__all__ = ["load"]
