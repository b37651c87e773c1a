"""The network of the second look, and what it learnt as a difference of low rank: 1.4 MB beside the 438 of all-mpnet-base-v2."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import MPNetModel

KEPT = 6  # layers that learn nothing
ASKED, ABOUT, SAID = 36, 36, 60  # tokens of the question, of what a unit stands under, of the unit
TOGETHER, STEP = 16, 16  # sequences, tokens: few shapes, since each new one costs seconds
RANK = 8  # of the difference of each matrix
FILE = "second.safetensors"


class SecondLook(nn.Module):
    """The network with a head on its first token: how much speaks for a unit, in nats."""

    def __init__(self, encoder: MPNetModel) -> None:
        super().__init__()
        self.encoder = encoder
        size = encoder.config.hidden_size
        self.head = nn.Sequential(nn.Linear(size, size), nn.Tanh(), nn.Linear(size, 1))
        nn.init.normal_(self.head[2].weight, std=0.02)
        for part in encoder.modules():
            if isinstance(part, nn.Dropout):
                part.p = 0.0
        for part in (encoder.embeddings, *encoder.encoder.layer[:KEPT]):
            part.requires_grad_(False)

    def forward(self, ids: Tensor) -> Tensor:
        """Scores [b] of sequences [b, n], filled up with 1."""
        mask = (ids != 1).long()
        states = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        return self.head(states[:, 0]).float().squeeze(-1)

    def learnt(self) -> dict[str, Tensor]:
        """What learns, by name."""
        return {name: part for name, part in self.named_parameters() if part.requires_grad}


def loaded(teacher: Path, learnt: Path | None = None) -> tuple[SecondLook, Tokenizer]:
    """The network of the folder ``teacher``, with what was learnt, and its tokenizer."""
    model = SecondLook(MPNetModel.from_pretrained(teacher, add_pooling_layer=False))
    if learnt is not None:
        _add(model, load_file(learnt / FILE))
    tokenizer = Tokenizer.from_file(str(teacher / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return model, tokenizer


def save(model: SecondLook, teacher: Path, out: Path) -> None:
    """Write OUT/second.safetensors: of each matrix of the encoder its difference from the teacher's, as the product of two of
    :data:`RANK` (truncated singular values), a byte for each number with a scale for each row; all else in half precision."""
    before = MPNetModel.from_pretrained(teacher, add_pooling_layer=False).state_dict()
    kept: dict[str, Tensor] = {}
    for name, part in model.learnt().items():
        now = part.detach().float()
        if now.ndim < 2 or min(now.shape) <= 4 * RANK:
            kept[name] = now.half()
        elif name.startswith("head"):
            _pack(kept, name, now)
        else:
            difference = now - before[name.removeprefix("encoder.")].float()
            left, sizes, right = torch.linalg.svd(difference, full_matrices=False)
            roots = sizes[:RANK].sqrt()
            _pack(kept, f"{name}.out", (left[:, :RANK] * roots).T)
            _pack(kept, f"{name}.in", right[:RANK] * roots[:, None])
    out.mkdir(parents=True, exist_ok=True)
    save_file(kept, out / FILE)


def _pack(kept: dict[str, Tensor], name: str, rows: Tensor) -> None:
    scale = rows.abs().amax(1, keepdim=True).clamp(min=1e-8) / 127
    kept[name] = (rows / scale).round().to(torch.int8).contiguous()
    kept[f"{name}.scale"] = scale.half()


@torch.no_grad()
def _add(model: SecondLook, kept: dict[str, Tensor]) -> None:
    def rows(name: str) -> Tensor:
        return kept[name].float() * kept[f"{name}.scale"].float()

    for name, part in model.learnt().items():
        if f"{name}.out" in kept:
            part += rows(f"{name}.out").T @ rows(f"{name}.in")
        else:
            part.copy_(rows(name) if f"{name}.scale" in kept else kept[name])


def sequence(tokenizer: Tokenizer, question: str, under: str, behind: str, text: str) -> list[int]:
    """Question, what a unit stands ``under`` and ``behind``, its text: parted as the teacher parts texts."""

    def ids(part: str) -> list[int]:
        return tokenizer.encode(part, add_special_tokens=False).ids

    about = f"{under}: {behind[-100:]}" if behind else under
    return [0, *ids(question)[:ASKED], 2, 2, *ids(about)[-ABOUT:], 2, *ids(text)[:SAID], 2]


def scores(model: SecondLook, sequences: Sequence[Sequence[int]]) -> Tensor:
    """Scores [n], those of about one length together."""
    order = sorted(range(len(sequences)), key=lambda at: len(sequences[at]))
    found: list[Tensor] = []
    for at in range(0, len(order), TOGETHER):
        part = [sequences[n] for n in order[at : at + TOGETHER]]
        width = -(-max(map(len, part)) // STEP) * STEP
        ids = torch.ones((TOGETHER, width), dtype=torch.long)
        for row, one in enumerate(part):
            ids[row, : len(one)] = torch.tensor(one)
        ids[len(part) :, 0] = 0
        with torch.autocast("cpu", torch.bfloat16):
            found.append(model(ids)[: len(part)])
    return torch.zeros(len(order)).index_copy(0, torch.tensor(order), torch.cat(found))
