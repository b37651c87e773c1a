"""Transformer networks as OpenVINO graphs built straight from safetensors, without torch.

The building blocks that the encoder and the reader share (BERT's: Devlin et al. 2019), and a cache
of finished graphs on disk.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
from numpy.typing import NDArray
from openvino import opset13 as op

from rag.errors import StorageError

# Raise it with every change to how a graph is built: here, in encoder.py or in reading/network.py.
REVISION = 1

Array = NDArray[np.float32]


def const(value: Any, dtype: Any = None) -> Any:
    """A constant node of the graph, of ``dtype`` or of the value's own."""
    return op.constant(np.array(value, dtype=dtype, order="C"))


def ints(*values: int) -> Any:
    """A constant of int64: axes and shapes."""
    return const(values, np.int64)


@dataclass(frozen=True, slots=True)
class Blocks:
    """Layers by the name of their weights.

    ``int8`` stores the weights of all matrix products as int8 with a scale for each output
    channel; the CPU plugin then quantises activations as it goes.
    """

    weights: dict[str, Array]
    heads: int
    hidden: int
    epsilon: float
    int8: bool

    def linear(self, x: Any, name: str, *, exact: bool = False) -> Any:
        """[..., in] -> [..., out]. ``exact`` keeps the weights as they are: for outputs of a few channels."""
        weight = self.weights[f"{name}.weight"]
        if self.int8 and not exact:
            scale = np.abs(weight).max(axis=1, keepdims=True) / 127
            quantised = np.round(weight / scale).astype(np.int8)
            matrix = op.multiply(op.convert(const(quantised), "f32"), const(scale, np.float32))
        else:
            matrix = const(weight)
        return op.add(op.matmul(x, matrix, False, True), const(self.weights[f"{name}.bias"]))

    def norm(self, x: Any, name: str) -> Any:
        """Layer normalisation over the last axis (Ba et al. 2016)."""
        normal = op.mvn(x, ints(-1), True, self.epsilon, "INSIDE_SQRT")
        scaled = op.multiply(normal, const(self.weights[f"{name}.weight"]))
        return op.add(scaled, const(self.weights[f"{name}.bias"]))

    def lookup(self, name: str, ids: Any, *, half: bool = False) -> Any:
        """Rows of the table by ids: [...] -> [..., width]. ``half`` keeps the table in fp16, for what is as coarse anyway: half the memory."""
        table = self.weights[f"{name}.weight"]
        rows = op.gather(const(table, np.float16 if half else None), ids, const(0, np.int64))
        return op.convert(rows, "f32") if half else rows

    def layer(
        self, x: Any, attention: tuple[Any, Any, Any], mask: Any, names: Iterable[str]
    ) -> Any:
        """A layer from its query, key and value (split) on: what is attended to, and two linear maps, each added to what was there and
        normalised. ``names``: of the first half's map and norm, of the second half's two maps and norm."""
        mixed_map, mixed_norm, wide_map, narrow_map, norm = names
        mixed = self.merge(op.scaled_dot_product_attention(*attention, mask))
        x = self.norm(op.add(self.linear(mixed, mixed_map), x), mixed_norm)
        wide = op.gelu(self.linear(x, wide_map), "erf")
        return self.norm(op.add(self.linear(wide, narrow_map), x), norm)

    def split(self, x: Any) -> Any:
        """[b, n, hidden] -> [b, heads, n, hidden / heads]"""
        shape = ints(0, 0, self.heads, self.hidden // self.heads)
        return op.transpose(op.reshape(x, shape, True), ints(0, 2, 1, 3))

    def merge(self, x: Any) -> Any:
        """The inverse of ``split``."""
        return op.reshape(op.transpose(x, ints(0, 2, 1, 3)), ints(0, 0, self.hidden), True)


def cache_folder() -> Path:
    """``RAG_CACHE``, else the user's cache folder.

    Raises:
        StorageError: there is neither.
    """
    given = os.environ.get("RAG_CACHE") or os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(given) if given else Path.home() / ".cache") / "rag"
    except RuntimeError:
        raise StorageError(
            "There is no home folder to keep a cache in. Set RAG_CACHE to a folder that is yours."
        ) from None


def cache_name(network: str, digest: str, *, int8: bool) -> str:
    """What a graph is kept under: all that it depends on is in its name, so that one which another
    version wrote is never read.

    Args:
        network: which graph it is.
        digest: SHA-256 of its weights, in hexadecimal; and of its shape, where that can differ.
        int8: whether weights are stored as int8, else as fp16.
    """
    openvino = re.sub(r"[^\w.]+", "-", ov.__version__)
    stored = "int8" if int8 else "fp16"
    return f"{network}-{digest[:16]}-{stored}-{REVISION}-openvino-{openvino}"


def is_cached(name: str) -> bool:
    """Whether a graph of that name lies in the cache."""
    return (cache_folder() / name / "model.xml").is_file()


def cached(core: Any, name: str, build: Callable[[], Any], *, fp16: bool) -> Any:
    """The graph of that name from the cache, else built and put there (``fp16``: halved).

    A cache that cannot be written costs time and nothing else.
    """
    folder = cache_folder() / name
    if is_cached(name):
        try:
            return core.read_model(folder / "model.xml")
        except RuntimeError:
            pass  # cut short or damaged: made again below
    model = build()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            ov.save_model(model, Path(scratch) / "model.xml", compress_to_fp16=fp16)
            if folder.exists():
                for file in ("model.bin", "model.xml"):
                    os.replace(Path(scratch) / file, folder / file)
            else:
                whole = Path(scratch) / "whole"
                whole.mkdir()
                for file in ("model.bin", "model.xml"):
                    os.replace(Path(scratch) / file, whole / file)
                os.replace(whole, folder)
    except (OSError, RuntimeError):
        pass
    return model


def up(count: int, step: int) -> int:
    """The next multiple of ``step``. A compiled graph keeps memory for every shape that it has seen: lengths
    are filled up so that there are few."""
    return -(-count // step) * step


def compile_options(core: Any, precision: str) -> tuple[str, dict[str, Any]]:
    """The precision that "auto" means here, and the CPU plugin's options for it."""
    able = core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    if precision == "auto":
        precision = "int8" if "INT8" in able else "bf16" if "BF16" in able else "f32"
    options: dict[str, Any] = {
        "INFERENCE_PRECISION_HINT": "bf16" if precision != "f32" and "BF16" in able else "f32",
        "PERFORMANCE_HINT": "LATENCY",
    }
    if (threads := os.environ.get("OMP_NUM_THREADS", "")).isdigit() and int(threads):
        options["INFERENCE_NUM_THREADS"] = threads  # OpenVINO's own pool does not look there
        # Else each process binds its threads to the first cores, and several share one.
        options["ENABLE_CPU_PINNING"] = "NO"
    if precision == "int8":
        options["DYNAMIC_QUANTIZATION_GROUP_SIZE"] = "384"
    return precision, options
