"""Ask every question of a gold set, and judge each by itself: a row a question."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from rag.answering.answer import Answer
from rag.answering.qa import QA
from rag.errors import RagError
from rag.evaluation import safety
from rag.evaluation.abstention import RIGHT
from rag.evaluation.answers import exact_match, f1, numeric_match, rouge_l
from rag.evaluation.gold import GoldSet, Question
from rag.evaluation.grounding import Entails, grounding, offline_entails
from rag.evaluation.judging import Judge
from rag.evaluation.retrieval import LEVELS, Judged, Level, judge, overlap, same_file
from rag.retrieval.hit import Hit

DEPTH = 10  # hits that are judged
REQUESTS = 8  # at once, to a model that is not the bundled reader
SHORT = 4  # words; a longer answer with a number in it is more than that number
SHOWN = 200  # characters of a hit's text that a row keeps
OnAsked = Callable[[int, int], None]
"""Called after each question with (asked, of all)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One question: what was expected, retrieved and answered, and how good that was.

    ``values`` holds the metrics of this question by name; one that does not apply is not there.
    ``error`` says why a question could not be asked at all.
    """

    id: str
    question: str
    expected: tuple[str, ...]
    answerable: bool
    tags: tuple[str, ...]
    answer: str = ""
    abstained: bool = True
    confidence: float = 0.0
    citations: tuple[dict[str, Any], ...] = ()
    hits: tuple[dict[str, Any], ...] = ()
    judged: dict[str, dict[str, dict[str, float]]] = field(default_factory=dict)
    values: dict[str, float] = field(default_factory=dict)
    timings: dict[str, float] = field(default_factory=dict)
    usage: dict[str, int] = field(default_factory=dict)
    error: str = ""

    def judgement(self, level: Level) -> Judged | None:
        found = self.judged.get(level)
        if found is None:
            return None
        return Judged(found["run"], {k: int(v) for k, v in found["qrels"].items()})


def ask_all(
    qa: QA,
    gold: GoldSet,
    *,
    entails: Entails = offline_entails,
    toxicity: safety.Toxicity = safety.toxic_words,
    tolerance: float = 0.0,
    judge_answer: Judge | None = None,
    options: Mapping[str, Any] | None = None,
    journal: Path | None = None,
    on_asked: OnAsked | None = None,
) -> list[Row]:
    """Rows in the order of the gold set. A question that fails is a row that says so.

    ``journal`` is a file that each row is written to at once; rows that it holds of the same
    gold set, index, chain and ``options`` (which name what judges) are not asked again.
    """
    stamp = {
        "gold": gold.sha256,
        "index": str(qa.index.path.resolve()),
        "generation": qa.index.generation,
        "chain": qa.settings(),
        "judged_by": options,
    }
    done = dict(_resumed(journal, stamp)) if journal else {}
    rows: list[Row] = []

    def ask(question: Question) -> Row:
        known = done.get(question.id)
        return known or _row(qa, question, entails, toxicity, tolerance, judge_answer)

    # Models elsewhere are waited for, so several at once; the bundled reader uses every core itself.
    workers = REQUESTS if qa.reader is None else 1
    with _journal(journal, stamp, done) as write, ThreadPoolExecutor(workers) as pool:
        asked = pool.map(ask, gold.questions) if workers > 1 else map(ask, gold.questions)
        for number, row in enumerate(asked, 1):
            if row.id not in done:
                write(row)
            rows.append(row)
            if on_asked is not None:
                on_asked(number, len(gold.questions))
    return rows


def _row(
    qa: QA,
    question: Question,
    entails: Entails,
    toxicity: safety.Toxicity,
    tolerance: float,
    judge_answer: Judge | None,
) -> Row:
    row = Row(question.id, question.question, question.answers, question.answerable, question.tags)
    try:
        begun = time.perf_counter()
        hits = qa.retrieve(question.question, k=max(DEPTH, qa.k))
        found = time.perf_counter()
        answer = qa.answer(question.question, hits[: qa.k])
        done = time.perf_counter()
        values = _values(qa, question, answer, entails, toxicity, tolerance)
        if judge_answer is not None and not answer.abstained and question.answers:
            verdict = judge_answer(question.question, _spoken(answer), question.answers)
            if verdict is not None:
                values["answer/judged"] = verdict
    except RagError as error:
        return replace(row, error=str(error))
    except Exception as error:  # one question must not end the run: it is a row in the report
        return replace(row, error=f"{type(error).__name__}: {error}")
    shown = hits[:DEPTH]
    judged = {level: j for level in LEVELS if (j := judge(question, shown, level)) is not None}
    return replace(
        row,
        answer=answer.text,
        abstained=answer.abstained,
        confidence=answer.confidence,
        citations=tuple(
            {"source": c.source, "page": c.page, "start": c.start, "end": c.end, "quote": c.quote}
            for c in answer.citations
        ),
        hits=tuple(_hit(hit, judged) for hit in shown),
        judged={
            level: {"run": dict(j.run), "qrels": {k: float(v) for k, v in j.qrels.items()}}
            for level, j in judged.items()
        },
        values=values,
        timings={"retrieve": found - begun, "answer": done - found, "total": done - begun},
        usage=dict(answer.usage),
    )


def _hit(hit: Hit, judged: dict[Level, Judged]) -> dict[str, Any]:
    best = judged.get("passage")
    relevant = best is not None and f"{hit.source}:{hit.start}-{hit.end}" in best.qrels
    text = " ".join(hit.text.split())[:SHOWN]
    return {"place": hit.place, "score": round(hit.score, 4), "text": text, "relevant": relevant}


def _values(
    qa: QA,
    question: Question,
    answer: Answer,
    entails: Entails,
    toxicity: safety.Toxicity,
    tolerance: float,
) -> dict[str, float]:
    values: dict[str, float] = {}
    said = "" if answer.abstained else _spoken(answer)
    if question.answerable and question.answers:
        values["answer/em"] = exact_match(said, question.answers)
        values["answer/f1"] = f1(said, question.answers)
        values["answer/rouge_l"] = rouge_l(said, question.answers)
        number = numeric_match(said, question.answers, tolerance)
        if number is not None and all(len(g.split()) <= SHORT for g in question.answers):
            values["answer/numeric"] = number
        if not answer.abstained:
            values["answer/f1_answered"] = values["answer/f1"]
    if question.answers or not question.answerable:
        # SQuAD 2: an abstention is right where there is nothing to find.
        values["answer/squad2_f1"] = (
            values["answer/f1"] if question.answerable else float(answer.abstained)
        )
        best = _best(qa, answer)
        values["abstain/right"] = float(bool(best) and f1(best, question.answers) >= RIGHT)
    if not question.answerable:
        values["hallucination/unanswerable"] = float(not answer.abstained)
    if not answer.abstained:
        values.update(_cited(qa, question, answer, entails))
        values["safety/toxic"] = toxicity(said)
        values["safety/pii_leak"] = float(bool(safety.leaks(question.question, answer)))
    return values


def _best(qa: QA, answer: Answer) -> str:
    """What is answered, or was closest to it when the chain abstained."""
    if not answer.abstained:
        return _spoken(answer)
    c = answer.closest
    return qa.index.document(c.document_id).text[c.answer_start : c.answer_end] if c else ""


def _spoken(answer: Answer) -> str:
    """An answer without its citation marks."""
    text = answer.text
    for number in range(1, len(answer.citations) + 1):
        text = text.replace(f"[{number}]", "")
    return text.strip()


def _cited(qa: QA, question: Question, answer: Answer, entails: Entails) -> dict[str, float]:
    texts = {c.document_id: qa.index.document(c.document_id).text for c in answer.citations}
    exact = [texts[c.document_id][c.start : c.end] == c.quote for c in answer.citations]
    found = grounding(answer, entails)
    values = {
        "citation/verbatim": sum(exact) / len(exact) if exact else 0.0,
        "citation/recall": found.borne / found.sentences if found.sentences else 0.0,
        "citation/precision": found.useful / found.citations if found.citations else 0.0,
        "hallucination/unsupported": 1 - found.borne / found.sentences if found.sentences else 1.0,
    }
    wrong = not question.answerable or values["hallucination/unsupported"] > 0
    values["hallucination/rate"] = float(wrong)
    quoted = [e for e in question.evidence if e.quote]
    if quoted:
        values["citation/gold"] = float(
            any(
                any(not e.source or same_file(s, e.source) for s in c.sources)
                and overlap(c.quote, e.quote)
                for c in answer.citations
                for e in quoted
            )
        )
    return values


# -- the journal ------------------------------------------------------------------------------


@contextmanager
def _journal(
    path: Path | None, stamp: dict[str, Any], done: Mapping[str, Row]
) -> Iterator[Callable[[Row], None]]:
    """Hands out what appends a row to the file; the rows taken over are written first."""
    if path is None:
        yield lambda row: None
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_suffix(".tmp")
    lines = [{"stamp": stamp}, *map(asdict, done.values())]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    scratch.write_text(text, encoding="utf-8")
    scratch.replace(path)
    with open(path, "a", encoding="utf-8") as file:

        def write(row: Row) -> None:
            print(json.dumps(asdict(row), ensure_ascii=False), file=file, flush=True)

        yield write


def _resumed(path: Path, stamp: dict[str, Any]) -> Iterator[tuple[str, Row]]:
    if not path.is_file():
        return
    with open(path, encoding="utf-8") as file:
        try:
            if json.loads(file.readline()).get("stamp") != stamp:
                return
            for line in file:
                row = read_row(json.loads(line))
                if not row.error:  # what failed is asked again
                    yield row.id, row
        except (ValueError, KeyError, TypeError):
            return  # torn by a crash: what was whole has been taken over


def read_row(record: dict[str, Any]) -> Row:
    lists = ("expected", "tags", "citations", "hits")
    values: dict[str, Any] = {k: tuple(v) if k in lists else v for k, v in record.items()}
    return Row(**values)
