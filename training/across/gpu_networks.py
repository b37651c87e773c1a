"""Teacher and student as networks; need torch, and the teacher transformers."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from training.across.gpu_batches import Batch
from training.across.gpu_losses import Scores, relative
from training.across.heads import NEVER, UnitHead

CLS, SEP, UNKNOWN = 101, 102, 100  # of the encoder
PASSAGE, ANSWER = 1, 2  # token types
SHIFT = 4  # of the teacher's numbers; <s> is 0, <pad> 1, </s> 2, <unk> 3


class Layer(nn.Module):
    """As ``rag.reading.model.Layer``, of the same names."""

    def __init__(self, d: int, heads: int, wide: int, eps: float) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value = nn.Linear(d, d), nn.Linear(d, d), nn.Linear(d, d)
        self.attention_output = nn.Linear(d, d)
        self.attention_norm = nn.LayerNorm(d, eps=eps)
        self.intermediate, self.output = nn.Linear(d, wide), nn.Linear(wide, d)
        self.output_norm = nn.LayerNorm(d, eps=eps)

    def forward(self, x: Tensor, sees: Tensor) -> Tensor:
        """[b, n, d] -> [b, n, d]; sees [b, n, n], which token sees which."""
        q, k, v = (
            part(x).unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        )
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=sees.unsqueeze(1))
        x = self.attention_norm(self.attention_output(mixed.transpose(1, 2).flatten(2)) + x)
        return self.output_norm(self.output(F.gelu(self.intermediate(x))) + x)


class StudentPointer(nn.Module):
    """As ``rag.reading.model.Pointer``, of the same names."""

    def __init__(self, d: int) -> None:
        super().__init__()
        self.scale = d**-0.5
        self.start_query, self.start_key = nn.Linear(d, d), nn.Linear(d, d)
        self.start_bias = nn.Linear(d, 1)
        self.step_query, self.next_key, self.end_key = (nn.Linear(d, d) for _ in range(3))
        self.next_bias, self.end_bias = nn.Linear(d, 1), nn.Linear(d, 1)


def start_logits(pointer: Any, hidden: Tensor, last: Tensor) -> Tensor:
    """Hidden states [b, n, d], index of the last token [b] -> logits of starts [b, n]."""
    asking = hidden[torch.arange(len(hidden), device=hidden.device), last]
    logits = (pointer.start_key(hidden) @ pointer.start_query(asking).unsqueeze(-1)).squeeze(-1)
    return (logits * pointer.scale + pointer.start_bias(hidden).squeeze(-1)).float()


class Student(nn.Module):
    """The reader with its head for units; parameters named as in its file of weights."""

    def __init__(
        self, *, d: int = 384, layers: int = 6, heads: int = 12, wide: int = 1536,
        words: int = 30522, places: int = 512, eps: float = 1e-12,
    ) -> None:  # fmt: skip
        super().__init__()
        self.words, self.places = nn.Embedding(words, d), nn.Embedding(places, d)
        self.types = nn.Embedding(3, d)
        self.norm = nn.LayerNorm(d, eps=eps)
        self.layers = nn.ModuleList(Layer(d, heads, wide, eps) for _ in range(layers))
        self.pointer = StudentPointer(d)
        self.unit = UnitHead(d)
        self.words.weight.requires_grad_(False)  # the encoder's, which stay

    def forward(self, batch: Batch) -> Scores:
        """One pass; spans are branches behind the prefix that do not see each other."""
        b, n = batch.ids.shape
        s, m = batch.copied.shape[1:]
        device = batch.ids.device
        copied = batch.copied.flatten(1)
        rows = torch.arange(b, device=device).unsqueeze(1)
        ids = torch.cat([batch.ids, batch.ids[rows, copied]], 1)
        places = torch.cat([torch.arange(n, device=device).expand(b, n), copied], 1)
        types = torch.cat([batch.inside * PASSAGE, torch.full_like(copied, ANSWER)], 1)
        sees = torch.zeros(b, n + s * m, n + s * m, dtype=torch.bool, device=device)
        sees[:, :, :n] = batch.real.unsqueeze(1)
        own = torch.block_diag(*[torch.ones(m, m, device=device).tril()] * s).bool()
        sees[:, n:, n:] = own
        x = self.norm(self.words(ids) + self.places(places) + self.types(types))
        for layer in self.layers:
            x = layer(x, sees)
        hidden, answer = x[:, :n], x[:, n:]
        start = start_logits(self.pointer, hidden, batch.last).masked_fill(~batch.starts, NEVER)
        unit = self.unit(hidden, batch.last, start, batch.member)
        p = self.pointer
        query = p.step_query(answer) * p.scale
        here, following = hidden[rows, copied], hidden[rows, (copied + 1).clamp(max=n - 1)]
        odds = (query * p.end_key(here)).sum(-1) + p.end_bias(here).squeeze(-1)
        odds = odds - (query * p.next_key(following)).sum(-1) - p.next_bias(following).squeeze(-1)
        end, beyond = chain(odds.float().view(b, s, m), batch)
        return Scores(unit, relative(start, batch.starts), end, beyond)


def chain(odds: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
    """Log odds of ending after each token [b, s, m] -> log P of ending there, and of going on beyond.
    Inside a word one goes on, at the end of the passage one ends."""
    rows = torch.arange(len(odds), device=odds.device)[:, None, None]
    may = batch.stops[rows, batch.copied] & (batch.copied > 0)
    log_end = torch.where(may, F.logsigmoid(odds), NEVER)
    log_on = torch.where(may, F.logsigmoid(-odds), 0.0)
    log_end = torch.where(batch.final, 0.0, log_end)
    log_on = torch.where(batch.final, NEVER, log_on)
    reached = torch.cat([torch.zeros_like(log_on[..., :1]), log_on.cumsum(-1)], -1)
    return (reached[..., :-1] + log_end).clamp(min=NEVER), reached[..., -1].clamp(min=NEVER)


class Teacher(nn.Module):
    """MPNet with the same heads; an end is chosen among the tokens from its start on."""

    def __init__(self, config: Any) -> None:
        super().__init__()
        from transformers import MPNetModel

        d = config.hidden_size
        self.encoder = MPNetModel(config, add_pooling_layer=False)
        self.scale = d**-0.5
        self.start_query, self.start_key = nn.Linear(d, d), nn.Linear(d, d)
        self.start_bias = nn.Linear(d, 1)
        self.step_query, self.next_key, self.end_key = (nn.Linear(d, d) for _ in range(3))
        self.next_bias, self.end_bias = nn.Linear(d, 1), nn.Linear(d, 1)
        self.unit = UnitHead(d)
        for name, part in self.named_modules():
            if isinstance(part, nn.Linear) and not name.startswith(("encoder.", "unit.")):
                nn.init.normal_(part.weight, std=0.02)
                nn.init.zeros_(part.bias)

    def forward(self, batch: Batch) -> Scores:
        """One pass."""
        ids = batch.ids + SHIFT
        for own, theirs in ((CLS, 0), (SEP, 2), (UNKNOWN, 3)):
            ids = ids.masked_fill(batch.ids == own, theirs)
        ids = ids.masked_fill(~batch.real, 1)
        hidden = self.encoder(input_ids=ids, attention_mask=batch.real.long()).last_hidden_state
        start = start_logits(self, hidden, batch.last).masked_fill(~batch.starts, NEVER)
        unit = self.unit(hidden, batch.last, start, batch.member)
        # What an answer's own states are to the student, the state of its start is here.
        rows = torch.arange(len(hidden), device=hidden.device)[:, None, None]
        first = hidden[rows[..., 0], batch.span[..., 0]].unsqueeze(2)
        here = hidden[rows, batch.copied]
        following = hidden[rows, (batch.copied + 1).clamp(max=hidden.shape[1] - 1)]
        query = self.step_query(first) * self.scale
        odds = (query * self.end_key(here)).sum(-1) + self.end_bias(here).squeeze(-1)
        odds = odds - (query * self.next_key(following)).sum(-1)
        odds = odds - self.next_bias(following).squeeze(-1)
        end, beyond = chain(odds.float(), batch)
        return Scores(unit, relative(start, batch.starts), end, beyond)
