"""Numbers and bullets of a list that were painted apart from what they number: all in the margin, once the texts
stood, or each on its own. Each is put before the text at its height."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rag.documents.loaders.pdf.columns import Box
from rag.documents.loaders.pdf.headings import Style
from rag.documents.loaders.pdf.runs import SAME_LINE, Run, runs_of, usual_height

LEAST = 2  # marks of a page
FARTHEST = 5.0  # heights of a line between a mark and its text
_MARK = re.compile(
    r"\(?(?:\d{1,3}|[a-zA-Z]|[ivxlcIVXLC]{1,7})[.)]|\(?\d{1,3}(?:\.\d{1,3})+[.)]?|[•●▪■◦‣·–—*-]"
)


def with_marks(
    textpage: Any, text: str, lines: Sequence[str], boxes: Sequence[Box]
) -> tuple[str, list[tuple[int, int]]] | None:
    """The text of a page (``lines``), each mark before its text, and the characters of the page (from, to) that it
    is made of, in its order; None where none stands apart."""
    if sum(1 for line in lines if _MARK.fullmatch(line)) < LEAST:
        return None
    height = usual_height(boxes)
    runs = runs_of(textpage, text, boxes, height)
    marks = [run for run in runs if _MARK.fullmatch(run.text)]
    others = [run for run in runs if not _MARK.fullmatch(run.text)]
    of: dict[int, Run] = {}  # by where the texts begin in the text of the page
    for mark in marks:
        beside = [one for one in others if one.start not in of and _is_of(mark, one, height)]
        if beside:
            of[min(beside, key=lambda one: one.box.left).start] = mark
    taken = {mark.start for mark in of.values()}
    if len(taken) < LEAST:
        return None
    parts: list[str] = []
    spans: list[tuple[int, int]] = []
    end = 0
    for run in runs:
        if run.start not in taken:
            if parts:
                parts.append("\n" if "\n" in text[end : run.start] or run.start in of else " ")
            mark_of = of.get(run.start)
            parts.append(f"{mark_of.text} {run.text}" if mark_of else run.text)
            spans.extend((one.start, one.end) for one in (mark_of, run) if one)
        end = run.end
    return "".join(parts), spans


def of_marked(lines: Iterable[str], styles: Mapping[str, Style]) -> Mapping[str, Style]:
    """The styles of lines, those of marked ones by their texts."""
    marked = ((line, line.partition(" ")[2]) for line in lines if line not in styles)
    return {**styles, **{line: styles[rest] for line, rest in marked if rest in styles}}


def _is_of(mark: Run, run: Run, height: float) -> bool:
    """Whether a run stands beside a mark, right of it."""
    return (
        abs(mark.middle - run.middle) < SAME_LINE * height
        and -1 < run.box.left - mark.box.right < FARTHEST * height
    )
