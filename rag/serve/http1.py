"""HTTP/1.1 as uvicorn and h11 speak it, with the bounds that these leave out: how long a request's headers may take
to come, how long a response may wait to be read, and how many connections there may be."""

from __future__ import annotations

import asyncio
import resource
import socket
import struct

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADERS_S = 10.0  # seconds for a request's line and headers, or for what is left of a body that nobody reads
READ_S = 30.0  # seconds in which a client has to read something of what has piled up for it
MOST = 1_000  # connections, if the system lets the process have twice as many files; one more is closed at once


class Bounded(H11Protocol):
    """A connection whose client has to come to the point."""

    headers_s, read_s = HEADERS_S, READ_S
    most = min(MOST, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2)
    _patience: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has come."""
        super().connection_made(transport)
        if len(self.connections) > self.most:
            transport.abort()
        else:
            self._watch()

    def data_received(self, data: bytes) -> None:
        """It has sent something."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """It has gone."""
        self._be_patient()
        self._read_on()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """It does not read what is sent to it."""
        super().pause_writing()
        self._look_again(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """It reads on."""
        self._read_on()
        super().resume_writing()

    def _watch(self) -> None:
        theirs, ours = self.conn.their_state, self.conn.our_state
        unread = theirs is h11.SEND_BODY and ours in (h11.DONE, h11.MUST_CLOSE)
        if theirs is not h11.IDLE and not unread:
            self._be_patient()
        elif self._patience is None:
            self._patience = self.loop.call_later(self.headers_s, self.transport.close)

    def _look_again(self, left: int) -> None:
        self._read_on()
        self._unread = self.loop.call_later(self.read_s, self._cut_if, left)

    def _cut_if(self, left: int) -> None:
        """Close it, if it has read none of so many bytes, and have the system drop what it holds for it, too."""
        if (now := self.transport.get_write_buffer_size()) < left:
            return self._look_again(now)
        one: socket.socket = self.transport.get_extra_info("socket")
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    def _read_on(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _be_patient(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
