"""Puts into the pages what is printed now: python -m scripts.docs [PAGE ...] [--anew]"""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from pathlib import Path

from scripts.docs.pages import ELISION, PAGES, ROOT, blocks, builds, same
from scripts.docs.picture import picture
from scripts.docs.reference import fill_generated
from scripts.docs.session import Session


def fill_outputs(page: Path, session: Session, *, anew: bool = False) -> None:
    """Runs a page, and puts in what was printed where it shows something else (``anew``: or other
    times)."""
    session.begin(with_index=not builds(page))
    lines = page.read_text("utf-8").splitlines()
    moved = 0
    for block in blocks(page):
        if block.needs:
            continue
        try:
            ran = list(session.run(block))
        except Exception:
            print(f"{block.place} fails:\n{traceback.format_exc(limit=-1)}")
            continue
        for step, actual in ran:
            if same(step.expected, actual) and not (anew and ELISION not in step.expected):
                continue
            if f"\n{ELISION}\n" in f"\n{step.expected}":
                print(f"{block.place}: to be shortened by hand: {step.source}")
            at = block.line + step.line + moved
            lines[at : at + step.lines] = actual.splitlines()
            moved += len(actual.splitlines()) - step.lines
    page.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def fill() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["RAG_CACHE"] = str(Path(folder) / "cache")
        os.environ["RAG_SECOND_LOOK"] = "off"  # as after pip install rag-folder
        names = [n for n in sys.argv[1:] if not n.startswith("-")]
        session = Session(Path(folder).resolve())
        for page in PAGES:
            if names and page.name not in names and page.stem not in names:
                continue
            print(page.relative_to(ROOT), flush=True)
            fill_outputs(page, session, anew="--anew" in sys.argv)
            fill_generated(page)
        session.end()
        if not names or "picture" in names:
            picture(session)


if __name__ == "__main__":
    fill()
