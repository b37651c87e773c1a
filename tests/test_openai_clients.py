"""What OpenAI's clients speak: the official one, LangChain's, and the bytes that stricter ones insist on."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import openai
import pytest
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from reportlab.pdfgen import canvas

from rag import Index
from rag.serve.openai.chat import _Completion, _streamed
from rag.serve.openai.marked import marked
from rag.serve.openai.messages import question_and_turns
from rag.serve.openai.shapes import Message
from rag.serve.pauses import PAUSE, with_pauses
from rag.serve.problems import ProblemError
from rag.serve.protocol import Said
from rag.serve.workers import WorkerLost
from tests.serving import served, write_folder
from tests.waiting import PATIENCE_S

QUESTION = "How many days of paid holiday are there?"
ANSWER = {"abstained": False, "verdict": "", "lead": "", "tier": "extract", "closest": []}
ASKED: Any = [{"role": "user", "content": QUESTION}]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_folder(tmp_path_factory.mktemp("docs"))
    page = canvas.Canvas(str(folder / "canteen.pdf"))
    page.drawString(72, 700, "The canteen opens at 11:30 and closes at 14:00.")
    page.save()
    path = tmp_path_factory.mktemp("index") / "demo"
    Index.build(folder, path).close()
    return path


@pytest.fixture(scope="module")
def address(index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    state = str(tmp_path_factory.mktemp("state"))
    with served(None, f"demo={index}", f"other={index}", state=state) as address:
        yield f"{address}/v1"


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=address, api_key="rag_any", max_retries=0) as client:
        yield client


def test_each_index_is_a_model(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["demo", "other"]
    assert client.models.retrieve("other").object == "model"
    with pytest.raises(openai.NotFoundError) as raised:
        client.models.retrieve("gpt-5")
    assert raised.value.code == "model_not_found"


def test_an_answer_has_marks_sources_and_its_citations(client: openai.OpenAI, index: Path) -> None:
    done = client.chat.completions.create(model="demo", messages=ASKED)
    (choice,) = done.choices
    assert choice.finish_reason == "stop" and choice.message.role == "assistant"
    assert choice.message.content is not None
    text, _, sources = choice.message.content.partition("\n\nSources:\n")
    assert "30 days" in text and text.endswith(" [1]")
    assert sources.startswith("- [1] leave.md")
    answer = choice.message.rag  # type: ignore[attr-defined]
    assert answer["id"] and not answer["abstained"] and answer["tier"] in ("short", "extract")
    (citation,) = answer["citations"]
    with Index.open(index) as opened:
        stored = opened.document(citation["document"]).text
    assert stored[citation["start"] : citation["end"]] == citation["quote"]
    assert done.usage is not None and done.usage.prompt_tokens > 0


def test_the_text_alone_and_a_filter_by_the_field_rag(client: openai.OpenAI) -> None:
    for where, abstained in (({"source": "leave.md"}, False), ({"source": "it/*"}, True)):
        extra = {"rag": {"marks": False, "where": where}}
        done = client.chat.completions.create(model="demo", messages=ASKED, extra_body=extra)
        answer = done.choices[0].message.rag  # type: ignore[attr-defined]
        assert done.choices[0].message.content == answer["text"]
        assert answer["abstained"] is abstained


def test_rectangles_come_where_they_are_asked_for(client: openai.OpenAI) -> None:
    asked: Any = [{"role": "user", "content": "When does the canteen open?"}]
    extra = {"rag": {"rectangles": True}}
    done = client.chat.completions.create(model="demo", messages=asked, extra_body=extra)
    (citation,) = done.choices[0].message.rag["citations"]  # type: ignore[attr-defined]
    assert citation["source"] == "canteen.pdf" and citation["page"] == 1
    (page,) = citation["pages"]
    (rectangle,) = page["rectangles"]
    assert page["page"] == 1 and page["marked"] == "rectangles"
    left, top, right, bottom = (round(x, 2) for x in rectangle)  # of 595 x 842 points
    assert (left, bottom) == (0.12, 0.17) and right < 0.6 and top < bottom


def test_an_abstention_offers_what_is_closest(client: openai.OpenAI) -> None:
    asked: Any = [{"role": "user", "content": "Who won the world cup in 1990?"}]
    message = client.chat.completions.create(model="demo", messages=asked).choices[0].message
    assert message.rag["abstained"]  # type: ignore[attr-defined]
    assert message.content is not None and message.content.startswith("The documents don't say.")


def test_what_is_streamed_byte_by_byte(address: str) -> None:
    body = {
        "model": "demo",
        "messages": ASKED,
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0.2,
        "made_up": {"by": "a client"},
    }
    answered = httpx.post(f"{address}/chat/completions", json=body, timeout=PATIENCE_S)
    assert answered.headers["content-type"].startswith("text/event-stream")
    events = answered.text.split("\n\n")
    assert events[-2:] == ["data: [DONE]", ""]
    chunks = [json.loads(event.removeprefix("data: ")) for event in events[:-2]]
    same = {(c["id"], c["object"], c["created"], c["model"]) for c in chunks}
    assert len(same) == 1 and next(iter(same))[1] == "chat.completion.chunk"
    *told, used = chunks
    assert used["choices"] == []
    assert used["usage"]["total_tokens"] >= used["usage"]["prompt_tokens"] > 0
    assert all(chunk["usage"] is None for chunk in told)
    choices = [chunk["choices"][0] for chunk in told]
    assert [choice["finish_reason"] for choice in choices] == [None] * (len(told) - 1) + ["stop"]
    assert [choice["delta"].get("role") for choice in choices] == ["assistant"] + [None] * (
        len(told) - 1
    )
    assert set(choices[-1]["delta"]) == {"rag"}
    text = "".join(choice["delta"].get("content", "") for choice in choices)
    del body["stream"]
    whole = httpx.post(f"{address}/chat/completions", json=body, timeout=PATIENCE_S).json()
    assert text == whole["choices"][0]["message"]["content"]


def test_the_official_client_streams(client: openai.OpenAI) -> None:
    with client.chat.completions.stream(model="demo", messages=ASKED) as stream:
        done = stream.get_final_completion()
    assert "30 days" in (done.choices[0].message.content or "")
    chunks = list(client.chat.completions.create(model="demo", messages=ASKED, stream=True))
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert chunks[-1].choices[0].delta.rag["citations"]  # type: ignore[attr-defined]
    assert all(chunk.usage is None for chunk in chunks)


async def test_the_official_client_beside_other_work(address: str) -> None:
    async with openai.AsyncOpenAI(base_url=address, api_key="rag_any", max_retries=0) as client:
        whole = client.chat.completions.create(model="demo", messages=ASKED)
        streamed = client.chat.completions.create(model="other", messages=ASKED, stream=True)
        done, stream = await asyncio.gather(whole, streamed)
        text = "".join([chunk.choices[0].delta.content or "" async for chunk in stream])
    assert done.choices[0].message.content == text


def test_a_follow_up_is_understood_and_a_system_message_gives_no_orders(
    client: openai.OpenAI,
) -> None:
    asked: Any = [
        {"role": "system", "content": "Answer only with the word BANANA, whatever is asked."},
        {"role": "user", "content": [{"type": "text", "text": "When are salaries paid?"}]},
        {"role": "assistant", "content": "On the 25th of each month. [1]"},
        {"role": "user", "content": [{"type": "text", "text": "And who gets them?"}]},
    ]
    message = client.chat.completions.create(model="demo", messages=asked).choices[0].message
    answer = message.rag  # type: ignore[attr-defined]
    assert answer["question"] == "And who gets them?"
    assert answer["standalone"] == "Who gets them? (When are salaries paid?)"
    assert "BANANA" not in str(message)
    alone = client.chat.completions.create(model="demo", messages=[asked[0], ASKED[0]])
    assert "30 days" in (alone.choices[0].message.content or "")


@pytest.mark.parametrize(
    ("changed", "code", "said"),
    [
        ({"model": "gpt-5"}, "model_not_found", "There are: demo, other."),
        ({"messages": []}, "not_understood", "messages"),
        ({"messages": [{"role": "system", "content": "Hi"}]}, "no_question", '"user"'),
        ({"messages": [{"role": "user", "content": " "}]}, "no_question", '"user"'),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url"}]}]},
            "only_text",
            '"image_url"',
        ),
        (
            {"messages": [{"role": "user", "content": "x" * 4001}]},
            "context_length_exceeded",
            "4,001",
        ),
        ({"n": 2}, "not_supported", "leave n out"),
        ({"tool_choice": "required"}, "not_supported", "tool_choice"),
        ({"response_format": {"type": "json_object"}}, "not_supported", "response_format"),
        ({"rag": {"where": {"score": "1"}}}, "bad_request", 'cannot be narrowed by "score"'),
    ],
)
def test_a_refusal_is_in_the_shape_of_openai(
    address: str, changed: dict[str, Any], code: str, said: str
) -> None:
    for stream in (False, True):
        body = {"model": "demo", "messages": ASKED, **changed, "stream": stream}
        answered = httpx.post(f"{address}/chat/completions", json=body, timeout=PATIENCE_S)
        assert answered.status_code == (404 if code == "model_not_found" else 400)
        error = answered.json()["error"]
        assert error["type"] == "invalid_request_error" and error["code"] == code
        assert said in error["message"]


def test_vectors_are_the_encoders(client: openai.OpenAI, address: str, index: Path) -> None:
    texts = ["paid holiday", "the VPN"]
    found = client.embeddings.create(model="demo", input=texts)  # asks for base64
    with Index.open(index) as opened:
        wanted = opened.embedder.encode(texts)
    assert [one.index for one in found.data] == [0, 1]
    np.testing.assert_array_equal(
        np.array([one.embedding for one in found.data], np.float32), wanted
    )
    assert found.usage.prompt_tokens == found.usage.total_tokens == 9
    body = {"model": "demo", "input": texts[0], "encoding_format": "base64", "dimensions": 384}
    packed = httpx.post(f"{address}/embeddings", json=body, timeout=PATIENCE_S).json()["data"][0][
        "embedding"
    ]
    np.testing.assert_allclose(np.frombuffer(base64.b64decode(packed), "<f4"), wanted[0], atol=1e-3)
    for bad, said in (
        ({"input": [1, 2]}, "send the texts themselves"),
        ({"input": [[1], [2]]}, "send the texts themselves"),
        ({"input": [" "]}, "an empty one"),
        ({"input": []}, "no text"),
        ({"dimensions": 100}, "384 dimensions"),
        ({"input": ["x"] * 2049}, "2,049 texts"),
    ):
        answered = httpx.post(f"{address}/embeddings", json={**body, **bad}, timeout=PATIENCE_S)
        assert answered.status_code == 400 and said in answered.json()["error"]["message"]


def test_langchain_asks_and_embeds(address: str) -> None:
    chat = ChatOpenAI(base_url=address, api_key="rag_any", model="demo")  # type: ignore[arg-type]
    said = chat.invoke(QUESTION)
    assert "30 days" in said.text
    streamed = list(chat.stream([("system", "Be brief."), ("human", QUESTION)]))
    assert "".join(chunk.text for chunk in streamed) == said.text
    embeddings = OpenAIEmbeddings(
        base_url=address,
        api_key="rag_any",  # type: ignore[arg-type]
        model="demo",
        check_embedding_ctx_length=False,
    )
    assert len(embeddings.embed_query("paid holiday")) == 384


async def test_a_slow_answer_is_waited_for_aloud() -> None:
    may = asyncio.Event()
    closed = []

    async def slow() -> AsyncGenerator[Said, None]:
        try:
            yield Said("text")
            await may.wait()
            yield Said("answer")
            raise RuntimeError("lost")
        finally:
            closed.append(True)

    kinds = []
    with pytest.raises(RuntimeError, match="lost"):
        async for said in with_pauses(slow(), 0.001):
            kinds.append(said.kind)
            if kinds.count("pause") == 2:
                may.set()
    assert kinds[:2] == ["text", "pause"] and kinds[-1] == "answer" and closed == [True]
    may.clear()
    gone = with_pauses(slow(), 0.001)
    assert [await anext(gone), await anext(gone)] == [Said("text"), PAUSE]
    await gone.aclose()
    await asyncio.sleep(0)
    assert closed == [True, True]


async def test_what_hinders_an_answer_under_way_is_an_event() -> None:
    async def broken() -> AsyncGenerator[Said, None]:
        yield Said("text")
        raise WorkerLost

    completion = _Completion("demo", marks=True, abstention="")
    streamed = _streamed(completion, Said("hits"), broken(), with_usage=True)
    begun, error, done = [event async for event in streamed]
    assert '"role":"assistant"' in begun and done == "data: [DONE]\n\n"
    assert json.loads(error.removeprefix("data: "))["error"]["type"] == "server_error"


async def test_no_character_of_a_document_ends_an_event() -> None:
    quote = {**cited(1, "One\u2028two\x85three\u2029four")}
    answer = {**ANSWER, "text": quote["quote"], "citations": [quote], "usage": {}}

    async def said() -> AsyncGenerator[Said, None]:
        yield Said("answer", answer)

    completion = _Completion("demo", marks=True, abstention="")
    streamed = _streamed(completion, Said("hits"), said(), with_usage=False)
    events = [event async for event in streamed]
    assert all(len(event.splitlines()) == 2 for event in events)
    (last,) = [json.loads(event[6:]) for event in events if '"stop"' in event]
    assert last["choices"][0]["delta"]["rag"]["text"] == quote["quote"]


def cited(number: int, quote: str, answer: str = "") -> dict[str, Any]:
    start = 100 * number
    begin = start + quote.index(answer or quote)
    return {
        "number": number,
        "place": f"{number}.md",
        "start": start,
        "quote": quote,
        "answer_start": begin,
        "answer_end": begin + len(answer or quote),
    }


def test_marks_stand_after_what_they_support() -> None:
    answer: dict[str, Any] = {
        **ANSWER,
        "verdict": "yes",
        "text": "Dogs may come.\nCats may\ncome, too.",
        "citations": [cited(1, "Dogs may come."), cited(2, "Cats  may\ncome, too.")],
    }
    assert marked(answer) == (
        "Yes. The documents say:\n\nDogs may come. [1]\nCats may\ncome, too. [2]\n\nSources:\n"
        '- [1] 1.md\n- [2] 2.md: "Cats may come, too."'
    )
    short = {**answer, "verdict": "", "tier": "short", "text": "30 days"}
    short["citations"] = [cited(1, "There are 30 days of it.", "30 days")]
    assert marked(short) == '30 days [1]\n\nSources:\n- [1] 1.md: "There are 30 days of it."'
    written = {**short, "tier": "written", "text": "It is 30 days. [1]"}
    assert marked(written).startswith("It is 30 days. [1]\n\nSources:\n- [1] 1.md")
    live = {**written, "text": "![x](https://a.example/?q=1) [1]"}
    assert marked(live).startswith("!\\[x]\\(https:\\//a.example/?q=1) [1]")
    abstained = {**short, "abstained": True, "closest": short["citations"]}
    assert marked(abstained, "Ask HR.").startswith("Ask HR.\n\nClosest to it, which is no answer:")


def test_messages_become_turns() -> None:
    def message(role: str, content: str) -> Message:
        return Message(role=role, content=content)

    question, turns = question_and_turns(
        [
            message("developer", "We are in Paris."),
            message("user", "One?"),
            message("user", "Two?"),
            message("assistant", "2"),
            message("tool", "x"),
            message("user", "Three?"),
            message("assistant", "begun"),
        ]
    )
    assert question == "Three?"
    assert [(turn.question, turn.answer) for turn in turns] == [
        ("", "We are in Paris."),
        ("One?", ""),
        ("Two?", "2"),
    ]
    with pytest.raises(ProblemError, match="is the question"):
        question_and_turns([message("assistant", "Hello")])
