"""Let the shipped reader learn more, as an adapter: a difference of low rank to weights that stay as they are.

    python -m training.across.adapt STATE OUT --minutes 60 --learn "new/sources/written*=0.45" "groups/groups-*=0.3" ...

Each of --learn names files of groups in STATE by a pattern, and their share; files that come while it runs are read when the next
epoch begins. A unit is scored by the log sum of the starts in it, weighed beside what else speaks for it (its passage's place in the search, its
nearness to the question, its form) as when a question is asked: so what is learnt is *which* unit, where the rest does not tell. Where
inside a unit an answer starts, and where it ends, is held to what the weights said before (they are their own teacher: Li and Hoiem
2016); short answers are learnt of reading sets alone, since written ones are as long as somebody thought fit. The rate falls to zero
over the last quarter of the time. OUT is a model folder, the adapter (the moving mean of what was learnt) merged into its weights. The same
command goes on from OUT/checkpoint.pt.
"""

from __future__ import annotations

import argparse
import copy
import random
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from torch import Tensor
from torch.nn import functional as F

from rag.answering.weights import quietly
from rag.embedding.embedder import Array, BundledEmbedder
from rag.reading.confidence import Ranking
from rag.reading.evidence import evidence_for
from rag.reading.model import ReaderForCausalLM
from rag.reading.reader import WEIGHTS, Reader
from rag.reading.units import units
from training.across.batches import MAX_UNITS, TokenGroup, batches, collated, tokens
from training.across.groups import Group, read
from training.across.heads import NEVER
from training.across.model import GroupBatch, GroupReader
from training.across.train import load_model, save_model
from training.objective import pointed
from training.precision import halved
from training.train import load_tokenizer

RANK, RATE, WARM_UP = 16, 1e-3, 50  # of the difference; WARM_UP steps
BUDGET = 4096  # padded tokens a step
EPOCH = 1500  # groups
SPANS = 0.7  # weight of short answers
ENDS = 4.0  # of what is held, weight of where answers end: as much as one start
AVERAGE = 0.99  # of the moving mean, a step
SAVE_EVERY = 100  # steps


def epochs(
    state: Path, shares: dict[str, float], ranking: Ranking, rng: random.Random
) -> Iterator[list[TokenGroup]]:
    """Batches for ever, of files by pattern and share."""
    tokenizer, seen, beside = load_tokenizer(), set[Path](), Beside(ranking)
    pools: dict[str, list[Group]] = {pattern: [] for pattern in shares}
    while True:
        for pattern, pool in pools.items():
            for path in sorted(set(state.glob(pattern)) - seen):
                seen.add(path)
                pool += read(path)
        chosen: list[TokenGroup] = []
        for pattern, share in shares.items():
            count = int(EPOCH * share / sum(shares.values()))
            times, rest = divmod(count, len(pools[pattern]))
            for group in pools[pattern] * times + rng.sample(pools[pattern], rest):
                short = group.spans and group.source != "written"
                made = tokens(replace(group, spans=short), tokenizer)
                chosen += [beside(group, made)] if made is not None else []
        yield from batches(chosen, BUDGET, rng)


class Beside:
    """Gives groups what speaks for their units beside reading, in nats, as a ranking weighs it."""

    def __init__(self, ranking: Ranking) -> None:
        self.ranking = ranking
        self.embedder = BundledEmbedder()
        self.vectors: dict[str, Array] = {}

    def __call__(self, group: Group, made: TokenGroup) -> TokenGroup:
        """The same group, told."""
        passages = [shown.text for shown in group.passages]
        contexts = [shown.context for shown in group.passages]
        best = max(shown.score for shown in group.passages)
        behind = [shown.score - best for shown in group.passages]
        spans = [units(text)[:MAX_UNITS] for text in passages]
        parts = [(number, span, 0.0) for number, own in enumerate(spans) for span in own]
        told = evidence_for(group.question, passages, contexts, parts, behind, self._encode)
        scores = iter([self.ranking.score(evidence) for evidence in told])
        rows = [
            replace(row, beside=tuple(islice(scores, len(own))))
            for row, own in zip(made.rows, spans, strict=True)
        ]
        return replace(made, rows=tuple(rows))

    def _encode(self, texts: list[str]) -> Array:
        if new := sorted(set(texts) - set(self.vectors)):
            self.vectors |= dict(zip(new, self.embedder.encode(new), strict=True))
        return np.stack([self.vectors[text] for text in texts])


def inside(start: Tensor, member: Tensor) -> Tensor:
    """log P of a start given its unit, [b, n]: logits [b, n], which tokens a unit has [b, u, n]."""
    total = torch.where(member, start.unsqueeze(1), NEVER).logsumexp(-1, keepdim=True)
    return start - torch.where(member, total, 0.0).sum(1)


