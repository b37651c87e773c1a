"""Quotes that cannot be made up: while a double quote is open, a local model can only write on with
words of the passages."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property
from typing import Any

import torch
from transformers import LogitsProcessor

QUOTE = '"'
LEAST = 3  # characters of a quote before it may be closed
_AHEAD = 32  # characters: no token is longer


class QuoteConstraint(LogitsProcessor):
    """For ``generate``. ``source`` is the text that may be quoted, ``prompt`` how many tokens come
    before what is written."""

    def __init__(self, tokenizer: Any, source: str, prompt: int) -> None:
        self.tokenizer = tokenizer
        self.source = " ".join(re.sub(r'["“”]', " ", source).split())
        self.prompt = prompt

    @cached_property
    def _by_text(self) -> dict[str, list[int]]:
        """Tokens by the text that they add after another."""
        special = set(self.tokenizer.all_special_ids)
        size = len(self.tokenizer)
        before = self.tokenizer("a", add_special_tokens=False)["input_ids"][-1]
        lead = len(self.tokenizer.decode([before]))
        texts = self.tokenizer.batch_decode([[before, i] for i in range(size)])
        found: dict[str, list[int]] = defaultdict(list)
        for identity, text in enumerate(texts):
            if identity not in special and len(text) > lead and "\ufffd" not in text:
                found[text[lead:]].append(identity)
        return found

    @cached_property
    def _closing(self) -> list[int]:
        return [
            i for text, ids in self._by_text.items() if text.lstrip().startswith(QUOTE) for i in ids
        ]

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        for row in range(len(input_ids)):
            said = self.tokenizer.decode(input_ids[row, self.prompt :], skip_special_tokens=True)
            parts = re.split(r'["“”]', said)
            if len(parts) % 2 == 0:  # an odd number of marks: one is open
                allowed = self._allowed(" ".join(parts[-1].split()), bool(parts[-1].strip()))
                mask = torch.full_like(scores[row], float("-inf"))
                mask[allowed] = 0.0
                scores[row] = scores[row] + mask
        return scores

    def _allowed(self, quoted: str, begun: bool) -> list[int]:
        found: set[int] = set()
        starts = (
            (m.end() for m in re.finditer(re.escape(quoted), self.source))
            if begun
            else (m.start() for m in re.finditer(r"\b\w", self.source))
        )
        for at in starts:
            ahead = self.source[at : at + _AHEAD]
            for size in range(1, len(ahead) + 1):
                found.update(self._by_text.get(ahead[:size], ()))
                if not begun:
                    found.update(self._by_text.get(" " + ahead[:size], ()))
        if len(quoted) >= LEAST or not found:
            found.update(self._closing)
        return sorted(found)
