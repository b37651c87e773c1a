"""Let the shipped reader learn more, as an adapter: a difference of low rank to weights that stay as they are.

    python -m training.across.adapt STATE OUT --minutes 60 --learn "new/sources/written*=0.45" "groups/groups-*=0.3" ...

Each of --learn names files of groups in STATE by a pattern, and their share; files that come while it runs are read when the next
epoch begins. A unit is scored by the log sum of the starts in it, as the reader scores it, so that what is learnt is *which* unit. Where
inside a unit an answer starts, and where it ends, is held to what the weights said before (they are their own teacher: Li and Hoiem
2016); short answers are learnt of reading sets alone, since written ones are as long as somebody thought fit. The rate falls to zero
over the last quarter of the time. OUT is a model folder, the adapter (the moving mean of what was learnt) merged into its weights; it lies
in OUT/adapter.safetensors by itself, too. The same command goes on from OUT/checkpoint.pt.
"""

from __future__ import annotations

import argparse
import copy
import random
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional as F

from rag.reading.model import ReaderForCausalLM
from rag.reading.reader import WEIGHTS
from training.across.batches import TokenGroup, batches, collated, tokens
from training.across.groups import read
from training.across.heads import NEVER
from training.across.low_rank import lower, merged
from training.across.model import GroupBatch, GroupReader
from training.across.train import load_model
from training.objective import Batch
from training.train import load_tokenizer

RANK, RATE, WARM_UP = 16, 1e-3, 50  # of the difference; WARM_UP steps
BUDGET = 4096  # padded tokens a step
EPOCH = 1500  # groups
SPANS = 0.7  # weight of short answers
ENDS = 4.0  # of what is held, weight of where answers end: as much as one start
AVERAGE = 0.99  # of the moving mean, a step
SAVE_EVERY = 100  # steps
READING = ("squad", "unanswerable", "nq", "policy", "qamr", "invented", "table", "series")


def epochs(state: Path, shares: dict[str, float], rng: random.Random) -> Iterator[list[TokenGroup]]:
    """Batches for ever, of files by pattern and share."""
    tokenizer, seen = load_tokenizer(), set[Path]()
    pools: dict[str, list[TokenGroup]] = {pattern: [] for pattern in shares}
    while True:
        for pattern, pool in pools.items():
            for path in sorted(set(state.glob(pattern)) - seen):
                seen.add(path)
                for group in read(path):
                    short = group.spans and group.source in READING
                    made = tokens(replace(group, spans=short), tokenizer)
                    pool += [made] if made is not None else []
        chosen: list[TokenGroup] = []
        for pattern, share in shares.items():
            count = int(EPOCH * share / sum(shares.values()))
            times, rest = divmod(count, len(pools[pattern]))
            chosen += pools[pattern] * times + rng.sample(pools[pattern], rest)
        yield from batches(chosen, BUDGET, rng)


