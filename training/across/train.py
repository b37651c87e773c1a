"""Train the reader on groups: the long run, and the cooling-down that makes a model of it.

    python -m training.across.train run STATE [--start FOLDER] [--freeze LAYERS]
    python -m training.across.train cool STATE OUT [--steps N] [--minutes M] [--freeze LAYERS]
    python -m training.across.train export STATE OUT [--last]

STATE/groups holds the groups, groups-*.jsonl.gz, which are seen in the order of their names, over and
over. ``run`` trains at a constant rate and can be stopped at any time; the same command goes on from
STATE/checkpoint.pt, exactly where it was. ``cool`` lets the rate fall to zero from there over N steps or M minutes
(warm-up, stable, decay: Hu et al. 2024) and writes a model folder to OUT; the checkpoint stays as it is
for a longer run. While STATE/PAUSE exists, both wait.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from rag.evaluation.abstention import auroc
from rag.reading.model import ReaderForCausalLM
from rag.reading.reader import WEIGHTS
from training.across.batches import TokenGroup, batches, collated, tokens
from training.across.groups import read
from training.across.model import GroupReader
from training.precision import halved
from training.train import load_tokenizer

RATE, HEAD_RATE, LAYER_DECAY = 8e-5, 5e-4, 0.92
WARM_UP = 100  # steps
BUDGET = 4096  # padded tokens a step
AVERAGE = 0.998  # of the weights' moving mean, a step
SAVE_EVERY = 300  # seconds
CHECK_EVERY = 1500


@dataclass(slots=True)
class Place:
    """Where in the groups a run is: file by number, and batch in it."""

    file: int = 0
    batch: int = 0
    step: int = 0


def load_model(folder: Path) -> GroupReader:
    """A model folder, with or without a head for units."""
    reader = ReaderForCausalLM.from_pretrained(folder, dtype=torch.float32)
    model = GroupReader(reader)
    head = folder / "unit.safetensors"
    if head.is_file():
        model.unit.load_state_dict({k: v.float() for k, v in load_file(head).items()})
    return model


def save_model(model: GroupReader, out: Path) -> None:
    """Half precision, without the words, which are the encoder's; the head for units beside it."""
    out.mkdir(parents=True, exist_ok=True)
    reader = model.reader
    halves = {k: v.half() for k, v in reader.state_dict().items() if k != "words.weight"}
    reader.save_pretrained(out, state_dict=halves)
    save_file({k: v.half() for k, v in model.unit.state_dict().items()}, out / "unit.safetensors")


def parameter_groups(model: GroupReader) -> list[dict[str, Any]]:
    """Lower layers learn more slowly (Howard and Ruder 2018), the new head fastest."""
    layers = model.reader.config.num_hidden_layers
    made = []
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        if name.startswith("unit."):
            rate = HEAD_RATE
        elif name.startswith("reader.pointer."):
            rate = 2 * RATE
        else:
            inside = name.startswith("reader.layers.")
            depth = int(name.split(".")[2]) + 1 if inside else 0
            rate = RATE * LAYER_DECAY ** (layers - depth)
        made.append({"params": [parameter], "lr": rate})
    return made


def trainable(model: GroupReader) -> dict[str, Tensor]:
    """The weights that training changes, by name."""
    return {k: v for k, v in model.state_dict().items() if k != "reader.words.weight"}


