"""rag train-adapter"""

from __future__ import annotations

from pathlib import Path

import click

from rag.cli.app import index_option, main, model_option, opened
from rag.cli.progress import duration
from rag.cli.terminal import echo
from rag.cli.values import COUNT, PLACE
from rag.errors import RagError

TOLD = 5  # steps between two lines


@main.command("train-adapter")
@click.argument("gold", type=PLACE)
@index_option
@model_option(required=True)
@click.option("--out", type=PLACE, required=True, help="The adapter's folder.")
@click.option(
    "--steps",
    type=COUNT,
    default=100,
    show_default=True,
    help="How long to train, in steps of 4 examples.",
)
@click.option(
    "-k", type=COUNT, default=3, show_default=True, help="How many chunks the model is shown."
)
def train_adapter(gold: Path, path: Path, model: str | None, out: Path, steps: int, k: int) -> None:
    """Teach a local model ("hf:...") to answer by quoting, by GOLD's questions and evidence.

    Stopped, it goes on with the same command. rag ask --adapter FOLDER loads what was learnt.
    """
    from rag.adapting import Step, examples_of
    from rag.adapting import train_adapter as train
    from rag.evaluation import read_gold

    if model is None or not model.startswith("hf:"):
        raise RagError('Only a model of this computer can be taught: --model "hf:...".')
    found = examples_of(read_gold(gold), opened(path), k=k)
    left_out = f"; {found.left_out} questions left out" if found.left_out else ""
    echo(
        f"{len(found.examples)} examples, {found.nothing} of them with nothing to quote{left_out}"
        + (" (their evidence was not found)" if left_out else "")
    )
    recent: list[float] = []

    def tell(step: Step) -> None:
        recent.append(step.loss)
        if step.number % TOLD == 0 or step.number in (1, step.steps):
            mean = sum(recent[-TOLD:]) / len(recent[-TOLD:])
            left = f" · {duration(step.seconds_left)} left" if step.number < step.steps else ""
            echo(f"step {step.number} of {step.steps} · loss {mean:.2f}{left}")

    train(found.examples, model.removeprefix("hf:"), out, steps=steps, on_step=tell)
    echo(f'{out}: rag ask --model "{model}" --adapter {out} -k {k} answers with it.')