def said(reader: ReaderForCausalLM, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
    """States of prefixes [b, n, d], logits of starts [b, n], log odds of ends [b, m]."""
    length = batch.starts.shape[1]
    mask = torch.where(batch.sees, 0.0, NEVER).unsqueeze(1)
    if torch.is_autocast_enabled("cpu"):
        mask = mask.to(torch.get_autocast_dtype("cpu"))
    hidden = reader.run(reader.embed(batch.ids, batch.places, batch.types), mask)
    prefix, answer = hidden[:, :length], hidden[:, length:]
    start = reader.pointer.start(prefix, batch.last).masked_fill(~batch.starts, NEVER)
    rows = torch.arange(len(prefix)).unsqueeze(1)
    copied, following = prefix[rows, batch.copied], prefix[rows, batch.copied + 1]
    return prefix, start, reader.pointer.end(answer, copied, following)


def inside(start: Tensor, member: Tensor) -> Tensor:
    """log P of a start given its unit, [b, n]: logits [b, n], which tokens a unit has [b, u, n]."""
    total = torch.where(member, start.unsqueeze(1), NEVER).logsumexp(-1, keepdim=True)
    return start - torch.where(member, total, 0.0).sum(1)


def losses(
    model: GroupReader, before: ReaderForCausalLM, groups: GroupBatch
) -> tuple[Tensor, Tensor, Tensor]:
    """Of units, of short answers, and how far from what was said ``before``: means over groups."""
    batch, count = groups.batch, len(groups.rows)
    with torch.no_grad():
        _, start_before, odds_before = said(before, batch)
    prefix, start, odds = said(model.reader, batch)
    unit = model.unit(prefix, batch.last, start, groups.member)
    relative = torch.where(batch.starts, start - start[:, :1], NEVER)
    relative = torch.cat([torch.full_like(relative[:, :1], NEVER), relative[:, 1:]], 1)
    steps = torch.zeros(batch.span_start.shape)
    steps = steps.scatter_add(1, batch.branch, F.logsigmoid(odds * batch.ends) * batch.ends.abs())
    units, spans = model.losses_of(groups, unit, relative, steps)
    free = (batch.starts & groups.member.any(1))[:, 1:]
    apart = inside(start_before, groups.member) - inside(start, groups.member)
    starts = (torch.where(free, apart[:, 1:], 0.0) * start_before[:, 1:].softmax(-1)).sum() / count
    chosen = batch.ends != 0
    asked = torch.sigmoid(odds_before[chosen])
    ends = F.binary_cross_entropy_with_logits(odds[chosen], asked, reduction="sum")
    ends = ends - F.binary_cross_entropy_with_logits(odds_before[chosen], asked, reduction="sum")
    held = starts + ENDS * ends / chosen.sum().clamp(min=1)
    return units.mean(), spans.sum() / count, held


def adapter(model: GroupReader) -> dict[str, Tensor]:
    """What is learnt, by the reader's names."""
    return {n: p.detach() for n, p in model.reader.named_parameters() if p.requires_grad}


def run(state: Path, out: Path, shares: dict[str, float], minutes: float, start: Path) -> None:
    """Learn, and write OUT."""
    torch.manual_seed(0)
    out.mkdir(parents=True, exist_ok=True)
    model = load_model(start)
    before = copy.deepcopy(model.reader).eval()
    before.requires_grad_(False)
    model.requires_grad_(False)
    for part in (model.unit.query, model.unit.key, model.unit.bias):
        part.weight.zero_()
    lower(model.reader, RANK)
    pairs = [n for n in adapter(model) if n.endswith((".up", ".down"))]
    mine = dict(model.reader.named_parameters())
    rates = (RATE, RATE / 4)
    optimizer = torch.optim.AdamW(
        [
            {"params": [mine[n] for n in pairs]},
            {"params": [mine[n] for n in adapter(model) if n not in pairs]},
        ],
        weight_decay=0.01, betas=(0.9, 0.98), fused=True,
    )  # fmt: skip
    mean = {name: part.clone() for name, part in adapter(model).items()}
    step, spent = 0, 0.0
    kept = out / "checkpoint.pt"
    if kept.is_file():
        saved = torch.load(kept, weights_only=True)
        model.reader.load_state_dict(saved["model"], strict=False)
        optimizer.load_state_dict(saved["optimizer"])
        mean, step, spent = saved["mean"], saved["step"], saved["spent"]
    began, told = time.monotonic() - spent, list[list[float]]()
    model.train()
    for batch in epochs(state, shares, random.Random(step)):
        spent = time.monotonic() - began
        left = 1 - spent / (60 * minutes)
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * min((step + 1) / WARM_UP, 1.0, max(0.0, 4 * left))
        with torch.autocast("cpu", torch.bfloat16):
            units, spans, held = losses(model, before, collated(batch))
        (units + SPANS * spans + held).backward()
        torch.nn.utils.clip_grad_norm_([mine[n] for n in mean], 1.0)
        optimizer.step()
        optimizer.zero_grad()
        step += 1
        for name, part in adapter(model).items():
            mean[name].lerp_(part, 1 - min(AVERAGE, step / (step + 10)))
        told.append([float(x.detach()) for x in (units, spans, held)])
        if step % 25 == 0:
            means = ", ".join(f"{x:.3f}" for x in np.mean(told[-50:], 0))
            print(f"step {step}: units, short answers, held {means}; {spent:.0f} s", flush=True)
        if step % SAVE_EVERY == 0 or left <= 0:
            saved = {"model": adapter(model), "optimizer": optimizer.state_dict()}
            torch.save(saved | {"mean": mean, "step": step, "spent": spent}, kept)
        if left <= 0:
            break
    save_file({name: part.half() for name, part in mean.items()}, out / "adapter.safetensors")
    model.reader.load_state_dict(mean, strict=False)
    halves = {k: v.half() for k, v in merged(model.reader).items() if k != "words.weight"}
    save_file(halves, out / "model.safetensors", metadata={"format": "pt"})
    shutil.copyfile(start / "config.json", out / "config.json")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("state", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--learn", nargs="+", required=True, metavar="PATTERN=SHARE")
    parser.add_argument("--start", type=Path, default=WEIGHTS)
    given = parser.parse_args()
    pairs = (one.rpartition("=") for one in given.learn)
    shares = {pattern: float(share) for pattern, _, share in pairs}
    run(given.state, given.out, shares, given.minutes, given.start)


if __name__ == "__main__":
    main()
