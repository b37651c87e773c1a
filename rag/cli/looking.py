"""rag show: what an index holds of one file, for whoever doubts an answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

import click

from rag.cli.app import index_option, json_option, main, opened
from rag.cli.terminal import echo, echo_json
from rag.cli.values import TEXT
from rag.codec import to_json
from rag.documents.document import Document, Page
from rag.errors import QueryError
from rag.visible import name

NEAR = 3  # names that are offered where one is not there


@dataclass(frozen=True, slots=True)
class Section:
    """A page of a document (all of one that has none), as it is stored: ``text[start:end]``."""

    place: str
    page: int | None
    label: str
    start: int
    end: int
    text: str


@main.command()
@click.argument("file", type=TEXT)
@click.option("--page", type=TEXT, help="Only this page (slide, sheet ...): its number or label.")
@index_option
@json_option
def show(file: str, page: str | None, path: Path, as_json: bool) -> None:
    """Print the stored text of FILE with its places, and what was not read of it.

    FILE is a name as rag search shows it. Citations count characters in this text.
    """
    index = opened(path)
    names = index.sources()
    if file not in names:
        near = get_close_matches(file, names, NEAR, 0.5) or [n for n in names if file in n][:NEAR]
        hint = f" Did you mean {', '.join(near)}?" if near else " rag status --files lists them."
        raise QueryError(f"{file} is not in {index.address}.{hint}")
    document = index.document_of(file)
    found = list(sections(file, document, page))
    if as_json:
        head = {
            key: getattr(document, key)
            for key in ("kind", "title", "author", "date", "metadata", "counts", "notes")
        }
        places = [{"level": h.level, "start": h.start, "end": h.end, "title": h.title}
                  for h in document.headings]  # fmt: skip
        echo_json(to_json({"source": file, **head, "headings": places, "sections": found}))
        return
    for one in found:
        echo(f"[{name(one.place)}: characters {one.start}-{one.end}]", dim=True)
        echo(one.text)
    for note in document.notes:
        echo(f"  note: {name(note)}", fg="yellow")


def sections(file: str, document: Document, page: str | None) -> Iterator[Section]:
    """The pages of a document in their order, or the one that is meant.

    Raises:
        QueryError: there is no such page.
    """
    pages = document.pages
    if page is not None:
        meant = [one for one in pages if page in (str(one.number), one.label)]
        if not meant:
            has = f"{len(pages)} {document.page_kind}s" if pages else "no pages"
            raise QueryError(f"{file} has no {document.page_kind} {page}; it has {has}.")
    if not pages:
        yield _section(file, document, None, 0, len(document.text))
        return
    if pages[0].start and page is None:  # what stands before the first page
        yield _section(file, document, None, 0, pages[0].start)
    for one, end in zip(pages, [*(p.start for p in pages[1:]), len(document.text)], strict=True):
        if page is None or page in (str(one.number), one.label):
            yield _section(file, document, one, one.start, end)


def _section(file: str, document: Document, page: Page | None, start: int, end: int) -> Section:
    text = document.text[start:end].rstrip("\n")
    place = document.place_at(start, start + len(text))
    if page is not None:  # an empty one stands where the next starts
        place = replace(place, page=page.number, page_end=page.number, label=page.label)
    number, label = (page.number, page.label) if page else (None, "")
    return Section(place.shown(file), number, label, start, start + len(text), text)
