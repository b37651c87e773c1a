"""A chat model asked with patience: again where that may help, in words for a person where it does
not."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

from tenacity import (
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    wait_exponential,
    wait_random,
)

from rag.errors import ModelError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

ATTEMPTS = 3
_PASSING = {408, 409, 429, 500, 502, 503, 504}
Messages = list[tuple[str, str]]
"""(role, text) pairs: "system", "human" or "ai"."""


def patiently(wait: float = 0.5) -> Retrying:
    """ATTEMPTS, the second after ``wait`` seconds and then ever later, where the failure is one that
    passes: a timeout, a lost connection, a rate limit, a server's error."""
    return Retrying(
        stop=stop_after_attempt(ATTEMPTS),
        wait=wait_exponential(multiplier=wait, max=8.0) + wait_random(0, wait),
        retry=retry_if_exception(_passes),
        reraise=True,
    )


def _passes(error: BaseException) -> bool:
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return status in _PASSING
    kinds = {kind.__name__ for kind in type(error).__mro__}
    return bool(kinds & {"TimeoutError", "TimeoutException", "ConnectionError", "TransportError",
                         "APIConnectionError", "APITimeoutError"})  # fmt: skip


def say(model: BaseChatModel, messages: Messages) -> tuple[str, dict[str, int]]:
    """What a model replies, and the tokens it took.

    Raises:
        ModelError: it cannot be reached, or fails, or replies nothing that is text.
    """
    try:
        reply = patiently()(model.invoke, messages)
        return str(reply.text), usage_of(reply)
    except ModelError:
        raise
    except Exception as error:  # each provider raises its own
        raise _failed(error) from error


def say_in_pieces(
    model: BaseChatModel, messages: Messages
) -> Generator[str, None, tuple[str, dict[str, int]]]:
    """The same, handed out in pieces as it is written. Begun again only if nothing has been said yet.

    Raises:
        ModelError: as :func:`say`.
    """
    try:
        pieces = patiently()(_begun, model, messages)
        whole: Any = None
        text = ""
        for piece in pieces:
            whole = piece if whole is None else whole + piece
            if piece.text:
                text += str(piece.text)
                yield str(piece.text)
        return text, usage_of(whole)
    except ModelError:
        raise
    except Exception as error:
        raise _failed(error) from error


def _begun(model: BaseChatModel, messages: Messages) -> Iterator[Any]:
    """A stream whose first piece has come: until then a failure can be tried again."""
    stream = model.stream(messages)
    first = next(stream, None)

    def pieces() -> Iterator[Any]:
        if first is not None:
            yield first
        yield from stream

    return pieces()


def _failed(error: Exception) -> ModelError:
    detail = " ".join(str(error).split())[:300]
    return ModelError(
        f"The model did not answer: {type(error).__name__}: {detail} Is its server running, the "
        "address right, the key valid?"
    )


def usage_of(reply: Any) -> dict[str, int]:
    """The tokens that a LangChain message says it took: input_tokens, output_tokens, total_tokens."""
    return {
        name: count
        for name, count in dict(getattr(reply, "usage_metadata", None) or {}).items()
        if isinstance(count, int)
    }
