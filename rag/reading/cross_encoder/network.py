"""MPNet (Song et al. 2020) with a head on its first token, as an OpenVINO graph."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import openvino as ov
from openvino import opset13 as op

from rag.embedding.graph import Array, Blocks, const, ints

LAYERS, HEADS, HIDDEN, EPSILON = 12, 12, 768, 1e-5
PARTS = (
    *("attention.attn.o", "attention.LayerNorm"),
    *("intermediate.dense", "output.dense", "output.LayerNorm"),
)
LONGEST = 144  # tokens
BUCKETS, FARTHEST = 32, 128  # of distances between tokens; from there on they are one
FIRST_PLACE = 2  # number of the first token's place
HIDDEN_SCORE = -1e4  # of what is not there


def graph(weights: dict[str, Array], *, int8: bool) -> Any:
    """An OpenVINO model: ids int32 [b, n], real f32 [b, n], n at most :data:`LONGEST` -> scores f32 [b]."""
    blocks = Blocks(weights, HEADS, HIDDEN, EPSILON, int8)
    ids = op.parameter([-1, -1], np.int32, name="ids")
    real = op.parameter([-1, -1], np.float32, name="real")
    length = op.gather(op.shape_of(ids), const(1, np.int64), const(0, np.int64))
    places = op.range(const(0, np.int64), length, const(1, np.int64), "i64")
    x = op.add(
        blocks.lookup("embeddings.word_embeddings", ids, half=int8),
        blocks.lookup(
            "embeddings.position_embeddings", op.add(places, const(FIRST_PLACE, np.int64))
        ),
    )
    x = blocks.norm(x, "embeddings.LayerNorm")
    hide = op.multiply(op.subtract(const(1, np.float32), real), const(HIDDEN_SCORE, np.float32))
    near = const(nearness(weights["encoder.relative_attention_bias.weight"]))
    near = op.gather(op.gather(near, places, const(1, np.int64)), places, const(2, np.int64))
    mask = op.add(op.unsqueeze(near, ints(0)), op.unsqueeze(hide, ints(1, 2)))
    for i in range(LAYERS):
        layer, asks = f"encoder.layer.{i}", x
        if i == LAYERS - 1:  # of whose output the first token alone is wanted
            asks = op.gather(x, ints(0), const(1, np.int64))
            mask = op.gather(mask, ints(0), const(2, np.int64))
        query, key, value = (
            blocks.split(blocks.linear(part, f"{layer}.attention.attn.{n}"))
            for n, part in (("q", asks), ("k", x), ("v", x))
        )
        x = blocks.layer(asks, (query, key, value), mask, (f"{layer}.{part}" for part in PARTS))
    told = op.tanh(blocks.linear(op.squeeze(x, ints(1)), "head.0", exact=True))
    score = op.squeeze(blocks.linear(told, "head.2", exact=True), ints(1))
    return ov.Model([score], [ids, real], "cross-encoder")


def nearness(bias: Array) -> Array:
    """What attention is raised by for the distance of two tokens: of ``bias`` [buckets, heads], [heads, n, n] (T5's buckets: Raffel et al. 2020)."""
    places = np.arange(LONGEST)
    ahead = places[None, :] - places[:, None]
    half, exact = BUCKETS // 2, BUCKETS // 4
    far = np.abs(ahead)
    steps = np.log(np.maximum(far, 1) / exact) / math.log(FARTHEST / exact) * (half - exact)
    bucket = np.where(far < exact, far, np.minimum(exact + steps.astype(np.int64), half - 1))
    return np.ascontiguousarray(bias[bucket + np.where(ahead > 0, half, 0)].transpose(2, 0, 1))
