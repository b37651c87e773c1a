"""One shape: whatever the model, a chain has the same attributes, answers, streams and errors."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models import FakeListChatModel

from rag import QA, Answer, Conversation, Event, Index
from rag.answering.answer import ABSTENTION, INSTEAD
from rag.answering.models import load_model
from rag.answering.threads import in_thread
from rag.errors import ModelError, QueryError

TRIPS = "Who approves trips that cost more than 2,000 euros?"
SHOES = "What is the CEO's shoe size?"
TRUE = (
    'Trips over 2,000 euros are approved by Ingrid Solberg. "head of finance, Ingrid Solberg" [1]'
)


class Scripted(FakeListChatModel):
    """One reply to what is asked of trips, another to all else, however it is asked."""

    responses: list[str] = []  # noqa: RUF012  (a field of pydantic)

    def _call(self, messages: Any, *args: Any, **kwargs: Any) -> str:
        return TRUE if TRIPS in str(messages[-1].content) else "NOT IN THE DOCUMENTS"

    def _stream(self, messages: Any, *args: Any, **kwargs: Any) -> Iterator[Any]:
        self.responses, self.i = [self._call(messages)], 0
        yield from super()._stream(messages, *args, **kwargs)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real causal LM, untrained: it can write, but say nothing that passages support."""
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

    from training.train import load_tokenizer

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("tiny")
    config = GPT2Config(vocab_size=30522, n_positions=512, n_embd=16, n_layer=1, n_head=2)
    GPT2LMHeadModel(config).save_pretrained(folder)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=load_tokenizer(), eos_token="[SEP]")
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module", params=["reader", "scripted", "local"])
def qa(request: pytest.FixtureRequest, sample: Index, tiny: Path) -> QA:
    models: dict[str, Callable[[], Any]] = {
        "reader": lambda: "reader",
        "scripted": Scripted,
        "local": lambda: load_model(f"hf:{tiny}", max_new_tokens=12),
    }
    return QA(sample, model=models[request.param]())


def without_times(answer: Answer | None) -> Answer | None:
    return answer and replace(answer, timings={})


def astreamed(steps: Any) -> list[Event]:
    async def run() -> list[Event]:
        return [event async for event in steps]

    return asyncio.run(run())


def test_the_attributes_of_every_chain(qa: QA) -> None:
    assert type(qa).__mro__ == (QA, object)
    assert isinstance(qa.model, str) and qa.model
    assert isinstance(qa.threshold, float) and 0 < qa.threshold < 1
    assert qa.prompt == "" if qa.model == "reader" else qa.prompt.startswith("answer@1:")
    assert qa.settings()["model"] == qa.model and qa.settings()["threshold"] == qa.threshold
    answer = qa.ask(TRIPS)
    assert (answer.model, answer.prompt) == (qa.model, qa.prompt)
    assert answer.generation == qa.index.generation


@pytest.mark.parametrize("question", [TRIPS, SHOES])
def test_every_way_of_asking_gives_one_answer(qa: QA, question: str) -> None:
    answer = without_times(qa.ask(question))
    assert answer is not None
    streamed, awaited = list(qa.stream(question)), astreamed(qa.astream(question))
    kinds = [event.kind for event in streamed]
    assert kinds == ["hits", *["text"] * (len(kinds) - 2), "answer"]
    assert ("text" in kinds) == (qa.model != "reader")
    assert without_times(streamed[-1].answer) == answer
    assert streamed[:-1] == awaited[:-1]
    assert without_times(awaited[-1].answer) == answer
    assert without_times(asyncio.run(qa.aask(question))) == answer
    batch = qa.batch([question, SHOES, question])
    assert [without_times(a) for a in batch[::2]] == [answer, answer]
    assert batch[0] is batch[2]
    hits = qa.retrieve(question)
    assert hits == list(streamed[0].hits)
    assert without_times(qa.answer(question, hits)) == answer


def test_an_abstention_has_one_shape(qa: QA) -> None:
    answer = qa.ask(SHOES)
    assert (answer.abstained, answer.text, answer.citations) == (True, ABSTENTION, ())
    nothing = qa.ask(SHOES, where={"source": "nowhere/*"})
    assert (nothing.abstained, nothing.text, nothing.closest) == (True, ABSTENTION, None)
    assert nothing.confidence == 0.0


def test_errors_are_the_same_on_every_path(qa: QA) -> None:
    def refused(ask: Callable[[], object], error: type[Exception] = QueryError) -> None:
        with pytest.raises(error, match="empty"):
            ask()

    refused(lambda: qa.ask(" "))
    refused(lambda: list(qa.stream(" ")))
    refused(lambda: asyncio.run(qa.aask(" ")))
    refused(lambda: astreamed(qa.astream(" ")))
    refused(lambda: qa.batch([TRIPS, " "]))
    refused(lambda: qa.retrieve(" "))


