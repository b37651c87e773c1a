"""What a server does with requests that mean it no good: a table of what was tried and what came back.

    python -m scripts.try_hostile_requests

Starts a server of its own on a free port of this machine, with a small index and two keys, and sends it alone a bounded number of
requests. Each must be refused with a code that is foreseen, or answered as text; in the end the server must still answer
as it did before, hold the files that it held, and its log no traceback and no key. Exits with 1 where something is not so.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from rag import Index
from rag.serve.access import gate
from rag.serve.access.keys import Keys
from rag.serve.state import SqliteState
from scripts.hostile_requests import QUESTION, Target, tries

CONFIG = """
[server]
workers = 1
body_patience_s = 1
max_upload_mb = 5
[limits]
failed_tries_a_minute = 10000
asks_a_minute = 0
searches_a_minute = 0
"""


@contextmanager
def target(folder: Path) -> Iterator[tuple[Target, Path]]:
    """A server in a process of its own, and its log."""
    (folder / "docs").mkdir()
    (folder / "docs" / "leave.md").write_text(
        "# Leave\n\nEmployees get 30 days of paid holiday a year.\n"
    )
    Index.build(folder / "docs", folder / "demo").close()
    (folder / "serve.toml").write_text(CONFIG)
    state = SqliteState(folder / "demo.serve", gate.SCHEMA)
    ask, admin = (Keys(state).create(name, roles=[name]) for name in ("ask", "admin"))
    state.close()
    log = folder / "log"
    command = [sys.executable, "-m", "rag.cli", "serve", "--config", str(folder / "serve.toml")]
    command += ["--index", f"demo={folder / 'demo'}", "--port", "0"]
    with log.open("w") as written:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=written, text=True)
    assert process.stdout
    try:
        found = re.search(r":(\d+) ", process.stdout.readline())
        assert found, log.read_text()
        yield Target(int(found[1]), ask, admin), log
    finally:
        process.terminate()
        process.communicate()


def main() -> int:
    """Try all of it, and print the table."""
    wrong = 0
    with tempfile.TemporaryDirectory() as name, target(Path(name)) as (server, log):
        print("| | tried | came back | |\n| --- | --- | --- | --- |")
        tried = list(tries())
        for one in tried:
            try:
                status = str(one.send(server) or "closed")
            except (httpx.HTTPError, AssertionError) as error:
                status = f"{type(error).__name__}: {str(error)[:60]}"
            good = status in {str(code or "closed") for code in one.expected}
            wrong += not good
            what = one.what.replace("|", "\\|")
            print(
                f"| {one.group} | `{what}` | {status} | {'' if good else 'NOT FORESEEN'} |",
                flush=True,
            )
        answer = server.http("POST", "/api/ask", key=server.ask, json={"question": QUESTION})
        left = sorted(
            str(path.relative_to(name)) for path in Path(name).rglob("*") if "escaped" in path.name
        )
        outside = [path for path in left if not path.startswith("docs/uploads/")]
        said = log.read_text()
        told = [key for key in (server.ask, server.admin) if key.rpartition("_")[2] in said]
        failed = said.count('"level": "error"') + said.count("Traceback")
        print(f"\n{len(tried)} tried, {wrong} not foreseen. Afterwards a question is answered with {answer}; "
              f"{len(outside)} files outside the uploads' folder, {failed} errors and {len(told)} keys in the log.")  # fmt: skip
        return int(bool(wrong or outside or told or failed or answer != 200))


if __name__ == "__main__":
    sys.exit(main())
