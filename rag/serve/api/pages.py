"""/api/documents/{id}/pages: a page with a quote marked on it, and its picture."""

from __future__ import annotations

from base64 import b64decode
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Path, Query, Request, Response

from rag.serve.access.caller import CallerOf
from rag.serve.api.documents import Identity
from rag.serve.api.named import IndexOf, Offset
from rag.serve.services import ServicesOf
from rag.serve.shapes import Shape

router = APIRouter(prefix="/api/documents/{document}/pages/{number}")
Number = Annotated[int, Path(ge=1, le=10_000_000)]
PNG = "image/png"


class ShownPage(Shape):
    """A page: ``text`` stands at ``start`` to ``end`` of the document's. ``picture`` is the address of its picture, to which
    "width=" in pixels may be added; null where there is none. ``width`` and ``height`` are in points. ``rectangles`` are
    around the words of the span that was asked for, as shares of the picture: [left, top, right, bottom]. ``marked`` is
    "page" where it stands on the page and cannot be marked for certain, and ``reason`` says why."""

    number: int
    label: str
    kind: str
    text: str
    start: int
    end: int
    picture: str | None
    width: float
    height: float
    rectangles: list[list[float]]
    marked: Literal["rectangles", "page", "none"]
    reason: str


@router.get("")
async def page(
    document: Identity,
    number: Number,
    request: Request,
    services: ServicesOf,
    caller: CallerOf,
    index: IndexOf,
    start: Offset | None = None,
    end: Offset | None = None,
) -> ShownPage:
    """A page of a document, by its number from 1; what of the span ``start`` to ``end`` stands on it is marked."""
    caller.demand("ask")
    found = await services.workers.call(
        "page",
        index=index,
        document=document,
        number=number,
        start=start,
        end=end,
        groups=caller.groups,
    )
    address = request.url_for("picture", document=document, number=number)
    shown = address.include_query_params(index=index)
    where = f"{shown.path}?{shown.query}" if found["looks"] else None
    return ShownPage.model_validate({**found, "picture": where})


@router.get(
    "/picture",
    response_class=Response,
    responses={
        200: {"content": {PNG: {"schema": {"type": "string", "format": "binary"}}}},
        304: {"description": "The picture is the one that is known by its ETag."},
    },
)
async def picture(
    document: Identity,
    number: Number,
    services: ServicesOf,
    caller: CallerOf,
    index: IndexOf,
    width: Annotated[int, Query(ge=16, le=4000)] = 1000,
    if_none_match: Annotated[str, Header()] = "",
) -> Response:
    """A page as it looks, a PNG. Kept by the browser that asked for it, which asks each time whether it still may be
    shown."""
    caller.demand("ask")
    found = await services.workers.call(
        "picture",
        index=index,
        document=document,
        number=number,
        width=width,
        known=if_none_match.removeprefix("W/").strip('"'),
        groups=caller.groups,
    )
    headers = {"ETag": f'"{found["tag"]}"', "Cache-Control": "private, no-cache"}
    if found["picture"] is None:
        return Response(status_code=304, headers=headers)
    return Response(b64decode(found["picture"]), media_type=PNG, headers=headers)
