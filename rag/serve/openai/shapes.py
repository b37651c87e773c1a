"""What clients of OpenAI's API send. What they give is theirs to say: it is made in the modules of the routes."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from rag.serve.shapes import Shape, Where


class Part(Shape):
    """A piece of a message; only text is read."""

    type: str
    text: str = ""


class Message(Shape):
    """A message of a conversation."""

    role: str
    content: str | list[Part] | None = None


class StreamOptions(Shape):
    """``include_usage``: one chunk more, with the tokens that were used."""

    include_usage: bool = False


class Options(Shape):
    """The field ``rag`` of a request, for what this API has no field of its own: ``where`` narrows what is searched,
    ``marks`` are the "[1]" and the list of sources in the text, ``rectangles`` those around each citation's words on its
    pages."""

    where: Where | None = None
    marks: bool = True
    rectangles: bool = False


class ChatRequest(Shape):
    """A request for a chat completion. Fields that are not here are ignored."""

    model: str
    messages: list[Message] = Field(min_length=1)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: int | None = None
    tool_choice: Any = None
    function_call: Any = None
    response_format: dict[str, Any] | None = None
    rag: Options = Options()


class EmbeddingRequest(Shape):
    """A request for vectors of texts."""

    model: str
    input: str | list[str] | list[int] | list[list[int]]
    encoding_format: Literal["float", "base64"] | None = None
    dimensions: int | None = None
