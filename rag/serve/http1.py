"""HTTP/1.1 as uvicorn and h11 speak it, with the two bounds that these leave out: how long a request's headers may
take to come, and how many connections there may be."""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADERS_S = 10.0  # seconds for a request's line and headers, or for what is left of a body that nobody reads
MOST = 1_000  # connections; one more is closed at once


class Bounded(H11Protocol):
    """A connection whose client has to come to the point."""

    headers_s = HEADERS_S
    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has come."""
        super().connection_made(transport)
        if len(self.connections) > MOST:
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
        super().connection_lost(exc)

    def _watch(self) -> None:
        theirs, ours = self.conn.their_state, self.conn.our_state
        unread = theirs is h11.SEND_BODY and ours in (h11.DONE, h11.MUST_CLOSE)
        if theirs is not h11.IDLE and not unread:
            self._be_patient()
        elif self._patience is None:
            self._patience = self.loop.call_later(self.headers_s, self.transport.close)

    def _be_patient(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
