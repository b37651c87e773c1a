"""Each example does what its first lines say."""

from __future__ import annotations

import ast
import asyncio
import importlib.util
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, ToolCall

from rag.documents import formats
from rag.embedding.embedder import BundledEmbedder
from tests.conftest import DATA, ROOT

EXAMPLES = ROOT / "examples"
QUESTION = "Who is the security officer?"


def example(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_each_is_short_and_listed_and_says_how_it_is_run() -> None:
    contents = (EXAMPLES / "README.md").read_text("utf-8")
    for path in EXAMPLES.glob("*.py"):
        text = path.read_text("utf-8")
        assert len(text.splitlines()) <= 40, path.name
        assert f"({path.name})" in contents
        assert f"python examples/{path.name}" in (ast.get_docstring(ast.parse(text)) or "")


def test_index_a_folder(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7")
    example("index_a_folder").main(str(folder), str(tmp_path / "index"))
    printed = capsys.readouterr().out
    assert "3 added, 0 unchanged" in printed and "broken.pdf: " in printed


def test_ask(sample_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    example("ask").main(str(sample_path), QUESTION)
    printed = capsys.readouterr().out
    assert printed.startswith("Tomasz Wieczorek (confidence 0.")
    assert "policies/information-security.md, lines 23-25: The security officer is" in printed
    example("ask").main(str(sample_path), "What is the CEO's shoe size?")
    assert "closest: " in capsys.readouterr().out


def test_conversation(
    sample_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = str(sample_path), str(tmp_path / "talks.sqlite")
    example("conversation").main(*given, "Where is the trade fair?")
    assert "1 turns so far" in capsys.readouterr().out
    example("conversation").main(*given, "How many helpers does it need?")
    printed = capsys.readouterr().out
    assert "understood as: " in printed and "18" in printed and "2 turns so far" in printed


def test_stream(sample_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asyncio.run(example("stream").main(str(sample_path), QUESTION))
    reading, answer = capsys.readouterr().out.splitlines()
    assert reading.startswith("reading ") and "policies/information-security.md" in reading
    assert answer == "Tomasz Wieczorek"


def test_evaluate_and_compare_reports(
    sample_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = (DATA / "gold.jsonl").read_text("utf-8").splitlines()
    gold = tmp_path / "gold.jsonl"
    gold.write_text("\n".join([*lines[:4], lines[-1]]), encoding="utf-8")
    report = tmp_path / "report"
    example("evaluate").main(str(sample_path), str(gold), str(report))
    printed = capsys.readouterr().out
    assert "retrieval/passage/recall@5" in printed and " -> " in printed
    assert (report / "report.html").is_file()
    assert example("compare_reports").main(str(report), str(report)) == 0
    assert capsys.readouterr().out == ""  # nothing changed

    from rag.evaluation import Report
    from rag.evaluation.report import summarise

    worse = Report.load(report)
    rows = [
        replace(row, values={**row.values, "answer/f1": 0.0}) if "answer/f1" in row.values else row
        for row in worse.rows
    ]
    summarise(rows, worse.about).save(tmp_path / "worse")
    assert example("compare_reports").main(str(report), str(tmp_path / "worse")) == 4
    assert "answer/f1 " in capsys.readouterr().out


class Agent(GenericFakeChatModel):
    """A chat model that says what it is told to; it knows that there are tools."""

    def bind_tools(self, tools: Sequence[Any], **_: Any) -> Agent:
        assert [tool.name for tool in tools] == ["ask_documents"]
        return self


def test_langchain_agent(sample_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = ToolCall(name="ask_documents", args={"question": QUESTION}, id="1")
    messages = iter([AIMessage("", tool_calls=[call]), AIMessage("It is Tomasz Wieczorek.")])
    example("langchain_agent").main(str(sample_path), Agent(messages=messages), QUESTION)
    printed = capsys.readouterr().out
    assert "tool: Tomasz Wieczorek" in printed and "> The security officer is" in printed
    assert printed.endswith("ai: It is Tomasz Wieczorek.\n")


def test_vector_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):  # filled again, the texts are replaced
        example("vector_store").main(str(tmp_path / "store"))
        first, _second, last = capsys.readouterr().out.splitlines()
        assert "toaster is broken" in first and last.startswith("2 notes are left")


@pytest.fixture
def known_formats() -> Iterator[None]:
    before = list(formats._FORMATS)
    yield
    formats._FORMATS[:] = before


def test_custom_format(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    known_formats: None,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.syspath_prepend(str(EXAMPLES))
    (tmp_path / "minutes").mkdir()
    (tmp_path / "minutes/tea.minutes").write_text("== Green tea ==\nIt is steeped at 80 degrees.\n")
    example("custom_format").main(str(tmp_path / "minutes"), str(tmp_path / "index"))
    assert capsys.readouterr().out == "tea.minutes ['Green tea']\n"


def test_larger_model(
    sample_path: Path, embedder: BundledEmbedder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A real causal LM, tiny and untrained: what it writes has no support, and the reader answers instead."""
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    LlamaForCausalLM(
        LlamaConfig(
            vocab_size=30522, hidden_size=16, intermediate_size=32, num_hidden_layers=1,
            num_attention_heads=2, max_position_embeddings=1024,
        )
    ).save_pretrained(tmp_path)  # fmt: skip
    fast = PreTrainedTokenizerFast(
        tokenizer_file=str(embedder.tokenizer_file()), eos_token="[SEP]", pad_token="[PAD]"
    )
    fast.save_pretrained(tmp_path)
    example("larger_model").main(str(sample_path), str(tmp_path), QUESTION)
    printed = capsys.readouterr().out
    assert printed.startswith("The model's answer was not supported; the documents say:")
    assert "> The security officer is Tomasz Wieczorek" in printed
    assert re.search(
        r"\d+ tokens written; prompt answer@", printed
    )  # fewer where it repeats itself
