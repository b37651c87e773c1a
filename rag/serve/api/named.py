"""What several routes take: the index that the query names."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query

from rag.serve.access.caller import CallerOf, index_named
from rag.serve.services import ServicesOf


def _index(
    services: ServicesOf,
    caller: CallerOf,
    index: Annotated[
        str, Query(description="Its name; the first that the caller may use, if left out.")
    ] = "",
) -> str:
    return index_named(index, caller, services.config.index)


IndexOf = Annotated[str, Depends(_index)]
"""A route's parameter: the name of an index that is there for the caller."""

Offset = Annotated[int, Query(ge=0, le=2**53)]
"""A route's parameter: characters of a document before something, or documents of a list."""
