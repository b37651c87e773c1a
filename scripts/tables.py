"""Results as Markdown tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def table(title: str, head: list[str], rows: Iterable[list[Any]]) -> None:
    print(f"\n### {title}\n\n| " + " | ".join(head) + " |")
    print("| " + " | ".join("---" for _ in head) + " |")
    for row in rows:
        cells = [f"{c:.3f}" if isinstance(c, float) else str(c) for c in row]
        print("| " + " | ".join(cells) + " |", flush=True)
