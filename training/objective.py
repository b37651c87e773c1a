"""Where training the reader starts, and what it makes better."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

from rag.embedding.encoder import load_weights
from rag.reading.model import ReaderConfig, ReaderForCausalLM
from rag.reading.prefix import NEVER


@dataclass(frozen=True, slots=True)
class Batch:
    """Examples to learn from: prefixes of n tokens at most, then m answer tokens in s branches.

    ids, places, types [b, n + m]; sees [b, n + m, n + m], which token sees which; starts [b, n],
    where the first step may point; last [b], the prefix's last token. span_start [b, s], where
    each span starts (0: no answer), span_real [b, s], whether it is one. copied [b, m], what each
    answer token copies, branch [b, m], the span that it belongs to, and ends [b, m]: 1 where the
    span ends after it, -1 where it goes on, 0 where there is no choice.
    """

    ids: Tensor
    places: Tensor
    types: Tensor
    sees: Tensor
    starts: Tensor
    last: Tensor
    span_start: Tensor
    span_real: Tensor
    copied: Tensor
    branch: Tensor
    ends: Tensor

    def to(self, device: str) -> Batch:
        """The same on another device."""
        return Batch(*(getattr(self, f.name).to(device) for f in fields(self)))


def from_encoder(folder: Path, config: ReaderConfig) -> ReaderForCausalLM:
    """A reader to be trained: the encoder's weights; the pointer starts at random.

    A deeper one has each of the encoder's layers several times over, one above the other (stacking: Gong et al.
    2019). In a wider one each inner unit stands as often as it fits, its output shared out among them, so that it
    begins as the same function (Net2Wider: Chen et al. 2016)."""
    model = ReaderForCausalLM(config)
    given = {name: torch.from_numpy(part) for name, part in load_weights(folder).items()}
    theirs_deep = sum(name.endswith("output.dense.bias") for name in given) // 2
    own = {
        "words.weight": given["embeddings.word_embeddings.weight"],
        "places.weight": given["embeddings.position_embeddings.weight"],
        "types.weight": given["embeddings.token_type_embeddings.weight"][[0, 1, 0]],
    }
    names = {
        "query": "attention.self.query",
        "key": "attention.self.key",
        "value": "attention.self.value",
        "attention_output": "attention.output.dense",
        "attention_norm": "attention.output.LayerNorm",
        "intermediate": "intermediate.dense",
        "output": "output.dense",
        "output_norm": "output.LayerNorm",
    }
    for part in ("weight", "bias"):
        own[f"norm.{part}"] = given[f"embeddings.LayerNorm.{part}"]
        for i in range(config.num_hidden_layers):
            for name, theirs in names.items():
                layer = i * theirs_deep // config.num_hidden_layers
                own[f"layers.{i}.{name}.{part}"] = given[f"encoder.layer.{layer}.{theirs}.{part}"]
    for i in range(config.num_hidden_layers):
        times = config.intermediate_size // len(own[f"layers.{i}.intermediate.bias"])
        if times > 1:
            inner = f"layers.{i}.intermediate"
            own[f"{inner}.weight"] = own[f"{inner}.weight"].repeat(times, 1)
            own[f"{inner}.bias"] = own[f"{inner}.bias"].repeat(times)
            own[f"layers.{i}.output.weight"] = (
                own[f"layers.{i}.output.weight"].repeat(1, times) / times
            )
    missing, unexpected = model.load_state_dict(own, strict=False)
    assert not unexpected and all(name.startswith("pointer.") for name in missing)
    return model


def pointed(model: ReaderForCausalLM, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
    """What the network says of a batch: states of the prefixes [b, n, d], logits of starts [b, n] (NEVER where none
    can be), log odds of ending after each answer token [b, m].

    One pass: the spans are branches behind the prefix that do not see each other.
    """
    length = batch.starts.shape[1]
    mask = torch.where(batch.sees, 0.0, NEVER).unsqueeze(1)
    if torch.is_autocast_enabled(batch.ids.device.type):
        mask = mask.to(torch.get_autocast_dtype(batch.ids.device.type))
    hidden = model.run(model.embed(batch.ids, batch.places, batch.types), mask)
    prefix, answer = hidden[:, :length], hidden[:, length:]
    start = model.pointer.start(prefix, batch.last).masked_fill(~batch.starts, NEVER)
    rows = torch.arange(len(prefix), device=prefix.device).unsqueeze(1)
    copied, following = prefix[rows, batch.copied], prefix[rows, batch.copied + 1]
    return prefix, start, model.pointer.end(answer, copied, following)


def of_ends(batch: Batch, odds: Tensor) -> Tensor:
    """log P of what follows the start of each span, [b, s], of log odds of ending [b, m]."""
    terms = F.logsigmoid(odds * batch.ends) * batch.ends.abs()
    empty = torch.zeros(batch.span_start.shape, device=odds.device)
    return empty.scatter_add(1, batch.branch, terms)


def log_likelihood(
    model: ReaderForCausalLM, batch: Batch, soft: Tensor | None = None, weight: float = 0.0
) -> Tensor:
    """log P of the answers of each example, [b]: any of its spans (marginalised), or none.

    With ``soft``, a teacher's log P of starts [b, n], ``weight`` times the divergence of the model's from these is
    taken off (Hinton et al. 2015).
    """
    _, start, odds = pointed(model, batch)
    start = start.log_softmax(-1)
    spans = start.gather(1, batch.span_start) + of_ends(batch, odds)
    told = spans.masked_fill(~batch.span_real, -torch.inf).logsumexp(1)
    if soft is None:
        return told
    apart = soft.exp() * (soft - start)
    return told - weight * apart.masked_fill(~batch.starts, 0.0).sum(1)
