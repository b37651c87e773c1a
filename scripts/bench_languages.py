"""How questions in other languages than the documents' are answered: python scripts/bench_languages.py

The reader was trained on English. scripts/languages.jsonl has 50 questions of data/gold.jsonl (ten of them have no
answer) in German, French and Spanish, as an employee would ask them; each is asked of the sample folder, and in
English. Right is what the evaluation takes for right: a few words by F1, an extract that holds the gold answer.
Prints one Markdown table. "closest holds it": of the withheld ones, those whose closest quote has the answer; "surest
quote": the highest confidence in any few words, given or not.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from data_sets import records
from tables import table

from rag import QA, Answer, Index
from rag.evaluation import read_gold
from rag.evaluation.answers import holds, right
from rag.evaluation.asking import spoken
from rag.evaluation.gold import Question

ROOT = Path(__file__).resolve().parent.parent
NAMES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish"}
GIVEN = ("short right", "short wrong", "extract right", "extract wrong", "withheld")


@dataclass(frozen=True, slots=True)
class Asked:
    """A gold question as it was asked in a language, what was answered, and what that is, of GIVEN."""

    language: str
    question: Question
    answer: Answer
    given: str


def ask(qa: QA) -> Iterator[Asked]:
    """All questions, each language's in turn."""
    gold = {question.id: question for question in read_gold(ROOT / "data/gold.jsonl").questions}
    asked = records(ROOT / "scripts/languages.jsonl")
    wordings = {
        name: {r["id"]: r["question"] for r in asked if r["language"] == name} for name in NAMES
    }
    wordings["en"] = {identity: gold[identity].question for identity in wordings["de"]}
    for language, questions in wordings.items():
        for identity, wording in questions.items():
            answer = qa.ask(wording)
            yield Asked(language, gold[identity], answer, given(gold[identity], answer))


def given(question: Question, answer: Answer) -> str:
    """What was given for a question, and whether it is right: nothing is, where there is no answer."""
    if answer.abstained:
        return "withheld"
    is_right = right(spoken(answer), question.answers, extract=answer.tier == "extract")
    return f"{answer.tier} {'right' if is_right and question.answerable else 'wrong'}"


def closest_holds(asked: Asked) -> bool:
    """Whether an answer was withheld, and the quote that came closest has it."""
    closest = asked.answer.closest
    return closest is not None and holds(closest.quote, asked.question.answers)


def show(asked: list[Asked]) -> None:
    """The table: a language a row."""
    rows = []
    for language, name in NAMES.items():
        of = [a for a in asked if a.language == language]
        counts = Counter(a.given for a in of if a.question.answerable)
        without = Counter(a.given for a in of if not a.question.answerable)
        surest = max(a.answer.span_confidence for a in of)
        near = sum(closest_holds(a) for a in of)
        answerable = [counts.total(), *(counts[g] for g in GIVEN), near, f"{surest:.2f}"]
        others = [without[g] for g in ("short wrong", "extract wrong", "withheld")]
        rows.append([name, *answerable, without.total(), *others])
    head = ["language", "answerable", *GIVEN, "closest holds it", "surest quote", "unanswerable"]
    head += ["of these short", "extract", "withheld"]
    table("Questions in other languages, of English documents", head, rows)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        show(list(ask(QA(Index.build(ROOT / "data", Path(folder) / "index")))))


if __name__ == "__main__":
    main()
