"""Load on a server: clients that cost little themselves, since they share the processor with what is measured."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Given:
    """What a client got: ``seconds`` from sending to the last byte; ``status`` 0 where the connection broke."""

    question: str
    status: int
    seconds: float
    after: str  # of Retry-After
    value: Any


class Client:
    """One connection that is kept, as a browser keeps it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, question: str) -> Given:
        """POST /api/ask."""
        body = json.dumps({"question": question}).encode()
        head = f"POST /api/ask HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nContent-Type: application/json\r\n"
        request = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
        begun = time.perf_counter()
        try:
            status, headers, data = await self._send(request)
        except (OSError, asyncio.IncompleteReadError):
            self._streams = None
            return Given(question, 0, time.perf_counter() - begun, "", None)
        seconds = time.perf_counter() - begun
        return Given(question, status, seconds, headers.get("retry-after", ""), json.loads(data))

    async def _send(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self._streams
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head[1:])
        }
        data = await reader.readexactly(int(headers["content-length"]))
        if headers.get("connection", "").lower() == "close":
            writer.close()
            self._streams = None
        return int(head[0].split()[1]), headers, data

    def close(self) -> None:
        """Hang up."""
        if self._streams:
            self._streams[1].close()


async def closed_loop(
    port: int, clients: int, questions: Sequence[str]
) -> tuple[float, list[Given]]:
    """Each client asks as soon as it has its answer, until all questions are asked: seconds, and what was given."""
    left, given = list(reversed(questions)), list[Given]()

    async def one() -> None:
        client = Client(port)
        while left:
            given.append(await client.ask(left.pop()))
        client.close()

    begun = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(clients)))
    return time.perf_counter() - begun, given


async def open_loop(port: int, rate: float, questions: Sequence[str]) -> tuple[float, list[Given]]:
    """A question each ``1 / rate`` seconds, whether or not those before are answered."""

    async def one(question: str) -> Given:
        client = Client(port)
        given = await client.ask(question)
        client.close()
        return given

    begun, tasks = time.perf_counter(), []
    for number, question in enumerate(questions):
        await asyncio.sleep(max(0.0, begun + number / rate - time.perf_counter()))
        tasks.append(asyncio.create_task(one(question)))
    given = await asyncio.gather(*tasks)
    return time.perf_counter() - begun, list(given)


def percentiles(seconds: Sequence[float]) -> list[str]:
    """p50, p95 and p99, in milliseconds."""
    if not seconds:
        return ["-"] * 3
    return [f"{1000 * value:.0f}" for value in np.percentile(np.asarray(seconds), (50, 95, 99))]
