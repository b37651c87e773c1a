"""The reader with a head for units, and its losses over groups of passages."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from rag.reading.model import ReaderForCausalLM
from training.across.heads import NEVER, UnitHead, group_loss, over
from training.objective import Batch, of_ends, pointed


@dataclass(frozen=True, slots=True)
class GroupBatch:
    """Groups of passages: ``batch`` has one row for each passage. member [b, u, n], real and right
    [b, u]: units, whether there is one, whether it is evidence. rows [g, p]: each group's passages,
    -1 for none; spans [g]: whether its short answer is learnt. tells [b]: the passage has an answer. beside [b, u]: what
    speaks for each unit beside reading, in nats; 0 if that is not known."""

    batch: Batch
    member: Tensor
    real: Tensor
    right: Tensor
    tells: Tensor
    rows: Tensor
    spans: Tensor
    beside: Tensor


class GroupReader(nn.Module):
    """The reader and the head for units."""

    def __init__(self, reader: ReaderForCausalLM) -> None:
        super().__init__()
        self.reader = reader
        self.unit = UnitHead(reader.config.hidden_size)

    def scores(self, batch: Batch, member: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """g(unit) [b, u]; start logits less that of no answer [b, n] (NEVER where none can be); log P
        of what follows the start of each span [b, s]."""
        return self.scores_of(batch, member, *pointed(self.reader, batch))

    def scores_of(
        self, batch: Batch, member: Tensor, prefix: Tensor, start: Tensor, odds: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """The same, of what the network says that is known."""
        unit = self.unit(prefix, batch.last, start, member)
        relative = torch.where(batch.starts, start - start[:, :1], NEVER)
        relative = torch.cat([torch.full_like(relative[:, :1], NEVER), relative[:, 1:]], 1)
        return unit, relative, of_ends(batch, odds)

    def losses(self, groups: GroupBatch) -> tuple[Tensor, Tensor]:
        """-log P of the units, and of the spans, of each group [g]; 0 where none is to be learnt."""
        return self.losses_of(groups, *self.scores(groups.batch, groups.member))

    def losses_of(
        self, groups: GroupBatch, unit: Tensor, start: Tensor, steps: Tensor
    ) -> tuple[Tensor, Tensor]:
        """The same, of scores that are known."""
        unit = unit.masked_fill(~groups.real, NEVER)
        telling = over(groups.rows, groups.tells.float(), 0.0).amax(1) > 0
        right = unit.masked_fill(~groups.right, NEVER).logsumexp(1)
        units = group_loss(groups.rows, unit.logsumexp(1), right, telling)
        span = start.gather(1, groups.batch.span_start) + steps
        real = groups.batch.span_real & (groups.batch.span_start > 0)
        spans = group_loss(
            groups.rows,
            start.logsumexp(1),
            span.masked_fill(~real, NEVER).logsumexp(1),
            telling,
        )
        return units, spans * groups.spans
