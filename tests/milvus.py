"""A Milvus server for tests: milvus-lite, the pure-Python stand-in for a cluster, in a process of its own."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from scripts.served import free_port
from tests.waiting import until


@contextmanager
def running() -> Iterator[str]:
    """A server on a free port of this machine, for as long as the block lasts: its "127.0.0.1:PORT".

    Raises:
        RuntimeError: it cannot be started.
    """
    port = free_port()
    command = ["-m", "milvus_lite", "server", "--host", "127.0.0.1", "--port", str(port)]
    with tempfile.TemporaryDirectory(prefix="rag-milvus-") as folder:
        server = subprocess.Popen(
            [sys.executable, *command, "--data-dir", folder],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            until(bool, lambda: _listens(server, port))
            yield f"127.0.0.1:{port}"
        finally:
            server.kill()
            server.wait()


def _listens(server: subprocess.Popen[bytes], port: int) -> bool:
    if server.poll() is not None:
        raise RuntimeError("milvus-lite did not start")
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False
