"""The words that the bundled encoder reads as wholes: those that English texts use most."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from rag.codec import from_json

TOKENIZER = Path(__file__).parent / "weights" / "tokenizer.json"


@cache
def whole_words() -> frozenset[str]:
    """Some 20,000 of them, in lower case; names of people and places among them.

    Raises:
        OSError: the encoder's weights are not there, as in a source checkout that was never installed.

    >>> "mortgage" in whole_words(), "mortage" in whole_words()
    (True, False)
    """
    vocabulary = from_json(TOKENIZER.read_bytes(), dict[str, Any])["model"]["vocab"]
    return frozenset(word for word in vocabulary if word.isalpha() and len(word) > 1)