def test_a_model_that_fails_fails_alike_on_every_path(sample: Index) -> None:
    class Broken(FakeListChatModel):
        responses: list[str] = []  # noqa: RUF012

        def _call(self, *args: Any, **kwargs: Any) -> str:
            raise RuntimeError("out of order")

        def _stream(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
            raise RuntimeError("out of order")

    qa = QA(sample, model=Broken())
    messages = set()
    for ask in (
        lambda: qa.ask(TRIPS),
        lambda: list(qa.stream(TRIPS)),
        lambda: asyncio.run(qa.aask(TRIPS)),
        lambda: astreamed(qa.astream(TRIPS)),
        lambda: qa.batch([TRIPS]),
    ):
        with pytest.raises(ModelError) as caught:
            ask()
        messages.add(str(caught.value))
    assert len(messages) == 1 and "out of order" in messages.pop()


def test_a_threshold_that_is_given_counts_for_every_model(sample: Index, tiny: Path) -> None:
    for model in ("reader", Scripted(), f"hf:{tiny}"):
        qa = QA(sample, model=model, threshold=1.01)
        assert qa.threshold == 1.01 and qa.ask(TRIPS).abstained
    # However low it is, what no passage says is not supported.
    low = QA(sample, model=FakeListChatModel(responses=["Trips are free."]), threshold=0.0)
    assert low.ask(TRIPS).lead == INSTEAD


def test_a_threshold_chosen_for_the_index_counts_at_once(folder: Path, tmp_path: Path) -> None:
    index = Index.build(folder, tmp_path / "index")
    qa, model = QA(index), QA(index, model=Scripted())
    own = model.threshold
    index.set_threshold(0.97)
    assert (qa.threshold, model.threshold) == (0.97, own)


def test_one_question_is_answered_from_one_snapshot(folder: Path, tmp_path: Path) -> None:
    index = Index.build(folder, tmp_path / "index")
    qa = QA(index, threshold=0.0)
    steps = qa.stream("How many litres of water does the kettle hold?")
    assert next(steps).kind == "hits"
    (folder / "kettle.md").unlink()
    index.update(folder)
    (last,) = steps
    assert last.answer is not None and "1.7" in last.answer.text
    assert last.answer.generation == index.generation - 1


def test_others_go_on_while_a_stream_is_waited_for() -> None:
    turn = threading.Event()

    def steps() -> Iterator[int]:
        yield 1
        assert turn.wait(60)  # set by the loop, which therefore runs
        yield 2

    async def run() -> list[int]:
        asyncio.get_running_loop().call_soon(turn.set)
        return [step async for step in in_thread(steps())]

    assert asyncio.run(run()) == [1, 2]


@pytest.mark.parametrize("cancelled", [False, True])
def test_an_abandoned_stream_is_closed(cancelled: bool) -> None:
    at_work, go_on, closed = threading.Event(), threading.Event(), threading.Event()

    def steps() -> Iterator[int]:
        try:
            yield 1
            at_work.set()
            assert go_on.wait(60)
            yield 2
        finally:
            closed.set()

    async def run() -> None:
        stream = in_thread(steps())
        assert await anext(stream) == 1
        if not cancelled:
            await stream.aclose()
            return
        waiting = asyncio.ensure_future(anext(stream))
        await asyncio.to_thread(at_work.wait, 60)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert not closed.is_set()  # the step at work is let end
        go_on.set()

    asyncio.run(run())
    assert closed.wait(60)


def test_a_local_model_stops_writing_when_nobody_reads_on(sample: Index, tiny: Path) -> None:
    model = load_model(f"hf:{tiny}", max_new_tokens=200)
    steps = QA(sample, model=model).stream(TRIPS)
    assert [next(steps).kind, next(steps).kind] == ["hits", "text"]
    steps.close()
    assert not [t for t in threading.enumerate() if t.name.endswith("(run)")]


def test_a_conversation_streams_as_it_asks(qa: QA) -> None:
    asked, streamed, awaited = Conversation(qa), Conversation(qa), Conversation(qa)
    answer = without_times(asked.ask(TRIPS))
    assert without_times(list(streamed.stream(TRIPS))[-1].answer) == answer
    assert without_times(astreamed(awaited.astream(TRIPS))[-1].answer) == answer
    assert asked.turns == streamed.turns == awaited.turns and len(asked.turns) == 1


def test_the_light_path_imports_no_langchain() -> None:
    code = (
        "import sys; from rag import QA; import rag.cli.asking, rag.answering.cache;"
        "heavy = {'langchain_core', 'langchain', 'pydantic', 'torch', 'transformers', 'asyncio'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
