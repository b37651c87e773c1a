"""What a teacher is worth: all-mpnet-base-v2, fine-tuned on some examples, and a reader trained on the same with its help.

    python -m training.distil DATA TEACHER OUT [--examples 6000] [--soft 1]

TEACHER is the folder of all-mpnet-base-v2 (109M, Apache-2.0). It reads the very tokens that the reader reads, since its word
pieces are the encoder's, and learns to point at where an answer starts, or at "not here". Printed, on the "tune" half of the two
dev sets: how often the likeliest start is an answer's, of the teacher, of a reader that learnt from it and of one that did not; F1
of the readers. Short trainings: compare rows only. The long run is for a GPU (``training/across/gpu.py``).
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from rag.evaluation.answers import f1
from rag.reading.prefix import CLS, NEVER, SEP
from scripts.tables import interval, table
from training import examples as data
from training import train as training
from training.objective import Batch
from training.precision import halved
from training.train import Recipe, load_tokenizer, read, train
from training.trials import DEV, examples

COUNT = 300  # questions of each set
SHIFT = 4  # of the teacher's numbers of word pieces; <s> is 0, <pad> 1, </s> 2, <unk> 3
UNKNOWN = 100  # of the encoder


class Teacher(nn.Module):
    """MPNet with a pointer at starts."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        from transformers import MPNetModel

        self.encoder = MPNetModel.from_pretrained(folder, add_pooling_layer=False)
        d = self.encoder.config.hidden_size
        self.scale = d**-0.5
        self.query, self.key, self.bias = nn.Linear(d, d), nn.Linear(d, d), nn.Linear(d, 1)

    def forward(self, batch: Batch) -> Tensor:
        """log P of starts [b, n]."""
        n = batch.starts.shape[1]
        real = torch.arange(n) <= batch.last[:, None]
        given = batch.ids[:, :n]
        ids = given + SHIFT
        for own, theirs in ((CLS, 0), (SEP, 2), (UNKNOWN, 3)):
            ids = ids.masked_fill(given == own, theirs)
        hidden = self.encoder(
            input_ids=ids.masked_fill(~real, 1), attention_mask=real.long()
        ).last_hidden_state
        asking = hidden[torch.arange(len(hidden)), batch.last]
        logits = (self.key(hidden) @ self.query(asking).unsqueeze(-1)).squeeze(-1) * self.scale
        logits = (logits + self.bias(hidden).squeeze(-1)).float()
        return logits.masked_fill(~batch.starts, NEVER).log_softmax(-1)


def taught(folder: Path, recipe: Recipe, log: Callable[[str], None]) -> Teacher:
    """The teacher, fine-tuned on the examples of a recipe, in its order."""
    torch.manual_seed(recipe.seed)
    teacher = Teacher(folder)
    heads = [p for n, p in teacher.named_parameters() if not n.startswith("encoder.")]
    groups: list[dict[str, Any]] = [
        {"params": list(teacher.encoder.parameters()), "lr": 4e-5},
        {"params": heads, "lr": 4e-4},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=recipe.weight_decay, fused=True)
    rates = [group["lr"] for group in optimizer.param_groups]
    rng, began, seen, losses = random.Random(recipe.seed), time.monotonic(), 0, []
    stream = list(training._mixture(recipe, log))
    teacher.train()
    sequences = training._sequences(stream, load_tokenizer(), recipe, rng)
    for step, items in enumerate(data.batches(sequences, recipe.batch_tokens, rng)):
        left = (len(stream) - seen) / max(1.0, recipe.decay * len(stream))
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * min(1.0, (step + 1) / recipe.warm_up, max(left, 0.0))
        batch = data.collate(items)
        with halved():
            log_p = teacher(batch)
        right = log_p.gather(1, batch.span_start).masked_fill(~batch.span_real, -torch.inf)
        loss = -right.logsumexp(1).mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(teacher.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        seen += len(items)
        losses.append(float(loss.detach()))
        if step % 20 == 0:
            rate = seen / (time.monotonic() - began)
            mean = sum(losses[-20:]) / len(losses[-20:])
            log(f"teacher {seen}/{len(stream)} loss {mean:.3f} {rate:.1f} examples/s")
    return teacher.eval()


def starts(say: Callable[[Batch], Tensor], items: Sequence[data.Example]) -> Iterator[float]:
    """For each example with an answer in a window: 1 where the likeliest start is an answer's, else 0."""
    tokenizer, rng = load_tokenizer(), random.Random(0)
    made = [data.sequence(item, tokenizer, rng, Recipe({}).max_tokens) for item in items]
    told = [item for item in made if item is not None and item.spans]
    for low in range(0, len(told), 16):
        part = told[low : low + 16]
        with torch.inference_mode():
            best = say(data.collate(part)).argmax(1).tolist()
        for item, start in zip(part, best, strict=True):
            yield float(start in {first for first, _ in item.spans})


def main() -> None:
    """Trains a teacher and two readers, and prints their figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("teacher", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--examples", type=int, default=6_000)
    parser.add_argument("--soft", type=float, default=1.0)
    given = parser.parse_args()

    def log(line: str) -> None:
        print(line, flush=True)

    recipe = Recipe(
        data={str(given.data / "reading_squad_train.jsonl.gz"): 1.0},
        negatives=0.0,
        warm_up=40,
        limit=given.examples,
    )
    teacher = taught(given.teacher, recipe, log)

    def says(batch: Batch) -> Tensor:
        with torch.inference_mode(), halved():
            told: Tensor = teacher(batch)
        return told.clone()

    sets = {name: examples(given.data, name, "tune", COUNT) for name in DEV}
    rows = [["teacher", *(interval(starts(says, items)) for items in sets.values()), "", ""]]
    log(str(rows[-1]))
    for name, help_of in (("reader", None), ("reader, taught", says)):
        model = train(
            recipe, {}, given.out / name, log=log, teacher=help_of, soft=given.soft
        ).eval()

        def points(batch: Batch, model: Any = model) -> Tensor:
            n = batch.starts.shape[1]
            mask = torch.where(batch.sees[:, :n, :n], 0.0, NEVER).unsqueeze(1)
            hidden = model.run(
                model.embed(batch.ids[:, :n], batch.places[:, :n], batch.types[:, :n]), mask
            )
            told: Tensor = model.pointer.start(hidden, batch.last)
            return told.masked_fill(~batch.starts, NEVER)

        of_starts = [interval(starts(points, items)) for items in sets.values()]
        of_spans = []
        for items in sets.values():
            found = read(model, load_tokenizer(), items)
            of_spans.append(
                interval(f1(a, e.answers) for (a, *_), e in zip(found, items, strict=True))
            )
        rows.append([name, *of_starts, *of_spans])
        log(str(rows[-1]))
    table(
        f"{given.examples} examples of SQuAD, {COUNT} questions of each set",
        ["", *(f"{name}: start" for name in DEV), *(f"{name}: F1" for name in DEV)],
        rows,
    )


if __name__ == "__main__":
    main()