class Run:
    """Model, optimizer, moving mean and place; saved and loaded together."""

    def __init__(self, state: Path, start: Path, *, freeze: int = 0) -> None:
        """``freeze``: so many layers, from the lowest, stay as they are for now."""
        self.state = state
        self.model = load_model(start)
        self.optimizer = torch.optim.AdamW(
            parameter_groups(self.model), weight_decay=0.01, betas=(0.9, 0.98), fused=True
        )
        self.rates = [group["lr"] for group in self.optimizer.param_groups]
        self.place = Place()
        self.mean = {k: v.clone() for k, v in trainable(self.model).items()}
        # The optimizer has all parameters, so that those that stay today can be learnt tomorrow.
        still = ("reader.places.", "reader.types.", "reader.norm.") if freeze else ()
        still += tuple(f"reader.layers.{i}." for i in range(freeze))
        for name, parameter in self.model.named_parameters():
            if name.startswith(still):
                parameter.requires_grad_(False)
        self.tokenizer = load_tokenizer()
        checkpoint = state / "checkpoint.pt"
        if checkpoint.is_file():
            saved = torch.load(checkpoint, weights_only=True)
            self.model.load_state_dict(saved["model"], strict=False)
            self.optimizer.load_state_dict(saved["optimizer"])
            self.mean = saved["mean"]
            self.place = Place(*saved["place"])
            print(f"going on from {self.place}", flush=True)

    def save(self) -> None:
        """Keep model, optimizer, mean and place, at once or not at all."""
        saved = {
            "model": trainable(self.model),
            "optimizer": self.optimizer.state_dict(),
            "mean": self.mean,
            "place": (self.place.file, self.place.batch, self.place.step),
        }
        scratch = self.state / "checkpoint.tmp"
        torch.save(saved, scratch)
        scratch.replace(self.state / "checkpoint.pt")

    def batches(self) -> Iterator[list[TokenGroup]]:
        """From the place on, for ever; files that are added are seen when their turn comes."""
        while True:
            files = sorted((self.state / "groups").glob("groups-*.jsonl.gz"))
            number = self.place.file % len(files)
            made = [tokens(group, self.tokenizer) for group in read(files[number])]
            rng = random.Random(f"{files[number].name}/{self.place.file}")
            ready = list(batches([t for t in made if t is not None], BUDGET, rng))
            for batch in ready[self.place.batch :]:
                self.place.batch += 1
                yield batch
            self.place.file, self.place.batch = self.place.file + 1, 0

    def step(self, batch: list[TokenGroup], factor: float) -> tuple[float, float, int]:
        """One step; the mean losses of units and spans, and how many tokens."""
        while (self.state / "PAUSE").exists():
            time.sleep(1)
        for group, rate in zip(self.optimizer.param_groups, self.rates, strict=True):
            group["lr"] = rate * factor
        groups = collated(batch)
        with halved():
            units, spans = self.model.losses(groups)
        learnt = groups.spans.sum().clamp(min=1)
        (units.mean() + spans.sum() / len(batch)).backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.place.step += 1
        with torch.no_grad():
            share = min(AVERAGE, self.place.step / (self.place.step + 10))
            for name, value in trainable(self.model).items():
                self.mean[name].lerp_(value, 1 - share)
        count = sum(row.answered.tokens for item in batch for row in item.rows)
        return float(units.detach().mean()), float(spans.detach().sum() / learnt), count

    def averaged(self) -> GroupReader:
        """The model with the moving mean of its weights."""
        model = copy.deepcopy(self.model)
        model.load_state_dict(self.mean, strict=False)
        return model


@torch.inference_mode()
def check(model: GroupReader, items: list[TokenGroup]) -> str:
    """Of held-out groups: losses; of those with an answer, how often the best unit is right, and the
    best passage; the area under the curve of best unit's g, answerable against not."""
    model.eval()
    unit_loss, span_loss, right, passage, best, can = [], [], [], [], [], []
    for batch in batches(items, 8192, random.Random(0)):
        groups = collated(batch)
        with halved():
            known = model.scores(groups.batch, groups.member)
            units, spans = model.losses_of(groups, *known)
        unit_loss += units.tolist()
        span_loss += spans[groups.spans].tolist()
        scores = known[0].masked_fill(~groups.real, -1e4)
        for rows in groups.rows:
            own = rows[rows >= 0]
            g, good = scores[own], groups.right[own]
            place = int(g.argmax())
            row, unit = divmod(place, g.shape[1])
            best.append(float(g.max()))
            can.append(bool(good.any()))
            if can[-1]:
                right.append(bool(good[row, unit]))
                passage.append(bool(groups.tells[own[row]]))
    model.train()
    area = auroc(np.array(best), np.array(can, float))
    return (
        f"unit loss {np.mean(unit_loss):.3f} span loss {np.mean(span_loss):.3f} "
        f"unit {100 * np.mean(right):.1f} passage {100 * np.mean(passage):.1f} AUROC {area:.3f}"
    )


