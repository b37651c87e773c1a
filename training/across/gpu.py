"""Teacher and student on a GPU: fine-tune all-mpnet-base-v2 on the groups, then distil it.

    python -m training.across.gpu IN WORK OUT [--minutes 9] [--teacher-epochs 2] [--student-epochs 8]

IN holds what ``training.across.pack`` made. WORK keeps checkpoints: the same command goes on from them, so that
a run fits into several calls of ten minutes. Whenever it ends, the student as it is goes to OUT, in parts of
at most 16 MiB (``join`` puts them together). Needs torch, transformers, numpy and safetensors alone.

The teacher learns the losses of ``training.across.model``: units and spans, each in one softmax over all passages
of a group and "none". The student learns the same, and the teacher's distributions over units and starts
(Hinton et al. 2015), and over ends after each start.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from training.across.gpu_batches import Batch, Groups
from training.across.gpu_losses import distilled, losses
from training.across.gpu_networks import Student, Teacher

PART = 15_500_000  # bytes
SAVE_EVERY = 120  # seconds


@dataclass(slots=True)
class Rates:
    """Learning rates, sizes of batches, and the weight of what the teacher says."""

    teacher: float = 3e-5
    student: float = 2e-4
    head: float = 4e-4
    teacher_batch: int = 40_000  # padded tokens
    student_batch: int = 80_000
    soft: float = 0.7  # weight of the teacher's distributions


def joined(paths: Sequence[Path]) -> dict[str, Tensor]:
    """Tensors of several files; those that were cut by rows ("name@row") put together."""
    made: dict[str, Tensor] = {}
    cut: dict[str, list[tuple[int, Tensor]]] = {}
    for path in paths:
        for name, tensor in load_file(path).items():
            if "@" in name:
                whole, row = name.split("@")
                cut.setdefault(whole, []).append((int(row), tensor))
            else:
                made[name] = tensor
    for name, parts in cut.items():
        made[name] = torch.cat([tensor for _, tensor in sorted(parts, key=lambda p: p[0])])
    return made


def parts(tensors: dict[str, Tensor], out: Path, stem: str) -> int:
    """Tensors in files of at most PART bytes; returns how many."""
    part: dict[str, Tensor] = {}
    number = size = 0
    for name, tensor in tensors.items():
        if part and size + tensor.nbytes > PART:
            number += 1
            save_file(part, out / f"{stem}-{number:02}.safetensors")
            part, size = {}, 0
        part[name] = tensor.contiguous()
        size += tensor.nbytes
    save_file(part, out / f"{stem}-{number + 1:02}.safetensors")
    return number + 1


def load_student(given: Path) -> Student:
    """The student that training starts from."""
    student = Student()
    missing, unexpected = student.load_state_dict(
        {k: v.float() for k, v in joined(sorted(given.glob("start-*.safetensors"))).items()},
        strict=False,
    )
    assert not missing and not unexpected, (missing, unexpected)
    return student


def load_teacher(given: Path) -> Teacher:
    """The teacher, with new heads."""
    from transformers import MPNetConfig

    teacher = Teacher(
        MPNetConfig(vocab_size=30527, max_position_embeddings=514, layer_norm_eps=1e-5)
    )
    weights = joined(sorted(given.glob("teacher-*.safetensors")))
    missing, unexpected = teacher.encoder.load_state_dict(
        {k: v.float() for k, v in weights.items()}, strict=False
    )
    assert not unexpected and all("position_ids" in name for name in missing), (missing, unexpected)
    return teacher


class Stage:
    """A model that is being trained: its optimizer, its step, and where it is kept."""

    def __init__(self, model: nn.Module, rate: float, head: float, total: int, path: Path) -> None:
        heads = ("unit.", "pointer.", "start_", "step_", "next_", "end_")
        own = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
        new = [p for n, p in own if n.startswith(heads)]
        old = [p for n, p in own if not n.startswith(heads)]
        self.model, self.path, self.total, self.step = model, path, total, 0
        self.optimizer = torch.optim.AdamW(
            [{"params": old, "lr": rate}, {"params": new, "lr": head}], weight_decay=0.01
        )
        self.rates = [rate, head]
        if path.is_file():
            saved = torch.load(path, map_location="cpu", weights_only=True)
            model.load_state_dict(saved["model"])
            self.optimizer.load_state_dict(saved["optimizer"])
            self.step = saved["step"]

    @property
    def done(self) -> bool:
        """Whether all its steps were taken."""
        return self.step >= self.total

    def save(self) -> None:
        """Keep it, at once or not at all."""
        scratch = self.path.with_suffix(".tmp")
        saved = {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
        }
        torch.save(saved, scratch)
        scratch.replace(self.path)

    def update(self, loss: Tensor) -> None:
        """A step; the rate rises over the first twentieth and then falls to zero."""
        warm = max(1, self.total // 20)
        factor = min((self.step + 1) / warm, (self.total - self.step) / max(1, self.total - warm))
        for group, rate in zip(self.optimizer.param_groups, self.rates, strict=True):
            group["lr"] = rate * min(1.0, factor)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.step += 1


class Loader(torch.utils.data.Dataset):  # type: ignore[type-arg]
    """Batches by number, for torch's loader."""

    def __init__(self, groups: Groups, batches: list[list[int]]) -> None:
        self.groups, self.batches = groups, batches

    def __len__(self) -> int:
        return len(self.batches)

    def __getitem__(self, number: int) -> Batch:
        return self.groups.batch(self.batches[number])


