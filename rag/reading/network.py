"""The reader's network on OpenVINO: the light path, which imports neither torch nor transformers.

Two graphs of the same weights: one for the prefix, which leaves keys and values behind, and one that
extends them by answer tokens.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
from numpy.typing import NDArray
from openvino import opset13 as op

from rag.codec import DecodeError, from_json
from rag.embedding.encoder import SHA256, load_weights, model_folder
from rag.embedding.graph import Blocks, cache_name, cached, compile_options, const, ints, up
from rag.errors import DISTRIBUTION, ModelError
from rag.reading.confidence import Calibration
from rag.reading.prefix import ANSWER, NEVER, Prefix

Array = NDArray[np.float32]
Ints = NDArray[np.int64]

# Few shapes (see graph.up); what is added is masked, or cut off again.
PREFIX_STEP = 32  # tokens; prefixes are filled up to a multiple
TOGETHER = 2  # prefixes
ANSWER_STEP = 16
PARTS = ("model.safetensors", "config.json")


@dataclass(frozen=True, slots=True)
class NetworkConfig:
    """Of config.json, what the network needs, under transformers' names, and its calibration (empty:
    none yet)."""

    hidden_size: int
    num_attention_heads: int
    num_hidden_layers: int
    layer_norm_eps: float
    attention: str
    calibration: Calibration | None = None


def _starts(prefix: Prefix, width: int) -> NDArray[np.bool_]:
    """Where a first step may go, [width]: to no answer, or to a token that an answer starts with."""
    found = np.zeros(width, bool)
    found[: len(prefix.starts)] = prefix.starts
    found[0] = True
    return found


def power(count: int) -> int:
    """The next power of two."""
    return 1 << max(0, count - 1).bit_length()


class OpenVinoBackend:
    """The network as ``decode.Backend``."""

    def __init__(self, folder: Path, *, precision: str = "auto") -> None:
        """Raises:
        ModelError: the folder holds no reader, or a damaged one.
        """
        data = _read(folder)
        try:
            self.config = from_json(data["config.json"], NetworkConfig)
        except DecodeError as error:
            raise ModelError(
                f"{folder / 'config.json'}: not a reader's: {error}. Reinstall {DISTRIBUTION}."
            ) from None
        if self.config.attention != "prefix":
            raise ModelError(f"{folder}: only readers with prefix attention run on OpenVINO.")
        core = ov.Core()
        self.precision, options = compile_options(core, precision)
        int8 = self.precision == "int8"
        self.digest = hashlib.sha256(data["model.safetensors"]).hexdigest()[:16]
        weights: dict[str, Array] = {}

        def blocks() -> Blocks:
            if not weights:
                weights.update(_weights(folder, data["model.safetensors"]))
            c = self.config
            return Blocks(weights, c.num_attention_heads, c.hidden_size, c.layer_norm_eps, int8)

        layers = self.config.num_hidden_layers
        # The words are the encoder's; the shape is read from the config and not from the weights.
        shape = replace(self.config, calibration=None)
        digest = hashlib.sha256(f"{self.digest} {SHA256} {shape}".encode()).hexdigest()

        def graph(part: str, build: Callable[[Blocks, int], Any]) -> Any:
            name = cache_name(f"reader-{part}", digest, int8=int8)
            return cached(core, name, lambda: build(blocks(), layers), fp16=not int8)

        graphs = graph("prefix", prefix_graph), graph("answer", answer_graph)
        self._prefix, self._answer = (core.compile_model(g, "CPU", options) for g in graphs)

    def prefill(self, prefixes: Sequence[Prefix]) -> tuple[Array, Any]:
        """See :class:`~rag.reading.decode.Backend`."""
        count, n = len(prefixes), up(max(len(p.ids) for p in prefixes), PREFIX_STEP)
        real, logits = np.zeros((count, n), bool), np.full((count, n), -np.inf, np.float32)
        state: list[Array] = []
        # Those of about one length together: all in one batch, half of what is computed is filling.
        order = sorted(range(count), key=lambda row: len(prefixes[row].ids))
        for at in range(0, count, TOGETHER):
            rows = order[at : at + TOGETHER]
            own, found = self._prefilled([prefixes[row] for row in rows])
            width = own.shape[1]
            real[rows, :width] = own
            for row, values in zip(rows, found[0], strict=False):
                logits[row, :width] = np.where(_starts(prefixes[row], width), values, -np.inf)
            for i, part in enumerate(found[1:]):
                if len(state) == i:  # tokens are the last axis but one, in each
                    state.append(
                        np.zeros((count, *part.shape[1:-2], n, part.shape[-1]), part.dtype)
                    )
                state[i][rows, ..., :width, :] = part[: len(rows)]
        log_p: Array = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
        return log_p, (real, state)

    def _prefilled(self, prefixes: Sequence[Prefix]) -> tuple[NDArray[np.bool_], list[Array]]:
        """Which places of each prefix are real [b, n], and what the network gives for them: views of
        its own memory, until the next call."""
        size, n = power(len(prefixes)), up(max(len(p.ids) for p in prefixes), PREFIX_STEP)
        ids, types = np.zeros((size, n), np.int32), np.zeros((size, n), np.int32)
        last = np.zeros(size, np.int32)
        for row, prefix in enumerate(prefixes):
            length = len(prefix.ids)
            ids[row, :length], types[row, :length] = prefix.ids, prefix.types
            last[row] = length - 1
        real = np.arange(n) <= last[:, None]
        inputs = {0: ids, 1: types, 2: last, 3: real.astype(np.float32)}
        result = self._prefix(inputs, share_outputs=True)
        return real[: len(prefixes)], [result[i] for i in range(len(self._prefix.outputs))]

    def extend(self, state: Any, rows: Ints, copied: Ints) -> Array:
        """See :class:`~rag.reading.decode.Backend`."""
        real, (hidden, embedded, *cache) = state
        count, length = copied.shape
        r, m = power(count), up(length, ANSWER_STEP)
        rows = np.pad(rows, (0, r - count), "edge")
        copied = np.pad(copied, ((0, r - count), (0, m - length)), "edge")
        own = np.broadcast_to(np.tril(np.ones((m, m), bool)), (r, m, m))
        before = np.broadcast_to(real[rows][:, None, :], (r, m, real.shape[1]))
        mask = np.where(np.concatenate([before, own], axis=2), 0.0, NEVER)[:, None]
        at = rows[:, None]
        inputs = [
            embedded[at, copied],
            hidden[at, copied],
            hidden[at, copied + 1],
            mask.astype(np.float32),
            *(part[rows] for part in cache),
        ]
        odds: Array = np.array(self._answer(dict(enumerate(inputs)))[0])
        return odds[:count, :length]


def prefix_graph(blocks: Blocks, layers: int) -> Any:
    """(ids, types) int32 [b, n], last int32 [b], real f32 [b, n] -> start logits [b, n], hidden
    states and summed word and place embeddings [b, n, d], then keys and values of each layer,
    [b, heads, n, d / heads], in half precision where the weights are int8."""
    ids = op.parameter([-1, -1], np.int32, name="ids")
    types = op.parameter([-1, -1], np.int32, name="types")
    last = op.parameter([-1], np.int32, name="last")
    real = op.parameter([-1, -1], np.float32, name="real")
    length = op.gather(op.shape_of(ids), const(1, np.int64), const(0, np.int64))
    places = op.range(const(0, np.int64), length, const(1, np.int64), "i64")
    embedded = op.add(
        blocks.lookup("words", ids, half=blocks.int8), blocks.lookup("places", places)
    )
    x = blocks.norm(op.add(embedded, blocks.lookup("types", types)), "norm")
    hide = op.multiply(op.subtract(const(1, np.float32), real), const(NEVER, np.float32))
    hide = op.unsqueeze(hide, ints(1, 2))
    cache = []
    for i in range(layers):
        query, key, value = (
            blocks.split(blocks.linear(x, f"layers.{i}.{n}")) for n in ("query", "key", "value")
        )
        cache += [op.convert(p, "f16") for p in (key, value)] if blocks.int8 else [key, value]
        x = _after_attention(blocks, x, query, key, value, hide, i)
    asking = op.gather(x, op.unsqueeze(last, ints(1)), const(1, np.int64), 1)
    query = blocks.linear(asking, "pointer.start_query")
    logits = op.matmul(query, blocks.linear(x, "pointer.start_key"), False, True)
    logits = op.multiply(logits, const(blocks.hidden**-0.5, np.float32))
    logits = op.squeeze(logits, ints(1))
    bias = blocks.linear(x, "pointer.start_bias", exact=True)
    logits = op.add(logits, op.squeeze(bias, ints(2)))
    return ov.Model([logits, x, embedded, *cache], [ids, types, last, real], "reader-prefix")


def answer_graph(blocks: Blocks, layers: int) -> Any:
    """Embeddings of the tokens copied, their hidden states and those of the next ones [r, m, d],
    mask f32 [r, 1, m, n + m], keys and values of each layer -> log odds of ending [r, m]."""
    embedded, copied, following = (
        op.parameter([-1, -1, blocks.hidden], np.float32, name=n)
        for n in ("embedded", "copied", "following")
    )
    mask = op.parameter([-1, 1, -1, -1], np.float32, name="mask")
    size = blocks.hidden // blocks.heads
    cache = [
        op.parameter(
            [-1, blocks.heads, -1, size], np.float16 if blocks.int8 else np.float32, name=f"{n}{i}"
        )
        for i in range(layers)
        for n in ("key", "value")
    ]
    x = blocks.norm(op.add(embedded, const(blocks.weights["types.weight"][ANSWER])), "norm")
    for i in range(layers):
        query, key, value = (
            blocks.split(blocks.linear(x, f"layers.{i}.{n}")) for n in ("query", "key", "value")
        )
        key, value = (
            op.concat([op.convert(cache[2 * i + j], "f32"), part], 2)
            for j, part in enumerate((key, value))
        )
        x = _after_attention(blocks, x, query, key, value, mask, i)
    query = blocks.linear(x, "pointer.step_query")
    query = op.multiply(query, const(blocks.hidden**-0.5, np.float32))

    def score(states: Any, name: str) -> Any:
        product = op.multiply(query, blocks.linear(states, f"pointer.{name}_key"))
        product = op.reduce_sum(product, ints(2))
        bias = blocks.linear(states, f"pointer.{name}_bias", exact=True)
        return op.add(product, op.squeeze(bias, ints(2)))

    odds = op.subtract(score(copied, "end"), score(following, "next"))
    return ov.Model([odds], [embedded, copied, following, mask, *cache], "reader-answer")


def _after_attention(
    blocks: Blocks, x: Any, query: Any, key: Any, value: Any, mask: Any, i: int
) -> Any:
    parts = ("attention_output", "attention_norm", "intermediate", "output", "output_norm")
    return blocks.layer(x, (query, key, value), mask, (f"layers.{i}.{part}" for part in parts))


def _read(folder: Path) -> dict[str, bytes]:
    data = {}
    for part in PARTS:
        try:
            data[part] = (folder / part).read_bytes()
        except OSError as error:
            raise ModelError(
                f"{folder / part}: the reader cannot be read: {error.strerror}. Reinstall "
                f"{DISTRIBUTION}, or name a folder that training/run.py has made."
            ) from None
    return data


def _weights(folder: Path, data: bytes) -> dict[str, Array]:
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        weights = {name: part.astype(np.float32) for name, part in load(data).items()}
        _ = weights["types.weight"], weights["pointer.end_bias.weight"]
    except (SafetensorError, KeyError, ValueError) as error:
        raise ModelError(
            f"{folder / 'model.safetensors'}: not the weights of a reader: {error}. "
            f"Reinstall {DISTRIBUTION}."
        ) from None
    words = load_weights(model_folder())["embeddings.word_embeddings.weight"]
    return weights | {"words.weight": words}
