"""The network of the second look, and what it learnt as a difference of low rank: 1.4 MB beside the 438 of all-mpnet-base-v2."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.numpy import load_file
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import MPNetModel

from rag.embedding.encoder import model_folder
from rag.reading.cross_encoder.published import LEARNT as FILE
from rag.reading.cross_encoder.published import merged
from training.precision import halved

KEPT = 6  # layers that learn nothing
TOGETHER, STEP = 16, 16  # sequences, tokens: few shapes, since each new one costs seconds
RANK = 8  # of the difference of each matrix


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
        known = {name: part.numpy() for name, part in model.encoder.state_dict().items()}
        changed = merged(known, load_file(learnt / FILE))
        named = {
            name if name.startswith("head") else f"encoder.{name}": part
            for name, part in changed.items()
        }
        model.load_state_dict({name: torch.from_numpy(part) for name, part in named.items()})
    tokenizer = Tokenizer.from_file(str(model_folder() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return model, tokenizer


def save(model: SecondLook, teacher: Path, out: Path) -> None:
    """Write OUT/model.safetensors, under the published names: of each matrix of the encoder its difference from the teacher's, as the product of two of
    :data:`RANK` (truncated singular values), a byte for each number with a scale for each row; all else in half precision."""
    before = MPNetModel.from_pretrained(teacher, add_pooling_layer=False).state_dict()
    kept: dict[str, Tensor] = {}
    for own, part in model.learnt().items():
        name, now = own.removeprefix("encoder."), part.detach().float()
        if now.ndim < 2 or min(now.shape) <= 4 * RANK:
            kept[name] = now.half()
        elif name.startswith("head"):
            _pack(kept, name, now)
        else:
            difference = now - before[name].float()
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
        with halved():
            found.append(model(ids)[: len(part)])
    return torch.zeros(len(order)).index_copy(0, torch.tensor(order), torch.cat(found))
