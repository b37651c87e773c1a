"""What the reader is shown: question, context and passage as one sequence of tokens.

Shared by training, the torch model and the light path, so that all see the same. A passage that is
too long is read in overlapping windows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

CLS, SEP = 101, 102
QUESTION, PASSAGE, ANSWER = range(3)  # token types
NEVER = -1e4  # added to the logit of what cannot be: far below any, and finite in bf16
MAX_QUESTION = 64  # tokens; of a longer question both ends are kept
MAX_CONTEXT = 24
MAX_TOKENS = 384  # of a prefix
STRIDE = 64  # tokens that neighbouring windows share

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text as tokens: arrays of one length, an entry for each token.

    ids: in the vocabulary. begins, ends: the characters [begin, end) of the text that it stands
    for. opens, closes: whether it is the first, the last, of a word.
    """

    ids: Ints
    begins: Ints
    ends: Ints
    opens: Bools
    closes: Bools


@dataclass(frozen=True, slots=True)
class Prefix:
    """``[CLS] question [SEP] (context [SEP]) passage [SEP]``.

    All arrays are of one length, an entry for each token. ids: in the vocabulary. types: QUESTION
    or PASSAGE. starts: tokens at which an answer may start; token 0 stands for "no answer". stops: passage
    tokens after which it may end. Tokens ``offset`` to ``offset + count`` are the passage's, from
    its token ``first`` on.
    """

    ids: Ints
    types: Ints
    starts: Bools
    stops: Bools
    offset: int
    count: int
    first: int

    def ends_at(self, token: int) -> bool:
        """Whether it is the last of the passage's tokens, after which nothing can be copied."""
        return token == self.offset + self.count - 1


def tokenise(tokenizer: Tokenizer, text: str) -> Tokens:
    """The text's tokens, none for an empty one; words are those that the tokenizer splits at."""
    encoding = tokenizer.encode(text, add_special_tokens=False)
    words = np.array([-1 if w is None else w for w in encoding.word_ids], np.int64)
    offsets = np.array(encoding.offsets, np.int64).reshape(-1, 2)
    changes = words[1:] != words[:-1]
    edge = np.ones(min(1, len(words)), bool)
    return Tokens(
        np.array(encoding.ids, np.int64),
        offsets[:, 0],
        offsets[:, 1],
        np.concatenate([edge, changes]),
        np.concatenate([changes, edge]),
    )


def prefixes(
    question: Tokens, passage: Tokens, context: Tokens, *, max_tokens: int = MAX_TOKENS
) -> list[Prefix]:
    """The windows of a passage, in order; none for an empty one.

    Each is of ``max_tokens`` at most. A longer question keeps its first and last 32 tokens, a longer
    context its last 24.
    """
    asked = question.ids
    if len(asked) > MAX_QUESTION:
        half = MAX_QUESTION // 2
        asked = np.concatenate([asked[:half], asked[-half:]])
    head = [np.array([CLS]), asked, np.array([SEP])]
    if len(context.ids):
        head += [context.ids[-MAX_CONTEXT:], np.array([SEP])]
    before = np.concatenate(head).astype(np.int64)
    room = max_tokens - len(before) - 1
    total = len(passage.ids)
    made = []
    for first in _windows(total, room):
        count = min(room, total - first)
        part = slice(first, first + count)
        blank = np.zeros(len(before), bool)
        starts = np.concatenate([blank, passage.opens[part], [False]])
        starts[0] = True
        stops = np.concatenate([blank, passage.closes[part], [False]])
        stops[len(before) + count - 1] = True
        types = np.full(len(before) + count + 1, PASSAGE, np.int64)
        types[: len(before)] = QUESTION
        ids = np.concatenate([before, passage.ids[part], [SEP]])
        made.append(Prefix(ids, types, starts, stops, len(before), count, first))
    return made


def _windows(total: int, room: int) -> list[int]:
    """First tokens of windows of ``room`` tokens that cover ``total`` and overlap by a stride."""
    if total <= room:
        return [0] if total else []
    step = room - STRIDE
    return [*range(0, total - room, step), total - room]
