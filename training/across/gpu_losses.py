"""What teacher and student learn: units and spans, and the student the teacher's distributions."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from training.across.gpu_batches import Batch
from training.across.heads import NEVER, group_loss, normaliser


@dataclass(slots=True)
class Scores:
    """unit [b, u] and start [b, n], less that of no answer; log P of ending after each token from each
    span's start, [b, s, m], and of going on beyond the last of them [b, s]."""

    unit: Tensor
    start: Tensor
    end: Tensor
    beyond: Tensor


def relative(start: Tensor, starts: Tensor) -> Tensor:
    """Start logits less that of no answer, which itself is left out."""
    less = torch.where(starts, start - start[:, :1], NEVER)
    return torch.cat([torch.full_like(less[:, :1], NEVER), less[:, 1:]], 1)


def losses(scores: Scores, batch: Batch) -> tuple[Tensor, Tensor]:
    """-log P of the right units, and of the right spans, of each group [g]."""
    telling = batch.telling
    unit = scores.unit.masked_fill(~batch.has, NEVER)
    units = group_loss(
        batch.rows,
        unit.logsumexp(1),
        unit.masked_fill(~batch.right, NEVER).logsumexp(1),
        telling,
    )
    real = batch.span[..., 0] > 0
    ending = (batch.span[..., 1] - batch.span[..., 0]).unsqueeze(-1)
    span = scores.start.gather(1, batch.span[..., 0]) + scores.end.gather(2, ending).squeeze(-1)
    spans = group_loss(
        batch.rows,
        scores.start.logsumexp(1),
        span.masked_fill(~real, NEVER).logsumexp(1),
        telling,
    )
    return units, spans * batch.learn


def distilled(student: Scores, teacher: Scores, batch: Batch) -> Tensor:
    """KL of the teacher's distributions from the student's: units, starts, ends; mean over groups."""
    owner = torch.zeros(len(batch.ids), dtype=torch.long, device=batch.ids.device)
    group, place = (batch.rows >= 0).nonzero(as_tuple=True)
    owner[batch.rows[group, place]] = group
    total = torch.zeros((), device=batch.ids.device)
    for name, allowed in (("unit", batch.has), ("start", batch.starts & batch.inside)):
        own = getattr(student, name).masked_fill(~allowed, NEVER)
        soft = getattr(teacher, name).masked_fill(~allowed, NEVER)
        z_own, z_soft = (normaliser(batch.rows, x.logsumexp(1)) for x in (own, soft))
        log_own, log_soft = own - z_own[owner, None], soft - z_soft[owner, None]
        kl = (log_soft.exp() * (log_soft - log_own)).masked_fill(~allowed, 0.0).sum(1)
        none = (-z_soft).exp() * (z_own - z_soft)
        used = batch.learn if name == "start" else torch.ones_like(batch.learn)
        total = total + ((kl * used[owner]).sum() + (none * used).sum()) / len(batch.rows)
    real = (batch.span[..., 0] > 0) & batch.learn[owner, None]
    if real.any():
        log_own, log_soft = (
            torch.cat([x.end, x.beyond.unsqueeze(-1)], -1).clamp(min=-30.0)[real]
            for x in (student, teacher)
        )
        ends = (log_soft.exp() * (log_soft - log_own)).sum(-1)
        total = total + ends.sum() / len(batch.rows)
    return total
