"""The command line, called with whatever can be typed: the short form of ``scripts/fuzz_cli.py``."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))
from fuzz_cli import fuzz


def test_whatever_is_typed_is_answered_in_words() -> None:
    calls = list(fuzz(calls=300, seed=5))
    assert [(call.arguments, call.faults) for call in calls if call.faults] == []
    assert {0, 1, 2} <= {call.code for call in calls}
