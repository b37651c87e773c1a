"""Questions proposed from the documents: a beginning for a gold set, which a person goes over.

By rule, three kinds are made: rows of tables and records ("What is the price of ...?"), headings
that are questions, and sentences with a number or a name, which is left out. A language model, if
one is named, writes better ones; its answers count only if they stand in the passage.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Any

from rag.answering.grounding import locate
from rag.documents.document import Document
from rag.documents.sentences import sentence_spans
from rag.index import Index

_PAIR = re.compile(r"^(?P<name>[^\W\d][\w .()/%-]{1,40}): (?P<value>\S.*)$")
_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w-]+(?: [A-Z][\w-]+)+")
MIN_SENTENCE, MAX_SENTENCE = 30, 240  # characters
BLANK = "____"


def propose(
    index: Index, count: int, *, model: str | None = None, seed: int = 0
) -> list[dict[str, Any]]:
    """At most ``count`` questions in the form of a gold set, from documents taken in turn.

    Raises:
        ModelError: the model named cannot be loaded or reached.
    """
    rng = random.Random(seed)
    pools: list[list[dict[str, Any]]] = []
    for source in index.sources():
        document = index.document_of(source)
        found = list(_asked(model, document, source) if model else _by_rule(document, source))
        rng.shuffle(found)
        pools.append(found)
        if model and sum(map(len, pools)) >= count:
            break
    rng.shuffle(pools)
    made: list[dict[str, Any]] = []
    while len(made) < count and any(pools):
        for pool in pools:
            if pool and len(made) < count:
                made.append(pool.pop())
    return [
        {"id": f"proposal-{n:03}", **question, "tags": ["proposal"]}
        for n, question in enumerate(made, 1)
    ]


def _by_rule(document: Document, source: str) -> Iterator[dict[str, Any]]:
    yield from _headings(document, source)
    text = document.text
    at = 0
    for line in text.split("\n"):
        if " | " in line:
            yield from _row(document, source, line, at)
        else:
            for begin, end in sentence_spans(line):
                sentence = line[begin:end].strip()
                for pattern in (_NUMBER, _NAME):
                    match = pattern.search(sentence)
                    if match and MIN_SENTENCE <= len(sentence) <= MAX_SENTENCE:
                        blank = sentence[: match.start()] + BLANK + sentence[match.end() :]
                        yield _question(
                            f"Fill in: {blank}", match.group(), document, source, sentence, at
                        )
                        break
        at += len(line) + 1


def _row(document: Document, source: str, line: str, at: int) -> Iterator[dict[str, Any]]:
    """ "Plan: Basic | Price: 9 EUR" -> What is the price of Basic?"""
    pairs = [m for cell in line.split(" | ") if (m := _PAIR.match(cell.strip()))]
    if len(pairs) < 2:
        return
    # What a row is of: its first cell that is words rather than a number.
    subject = next((p for p in pairs if re.search(r"[a-z]{3}", p["value"])), pairs[0])
    for pair in pairs:
        if pair is not subject:
            yield _question(
                f"What is the {pair['name'].lower()} of {subject['value']}?",
                pair["value"],
                document,
                source,
                line,
                at,
            )


def _headings(document: Document, source: str) -> Iterator[dict[str, Any]]:
    text, headings = document.text, document.headings
    ends = [*(h.start for h in headings[1:]), len(text)]
    for heading, following in zip(headings, ends, strict=False):
        body = text[heading.end : following].strip()
        if heading.title.rstrip().endswith("?") and body:
            first = body.split("\n\n")[0]
            yield _question(heading.title.strip(), first, document, source, first, heading.end)


def _question(
    question: str, answer: str, document: Document, source: str, quote: str, at: int
) -> dict[str, Any]:
    page = document.page_at(at)
    proof: dict[str, Any] = {"source": source, "quote": quote.strip()}
    if page is not None:
        proof["page"] = page.number
    return {"question": question, "answers": [answer.strip()], "evidence": [proof]}


def _asked(model: str, document: Document, source: str) -> Iterator[dict[str, Any]]:
    """What a model asks about a document's beginning; answers that do not stand there are dropped."""
    from rag.answering.fence import fence
    from rag.answering.models import load_model
    from rag.answering.prompts import load_prompt
    from rag.answering.saying import say

    text = document.text[:4000]
    messages = load_prompt("proposals").messages(passage=fence("text", [(source, text)]))
    reply, _ = say(load_model(model), messages)
    for line in reply.splitlines():
        question, mark, answer = line.partition("=>")
        proof = locate(answer.strip().strip('"'), [text]) if mark else None
        if proof is not None and question.strip().endswith("?"):
            words = text[proof.start : proof.end]
            asked = re.sub(r"^[\s\d.)*-]+", "", question).strip()
            yield _question(asked, words, document, source, words, proof.start)
