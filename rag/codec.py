"""Values to JSON and back, by their types: the one place where either is decided.

Frozen dataclasses are objects, tuples are lists, a field that is missing has its default. What does
not fit its type is refused, with the place where it stands.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_ENCODER = msgspec.json.Encoder()

DecodeError = msgspec.MsgspecError
"""Raised where text is not JSON, or JSON is not a value of the type asked for."""


def to_json(value: Any, *, indent: int = 0) -> str:
    """JSON of a dataclass, or of anything made of them; on one line unless ``indent`` is given.

    >>> from rag.documents.document import Page
    >>> to_json(Page(1, 0))
    '{"number":1,"start":0,"label":""}'
    """
    text = msgspec.json.encode(value)
    return (msgspec.json.format(text, indent=indent) if indent else text).decode("utf-8")


def to_line(value: Any) -> bytearray:
    """JSON of a value as a line of UTF-8, its newline included; no copy is made of what may be long.

    >>> to_line((1, "two"))
    bytearray(b'[1,"two"]\\n')
    """
    line = bytearray()
    _ENCODER.encode_into(value, line)
    line += b"\n"
    return line


def from_json(text: str | bytes, kind: type[T]) -> T:
    """The value of type ``kind`` that :func:`to_json` wrote.

    Raises:
        DecodeError: it is not JSON, or not of that type.
    """
    try:
        return msgspec.json.decode(text, type=kind)
    except RecursionError:
        raise msgspec.DecodeError("it is nested too deeply") from None
    except UnicodeDecodeError as error:
        raise msgspec.DecodeError(f"it is not valid UTF-8: {error.reason}") from None


def to_builtins(value: Any) -> Any:
    """The same as dicts, lists and scalars, for whoever writes JSON himself."""
    return msgspec.to_builtins(value)


def from_builtins(value: Any, kind: type[T]) -> T:
    """The value of type ``kind`` that :func:`to_builtins` took apart.

    Raises:
        DecodeError: it is not of that type.
    """
    return msgspec.convert(value, kind)
