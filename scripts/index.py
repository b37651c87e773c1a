"""Index a folder from a script: ``python scripts/index.py data/ --index indexes/demo``.

The same as ``rag index``, written out as a program of your own would do it.
"""

from __future__ import annotations

import argparse
import sys

from rag import Index, Progress, RagError


def show(progress: Progress) -> None:
    print(f"\r{progress.phase}: {progress.files} files", end="", file=sys.stderr)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--index", default="indexes/default")
    arguments = parser.parse_args()
    try:
        index = Index.build(arguments.folder, arguments.index, progress=show)
    except RagError as error:
        print(error, file=sys.stderr)
        return 1
    report = index.report
    assert report is not None
    print(file=sys.stderr)
    for failure in report.failed:
        print(f"failed: {failure.path}: {failure.reason}")
    print(
        f"{len(report.added)} added, {len(report.changed)} changed, {len(report.removed)} removed, "
        f"{report.unchanged} unchanged, {len(report.failed)} failed"
    )
    return 3 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
