"""The second look is trained and measured, with a small network of random weights in the place of the teacher's."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from transformers import MPNetConfig, MPNetModel

from rag.embedding.encoder import model_folder
from training.across import second
from training.across.second_measure import measure
from training.across.second_network import loaded

TEXT = "# Club\n\n" + "".join(
    f"## Room {n}\n\nRoom {n} opens at {n} o'clock. Its key hangs behind door {n}. Ask {name} for it. Dogs may not enter.\n\n"
    for n, name in enumerate(("Ann", "Bo", "Cy", "Di", "Ed", "Flo"), start=1)
)


def test_units_are_kept_learnt_from_and_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written, state, teacher = tmp_path / "written", tmp_path / "state", tmp_path / "teacher"
    for writer in ("one", "two"):
        folder = written / writer / "club"
        folder.mkdir(parents=True)
        (folder / "a.md").write_text(TEXT)
        questions = [
            {
                "id": f"{writer}-{n}", "folder": "club", "kind": "fact", "question": f"When does room {n} open?",
                "also": [f"opening of room {n}", f"Room {n}: from when on?"], "history": [], "answers": [f"{n} o'clock"],
                "must": [str(n)], "evidence": [{"file": "a.md", "quote": f"Room {n} opens at {n} o'clock."}], "note": "",
            }
            for n in range(1, 5)
        ]  # fmt: skip
        lines = "".join(json.dumps(one) + "\n" for one in questions)
        (written / writer / "gold.jsonl").write_text(lines)
    second.keep(written, state, ["one", "two"], 3)
    rows = second.kept(state, ["one", "two"])
    assert len(rows) == 24
    assert all(any(one.right for one in row.candidates) for row in rows)
    assert all("opens at" in one.text for row in rows for one in row.candidates if one.right)

    config = MPNetConfig(
        vocab_size=30527,
        hidden_size=64,
        num_hidden_layers=8,
        num_attention_heads=4,
        intermediate_size=64,
    )
    torch.manual_seed(1)
    MPNetModel(config, add_pooling_layer=False).save_pretrained(teacher)
    shutil.copy(model_folder() / "tokenizer.json", teacher)
    before, _ = loaded(teacher)
    second.train(rows, teacher, tmp_path / "out", 5, most=2)
    after, _ = loaded(teacher, tmp_path / "out")
    assert (tmp_path / "out" / "model.safetensors").stat().st_size < 200_000
    changed = {
        name
        for (name, old), new in zip(before.named_parameters(), after.parameters(), strict=True)
        if not torch.allclose(old, new, atol=1e-6)
    }
    assert any("layer.7" in name for name in changed)
    assert not any("layer.0." in name or "embeddings" in name for name in changed)
    measure(rows, teacher, tmp_path / "out")
    without, with_it = capsys.readouterr().out.splitlines()[-2:]
    assert without.startswith("without: first unit right")
    assert with_it.startswith("with:    first unit right")
