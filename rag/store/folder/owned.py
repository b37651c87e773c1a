"""What of a catalog belongs to some documents alone, and what stands in it whatever they say."""

from __future__ import annotations

from collections.abc import Collection

from rag.codec import to_json
from rag.documents.document import Document
from rag.store.folder.catalog import FolderCatalog
from rag.store.packing import blocks_of, pack


def own_vectors(catalog: FolderCatalog, documents: Collection[int], most: int) -> list[bytes]:
    """Vectors that no visible document but these has, as they are kept; at most so many."""
    staying = [one for one in catalog.names() if one not in documents]
    others, own = (
        {row[5] for one in some for row in catalog._sealed("chunks", "document = ?", (one,))}
        for some in (staying, documents)
    )
    rows = (catalog._sealed("vectors", "id = ?", (one,)) for one in sorted(own - others)[:most])
    return [row[0][2] for row in rows if row]


def form_of(catalog: FolderCatalog) -> str:
    """Names of tables, fields, settings, folders and loaders: what stands in an index whatever its documents say."""
    nothing = Document(text="", kind="")
    files = [*catalog.folder.glob("*/meta.json"), *catalog.folder.glob("manifest.json")]
    return " ".join(
        (
            *(file.read_text("utf-8", "replace") for file in files),
            *map(str, pack(nothing, blocks_of(nothing)).values()),
            *(str(sql) for (sql,) in catalog._rows("SELECT sql FROM sqlite_master")),
            to_json(catalog.meta()),
            *catalog.roots().values(),
            *{row.loader for row in catalog.files()},
        )
    )
