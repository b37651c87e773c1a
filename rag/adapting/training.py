"""LoRA adapters (Hu et al. 2021) of local models, by PEFT: trained on examples, kept as they grow."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.adapting.examples import Example
from rag.answering.weights import ADAPTER_FILE, load_weights, quietly
from rag.errors import RagError

RANK = 16
LEARNING_RATE = 5e-4
WARM_UP = 0.1  # of all steps
AT_ONCE = 4  # examples a step
KEEP_EVERY = 5  # steps
_STATE = "training.pt"


@dataclass(frozen=True, slots=True)
class Step:
    """After ``number`` of ``steps``: ``loss`` of its examples, in nats a token of their replies, and
    the seconds that are left."""

    number: int
    steps: int
    loss: float
    seconds_left: float


def train_adapter(
    examples: Sequence[Example],
    model: str,
    out: str | Path,
    *,
    steps: int = 100,
    seed: int = 0,
    on_step: Callable[[Step], None] | None = None,
) -> list[float]:
    """Trains an adapter of ``model`` (what follows "hf:") into the folder ``out``; the loss of each step.

    It goes on where an interrupted run with the same model, examples, steps and seed has left off.

    Raises:
        ModelError: there is no such model.
        RagError: there are no examples, or ``out`` holds something else.
    """
    out = Path(out)
    if not examples:
        raise RagError("There is nothing to train on: no evidence of the gold set was found.")
    key = hashlib.sha256(repr((model, list(examples), steps, seed)).encode()).hexdigest()
    known = _state(out, key)
    network, tokenizer = load_weights(model)
    network = _with_adapter(network, out if known else None, seed)
    weights = [p for p in network.parameters() if p.requires_grad]
    import torch

    optimizer = torch.optim.AdamW(weights, lr=LEARNING_RATE, weight_decay=0.0)
    losses: list[float] = []
    if known:
        optimizer.load_state_dict(known["optimizer"])
        losses = known["losses"]
    ids = [_ids(example, tokenizer) for example in examples]
    order = list(_order(len(ids), steps * AT_ONCE, seed))
    network.train()
    warm = max(1, round(WARM_UP * steps))
    begun, first = time.monotonic(), len(losses)

    def keep() -> None:
        network.save_pretrained(str(out), save_embedding_layers=False)
        state = {"key": key, "losses": losses, "optimizer": optimizer.state_dict()}
        torch.save(state, out / _STATE)

    try:
        while len(losses) < steps:
            at = len(losses)
            rate = min((at + 1) / warm, (steps - at) / max(1, steps - warm), 1.0)
            chosen = [ids[i] for i in order[at * AT_ONCE : (at + 1) * AT_ONCE]]
            losses.append(_step(network, optimizer, weights, chosen, LEARNING_RATE * rate))
            if on_step:
                each = (time.monotonic() - begun) / (len(losses) - first)
                on_step(Step(len(losses), steps, losses[-1], each * (steps - len(losses))))
            if len(losses) % KEEP_EVERY == 0:
                keep()
    finally:  # also where it is stopped: what was learnt is kept
        keep()
    (out / _STATE).unlink()
    return losses


def _state(out: Path, key: str) -> dict[str, Any] | None:
    """What an interrupted run has left, if it was this one.

    Raises:
        RagError: the folder holds another, or something else.
    """
    import torch

    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return None
    if not out.is_dir() or not (out / ADAPTER_FILE).is_file():
        raise RagError(f"{out} holds something else than an adapter; name another folder.")
    if not (out / _STATE).is_file():
        raise RagError(f"{out} holds an adapter that is done; remove it, or name another folder.")
    state: dict[str, Any] = torch.load(out / _STATE, weights_only=True)
    if state["key"] != key:
        raise RagError(
            f"{out} holds an adapter begun with another model, gold set or number of steps; remove it, "
            "or name another folder."
        )
    return state


def _with_adapter(network: Any, begun: Path | None, seed: int) -> Any:
    """The network with a fresh adapter, or with the one that was begun; only it can be trained."""
    import torch
    from peft import LoraConfig, PeftModel, get_peft_model

    with quietly():
        if begun is not None:
            return PeftModel.from_pretrained(network, str(begun), is_trainable=True)
        torch.manual_seed(seed)
        config = LoraConfig(
            r=RANK, lora_alpha=2 * RANK, target_modules="all-linear", task_type="CAUSAL_LM"
        )
        return get_peft_model(network, config)


def _ids(example: Example, tokenizer: Any) -> tuple[list[int], list[int]]:
    """The tokens of what is shown, and those of the reply with the one that ends it."""
    from rag.answering.huggingface import prompt_ids

    reply = tokenizer(example.reply, add_special_tokens=False)["input_ids"]
    return prompt_ids(tokenizer, example.messages), [*reply, tokenizer.eos_token_id]


def _order(count: int, wanted: int, seed: int) -> Iterator[int]:
    """Numbers of examples, all of them once before any comes again."""
    rng = random.Random(seed)
    given = 0
    while given < wanted:
        for number in rng.sample(range(count), min(count, wanted - given)):
            yield number
            given += 1


def _step(
    network: Any,
    optimizer: Any,
    weights: Sequence[Any],
    chosen: Sequence[tuple[list[int], list[int]]],
    rate: float,
) -> float:
    """One step of the optimizer; the mean loss of a reply's token before it. One example after the other
    takes the memory of one."""
    import torch

    tokens = sum(len(reply) for _, reply in chosen)
    total = 0.0
    for prompt, reply in chosen:
        inputs = torch.tensor([[*prompt, *reply]], device=network.device)
        logits = network(input_ids=inputs, logits_to_keep=len(reply) + 1).logits[0, :-1].float()
        loss = torch.nn.functional.cross_entropy(logits, inputs[0, len(prompt) :], reduction="sum")
        (loss / tokens).backward()
        total += float(loss.detach()) / tokens
    torch.nn.utils.clip_grad_norm_(weights, 1.0)
    for group in optimizer.param_groups:
        group["lr"] = rate
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return total
