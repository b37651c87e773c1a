"""One loader a format: ``load(source) -> Document``. No loader knows another.

What several of them need is shared, in :mod:`rag.documents`: ``encoding`` (bytes to text),
``markup`` (HTML, as the common form of Markdown, reStructuredText, EPUB and mail), ``tables``,
``ocr``, ``source.open_zip`` (the archives that Office files and books are, which :mod:`rag.documents.archive`
has gone through before) and ``writer``.
"""
