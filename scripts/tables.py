"""Results as Markdown tables, and figures as they stand in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rag.evaluation.statistics import mean


def table(title: str, head: list[str], rows: Iterable[list[Any]]) -> None:
    print(f"\n### {title}\n\n| " + " | ".join(head) + " |")
    print("| " + " | ".join("---" for _ in head) + " |")
    for row in rows:
        cells = [f"{c:.3f}" if isinstance(c, float) else str(c) for c in row]
        print("| " + " | ".join(cells) + " |", flush=True)


def interval(values: Iterable[float]) -> str:
    """Mean in percent, with its 95% bootstrap interval."""
    figure = mean(list(values))
    assert figure is not None
    return f"{100 * figure.value:.1f} ({100 * figure.low:.1f}-{100 * figure.high:.1f})"
