"""What workers do: each operation is a generator of events, over an opened index. No HTTP here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from rag.serve.operations.asking import about, ask, search
from rag.serve.operations.documents import document, documents, filters, text
from rag.serve.operations.embedding import embed
from rag.serve.operations.marking import marks
from rag.serve.operations.pages import page, picture
from rag.serve.operations.reading import read
from rag.serve.operations.reports import report, reports
from rag.serve.operations.writing import remove, roots, update
from rag.serve.protocol import Said

Operation = Callable[..., Iterator[Said]]

OPERATIONS: Mapping[str, Operation] = {
    one.__name__: one
    for one in (
        ask,
        search,
        about,
        documents,
        document,
        text,
        filters,
        embed,
        read,
        marks,
        reports,
        report,
        page,
        picture,
        roots,
        update,
        remove,
    )
}
"""By the name that a :class:`rag.serve.protocol.Task` calls them."""
