"""Answers out of tables, where the words of a question leave no doubt of the row and the column, or of what
to compute; else nothing, and the reader answers.

The tables are those that retrieval has brought a passage of; their rows are read from the stored documents,
all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.answering.orders import quiet
from rag.answering.reply import Reply
from rag.answering.tables.asked import asked
from rag.answering.tables.chosen import negated
from rag.answering.tables.computed import Computed, computed, wants_computing
from rag.answering.tables.lookup import Found, Read, looked_up
from rag.answering.tables.stored import Table, tables_in
from rag.answering.tables.words import is_number, singular, stem, tokens
from rag.documents.document import Document
from rag.reading.asked import Kind, kind_of
from rag.retrieval.hit import Hit
from rag.retrieval.passages import Passage, PassageSpan

SURE = 0.95  # share of what it says that is right: BENCHMARKS.md, "Questions to tables"
SHOWN = 20  # rows that are cited of those that a number was computed from
NEAR = 1  # rank of the passage up to which its table may answer though not all words are told
WORDS = 40  # of a question; a longer one says more than which cell it wants
_KINDS: tuple[Kind, ...] = ("fact", "quantity", "list", "definition", "comparison")


@dataclass(frozen=True, slots=True)
class Met:
    """A table that a passage comes from: the best passage, its rank from 0, and the stems of the words that
    the document, and the heading above the table, are about."""

    table: Table
    hit: Hit
    rank: int
    about: frozenset[str]


@dataclass(frozen=True, slots=True)
class TableReply:
    """A reply and the passages that it cites: the rows that it comes from."""

    reply: Reply
    passages: list[Passage]


def by_table(
    question: str, passages: Sequence[Passage], documents: Mapping[int, Document]
) -> TableReply | None:
    """What a table among these passages' documents answers, beyond doubt; None where there is doubt."""
    kind = kind_of(question)
    if not _may_ask(question, kind):
        return None
    found = [
        (met, answer)
        for met in met_in(passages, documents)
        if (answer := answer_of(question, kind, met)) is not None
    ]
    found = [one for one in found if not one[0].hit.hidden] or found  # drafts contradict nothing
    if not found or len({answer.text for _, answer in found}) > 1:
        return None
    met, answer = found[0]
    text = documents[met.hit.document_id].text
    rows = [met.table.rows[i] for i, _ in answer.cells[:SHOWN]]
    cited = [Passage(met.hit, row.start, row.end, text[row.start : row.end]) for row in rows]
    read, _ = quiet(cited)
    spans = []
    for number, (row, (_, cell)) in enumerate(zip(rows, answer.cells, strict=False)):
        low, high = cell.start - row.start, cell.end - row.start
        if read[number].text[low:high] != cell.text:
            return None  # it is, or has, something that must not be read
        spans.append(PassageSpan(number, 0, row.end - row.start, likely=(low, high)))
    said = answer.text
    if len(answer.cells) > SHOWN:
        said = f"{said[:-1]}; the first {SHOWN} are shown)"
    reply = Reply(
        said,
        tuple(spans),
        SURE,
        kind=kind,
        tier="short",
        passage_confidence=SURE,
        span_confidence=SURE,
    )
    return TableReply(reply, cited)


def met_in(passages: Sequence[Passage], documents: Mapping[int, Document]) -> list[Met]:
    """The tables that passages stand in, in the order of the passages."""
    found: dict[tuple[int, int], Met] = {}
    for rank, passage in enumerate(passages):
        document = documents[passage.hit.document_id]
        for table in tables_in(document):
            key = (passage.hit.document_id, table.start)
            if table.start < passage.end and passage.start < table.end and key not in found:
                found[key] = Met(
                    table, passage.hit, rank, about_table(document, table, passage.hit.source)
                )
    return list(found.values())


def about_table(document: Document, table: Table, source: str) -> frozenset[str]:
    """Stems of the words of a table's caption, heading, page and file."""
    above = [h.title for h in document.headings if h.start <= table.start][-2:]
    page = document.page_at(table.start)
    words = " ".join([source, document.title, table.caption, page.label if page else "", *above])
    return frozenset(stem(singular(word)) for word in tokens(words))


def _may_ask(question: str, kind: Kind) -> bool:
    return kind in _KINDS and len(tokens(question)) <= WORDS


def answer_of(question: str, kind: Kind, met: Met) -> Computed | None:
    """What one table answers, None where there is doubt."""
    if not _may_ask(question, kind):
        return None
    read = Read(asked(question), met.table, met.about)
    if negated(read):
        return None
    if (answer := computed(read)) is not None:
        return answer
    if kind == "comparison":
        return None
    found = looked_up(read)
    if found is None or not certain(found, read, met.rank, question):
        return None
    return Computed(found.cell.text, ((found.row, found.cell),), quoted=True)


def certain(found: Found, read: Read, rank: int, question: str) -> bool:
    """Whether a cell is the one that is asked for beyond doubt: by all words of the question; or, of a table
    that the best passages come from, by a whole cell and the name of the column, where what else the
    question says is neither a name, nor a number, nor what it asks for."""
    if found.row_lead < 0.6 or found.column_lead < 0.3 or found.column_score < 0.7:
        return False
    if any(
        read.names[found.column] < names for j, names in enumerate(read.names) if read.is_full(j)
    ):
        return False  # "population" where "population center" is asked for
    if not found.whole and not read.in_one_piece(found.row, found.column):
        return False
    if found.told == 1:
        return True
    asked = read.asked
    return (
        rank <= NEAR
        and found.whole
        and found.told >= 0.5
        and found.row_lead >= 1
        and found.column_lead >= 0.5
        and found.column_score >= 1.2
        and read.is_named(found.column)
        and not found.untold & (read.asks_besides(found.column) | asked.proper)
        and not any(is_number(asked.words[i]) for i in found.untold)
        and not wants_computing(question)
    )
