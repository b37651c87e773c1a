"""What the reader learnt after its weights were made: an adapter beside them, a tenth of their size.

``adapter.safetensors`` holds, for a matrix W of the weights, "NAME.down" [rank, in] and "NAME.up" [out, rank]: what is used is
W + up @ down (LoRA: Hu et al. 2021). Whatever else it holds stands in place of the weights' own.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

ADAPTER = "adapter.safetensors"
Array = NDArray[np.float32]


def adapted(weights: Mapping[str, Array], data: bytes) -> dict[str, Array]:
    """Weights by name with an adapter merged into them; ``data`` is its file's, empty for none.

    Raises:
        KeyError, ValueError: it does not fit these weights.
        safetensors.SafetensorError: it is damaged.
    """
    from safetensors.numpy import load

    made = dict(weights)
    if not data:
        return made
    given = {name: part.astype(np.float32) for name, part in load(data).items()}
    for name, part in given.items():
        stem, _, kind = name.rpartition(".")
        if kind == "down":
            made[f"{stem}.weight"] = weights[f"{stem}.weight"] + given[f"{stem}.up"] @ part
        elif kind != "up":
            if weights[name].shape != part.shape:
                raise ValueError(f"{name}: its shape is {part.shape}")
            made[name] = part
    return made
