"""Excel: ``workbook`` lists the sheets and what they share, ``sheet`` reads the cells of one as they
are shown, ``document`` writes sheets with their comments, charts and text boxes."""

from rag.documents.loaders.xlsx.document import load

__all__ = ["load"]
