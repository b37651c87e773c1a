"""The tools that agents call: search, ask, read_document, list_documents."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mcp.types import Tool, ToolAnnotations

from rag.serve.access.caller import Caller, index_named
from rag.serve.asking import ask, search
from rag.serve.mcp.shapes import (
    Answered,
    AskArguments,
    Found,
    ListArguments,
    Listed,
    Listing,
    Passage,
    Quote,
    Read,
    ReadArguments,
    SearchArguments,
    picked,
)
from rag.serve.pauses import PAUSE, with_pauses
from rag.serve.services import Services
from rag.serve.shapes import AskRequest, SearchRequest, Shape


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a tool: of which server, by whom; ``tell`` lets the caller know how far it is."""

    services: Services
    caller: Caller
    tell: Callable[[str], Awaitable[None]]

    def index(self, name: str) -> str:
        """The index that is meant, which this caller may ask.

        Raises:
            ProblemError: 403, 404.
        """
        self.caller.demand("ask")
        return index_named(name, self.caller, self.services.config.index)

    async def work(self, operation: str, **arguments: Any) -> Any:
        """What a worker gives, within what this caller may read."""
        call = self.services.workers.call
        return await call(operation, groups=self.caller.groups, **arguments)


async def _search(call: Call, given: SearchArguments) -> dict[str, Any]:
    index = call.index(given.index)
    request = SearchRequest(question=given.question, index=index, k=given.k, where=given.where)
    found = await search(call.services, call.caller, request)
    return {"passages": [picked(Passage, hit, index) for hit in found["hits"]]}


async def _ask(call: Call, given: AskArguments) -> dict[str, Any]:
    index = call.index(given.index)
    request = AskRequest(question=given.question, index=index, where=given.where)
    await call.tell("Searching")
    events = with_pauses(ask(call.services, call.caller, request))
    answer: Mapping[str, Any] = {}
    async with contextlib.aclosing(events):
        async for said in events:
            if said.kind == "hits":
                hits = said.value["hits"]
                sources = len({hit["source"] for hit in hits})
                await call.tell(f"Reading {len(hits)} passages of {sources} documents")
            elif said is PAUSE:
                await call.tell("Still reading")
            elif said.kind == "answer":
                answer = said.value
    quotes = {
        name: [picked(Quote, one, index) for one in answer[name]]
        for name in ("citations", "closest")
    }
    return {name: quotes.get(name, answer[name]) for name in Answered.model_fields}


async def _read(call: Call, given: ReadArguments) -> dict[str, Any]:
    index = call.index(given.index)
    sizes = {"start": given.start, "characters": given.characters}
    return picked(Read, await call.work("read", index=index, source=given.source, **sizes), index)


async def _list(call: Call, given: ListArguments) -> dict[str, Any]:
    index = call.index(given.index)
    page = {"query": given.query, "offset": given.offset, "limit": given.limit}
    found = await call.work("documents", index=index, **page)
    after = given.offset + len(found["documents"])
    return {
        "documents": [picked(Listed, one, index) for one in found["documents"]],
        "total": found["total"],
        "next": after if after < found["total"] else None,
    }


@dataclass(frozen=True, slots=True)
class Kind:
    """A tool: what it is for, in words for a model, what it takes and gives, and what does it."""

    name: str
    title: str
    description: str
    takes: type[Shape]
    gives: type[Shape]
    run: Callable[[Call, Any], Awaitable[dict[str, Any]]]

    def shown(self, indexes: Mapping[str, str]) -> Tool:
        """As it is listed to who may use these ``indexes``, by name with their titles."""
        schema = self.takes.model_json_schema()
        about = "; ".join(f"{name}: {title}" if title else name for name, title in indexes.items())
        schema["properties"]["index"] |= {
            "description": f"Which collection of documents ({about}); the first if left out.",
            "enum": list(indexes),
        }
        return Tool(
            name=self.name,
            title=self.title,
            description=self.description,
            input_schema=schema,
            output_schema=self.gives.model_json_schema(),
            annotations=ToolAnnotations(
                read_only_hint=True,
                destructive_hint=False,
                idempotent_hint=True,
                open_world_hint=False,
            ),
        )


KINDS: Sequence[Kind] = (
    Kind(
        "ask",
        "Ask the documents",
        "Answers one question from the documents, with the quotes that the answer stands on, word for word, and where "
        "each stands; or says that the documents do not say. Prefer it to search for a fact, a rule, steps or a "
        "summary. Cite source and place with what you use.",
        AskArguments,
        Answered,
        _ask,
    ),
    Kind(
        "search",
        "Search the documents",
        "Finds the passages of the documents that have to do with a question, best first, without an answer.",
        SearchArguments,
        Found,
        _search,
    ),
    Kind(
        "read_document",
        "Read a document",
        "The text of a document from a character on: around a citation, or all of it in parts.",
        ReadArguments,
        Read,
        _read,
    ),
    Kind(
        "list_documents",
        "List documents",
        "The documents by name, a part of the list at a time.",
        ListArguments,
        Listing,
        _list,
    ),
)
