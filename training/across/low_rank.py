"""What training changes, as a difference of low rank: an adapter.

Each matrix W of a layer or of the pointer becomes W + U D, D [rank, in], U [out, rank] (LoRA: Hu et al. 2021). U begins at nought,
so that the model begins as it was. Biases and norms are learnt as they are.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rag.reading.model import ReaderForCausalLM


class LowRank(nn.Linear):
    """A linear layer whose matrix stays, and what is added to it."""

    def __init__(self, given: nn.Linear, rank: int) -> None:
        super().__init__(given.in_features, given.out_features)
        self.load_state_dict(given.state_dict())
        self.weight.requires_grad_(False)
        self.down = nn.Parameter(torch.randn(rank, given.in_features) * given.in_features**-0.5)
        self.up = nn.Parameter(torch.zeros(given.out_features, rank))

    def forward(self, x: Tensor) -> Tensor:
        """[..., in] -> [..., out]."""
        return F.linear(x, self.weight, self.bias) + F.linear(F.linear(x, self.down), self.up)


def lower(model: ReaderForCausalLM, rank: int) -> None:
    """Let a model learn a difference of this rank, biases and norms, and nothing else."""
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name.endswith("bias") or "norm" in name)
    for parent in [m for m in model.modules() if not isinstance(m, LowRank)]:
        for name, child in list(parent.named_children()):
            # A row alone has no lower rank.
            if type(child) is nn.Linear and child.out_features > 1:
                setattr(parent, name, LowRank(child, rank))
            elif type(child) is nn.Linear:
                child.weight.requires_grad_(True)


def merged(model: ReaderForCausalLM) -> dict[str, Tensor]:
    """The weights with the difference added, by the names that they have without."""
    state: dict[str, Tensor] = dict(model.state_dict())
    for name in [n.removesuffix(".down") for n in state if n.endswith(".down")]:
        change = state.pop(f"{name}.up") @ state.pop(f"{name}.down")
        state[f"{name}.weight"] = state[f"{name}.weight"] + change
    return state
