"""Packed groups as batches for a GPU; needs numpy and torch alone."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from training.across.heads import over

OTHER = 255
LONGEST = 16  # tokens after a start over which the ends are compared


@dataclass(slots=True)
class Batch:
    """As ``training.across.model.GroupBatch``: b passages of n tokens, s spans with m tokens behind them."""

    ids: Tensor  # [b, n]
    real: Tensor  # bool [b, n]
    inside: Tensor  # bool [b, n]: of the passage, or the last
    starts: Tensor  # bool [b, n]
    stops: Tensor  # bool [b, n]
    last: Tensor  # [b]
    member: Tensor  # bool [b, u, n]
    right: Tensor  # bool [b, u]
    span: Tensor  # [b, s, 2], first and last token; 0: none
    copied: Tensor  # [b, s, m], the tokens from each start on; 0: none
    final: Tensor  # bool [b, s, m]: the passage ends with it
    rows: Tensor  # [g, p]
    learn: Tensor  # bool [g]

    def to(self, device: str) -> Batch:
        """The same on another device."""
        return Batch(*(getattr(self, f.name).to(device, non_blocking=True) for f in fields(self)))

    @property
    def has(self) -> Tensor:
        """Whether there is a unit, [b, u]."""
        return self.member.any(-1)

    @property
    def telling(self) -> Tensor:
        """Whether any passage of a group tells, [g]."""
        return over(self.rows, self.right.any(-1).float(), 0.0).amax(1) > 0


class Groups:
    """The packed groups of some files."""

    def __init__(self, paths: Sequence[Path]) -> None:
        packs = [dict(np.load(path)) for path in paths]
        for pack in packs:
            count = len(pack["ids"])
            for name in ("start", "stop"):
                pack[name] = np.unpackbits(pack[name], count=count).astype(bool)
        self.all = {name: np.concatenate([pack[name] for pack in packs]) for name in packs[0]}
        for flat, sizes in (("token", "length"), ("right", "rights"), ("span", "spans")):
            self.all[f"{flat}_at"] = np.concatenate(
                [[0], np.cumsum(self.all[sizes], dtype=np.int64)]
            )
        self.row_at = np.concatenate([[0], np.cumsum(self.all["passages"], dtype=np.int64)])
        lengths = self.all["length"].astype(int)
        self.longest = np.array(
            [lengths[a:b].max() for a, b in zip(self.row_at[:-1], self.row_at[1:], strict=True)]
        )

    def __len__(self) -> int:
        return len(self.longest)

    def batches(self, budget: int, epoch: int) -> list[list[int]]:
        """Groups by number, of like length, ``budget`` padded tokens a batch, in random order."""
        rng = random.Random(epoch)
        order = sorted(range(len(self)), key=lambda i: (self.longest[i] // 8, rng.random()))
        made: list[list[int]] = []
        rows = 0
        for i in order:
            count = int(self.all["passages"][i])
            if not made or (rows + count) * int(self.longest[i]) > budget:
                made.append([])
                rows = 0
            made[-1].append(i)
            rows += count
        rng.shuffle(made)
        return made

    def batch(self, numbers: Sequence[int]) -> Batch:
        """Some groups, by number, padded."""
        a = self.all
        rows = [r for g in numbers for r in range(self.row_at[g], self.row_at[g + 1])]
        n = int(max(a["length"][r] for r in rows))
        size = len(rows)
        most = int(max(a["spans"][r] for r in rows)) or 1
        ids = np.zeros((size, n), np.int64)
        unit = np.full((size, n), OTHER, np.uint8)
        starts, stops, inside = (np.zeros((size, n), bool) for _ in range(3))
        span = np.zeros((size, most, 2), np.int64)
        last = a["length"][rows].astype(np.int64) - 1
        for i, r in enumerate(rows):
            part = slice(a["token_at"][r], a["token_at"][r + 1])
            length = part.stop - part.start
            ids[i, :length], unit[i, :length] = a["ids"][part], a["unit"][part]
            starts[i, :length], stops[i, :length] = a["start"][part], a["stop"][part]
            inside[i, a["offset"][r] : length] = True
            own = a["span"][a["span_at"][r] : a["span_at"][r + 1]]
            span[i, : len(own)] = own
        u = int(np.where(unit == OTHER, 0, unit).max()) + 1
        member = unit[:, None, :] == np.arange(u, dtype=np.uint8)[None, :, None]
        right = np.zeros((size, u), bool)
        for i, r in enumerate(rows):
            right[i, a["right"][a["right_at"][r] : a["right_at"][r + 1]]] = True
        right &= member.any(-1)
        width = max(LONGEST, int((span[..., 1] - span[..., 0]).max()) + 1)
        copied = span[..., :1] + np.arange(width)
        ends = (a["offset"][rows].astype(int) + a["count"][rows] - 1)[:, None, None]
        copied = np.where((span[..., :1] > 0) & (copied <= ends), copied, 0)
        place = np.full((len(numbers), int(max(a["passages"][g] for g in numbers))), -1)
        at = 0
        for i, g in enumerate(numbers):
            place[i, : a["passages"][g]] = np.arange(at, at + a["passages"][g])
            at += int(a["passages"][g])
        real = np.arange(n) <= last[:, None]
        arrays = (
            ids, real, inside, starts, stops, last, member, right, span, copied,
            (copied == ends) & (copied > 0), place, a["learn"][list(numbers)],
        )  # fmt: skip
        return Batch(*(torch.from_numpy(np.ascontiguousarray(x)) for x in arrays))