def losses(
    model: GroupReader, before: ReaderForCausalLM, groups: GroupBatch, weight: float
) -> tuple[Tensor, Tensor, Tensor]:
    """Of units, where what reading says has this ``weight``; of short answers; and how far both are from what was said
    ``before``: means over groups."""
    batch, count = groups.batch, len(groups.rows)
    with torch.no_grad():
        _, start_before, odds_before = pointed(before, batch)
    prefix, start, odds = pointed(model.reader, batch)
    scores = model.scores_of(batch, groups.member, prefix, start, odds)
    chosen, spans = model.losses_of(groups, weight * scores[0] + groups.beside, *scores[1:])
    free = (batch.starts & groups.member.any(1))[:, 1:]
    apart = inside(start_before, groups.member) - inside(start, groups.member)
    starts = (torch.where(free, apart[:, 1:], 0.0) * start_before[:, 1:].softmax(-1)).sum() / count
    told = batch.ends != 0
    asked = torch.sigmoid(odds_before[told])
    ends = F.binary_cross_entropy_with_logits(odds[told], asked, reduction="sum")
    ends = ends - F.binary_cross_entropy_with_logits(odds_before[told], asked, reduction="sum")
    held = starts + ENDS * ends / told.sum().clamp(min=1)
    return chosen.mean(), spans.sum() / count, held


def lowered(model: GroupReader) -> PeftModel:
    """The reader with an adapter in it, which is all that learns: matrices of low rank, biases and norms. Units are scored by
    their starts alone."""
    model.requires_grad_(False)
    for part in (model.unit.query, model.unit.key, model.unit.bias):
        part.weight.zero_()
    config = LoraConfig(r=RANK, lora_alpha=RANK, target_modules="all-linear", bias="all")
    with quietly():
        adapted = get_peft_model(model.reader, config)
    for name, parameter in model.reader.named_parameters():
        if "norm" in name:
            parameter.requires_grad_(True)
    return adapted


def run(state: Path, out: Path, shares: dict[str, float], minutes: float, start: Path) -> None:
    """Learn, and write OUT."""
    torch.manual_seed(0)
    out.mkdir(parents=True, exist_ok=True)
    model = load_model(start)
    before = copy.deepcopy(model.reader).eval()
    before.requires_grad_(False)
    adapted = lowered(model)
    learnt = {n: p for n, p in model.reader.named_parameters() if p.requires_grad}
    pairs = [p for n, p in learnt.items() if "lora_" in n]
    others = [p for n, p in learnt.items() if "lora_" not in n]
    rates = (RATE, RATE / 4)
    optimizer = torch.optim.AdamW(
        [{"params": pairs}, {"params": others}], weight_decay=0.01, betas=(0.9, 0.98), fused=True
    )
    mean = {name: part.detach().clone() for name, part in learnt.items()}
    ranking = Reader.load(start).calibration.ranking
    step, spent = 0, 0.0
    kept = out / "checkpoint.pt"
    if kept.is_file():
        saved = torch.load(kept, weights_only=True)
        model.reader.load_state_dict(saved["model"], strict=False)
        optimizer.load_state_dict(saved["optimizer"])
        mean, step, spent = saved["mean"], saved["step"], saved["spent"]
    told = list[list[float]]()
    model.train()
    for batch in epochs(state, shares, ranking, random.Random(step)):
        began, left = time.monotonic(), 1 - spent / (60 * minutes)
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * min((step + 1) / WARM_UP, 1.0, max(0.0, 4 * left))
        with halved():
            choices, spans, held = losses(model, before, collated(batch), ranking.read)
        (choices + SPANS * spans + held).backward()
        torch.nn.utils.clip_grad_norm_(learnt.values(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        step += 1
        for name, part in learnt.items():
            mean[name].lerp_(part.detach(), 1 - min(AVERAGE, step / (step + 10)))
        spent += time.monotonic() - began
        told.append([float(x.detach()) for x in (choices, spans, held)])
        if step % 25 == 0:
            means = ", ".join(f"{x:.3f}" for x in np.mean(told[-50:], 0))
            print(f"step {step}: units, short answers, held {means}; {spent:.0f} s", flush=True)
        if step % SAVE_EVERY == 0 or left <= 0:
            saved = {"model": learnt, "optimizer": optimizer.state_dict()}
            torch.save(saved | {"mean": mean, "step": step, "spent": spent}, kept)
        if left <= 0:
            break
    model.reader.load_state_dict(mean, strict=False)
    adapted.merge_and_unload()
    save_model(model, out)


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
