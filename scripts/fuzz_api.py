"""Call the HTTP API with whatever its description allows, and with what it doesn't, and hold it to what it promises:

    python scripts/fuzz_api.py [--seconds 120] [--examples 20] [--seed 1]

schemathesis reads /api/openapi.json of a real server (its own process, two workers, a small index, keys) and makes up requests:
each operation by itself, and in sequences that use what earlier answers gave. After each: no 5xx, a status, content type
and body that the description knows, nothing that was deleted still there, nothing without a key. What is printed
last are the counts; the exit code is 1 if anything was found.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from served import free_port, small_index, wait_for

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,use_after_free,ensure_resource_availability,ignored_auth,unsupported_method"
)
CONFIG = """
[server]
port = {port}
workers = 2
state = "state"
reports = "reports"
max_upload_mb = 5
[index.demo]
path = "demo"
[limits]
asks_a_minute = 0
searches_a_minute = 0
uploads_an_hour = 0
failed_tries_a_minute = 100000
"""


@contextmanager
def server(here: Path) -> Iterator[tuple[str, str]]:
    """The address of a server, and a key that may do everything."""
    small_index(here)
    port = free_port()
    (here / "serve.toml").write_text(CONFIG.format(port=port))
    rag = [sys.executable, "-m", "rag.cli"]
    config = ["--config", str(here / "serve.toml")]
    made = subprocess.run(
        [*rag, "key", "create", "fuzz", "--role", "ask", "--role", "upload", "--role", "admin", "--state", str(here / "state")],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    key = next(word for word in made.stdout.split() if word.startswith("rag_"))
    with (here / "server.log").open("w") as log:
        running = subprocess.Popen([*rag, "serve", *config], stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(address, running)
            yield address, key
        finally:
            running.terminate()
            running.wait()


def fuzz(address: str, key: str, out: Path, given: argparse.Namespace) -> int:
    """Run schemathesis; its exit code."""
    return subprocess.run(
        [
            *("schemathesis", "run", f"{address}/api/openapi.json", "--url", address),
            *("-H", f"Authorization: Bearer {key}", "--checks", CHECKS),
            *("--phases", "examples,coverage,fuzzing,stateful", "--continue-on-failure"),
            *("--max-time", str(given.seconds), "--max-examples", str(given.examples)),
            *("--seed", str(given.seed), "--request-timeout", "60", "--max-response-time", "60"),
            *("--report", "ndjson", "--report-ndjson-path", str(out), "--no-color"),
        ],
        env={**os.environ, "PYTHONUTF8": "1"},
        cwd=out.parent,  # where it keeps what it found
    ).returncode  # fmt: skip


def main() -> int:
    """Run it, and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--examples", type=int, default=20, help="of each operation and phase")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        with server(here) as (address, key):
            code = fuzz(address, key, here / "report.ndjson", given)
            alive = httpx.get(f"{address}/readyz", timeout=30).json()
        traces = (here / "server.log").read_text().count("Traceback")
        print(json.dumps({"alive": alive, "tracebacks": traces, "schemathesis": code}))
    return int(bool(code or traces))


if __name__ == "__main__":
    sys.exit(main())
