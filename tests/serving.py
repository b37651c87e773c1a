"""A real server for tests: uvicorn on a free port of this machine, its worker processes, a small index."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from rag.serve.app import create_app
from rag.serve.config import LogSettings, ServeConfig, load_config
from rag.serve.listening import listen
from rag.serve.running import http_server
from tests.waiting import until


def uploaded(client: httpx.Client, *files: tuple[str, bytes], **where: str) -> dict[str, Any]:
    """The job that these files began, when it has ended."""
    sent = client.post("/documents", params=where, files=[("file", one) for one in files])
    assert sent.status_code == 202, sent.text
    address = f"/jobs/{sent.json()['job']}"
    return until(lambda job: job["state"] in ("done", "failed"), lambda: client.get(address).json())


@contextmanager
def served(config: ServeConfig | None = None, *index: str, **server: Any) -> Iterator[str]:
    """The address of a running server of ``config``, or of these indexes; it ends with the block."""
    if config is None:
        config = load_config(None, index=index, **{"workers": 1, **server})
    config = replace(config, log=LogSettings(level="error"))
    listening = listen("127.0.0.1", 0)
    port = listening.getsockname()[1]
    config = replace(config, server=replace(config.server, port=port))
    running = uvicorn.Server(http_server(create_app(config), config))
    thread = threading.Thread(target=running.run, args=([listening],))
    thread.start()
    try:
        while not running.started:
            if not thread.is_alive():
                raise RuntimeError("the server did not start")
            time.sleep(0.01)
        yield f"http://127.0.0.1:{port}"
    finally:
        running.should_exit = True
        thread.join()
        listening.close()


def write_folder(folder: Path) -> Path:
    """Three small documents to ask."""
    for name, text in {
        "leave.md": "# Leave\n\nFull-time employees get 30 days of paid holiday a year.\n\n"
        "Requests go to your manager two weeks before.\n",
        "it/vpn.md": "# VPN\n\nThe VPN is called Harbour. Install it from the software portal.\n",
        "hr/pay.md": "# Pay\n\nSalaries are paid on the 25th of each month.\n",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
