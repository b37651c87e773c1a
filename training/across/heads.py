"""The head for units and the loss over groups: torch alone, so that any encoder can be trained with them.

Shared normalisation (Clark and Gardner 2018): the scores of all units of all passages of a question,
each less its passage's score of "no answer", compete in one softmax with a "none" of logit 0; so do
the starts of spans. So scores of different passages can be compared.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

NEVER = -1e4  # the logit of what cannot be: far below any, and finite in bf16


class UnitHead(nn.Module):
    """From hidden states to the logits of units.

    f(unit) = key(mean of its states) . query(last state) / sqrt(d) + bias(mean) + w lse(starts in it);
    of "no answer", the same over the first token alone, [CLS]. The last term lets the head begin where
    the pointer stands: a sentence is as good as the spans that start in it.
    """

    def __init__(self, size: int) -> None:
        super().__init__()
        self.scale = size**-0.5
        self.query, self.key = nn.Linear(size, size), nn.Linear(size, size)
        self.bias = nn.Linear(size, 1)
        self.starts = nn.Parameter(torch.ones(1))
        for part in (self.query, self.key, self.bias):
            nn.init.normal_(part.weight, std=0.02)
            nn.init.zeros_(part.bias)

    def forward(self, hidden: Tensor, last: Tensor, start: Tensor, member: Tensor) -> Tensor:
        """Hidden states [b, n, d], the last token [b], start logits [b, n] (NEVER where none can be),
        and which tokens a unit has, bool [b, u, n] -> g(unit) = f(unit) - f(no answer), [b, u]."""
        rows = torch.arange(len(hidden), device=hidden.device)
        own = torch.zeros_like(member[:, :1])
        own[:, :, 0] = True
        member = torch.cat([own, member], 1)
        weights = member / member.sum(-1, keepdim=True).clamp(min=1)
        mean = weights.to(hidden.dtype) @ hidden
        logits = (self.key(mean) @ self.query(hidden[rows, last]).unsqueeze(-1)).squeeze(-1)
        logits = logits.float() * self.scale + self.bias(mean).squeeze(-1).float()
        inside = torch.where(member, start.unsqueeze(1), NEVER).logsumexp(-1)
        logits = logits + self.starts * inside.clamp(min=-30.0)
        return logits[:, 1:] - logits[:, :1]


def over(rows: Tensor, values: Tensor, empty: float) -> Tensor:
    """Values of passages [b] -> those of each group's passages, ``rows`` [g, p] (-1: none): [g, p]."""
    return values[rows.clamp(min=0)].masked_fill(rows < 0, empty)


def normaliser(rows: Tensor, total: Tensor) -> Tensor:
    """log of the sum over everything in a group, and "none", whose logit is 0: [g]."""
    none = torch.zeros(len(rows), 1, device=rows.device)
    return torch.cat([none, over(rows, total, NEVER)], 1).logsumexp(1)


def group_loss(rows: Tensor, total: Tensor, right: Tensor, telling: Tensor) -> Tensor:
    """-log of what is right (log sums of each passage, [b]) over everything and "none", which is right
    where no passage tells: [g]."""
    told = over(rows, right, NEVER).logsumexp(1)
    return normaliser(rows, total) - torch.where(telling, told, torch.zeros_like(told))