def held_out(state: Path, tokenizer: Any) -> list[TokenGroup]:
    """The groups that are never learnt from."""
    made = (tokens(group, tokenizer) for group in read(state / "groups" / "held.jsonl.gz"))
    return [item for item in made if item is not None]


def log(state: Path, line: str) -> None:
    """Print a line with the time."""
    print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)


def run(state: Path, start: Path, freeze: int) -> None:
    """Train until stopped."""
    going = Run(state, start, freeze=freeze)
    held = held_out(state, going.tokenizer)
    if not going.place.step:
        log(state, f"step 0 held-out: {check(going.model, held)}")
    going.model.train()
    saved = checked = began = time.monotonic()
    losses: list[tuple[float, float, int]] = []
    for batch in going.batches():
        losses.append(going.step(batch, min(1.0, (going.place.step + 1) / WARM_UP)))
        now = time.monotonic()
        if len(losses) == 25:
            units, spans, count = (np.array(part) for part in zip(*losses, strict=True))
            log(
                state,
                f"step {going.place.step} file {going.place.file} unit loss {units.mean():.3f} "
                f"span loss {spans.mean():.3f} {count.sum() / (now - began):.0f} tokens/s",
            )
            losses, began = [], now
        if now - saved > SAVE_EVERY:
            going.save()
            saved = now
        if now - checked > CHECK_EVERY:
            log(state, f"step {going.place.step} held-out: {check(going.averaged(), held)}")
            began = checked = time.monotonic()


def cool(state: Path, out: Path, steps: int, minutes: float, freeze: int) -> None:
    """Over so many steps or minutes, whatever ends first. The model is saved, then held against the
    held-out groups."""
    going = Run(state, WEIGHTS, freeze=freeze)
    held = held_out(state, going.tokenizer)
    going.model.train()
    began, done, losses = time.monotonic(), 0, []
    for batch in going.batches():
        passed = max(done / steps, (time.monotonic() - began) / (60 * minutes))
        if passed >= 1:
            break
        losses.append(going.step(batch, 1 - passed))
        done += 1
        if len(losses) == 25:
            units, spans, _ = (np.mean(part) for part in zip(*losses, strict=True))
            log(state, f"cooling {passed:.2f} unit loss {units:.3f} span loss {spans:.3f}")
            losses = []
    going.model.reader.config.calibration = None  # which is of other weights
    save_model(going.model, out)
    record = {"steps": going.place.step, "cooled": done, "files": going.place.file}
    (out / "recipe.json").write_text(json.dumps(record, indent=2) + "\n", "utf-8")
    log(state, f"cooled over {done} steps; held-out: {check(going.model, held)}")


def export(state: Path, out: Path, mean: bool) -> None:
    """The checkpoint, or its moving mean, as a model folder."""
    going = Run(state, WEIGHTS)
    save_model(going.averaged() if mean else going.model, out)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--threads", type=int, default=1, help="two are no faster on one core's two"
    )
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("run")
    one.add_argument("state", type=Path)
    one.add_argument("--start", type=Path, default=WEIGHTS)
    two = commands.add_parser("cool")
    two.add_argument("state", type=Path)
    two.add_argument("out", type=Path)
    for part in (one, two):
        part.add_argument("--freeze", type=int, default=0, help="layers that stay as they are")
    two.add_argument("--steps", type=int, default=300)
    two.add_argument("--minutes", type=float, default=600.0)
    three = commands.add_parser("export")
    three.add_argument("state", type=Path)
    three.add_argument("out", type=Path)
    three.add_argument("--last", action="store_true", help="not the moving mean")
    given = parser.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(given.threads)
    if given.command == "run":
        run(given.state, given.start, given.freeze)
    elif given.command == "cool":
        cool(given.state, given.out, given.steps, given.minutes, given.freeze)
    else:
        export(given.state, given.out, not given.last)


if __name__ == "__main__":
    main()
