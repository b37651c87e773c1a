"""A generator run in a thread, for whoever must not wait."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import AsyncGenerator, Generator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


async def in_thread(steps: Generator[T, None, object]) -> AsyncGenerator[T, None]:
    """What ``steps`` yields, made in a thread of its own, step by step as it is asked for.

    Given up early (``aclose``, or the task cancelled), ``steps`` is closed by that same thread, as
    soon as the step at work is done: what it holds open is let go of.
    """
    loop, context = asyncio.get_running_loop(), contextvars.copy_context()
    thread = ThreadPoolExecutor(1, thread_name_prefix="rag-stream")
    try:
        # A StopIteration cannot leave a future, so the end is a value of its own.
        while (step := await loop.run_in_executor(thread, context.run, _next, steps)) is not None:
            yield step[0]
    finally:
        thread.submit(context.run, steps.close)
        thread.shutdown(wait=False)


def _next(steps: Generator[T, None, object]) -> tuple[T] | None:
    for step in steps:
        return (step,)
    return None
