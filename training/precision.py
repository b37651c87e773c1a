"""Numbers of half the size, where a processor computes with them: emulated, they take ten times as long."""

from __future__ import annotations

import torch


def halved(device: str = "cpu") -> torch.autocast:
    """Inside of it matrices are multiplied in bfloat16, on a processor without it in single precision."""
    able = device != "cpu" or torch.cpu._is_avx512_bf16_supported()
    return torch.autocast(device, torch.bfloat16, enabled=able)
