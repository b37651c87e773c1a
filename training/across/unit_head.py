"""How well each unit of a passage answers a question: a small head on the prefix's hidden states.

f(unit) = key(mean of its states) . query(last state) / sqrt(d) + bias(mean) + w lse(start logits in it);
f(none) is the same over the first token alone, [CLS]; g(unit) = f(unit) - f(none) of its passage can be
compared between passages. numpy alone: the states are what the prefix graph gives.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

FILE = "unit.safetensors"
LEAST = -30.0  # bounds the log sum of starts of a unit in which none can start


class UnitHead:
    """Loaded from a model folder; without a file of weights only the starts count (w = 1)."""

    def __init__(self, folder: Path) -> None:
        from safetensors.numpy import load_file

        path = folder / FILE
        self.weights: dict[str, Array] = (
            {name: part.astype(np.float32) for name, part in load_file(path).items()}
            if path.is_file()
            else {}
        )

    def scores(self, hidden: Array, start: Array, unit: NDArray[np.int16]) -> Array:
        """Of one prefix: hidden states [n, d], start logits or log P of starts [n] (-inf where none can
        be), and the unit of each token [n] (-1: none) -> g of units 0 to u - 1, [u]; -inf of one that
        has no token here."""
        count = int(unit.max(initial=-1)) + 1
        own = np.zeros((count + 1, len(unit)), bool)
        own[0, 0] = True
        inside = np.flatnonzero(unit >= 0)
        own[unit[inside] + 1, inside] = True
        starts = np.where(own, np.maximum(start, -1e4), -1e4)
        logits = np.maximum(np.logaddexp.reduce(starts, axis=1), LEAST)
        if self.weights:
            w = self.weights
            mean = (own / np.maximum(own.sum(1, keepdims=True), 1)) @ hidden
            query = hidden[-1] @ w["query.weight"].T + w["query.bias"]
            logits = w["starts"] * logits
            logits = (
                logits + (mean @ w["key.weight"].T + w["key.bias"]) @ query * len(query) ** -0.5
            )
            logits = logits + (mean @ w["bias.weight"].T + w["bias.bias"])[:, 0]
        g: Array = np.where(own[1:].any(1), logits[1:] - logits[0], -np.inf).astype(np.float32)
        return g
