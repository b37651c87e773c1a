"""Gold sets: what is read, what is wrong with them, and what fits an index."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from rag import Index
from rag.errors import GoldError
from rag.evaluation import read_gold
from rag.evaluation.check import check
from rag.evaluation.gold import SCHEMA, Evidence, GoldSet, Question

from .conftest import DATA

GOLD = DATA / "gold.jsonl"


def test_the_sample_gold_set_is_what_it_says(sample: Index) -> None:
    import jsonschema

    schema = json.loads(SCHEMA.read_text("utf-8"))
    for line in GOLD.read_text("utf-8").splitlines():
        jsonschema.validate(json.loads(line), schema)
    gold = read_gold(GOLD)
    assert len(gold.questions) >= 100 and check(gold, sample) == []
    none = [q for q in gold.questions if not q.answerable]
    assert 0.2 < len(none) / len(gold.questions) < 0.3
    tags = {tag for q in gold.questions for tag in q.tags}
    assert tags == {
        "fact", "numeric", "table", "long", "versions", "paraphrase", "unanswerable"
    }  # fmt: skip
    assert "gold.jsonl" not in sample.sources()  # its answers must not be found in itself


def test_formats_that_others_use(tmp_path: Path) -> None:
    squad = {"data": [{"title": "T", "paragraphs": [{"context": "Ada wrote it.", "qas": [
        {"id": "1", "question": "Who?", "answers": [{"text": "Ada", "answer_start": 0}] * 2},
        {"id": "2", "question": "When?", "answers": [], "is_impossible": True}]}]}]}  # fmt: skip
    (tmp_path / "squad.json").write_text(json.dumps(squad))
    first, second = read_gold(tmp_path / "squad.json").questions
    assert (first.answers, second.answerable) == (("Ada",), False)
    assert first.evidence == (Evidence("", None, "Ada wrote it."),)

    (tmp_path / "gold.csv").write_text(
        "question,answers,source,page,tags\nWho?,Ada|Ada Lovelace,a.pdf,3,x|y\n"
    )
    (question,) = read_gold(tmp_path / "gold.csv").questions
    assert question.answers == ("Ada", "Ada Lovelace") and question.tags == ("x", "y")
    assert question.evidence == (Evidence("a.pdf", 3),)

    ragas = {"user_input": "Who?", "reference": "Ada", "reference_contexts": ["Ada wrote it."],
             "response": "Bob", "retrieved_contexts": ["x"]}  # fmt: skip
    with gzip.open(tmp_path / "ragas.jsonl.gz", "wt") as file:
        file.write(json.dumps(ragas) + "\n")
    (question,) = read_gold(tmp_path / "ragas.jsonl.gz").questions
    assert question.answers == ("Ada",) and question.evidence[0].quote == "Ada wrote it."

    beir = tmp_path / "beir"
    (beir / "qrels").mkdir(parents=True)
    (beir / "queries.jsonl").write_text(
        '{"_id": "q1", "text": "Who?"}\n{"_id": "q2", "text": "?"}\n'
    )
    (beir / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td7\t2\nq1\td8\t0\n")
    (question,) = read_gold(beir).questions
    assert question.evidence == (Evidence("d7", grade=2),) and question.answerable
    trec = tmp_path / "trec"
    trec.mkdir()
    (trec / "topics.tsv").write_text("1\tWho?\n")
    (trec / "qrels.txt").write_text("1 0 d7 1\n")
    assert read_gold(trec).questions[0].evidence[0].source == "d7"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (['{"question": "a", "answers": ["x"]}', "{nonsense"], "line 2: not valid JSON"),
        (['{"id": "1"}'], 'line 1: "question" is missing'),
        (['{"question": "a", "answers": "x", "evidence": [{"page": 0}]}'], "line 1: each"),
        (['{"question": "a", "evidence": [{"source": "x", "page": 0}]}'], "pages count from 1"),
        (['{"question": "a", "answers": ["x"], "answerable": false}'], "but is not answerable"),
        (['{"question": "a", "answers": [3]}'], "must be a list of texts"),
        (['{"question": "a"}'], "neither answers nor evidence"),
        (["[1]"], "line 1: not an object"),
        (['{"id": "1", "question": "a", "answers": ["x"]}'] * 2, '"1" on line 2, first on line 1'),
        ([], "is empty"),
    ],
)
def test_faults_are_named_with_their_lines(tmp_path: Path, lines: list[str], said: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join(lines))
    with pytest.raises(GoldError, match=said):
        read_gold(path)
    with pytest.raises(GoldError, match="no such gold set"):
        read_gold(tmp_path / "none.jsonl")


def test_a_gold_set_is_held_against_an_index(sample: Index) -> None:
    def asked(*evidence: Evidence) -> list[str]:
        return check(GoldSet("g", (Question("1", "?", ("x",), evidence, line=7),)), sample)

    quote = "Up to five days may be carried over into the next\nyear."
    assert asked(Evidence("policies/leave-policy-2024.pdf", 2, quote)) == []
    assert asked(Evidence("leave-policy-2024")) == []  # as BEIR names it
    assert asked(Evidence("", None, quote)) == []
    (fault,) = asked(Evidence("policies/leave-policy-2024.pdf", 1, quote))
    assert "line 7" in fault and "is on page 2, not on page 1" in fault
    assert "is not in the index" in asked(Evidence("nowhere.pdf"))[0]
    assert "is not in any file" in asked(Evidence("", None, "Pigs can fly over the lake."))[0]
