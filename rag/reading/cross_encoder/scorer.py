"""How well each unit answers a question, as a larger network sees the two together."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import openvino as ov
from tokenizers import Tokenizer

from rag.embedding.encoder import model_folder
from rag.embedding.graph import Array, cache_name, cached, compile_options, is_cached, up
from rag.reading.cross_encoder.published import learnt, merged, published
from rag.reading.units import headings_above, units

ASKED, ABOUT, SAID = 36, 36, 60  # tokens of the question, of what a unit stands under, of the unit
CONTEXT, BEHIND = 70, 100  # characters of a heading path, of what stands before a unit
START, FILL, END, SHIFT = 0, 1, 2, 4  # its words are the encoder's, numbered four higher
STEP = 8  # tokens; pairs are filled up to a multiple, since a compiled graph keeps memory for each shape
TOGETHER = 2  # pairs of about one length: more are filled up more, which costs more than it saves

Place = tuple[int, tuple[int, int]]  # of a unit: its passage's number, start and end in it


@dataclass(frozen=True, slots=True)
class Pair:
    """A question, and a unit with what it stands ``under`` (document, headings) and right ``behind``."""

    question: str
    under: str
    behind: str
    text: str


def pairs_of(
    question: str, passages: Sequence[str], contexts: Sequence[str], places: Sequence[Place]
) -> list[Pair]:
    """Of units: their passages' numbers, and where they stand in them; ``contexts`` are the passages' heading paths."""
    numbers = {number for number, _ in places}
    parts = {n: units(passages[n]) for n in numbers}
    above = {n: headings_above(passages[n]) for n in numbers}
    made = []
    for number, span in places:
        text, context, heading = passages[number], contexts[number], above[number][span]
        under = context[-CONTEXT:] + ("" if heading in context else f" > {heading}")
        at = parts[number].index(span)
        before = text[slice(*parts[number][at - 1])] if at else ""
        behind = "" if before == heading else before
        made.append(Pair(question, under, behind, text[slice(*span)]))
    return made


def sequence(tokenizer: Tokenizer, pair: Pair) -> list[int]:
    """Question, surroundings, unit: parted as the network parts texts. At most 137 tokens."""

    def ids(part: str) -> list[int]:
        return [SHIFT + n for n in tokenizer.encode(part, add_special_tokens=False).ids]

    about = f"{pair.under}: {pair.behind[-BEHIND:]}" if pair.behind else pair.under
    asked, said = ids(pair.question)[:ASKED], ids(pair.text)[:SAID]
    return [START, *asked, END, END, *ids(about)[-ABOUT:], END, *said, END]


class CrossEncoder:
    """Loaded when made; safe to share between threads."""

    def __init__(self) -> None:
        """Raises:
        ModelError: the packages that bring its weights are not installed, or something is damaged.
        """
        core = ov.Core()
        precision, options = compile_options(core, "auto")
        int8 = precision == "int8"

        def build() -> Any:
            from safetensors.numpy import load

            from rag.reading.cross_encoder.network import graph

            return graph(merged(published(), load(learnt()[0])), int8=int8)

        made = cached(core, _graph_name(precision), build, fp16=not int8)
        self._compiled = core.compile_model(made, "CPU", options)
        self._tokenizer = Tokenizer.from_file(str(model_folder() / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._lock = threading.Lock()

    def sequences(self, pairs: Sequence[Pair]) -> list[list[int]]:
        """What :meth:`scores` reads of them: tokens."""
        return [sequence(self._tokenizer, pair) for pair in pairs]

    def scores(self, rows: Sequence[Sequence[int]]) -> Array:
        """Of sequences, float32 [len(rows)], in nats: the higher, the likelier the unit answers."""
        order = sorted(range(len(rows)), key=lambda at: len(rows[at]))
        found = np.zeros(len(rows), np.float32)
        for at in range(0, len(order), TOGETHER):
            own = order[at : at + TOGETHER]
            ids = np.full((TOGETHER, up(len(rows[own[-1]]), STEP)), FILL, np.int32)
            ids[len(own) :, 0] = START
            for row, number in enumerate(own):
                ids[row, : len(rows[number])] = rows[number]
            with self._lock:
                result = self._compiled({0: ids, 1: (ids != FILL).astype(np.float32)})[0]
                found[own] = result[: len(own)]
        return found


def _graph_name(precision: str) -> str:
    return cache_name("cross-encoder", learnt()[1], int8=precision == "int8")


def is_made() -> bool:
    """Whether the graph of the network lies in the cache; to make it takes some 15 seconds.

    Raises:
        ModelError: what is learnt is damaged.
    """
    precision, _ = compile_options(ov.Core(), "auto")
    return is_cached(_graph_name(precision))


_LOADING = threading.Lock()
_loaded = cache(CrossEncoder)


def bundled() -> CrossEncoder:
    """The network, loaded once for all that use it.

    Raises:
        ModelError: as :class:`CrossEncoder`.
    """
    with _LOADING:
        return _loaded()
