"""Index a folder, and say what was done: python examples/index_a_folder.py data indexes/example"""

from __future__ import annotations

import sys

from rag import Index, Progress, RagError


def show(progress: Progress) -> None:
    print(f"\r{progress.phase}: {progress.files} files", end="", file=sys.stderr)


def main(folder: str, path: str) -> None:
    index = Index.build(folder, path, progress=show)
    report = index.report
    assert report is not None  # after a build there is one
    print(file=sys.stderr)
    for note in (*report.failed, *report.skipped, *report.notes):
        print(f"{note.path}: {note.reason}")
    print(f"{len(report.added)} added, {report.unchanged} unchanged, {report.chunks} new chunks")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except RagError as error:
        sys.exit(str(error))
