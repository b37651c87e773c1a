"""Events as they come, and a word now and then while none comes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator

from rag.serve.protocol import Said

QUIET_S = 10.0  # no proxy and no client hangs up within it
PAUSE = Said("pause")


async def with_pauses(
    events: AsyncGenerator[Said, None], quiet_s: float = QUIET_S
) -> AsyncGenerator[Said, None]:
    """The events, and PAUSE each time that there was none for ``quiet_s`` seconds. It closes them."""
    came: asyncio.Queue[Said] = asyncio.Queue()
    end = Said("end")

    async def listen() -> None:
        try:
            async with contextlib.aclosing(events):
                async for said in events:
                    came.put_nowait(said)
        finally:
            came.put_nowait(end)

    listening = asyncio.create_task(listen())
    try:
        said = PAUSE
        while said is not end:
            try:
                async with asyncio.timeout(quiet_s):
                    said = await came.get()
            except TimeoutError:
                said = PAUSE
            if said is not end:
                yield said
        await listening
    finally:
        listening.cancel()
