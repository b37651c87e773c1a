"""Leave in a lock what another does not hold: python scripts/lock_rest.py LOCK OTHER. Both are installed, one after the other."""

from __future__ import annotations

import re
import sys
from pathlib import Path


def rest(lock: str, other: str) -> str:
    """The packages of a lock with their hashes, but those that the other holds as they are."""
    held = set(_packages(other))
    return "".join(one for one in _packages(lock) if one not in held)


def _packages(lock: str) -> list[str]:
    return re.split(r"(?m)^(?=\S)", lock)


if __name__ == "__main__":
    path, other = map(Path, sys.argv[1:])
    path.write_text(rest(path.read_text("utf-8"), other.read_text("utf-8")), "utf-8")
