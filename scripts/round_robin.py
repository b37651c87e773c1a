"""A plain balancer: requests in turn to each of several servers on this machine, and to the next where one isn't there."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

AWAY = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_KEPT = re.compile(rb"\r\nconnection:[^\r]*", re.IGNORECASE)


class RoundRobin:
    """``busy`` counts the requests at each server now, ``sent`` those of all time, ``lost`` those that it had been given and
    said nothing to. A request is given to one server: who
    would send it again to another could have it answered, and paid for, twice."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._turns, self._ports = itertools.cycle(range(len(ports))), ports
        self.busy: Counter[int] = Counter()
        self.sent: Counter[int] = Counter()
        self.lost: Counter[int] = Counter()

    @asynccontextmanager
    async def listening(self, port: int) -> AsyncIterator[None]:
        """It is there on this port for as long as the block lasts."""
        requests: set[asyncio.Task[None]] = set()

        def begin(client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
            request = asyncio.create_task(self._request(client, back))
            requests.add(request)
            request.add_done_callback(requests.discard)

        async with await asyncio.start_server(begin, "127.0.0.1", port):
            try:
                yield
            finally:
                for request in requests:
                    request.cancel()
                await asyncio.gather(*requests, return_exceptions=True)

    async def _request(self, client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        """One request, and its response as it comes."""
        try:
            head = await client.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(head)
            body = await client.readexactly(int(length[1]) if length else 0)
            server = await self._connected()
            if server is None:
                back.write(AWAY)
                return
            port, answer, to = server
            self.busy[port] += 1
            self.sent[port] += 1
            said = False
            try:
                to.write(_KEPT.sub(b"", head[:-2]) + b"Connection: close\r\n\r\n" + body)
                while data := await answer.read(65_536):
                    said = True
                    back.write(data)
                    await back.drain()
            finally:
                self.busy[port] -= 1
                self.lost[port] += not said
                await _closed(to)
        except (OSError, asyncio.IncompleteReadError):
            pass  # who asked, or who answered, has gone
        finally:
            await _closed(back)

    async def _connected(self) -> tuple[int, asyncio.StreamReader, asyncio.StreamWriter] | None:
        first = next(self._turns)
        for port in (*self._ports[first:], *self._ports[:first]):
            with suppress(OSError):
                return port, *await asyncio.open_connection("127.0.0.1", port)
        return None


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
