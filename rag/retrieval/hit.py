"""What retrieval finds: a chunk, where it stands, and how well it matched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rag.documents.document import PageKind


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result: a chunk, where it stands, and how well it matched.

    ``score`` is the fused score in [0, 1]; ``dense`` and ``lexical`` are what it was made
    of (cosine and BM25; None where that side did not find the chunk). ``sources`` names
    every file with this very content; ``source`` is the first of them. The chunk stands on
    pages ``page`` to ``page_end``.
    """

    chunk_id: int
    document_id: int
    source: str
    sources: tuple[str, ...]
    start: int
    end: int
    text: str
    score: float
    dense: float | None = None
    lexical: float | None = None
    context: str = ""
    page: int | None = None
    page_end: int | None = None
    page_label: str = ""
    page_kind: PageKind = "page"
    title: str = ""
    kind: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """For people: ``handbook/leave.pdf, page 3``."""
        if self.page is None:
            return self.source
        if self.page_end is not None and self.page_end > self.page:
            return f"{self.source}, {self.page_kind}s {self.page}-{self.page_end}"
        label = f" ({self.page_label})" if self.page_label not in ("", str(self.page)) else ""
        return f"{self.source}, {self.page_kind} {self.page}{label}"
