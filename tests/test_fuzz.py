"""The command line, called with whatever can be typed: the short form of ``scripts/fuzz_cli.py``."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.mark.skipif(os.name == "nt", reason="it makes pipes and sets alarms")
def test_whatever_is_typed_is_answered_in_words() -> None:
    # In a process of its own: what listens to every file that Python opens cannot be taken out again.
    done = subprocess.run(
        [sys.executable, ROOT / "scripts/fuzz_cli.py", "--calls", "300", "--seed", "5"],
        capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "300 calls" in done.stdout and "0 faults" in done.stdout
    assert all(f" {code}: " in done.stdout for code in (0, 1, 2)), done.stdout
