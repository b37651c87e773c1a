"""Training the reader: from the encoder's weights and reading data to a model folder.

The learning rate is constant after a warm-up, then falls to zero (warm-up, stable, decay: Hu et al.
2024), so that a run can be ended, or continued with more data, from any checkpoint before the decay.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from rag.embedding.embedder import BundledEmbedder
from rag.embedding.encoder import model_folder
from rag.evaluation.answers import exact_match, f1
from rag.reading.decode import best_spans
from rag.reading.model import ReaderConfig, ReaderForCausalLM, TorchBackend
from rag.reading.prefix import prefixes, tokenise
from rag.retrieval.fusion import fuse
from rag.store.folder.dense import DenseIndex
from rag.store.folder.lexical import LexicalIndex
from rag.store.rows import ChunkRow
from training import examples as data
from training.examples import Example
from training.objective import from_encoder, log_likelihood
from training.precision import halved
from training.tables import tables

Log = Callable[[str], None]
TABLES = "tables"
HARD = 10  # passages among which a hard negative is chosen


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train. ``data`` maps files to how often each of their examples is seen."""

    data: dict[str, float]
    sentences: str = ""
    tables: int = 0  # made-up ones, see ``tables.py``
    start: str = ""  # a model folder to go on from; without one, the encoder's weights
    negatives: float = 0.3  # hard negatives for each answerable example
    swaps: float = 0.0  # and questions asked of something else, for each
    batch_tokens: int = 6144
    max_tokens: int = 224
    passage_characters: int = 720
    rate: float = 1.5e-4
    pointer_rate: float = 5e-4
    layer_decay: float = 0.9
    warm_up: int = 200  # steps
    decay: float = 0.25  # share of all examples over which the rate falls to zero
    weight_decay: float = 0.01
    attention: str = "prefix"
    layers: int = 6
    inner: int = 1536  # units of each layer's inner part
    limit: int = 0  # examples; 0: all
    seed: int = 1


def train(
    recipe: Recipe,
    dev: dict[str, Path],
    out: Path,
    *,
    log: Log = print,
    every: int = 150,
    teacher: Callable[[Any], Any] | None = None,
    soft: float = 1.0,
) -> ReaderForCausalLM:
    """Train, or go on from the checkpoint in ``out``; the model is saved there at the end. ``teacher`` gives log P of
    starts of an ``objective.Batch``, to be followed with a weight of ``soft``."""
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    tokenizer = load_tokenizer()
    model = _beginning(recipe)
    model.to(torch.device(device))  # type: ignore[arg-type]  # transformers types it oddly
    optimizer = _optimizer(model, recipe)
    rates = [group["lr"] for group in optimizer.param_groups]
    stream = list(_mixture(recipe, log))
    dev_sets = {name: _sample(data.read_examples(path), 160) for name, path in dev.items()}
    checkpoint = out / "checkpoint.pt"
    step, seen = _load_checkpoint(checkpoint, model, optimizer, log)
    rng = random.Random(f"{recipe.seed}/{seen}")
    began, losses, tokens, first = time.monotonic(), [], 0, seen
    model.train()
    sequences = _sequences(stream[seen:], tokenizer, recipe, rng)
    for batch in data.batches(sequences, recipe.batch_tokens, rng):
        left = (len(stream) - seen) / max(1.0, recipe.decay * len(stream))
        factor = min(1.0, (step + 1) / recipe.warm_up, max(left, 0.0))
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * factor
        inputs = data.collate(batch, causal=recipe.attention == "causal").to(device)
        with halved(device):
            told = teacher(inputs) if teacher else None
            loss = -log_likelihood(model, inputs, told, soft).mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        step, seen = step + 1, seen + len(batch)
        tokens += sum(item.tokens for item in batch)
        losses.append(float(loss.detach()))
        if step % 50 == 0:
            seconds = time.monotonic() - began
            speed = f"{(seen - first) / seconds:.1f} examples/s {tokens / seconds:.0f} tokens/s"
            mean = np.mean(losses[-50:])
            log(f"step {step} seen {seen}/{len(stream)} loss {mean:.3f} rate {factor:.2f} {speed}")
        if step % every == 0:
            _save_checkpoint(checkpoint, model, optimizer, step, seen)
        if step % (4 * every) == 0:
            for name, sample in dev_sets.items():
                log(f"step {step} seen {seen} {name}: " + _scores(model, tokenizer, sample))
            model.train()
    for name, sample in dev_sets.items():
        log(f"end: {name}: {_scores(model, tokenizer, sample)}")
    _save(model, recipe, out)
    return model


def _optimizer(model: ReaderForCausalLM, recipe: Recipe) -> torch.optim.Optimizer:
    return torch.optim.AdamW(
        _groups(model, recipe), weight_decay=recipe.weight_decay, betas=(0.9, 0.98), fused=True
    )