def schedule(groups: Groups, budget: int, epochs: int) -> list[list[int]]:
    """The batches of all epochs, as numbers of groups."""
    return [batch for epoch in range(epochs) for batch in groups.batches(budget, epoch)]


def loaded(groups: Groups, batches: list[list[int]], workers: int) -> Iterator[Batch]:
    """The batches, made by ``workers`` processes."""
    loader = torch.utils.data.DataLoader(
        Loader(groups, batches), batch_size=None, num_workers=workers,
        prefetch_factor=4 if workers else None,
    )  # fmt: skip
    yield from loader


def train(
    groups: Groups,
    student: Student,
    teacher: Teacher,
    work: Path,
    *,
    rates: Rates,
    epochs: tuple[int, int],
    seconds: float,
    device: str,
    workers: int = 12,
    most: int | None = None,
) -> str:
    """Teacher, then student, as far as the time lasts; what was reached. ``most``: steps of each."""
    until = time.monotonic() + seconds
    plans = [
        schedule(groups, budget, count)[:most]
        for budget, count in zip((rates.teacher_batch, rates.student_batch), epochs, strict=True)
    ]
    stages = [
        Stage(model.to(device), rate, head, len(plan), work / f"{name}.pt")
        for model, rate, head, plan, name in (
            (teacher, rates.teacher, 10 * rates.teacher, plans[0], "teacher"),
            (student, rates.student, rates.head, plans[1], "student"),
        )
    ]
    for number, (stage, plan) in enumerate(zip(stages, plans, strict=True)):
        stage.model.train()
        saved = time.monotonic()
        recent: list[float] = []
        for batch in loaded(groups, plan[stage.step :], workers):
            if time.monotonic() > until:
                break
            batch = batch.to(device)
            with torch.autocast(device, torch.bfloat16):
                scores = stage.model(batch)
                units, spans = losses(scores, batch)
                loss = units.mean() + spans.mean()
                if number == 1:
                    with torch.no_grad():
                        taught = teacher.eval()(batch)
                    soft = distilled(scores, taught, batch)
                    loss = (1 - rates.soft) * loss + rates.soft * soft
            stage.update(loss)
            recent.append(float(loss.detach()))
            if stage.step % 50 == 0:
                name = ("teacher", "student")[number]
                print(
                    f"{name} {stage.step}/{stage.total} loss {np.mean(recent[-50:]):.3f}",
                    flush=True,
                )
            if time.monotonic() - saved > SAVE_EVERY:
                stage.save()
                saved = time.monotonic()
        stage.save()
        if not stage.done:
            break
    return " ".join(f"{s.path.stem} {s.step}/{s.total}" for s in stages)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name in ("given", "work", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--minutes", type=float, default=9.0)
    parser.add_argument("--teacher-epochs", type=int, default=2)
    parser.add_argument("--student-epochs", type=int, default=8)
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    given.out.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    groups = Groups(sorted(given.given.glob("groups-*.npz")))
    student, teacher = load_student(given.given), load_teacher(given.given)
    print(f"{len(groups)} groups, {time.monotonic() - began:.0f} s to load", flush=True)
    reached = train(
        groups, student, teacher, given.work,
        rates=Rates(),
        epochs=(given.teacher_epochs, given.student_epochs),
        seconds=60 * given.minutes - (time.monotonic() - began),
        device="cuda" if torch.cuda.is_available() else "cpu",
    )  # fmt: skip
    halves = {k: v.half().cpu() for k, v in student.state_dict().items() if k != "words.weight"}
    print(f"{reached}; {parts(halves, given.out, 'student')} files", flush=True)


if __name__ == "__main__":
    main()
