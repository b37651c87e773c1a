"""Ask every question of a gold set, and judge each by itself: a row a question."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from rag.answering.answer import Answer
from rag.answering.qa import QA
from rag.documents.files import printable
from rag.errors import ExtraMissing, RagError
from rag.evaluation.answers import right
from rag.evaluation.gold import GoldSet, Question
from rag.evaluation.journal import Stamp, journal_at, resumed
from rag.evaluation.judging import Judges, Judging, load_judges
from rag.evaluation.metric import Asked
from rag.evaluation.metrics import values_of
from rag.evaluation.relevance import LEVELS, Judged, Level, judge, key_of
from rag.evaluation.rows import Cited, Row, Shown
from rag.retrieval.hit import Hit

DEPTH = 10  # hits that are judged
REQUESTS = 8  # at once, to a model elsewhere
SHOWN = 200  # characters of a hit's text that a row keeps
OnAsked = Callable[[int, int], None]
"""Called after each question with (asked, of all)."""


def ask_all(
    qa: QA,
    gold: GoldSet,
    *,
    judging: Judging | None = None,
    journal: Path | None = None,
    on_asked: OnAsked | None = None,
) -> list[Row]:
    """Rows in the order of the gold set. A question that fails is a row that says so.

    ``journal`` is a file that each row is written to at once; rows that it holds of the same
    gold set, index, chain and ``judging`` are not asked again.

    Raises:
        ExtraMissing: what evaluation needs is not installed.
        ModelError: a model that ``judging`` names cannot be loaded.
        StorageError: the journal cannot be written.
    """
    judging = judging or Judging()
    require_extra()
    judges = load_judges(judging)
    with qa.corpus.opened() as opened:
        generation = opened.generation
    address = printable(qa.corpus.address)
    stamp = Stamp(gold.sha256, address, generation, qa.settings(), judging)
    done = resumed(journal, stamp) if journal else {}
    rows: list[Row] = []

    def ask(question: Question) -> Row:
        return done.get(question.id) or _row(qa, question, judges)

    workers = REQUESTS if several_at_once(qa) else 1
    with journal_at(journal, stamp, done) as write, ThreadPoolExecutor(workers) as pool:
        asked = pool.map(ask, gold.questions) if workers > 1 else map(ask, gold.questions)
        for number, row in enumerate(asked, 1):
            if row.id not in done:
                write(row)
            rows.append(row)
            if on_asked is not None:
                on_asked(number, len(gold.questions))
    return rows


def several_at_once(qa: QA) -> bool:
    """Whether asking several questions at once saves time: models elsewhere are waited for, while
    the bundled reader uses every core itself."""
    return qa.reader is None


def require_extra() -> None:
    """Raises:
    ExtraMissing: a package that only evaluation needs is not installed.
    """
    try:
        import jinja2  # noqa: F401
        import phonenumbers  # noqa: F401
        import stdnum  # noqa: F401
    except ImportError:
        raise ExtraMissing("Evaluating", "eval") from None


def _row(qa: QA, question: Question, judges: Judges) -> Row:
    row = Row(question.id, question.question, question.answers, question.answerable, question.tags)
    try:
        begun = time.perf_counter()
        hits = qa.retrieve(question.question, k=max(DEPTH, qa.k))
        found = time.perf_counter()
        answer = qa.answer(question.question, hits[: qa.k])
        done = time.perf_counter()
        shown = hits[:DEPTH]
        asked = _asked(qa, question, answer, shown, judges)
        return replace(
            row,
            answer=answer.text,
            abstained=answer.abstained,
            confidence=answer.confidence,
            right=_right(asked),
            citations=tuple(
                Cited(c.source, c.page, c.start, c.end, c.quote) for c in answer.citations
            ),
            hits=tuple(_shown(hit, asked.judged.get("passage")) for hit in shown),
            judged=asked.judged,
            values=values_of(asked),
            timings={"retrieve": found - begun, "answer": done - found, "total": done - begun},
            usage=dict(answer.usage),
        )
    except RagError as error:
        return replace(row, error=str(error))
    except Exception as error:  # one question must not end the run: it is a row in the report
        return replace(row, error=f"{type(error).__name__}: {error}")


def _asked(qa: QA, question: Question, answer: Answer, hits: list[Hit], judges: Judges) -> Asked:
    judged: dict[Level, Judged] = {}
    for level in LEVELS:
        if (found := judge(question, hits, level)) is not None:
            judged[level] = found
    said = "" if answer.abstained else spoken(answer)
    best = said
    if answer.abstained and (c := answer.closest) is not None:
        best = c.quote
    texts = {c.document_id: qa.document(c.document_id).text for c in answer.citations}
    return Asked(question, answer, said, best, texts, judged, judges)


def _right(asked: Asked) -> bool | None:
    """As answer/right; of an abstention, whether what was closest holds the answer. Nothing is right where
    there is no answer."""
    question = asked.question
    if question.answerable and not question.answers:
        return None
    extract = asked.answer.tier in ("extract", "none")
    return right(asked.best, question.answers, extract=extract)


def _shown(hit: Hit, judged: Judged | None) -> Shown:
    relevant = judged is not None and key_of(hit, "passage") in judged.qrels
    return Shown(hit.place, round(hit.score, 4), " ".join(hit.text.split())[:SHOWN], relevant)


def spoken(answer: Answer) -> str:
    """An answer's text without its citation marks."""
    text = answer.text
    for number in range(1, len(answer.citations) + 1):
        text = text.replace(f"[{number}]", "")
    return text.strip()
