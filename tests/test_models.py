"""Models by name: real, tiny, untrained causal LMs that are saved and loaded back by path, and a chat
model over real HTTP, against a small server that speaks OpenAI's protocol."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, ClassVar

import pytest
from langchain_core.messages import HumanMessage

from rag.answering import saying
from rag.answering.answer import INSTEAD
from rag.answering.models import load_model
from rag.answering.qa import QA
from rag.answering.saying import say
from rag.errors import ExtraMissing, ModelError
from rag.index import Index
from rag.retrieval.rerank import load_reranker
from tests.web import web_server
from training.train import load_tokenizer

TRIPS = "Who approves trips that cost more than 2,000 euros?"
TRUE = (
    'Trips over 2,000 euros are approved by Ingrid Solberg. "head of finance, Ingrid Solberg" [1]'
)
TEMPLATE = (
    "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant:{% endif %}"
)


@pytest.fixture(scope="module", params=["llama", "mistral", "gpt2"])
def tiny(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    from transformers import (
        AutoModelForCausalLM,
        GPT2Config,
        LlamaConfig,
        MistralConfig,
        PreTrainedTokenizerFast,
    )

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp(request.param)
    sizes: dict[str, Any] = {
        "vocab_size": 30522, "hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1,
        "num_attention_heads": 2, "num_key_value_heads": 1, "max_position_embeddings": 512,
    }  # fmt: skip
    config: Any = {
        "llama": lambda: LlamaConfig(**sizes),
        "mistral": lambda: MistralConfig(**sizes),
        "gpt2": lambda: GPT2Config(
            vocab_size=30522, n_positions=512, n_embd=16, n_layer=1, n_head=2
        ),
    }[request.param]()
    AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    fast = PreTrainedTokenizerFast(tokenizer_object=load_tokenizer(), eos_token="[SEP]")
    if request.param != "gpt2":  # as base models, it has none
        fast.chat_template = TEMPLATE
    fast.save_pretrained(folder)
    return folder


def test_a_model_is_loaded_by_path_and_repeats_itself(tiny: Path, sample: Index) -> None:
    model = load_model(f"hf:{tiny}", max_new_tokens=16, dtype="bfloat16")
    assert str(model.model.dtype) == "torch.bfloat16"
    first, second = (QA(sample, model=model).ask(TRIPS) for _ in range(2))
    assert first.lead == INSTEAD  # untrained, it can say nothing that passages support
    assert (first.unsupported, first.usage) == (second.unsupported, second.usage)
    assert 0 < first.usage["output_tokens"] <= 16
    assert first.usage["input_tokens"] <= 512 - 16
    sampled = load_model(f"hf:{tiny}", max_new_tokens=8, temperature=1.0, seed=3)
    assert say(sampled, [("human", "Hello")])[0] == say(sampled, [("human", "Hello")])[0]


def test_what_it_writes_is_streamed_as_it_is_written(tiny: Path, sample: Index) -> None:
    model = load_model(f"hf:{tiny}", max_new_tokens=12)
    pieces = [str(p.text) for p in model.stream([HumanMessage("Hello there")])]
    assert len([p for p in pieces if p]) > 1
    assert "".join(pieces) == model.invoke([HumanMessage("Hello there")]).text
    events = list(QA(sample, model=model).stream(TRIPS))
    kinds = [event.kind for event in events]
    assert kinds[0] == "hits" and kinds[-1] == "answer" and "text" in kinds
    assert events[-1].answer is not None and events[-1].answer.usage["output_tokens"] > 0
    stopped = model.invoke([HumanMessage("Hello there")], stop=[pieces[0].strip()[:4]]).text
    assert len(stopped) < len("".join(pieces))


def test_between_quotes_only_words_of_the_passages_can_be_written(tiny: Path) -> None:
    from rag.answering.quoting import QuoteConstraint

    model = load_model(f"hf:{tiny}", max_new_tokens=24, constrain_quotes=True)
    source = "The kettle holds 1.7 litres of water. Trips are approved by Ingrid Solberg."
    ids = model.tokenizer('Answer: it says "', add_special_tokens=False)["input_ids"]
    import torch

    # The prompt ends before the quote mark, so that the quote is open from the first token on.
    constraint = QuoteConstraint(model.tokenizer, source, len(ids) - 1)
    written = model.model.generate(
        torch.tensor([ids]),
        attention_mask=torch.ones(1, len(ids), dtype=torch.long),
        max_new_tokens=12,
        do_sample=False,
        pad_token_id=0,
        logits_processor=[constraint],
    )
    said = model.tokenizer.decode(written[0, len(ids) :], skip_special_tokens=True)
    quoted = "".join(said.split('"')[0].split())
    assert quoted and quoted in "".join(source.lower().split())
    assert model.invoke([HumanMessage(source)]).text is not None  # and in its place in the chain


def test_a_context_that_is_too_small_is_said(tiny: Path) -> None:
    model = load_model(f"hf:{tiny}", max_new_tokens=500)
    with pytest.raises(ModelError, match="max_new_tokens is 500"):
        say(model, [("human", "Hello")])


class _Server(BaseHTTPRequestHandler):
    """Answers as OpenAI's chat completions do; ``script`` says how, one entry a request."""

    script: ClassVar[list[Any]] = []
    seen: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.seen.append(body)
        step = self.script.pop(0) if self.script else TRUE
        if isinstance(step, int):
            self._send(step, "application/json", json.dumps({"error": {"message": "busy"}}))
        elif step is None:
            self._send(200, "application/json", "<html>not JSON</html>")
        elif body.get("stream"):
            pieces = [step[i : i + 9] for i in range(0, len(step), 9)]
            chunks = [self._chunk({"delta": {"content": p}, "finish_reason": None}) for p in pieces]
            chunks.append(self._chunk({"delta": {}, "finish_reason": "stop"}))
            self._send(200, "text/event-stream", "".join(chunks) + "data: [DONE]\n\n")
        else:
            message = {"role": "assistant", "content": step}
            reply = {
                "id": "1", "object": "chat.completion", "created": 0, "model": "tiny",
                "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 321, "completion_tokens": 21, "total_tokens": 342},
            }  # fmt: skip
            self._send(200, "application/json", json.dumps(reply))

    def _chunk(self, choice: dict[str, Any]) -> str:
        record = {
            "id": "1", "object": "chat.completion.chunk", "created": 0, "model": "tiny",
            "choices": [{"index": 0, **choice}],
        }  # fmt: skip
        return f"data: {json.dumps(record)}\n\n"

    def _send(self, status: int, kind: str, text: str) -> None:
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tried again is tried again soon."""
    monkeypatch.setattr(saying, "patiently", partial(saying.patiently, 0.01))


@pytest.fixture
def endpoint() -> Iterator[str]:
    _Server.script, _Server.seen = [], []
    with web_server(_Server) as address:
        yield f"{address}/v1"


def over_http(endpoint: str, sample: Index) -> QA:
    return QA(sample, model=load_model("openai:tiny", base_url=endpoint, api_key="none"))


def test_a_chat_model_over_http(endpoint: str, sample: Index) -> None:
    answer = over_http(endpoint, sample).ask(TRIPS)
    assert answer.text == "Trips over 2,000 euros are approved by Ingrid Solberg. [1]"
    assert answer.usage == {"input_tokens": 321, "output_tokens": 21, "total_tokens": 342}
    (request,) = _Server.seen
    assert (
        request["temperature"] == 0 and "NOT IN THE DOCUMENTS" in request["messages"][0]["content"]
    )
    assert re.search(r"<passage-[0-9a-f]{16} number=", request["messages"][1]["content"])


def test_it_is_streamed_over_http(endpoint: str, sample: Index) -> None:
    events = list(over_http(endpoint, sample).stream(TRIPS))
    assert "".join(e.text for e in events if e.kind == "text") == TRUE
    assert events[-1].answer is not None
    assert events[-1].answer.text.startswith("Trips over 2,000 euros")


def test_failures_that_pass_are_tried_again(endpoint: str, sample: Index) -> None:
    _Server.script = [503, 429, TRUE]
    assert not over_http(endpoint, sample).ask(TRIPS).abstained
    assert len(_Server.seen) == 3


@pytest.mark.parametrize(
    ("script", "requests"), [([401], 1), ([500, 500, 500], 3), ([None, None, None], 1)]
)
def test_failures_that_stay_are_said(
    endpoint: str, sample: Index, script: list[Any], requests: int
) -> None:
    _Server.script = list(script)
    with pytest.raises(ModelError, match="did not answer"):
        over_http(endpoint, sample).ask(TRIPS)
    assert len(_Server.seen) == requests


def test_garbage_is_no_answer(endpoint: str, sample: Index) -> None:
    _Server.script = ['\x00\x07 lorem ipsum [99] "" “”']
    answer = over_http(endpoint, sample).ask(TRIPS)
    assert answer.lead.startswith("The model's answer was not supported")
    assert all(
        citation.quote in sample.document(citation.document_id).text
        for citation in answer.citations
    )


def test_nobody_listens(sample: Index) -> None:
    model = load_model("openai:tiny", base_url="http://127.0.0.1:9/v1", api_key="none", timeout=2)
    with pytest.raises(ModelError, match="Is its server running"):
        QA(sample, model=model).ask(TRIPS)


def test_a_slow_endpoint_is_not_waited_for_without_end(sample: Index) -> None:
    import socket

    with socket.socket() as silent:  # takes connections, and never says a word
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        model = load_model(
            "openai:tiny",
            base_url=f"http://127.0.0.1:{silent.getsockname()[1]}/v1",
            api_key="none",
            timeout=0.3,
        )
        with pytest.raises(ModelError, match="did not answer"):
            QA(sample, model=model).ask(TRIPS)


@pytest.mark.parametrize(
    ("model", "gone", "extra"),
    [
        ("hf:distilgpt2", "transformers", "hf"),
        ("hf:distilgpt2", "torch", "hf"),
        ("mistralai:small", "langchain_mistralai", "mistral"),
        ("ollama:llama3.2", "langchain.chat_models", "ollama"),
        ("groq:llama", "langchain.chat_models", "langchain"),
    ],
)
def test_a_missing_package_is_one_sentence_that_names_the_extra(
    monkeypatch: pytest.MonkeyPatch, model: str, gone: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, gone, None)
    with pytest.raises(ExtraMissing) as caught:
        load_model(model)
    assert str(caught.value) == (
        f'The model "{model}" needs more packages: pip install "rag-folder[{extra}]"'
    )


def test_a_missing_package_that_no_extra_brings_is_named_itself() -> None:
    with pytest.raises(ModelError, match=r"needs the package langchain-groq: pip install"):
        load_model("groq:llama")


def test_a_cross_encoder_needs_an_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(ExtraMissing, match=r'pip install "rag-folder\[hf\]"'):
        load_reranker("cross-encoder/some")


def test_a_stream_ends_where_a_reply_does(tiny: Path) -> None:
    model = load_model(f"hf:{tiny}", max_new_tokens=12)
    asked = [HumanMessage("Hello there")]
    whole = str(model.invoke(asked).text)
    mark = whole.split()[2]
    streamed = "".join(str(piece.text) for piece in model.stream(asked, stop=[mark]))
    assert streamed == str(model.invoke(asked, stop=[mark]).text) == whole.partition(mark)[0]
