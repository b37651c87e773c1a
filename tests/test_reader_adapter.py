"""An adapter beside the reader's weights: both networks merge it, and one that does not fit is told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM

from rag.errors import ModelError
from rag.reading import Reader
from rag.reading.adapter import ADAPTER
from rag.reading.decode import best_spans
from rag.reading.model import TorchBackend
from rag.reading.network import OpenVinoBackend
from rag.reading.prefix import Prefix, prefixes, tokenise
from rag.reading.reader import WEIGHTS
from training.train import load_tokenizer

READ = (
    ("What does the kettle cost?", "The kettle holds 1.7 litres of water. It costs 79.90 euros."),
    ("How many days of leave are there?", "In the first year employees have 24 days of leave."),
    ("Who is head of finance?", "The office in Brno was opened on 3 May. It has a kitchen."),
    ("When was the travel policy changed?", "The travel policy was changed on 12 May by Ann."),
)
TOKENIZER = load_tokenizer()


def _prefix(question: str, passage: str) -> Prefix:
    return prefixes(*(tokenise(TOKENIZER, text) for text in (question, passage, "")))[0]


def _with_adapter(folder: Path) -> dict[str, torch.Tensor]:
    """The bundled weights, bare, and an adapter that changes a matrix, a bias and a norm."""
    from safetensors.torch import load_file, save_file

    for name in ("model.safetensors", "config.json"):
        shutil.copy(WEIGHTS / name, folder)
    bare = load_file(WEIGHTS / "model.safetensors")
    torch.manual_seed(0)
    adapter = {
        "layers.5.output.down": torch.randn(2, 1536) * 0.05,
        "layers.5.output.up": torch.randn(384, 2) * 0.05,
        "layers.5.output.bias": bare["layers.5.output.bias"].float() + 0.1,
        "layers.0.output_norm.weight": bare["layers.0.output_norm.weight"].float() * 1.1,
    }
    save_file(adapter, folder / ADAPTER)
    return adapter


def test_an_adapter_is_merged_into_both_networks_and_changes_the_fingerprint(
    tmp_path: Path,
) -> None:
    adapter = _with_adapter(tmp_path)
    model = AutoModelForCausalLM.from_pretrained(tmp_path, dtype=torch.float32).eval()
    output = model.layers[5].output
    bare = Reader.load(tmp_path).fingerprint
    torch.testing.assert_close(output.bias, adapter["layers.5.output.bias"])
    groups = [[_prefix(question, passage)] for question, passage in READ]
    light = best_spans(OpenVinoBackend(tmp_path, precision="f32"), groups)
    for ours, theirs in zip(light, best_spans(TorchBackend(model), groups), strict=True):
        assert ours.spans[0].log_p == pytest.approx(theirs.spans[0].log_p, abs=5e-3)
    (tmp_path / ADAPTER).unlink()
    before = best_spans(OpenVinoBackend(tmp_path, precision="f32"), groups)
    assert any(
        abs(a.spans[0].log_p - b.spans[0].log_p) > 0.05 for a, b in zip(light, before, strict=True)
    )
    assert Reader.load(tmp_path).fingerprint != bare
    model.save_pretrained(tmp_path / "merged")
    again = AutoModelForCausalLM.from_pretrained(tmp_path / "merged")
    torch.testing.assert_close(again.layers[5].output.weight, output.weight)


def test_an_adapter_of_other_weights_says_what_to_do(tmp_path: Path) -> None:
    from safetensors.torch import save_file

    _with_adapter(tmp_path)
    for wrong in (
        {"layers.9.output.down": torch.zeros(2, 4), "layers.9.output.up": torch.zeros(4, 2)},
        {"layers.5.output.bias": torch.zeros(3)},
        {"layers.5.output.down": torch.zeros(2, 5), "layers.5.output.up": torch.zeros(384, 2)},
    ):
        save_file(wrong, tmp_path / ADAPTER)
        with pytest.raises(ModelError, match="Reinstall"):
            Reader.load(tmp_path)
    (tmp_path / ADAPTER).write_bytes(b"no adapter")
    with pytest.raises(ModelError, match="Reinstall"):
        Reader.load(tmp_path)
