"""The chain in LangChain: as a runnable, with callbacks, as a tool."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.runnables import RunnableConfig, RunnableLambda

from rag import QA, Index, QARunnable
from rag.answering.answer import ABSTENTION
from rag.errors import QueryError
from rag.integrations.langchain import RagRetriever, ask_tool
from rag.rights import Rights, Rule

QUESTIONS = (
    "How many days of annual leave do I get in my second year?",
    "Who approves travel over 2,000 euros?",
    "When was the company founded?",
)


@pytest.fixture(scope="module")
def qa(sample: Index) -> QA:
    return QA(sample)


@pytest.fixture
def runnable(qa: QA) -> QARunnable:
    return QARunnable(qa)


class Seen(BaseCallbackHandler):
    def __init__(self) -> None:
        self.events: list[tuple[str, Any]] = []

    def on_chain_start(self, serialized: Any, inputs: Any, **kwargs: Any) -> None:
        self.events.append(("start", kwargs["name"]))

    def on_chain_end(self, outputs: Any, **kwargs: Any) -> None:
        self.events.append(("end", outputs))

    def on_chain_error(self, error: BaseException, **kwargs: Any) -> None:
        self.events.append(("error", type(error)))


def test_it_is_composed(qa: QA, runnable: QARunnable) -> None:
    chain = RunnableLambda(lambda text: text.strip()) | runnable | RunnableLambda(lambda a: a.text)
    expected = qa.ask(QUESTIONS[1]).text
    assert chain.invoke(f"  {QUESTIONS[1]} ") == expected
    assert list(chain.stream(QUESTIONS[1])) == [expected]
    assert asyncio.run(chain.ainvoke(QUESTIONS[1])) == expected
    answers = runnable.batch(list(QUESTIONS))
    assert [a.text for a in answers] == [qa.ask(q).text for q in QUESTIONS]
    (narrowed,) = list(runnable.stream(QUESTIONS[0], where={"source": "nowhere/*"}))
    assert narrowed.abstained and narrowed.closest is None


def test_callbacks_see_each_run_once(runnable: QARunnable) -> None:
    seen = Seen()
    config: RunnableConfig = {"callbacks": [seen]}
    answer = runnable.invoke(QUESTIONS[1], config)
    assert seen.events == [("start", "QARunnable"), ("end", answer)]
    seen.events.clear()
    answer = asyncio.run(runnable.ainvoke(QUESTIONS[1], config))
    assert seen.events == [("start", "QARunnable"), ("end", answer)]
    seen.events.clear()
    (streamed,) = list(runnable.stream(QUESTIONS[1], config))
    assert seen.events == [("start", "QARunnable"), ("end", streamed)]
    seen.events.clear()
    twice = runnable.batch([QUESTIONS[1], QUESTIONS[1]], config)
    assert len(seen.events) == 2 and [a.text for a in twice] == [answer.text, answer.text]
    seen.events.clear()
    with pytest.raises(QueryError):
        runnable.invoke(" ", config)
    assert seen.events == [("start", "QARunnable"), ("error", QueryError)]


def test_it_is_a_tool_for_agents(qa: QA) -> None:
    tool = ask_tool(qa)
    assert tool.args.keys() == {"question"}
    asked = {"question": "What is the CEO's shoe size?"}
    assert tool.invoke(asked).startswith(ABSTENTION)
    assert asyncio.run(tool.ainvoke(asked)) == tool.invoke(asked)


def test_it_goes_no_further_than_one_may_read(sample: Index, qa: QA) -> None:
    part = sample.restricted(Rights((Rule(frozenset(["it"]), folder="it"),)).for_groups(["it"]))
    found = RagRetriever(index=part, k=50).invoke("annual leave")
    assert found and all(one.metadata["source"].startswith("it/") for one in found)
    answer = QARunnable(qa.over(part)).invoke("How many files are there?")
    assert {citation.source for citation in answer.citations} == set(part.sources())