def _save(model: ReaderForCausalLM, recipe: Recipe, out: Path) -> None:
    halves = {k: v.half() for k, v in model.state_dict().items() if k != "words.weight"}
    model.save_pretrained(out, state_dict=halves)
    (out / "recipe.json").write_text(json.dumps(_record(recipe), indent=2) + "\n")


def average(folders: Sequence[Path], out: Path) -> None:
    """The mean of the weights of models that were trained one from another (Wortsman et al. 2022)."""
    from safetensors.torch import load_file, save_file

    parts = [load_file(folder / "model.safetensors") for folder in folders]
    mean = {
        name: torch.stack([part[name].float() for part in parts]).mean(0).half()
        for name in parts[0]
    }
    out.mkdir(parents=True, exist_ok=True)
    for name in ("config.json", "generation_config.json"):
        shutil.copy(folders[-1] / name, out / name)
    recipes = [json.loads((folder / "recipe.json").read_text("utf-8")) for folder in folders]
    (out / "recipe.json").write_text(json.dumps({"average": recipes}, indent=2) + "\n")
    save_file(mean, out / "model.safetensors", metadata={"format": "pt"})


def load_tokenizer() -> Tokenizer:
    """The encoder's, without truncation or padding."""
    tokenizer = Tokenizer.from_file(str(model_folder() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def read(
    model: ReaderForCausalLM, tokenizer: Tokenizer, items: Sequence[Example]
) -> list[tuple[str, float, float]]:
    """The best answer of each example's passage, its log P, and log P of no answer."""
    backend = TorchBackend(model)
    answers = []
    for low in range(0, len(items), 16):
        part = items[low : low + 16]
        tokens = [tokenise(tokenizer, item.passage) for item in part]
        groups = [
            prefixes(tokenise(tokenizer, item.question), passage, tokenise(tokenizer, ""))
            for item, passage in zip(part, tokens, strict=True)
        ]
        for item, passage, group, found in zip(
            part, tokens, groups, best_spans(backend, groups), strict=True
        ):
            span = found.spans[0]
            shift = group[span.prefix].first - group[span.prefix].offset
            begin, end = passage.begins[span.first + shift], passage.ends[span.last + shift]
            answers.append((item.passage[begin:end], span.log_p, min(found.no_answer)))
    return answers


def _beginning(recipe: Recipe) -> ReaderForCausalLM:
    if recipe.start:
        model = ReaderForCausalLM.from_pretrained(recipe.start, dtype=torch.float32)
        model.config.calibration = None  # which is of other weights
        return model
    config = ReaderConfig(
        num_hidden_layers=recipe.layers,
        intermediate_size=recipe.inner,
        attention=recipe.attention,
    )
    return from_encoder(model_folder(), config)


def _scores(model: ReaderForCausalLM, tokenizer: Tokenizer, sample: list[Example]) -> str:
    answers = read(model, tokenizer, sample)
    em = np.mean([exact_match(a, e.answers) for (a, *_), e in zip(answers, sample, strict=True)])
    score = np.mean([f1(a, e.answers) for (a, *_), e in zip(answers, sample, strict=True)])
    none = np.mean([np.exp(n) for *_, n in answers])
    return f"EM {100 * em:.1f} F1 {100 * score:.1f} no answer {none:.2f} of {len(sample)}"


def _groups(model: ReaderForCausalLM, recipe: Recipe) -> list[dict[str, Any]]:
    """Lower layers learn more slowly (Howard and Ruder 2018), the new pointer fastest."""
    groups = []
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        if name.startswith("pointer."):
            rate = recipe.pointer_rate
        else:
            depth = int(name.split(".")[1]) + 1 if name.startswith("layers.") else 0
            rate = recipe.rate * recipe.layer_decay ** (recipe.layers - depth)
        groups.append({"params": [parameter], "lr": rate})
    return groups


def _mixture(recipe: Recipe, log: Log) -> Iterator[tuple[Example, str]]:
    """(example, file) in the order of training: each file's share, and hard negatives."""
    rng = random.Random(recipe.seed)
    chosen: list[tuple[Example, str]] = []
    for file, times in recipe.data.items():
        items = data.read_examples(Path(file))
        for part in range(int(np.ceil(times))):
            count = round(len(items) * min(1.0, times - part))
            chosen += [(item, file) for item in rng.sample(items, count)]
        log(f"{file}: {len(items)} examples, {times} times")
    negatives = hard_negatives([e for e, _ in chosen if e.answers], recipe.negatives, rng)
    log(f"{len(negatives)} hard negatives")
    swaps = swapped([e for e, _ in chosen if e.answers], recipe.swaps, rng)
    log(f"{len(swaps)} questions of something else")
    chosen += [(item, "") for item in [*negatives, *swaps]]
    chosen += [(item, TABLES) for item in tables(recipe.tables, rng)]
    rng.shuffle(chosen)
    yield from chosen[: recipe.limit or None]


def hard_negatives(items: list[Example], share: float, rng: random.Random) -> list[Example]:
    """Questions with passages that hybrid search ranks high and that do not hold the answer."""
    passages = list(dict.fromkeys((item.passage, item.title) for item in items))
    if len(passages) < 10 or not share:
        return []
    chosen = [item for item in items for _ in range(int(share))]
    chosen += rng.sample(items, round(share % 1 * len(items)))
    questions = list(dict.fromkeys(item.question for item in chosen))
    embedder = BundledEmbedder()
    ids = np.arange(len(passages), dtype=np.int64)
    vectors = embedder.encode([text for text, _ in passages])
    dense = DenseIndex.build([(ids, vectors)], len(passages), vectors.shape[1])
    near = dense.search(embedder.encode_queries(questions), HARD)
    lexical = LexicalIndex.in_memory(
        (ChunkRow(i, i, 0, len(text), text, title), "") for i, (text, title) in enumerate(passages)
    )
    ranked = {
        question: [
            i
            for i, _ in fuse(by_vector, lexical.search(question, HARD), lexical.whole(question))[
                :HARD
            ]
        ]
        for question, by_vector in zip(questions, near, strict=True)
    }
    made = []
    for item in chosen:
        for i in rng.sample(found := ranked[item.question], len(found)):
            text, title = passages[i]
            if text != item.passage and not any(a.lower() in text.lower() for a in item.answers):
                made.append(Example(item.question, text, (), title))
                break
    return made


_NAME = re.compile(r"(?<=\w )(?:[A-Z][\w'-]+|\d[\d,.]*\d)(?: [A-Z][\w'-]+)*")


def swapped(items: list[Example], share: float, rng: random.Random) -> list[Example]:
    """Questions in which a name or number that the passage holds is replaced by one, of another
    question, that it does not hold: what they ask of is not there, and the passage does not tell."""
    if not share:
        return []
    pool = [(m.group(), m.group()[0].isdigit()) for e in items for m in _NAME.finditer(e.question)]
    made: list[Example] = []
    for item in rng.sample(items, len(items)):
        if len(made) >= share * len(items):
            break
        there = [m for m in _NAME.finditer(item.question) if m.group() in item.passage]
        if not there:
            continue
        old = rng.choice(there)
        for new, number in rng.sample(pool, min(20, len(pool))):
            if number == old.group()[0].isdigit() and new not in item.passage + item.question:
                asked = item.question[: old.start()] + new + item.question[old.end() :]
                made.append(Example(asked, item.passage, (), item.title))
                break
    return made


def _sequences(
    stream: Sequence[tuple[Example, str]],
    tokenizer: Tokenizer,
    recipe: Recipe,
    rng: random.Random,
) -> Iterator[data.Sequence]:
    others = data.sentences(Path(recipe.sentences)) if recipe.sentences else []
    for example, origin in stream:
        sets = [rng.choice(others) for _ in range(3)] if others else []
        # Short passages, of one sentence, get three others around them.
        around = [" ".join(sets)] if sets else []
        shown = example
        if origin != TABLES:  # which lose their meaning when they are cut
            shown = data.varied(example, rng, around, most=recipe.passage_characters)
        made = data.sequence(shown, tokenizer, rng, recipe.max_tokens)
        if made is not None:
            yield made


def _sample(items: list[Example], count: int) -> list[Example]:
    return random.Random(0).sample(items, min(count, len(items)))


def _save_checkpoint(path: Path, model: Any, optimizer: Any, step: int, seen: int) -> None:
    state = {
        "model": {k: v for k, v in model.state_dict().items() if k != "words.weight"},
        "optimizer": optimizer.state_dict(),
        "step": step,
        "seen": seen,
    }
    scratch = path.with_suffix(".tmp")
    torch.save(state, scratch)
    scratch.replace(path)


def _load_checkpoint(path: Path, model: Any, optimizer: Any, log: Log) -> tuple[int, int]:
    """The steps made and the examples seen; 0, 0 where there is no checkpoint."""
    if not path.is_file():
        return 0, 0
    saved = torch.load(path, map_location=model.device, weights_only=True)
    model.load_state_dict(saved["model"], strict=False)
    optimizer.load_state_dict(saved["optimizer"])
    log(f"going on from step {saved['step']}, {saved['seen']} examples")
    return saved["step"], saved["seen"]


def _record(recipe: Recipe) -> dict[str, Any]:
    """The recipe with its data by file name and hash, wherever they lay, and that of its start."""
    files = {Path(name).name: times for name, times in recipe.data.items()}
    hashes = {Path(name).name: _sha256(Path(name)) for name in recipe.data}
    sentences = Path(recipe.sentences).name
    record = {**asdict(recipe), "data": files, "sentences": sentences, "sha256": hashes}
    if recipe.start:
        record["start"] = json.loads((Path(recipe.start) / "recipe.json").read_text("utf-8"))
    return record


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
