"""Word and PowerPoint of before 2007 (DOC, DOT, PPT, PPS), from their binary records. Of Word: ``pieces`` are the text,
``properties`` say what a paragraph or a run of letters is, ``lists``, ``forms`` and ``drawings`` what is shown beside them,
``tables`` how cells lie; ``word`` puts it together. ``deck`` reads PowerPoint."""

from rag.documents.loaders.legacy.document import load

__all__ = ["load"]
