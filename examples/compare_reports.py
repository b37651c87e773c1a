"""Two reports side by side: python examples/compare_reports.py reports/before reports/after"""

from __future__ import annotations

import sys

from rag.evaluation import Report
from rag.evaluation.compare import compare, failures


def main(before: str, after: str) -> int:
    changes = compare(Report.load(before), Report.load(after))
    for change in changes:
        if change.before != change.after:
            chance = "" if change.p is None else f"  p {change.p:.2f}"
            print(f"{change.metric:28} {change.before:.3f} -> {change.after:.3f}{chance}")
    return 4 if failures(changes, {"answer/f1": 0.02}) else 0  # for CI


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
