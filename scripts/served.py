"""A small server for scripts that attack one."""

from __future__ import annotations

import secrets
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import httpx

DOCUMENTS = {
    "leave.md": "# Leave\n\nFull-time employees get 30 days of paid holiday a year.\n",
    "it/vpn.md": "# VPN\n\nThe VPN is called Harbour. Install it from the software portal.\n",
    "hr/pay.md": "# Pay\n\nSalaries are paid on the 25th of each month.\n",
}


def small_index(here: Path) -> None:
    """Documents in ``docs`` and their index in ``demo``."""
    from rag import Index

    for name, text in DOCUMENTS.items():
        path = here / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    Index.build(here / "docs", here / "demo").close()


def free_port() -> int:
    """A port of this machine that nobody listens to. It is below those that systems give to whoever connects to something,
    so that it is not gone before it is used."""
    while True:
        port = 10_000 + secrets.randbelow(22_000)
        with socket.socket() as one, suppress(OSError):
            one.bind(("127.0.0.1", port))
            return port


def wait_for(address: str, running: subprocess.Popen[bytes]) -> None:
    """Until the server answers."""
    while running.poll() is None:
        try:
            if httpx.get(f"{address}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")
