"""A web server of a test's own, which answers as the test says."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from typing import Any

from tests.waiting import OFTEN_S


@contextmanager
def web_server(handler: Callable[..., Any]) -> Iterator[str]:
    """The address of a server on a free port of this machine whose requests go to ``handler``; it ends with the block."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        # It looks this often whether it is to end: of itself, every half second.
        thread = threading.Thread(target=server.serve_forever, args=(OFTEN_S,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
