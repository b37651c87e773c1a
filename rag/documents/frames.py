"""Pictures of several frames: the pages of a TIFF, what a moving picture shows one after the other."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from rag.documents.ocr.seen import Block, Seen
from rag.errors import LoadError

MOST_FRAMES = 500  # of a picture that are looked at
MOST_SHOTS = 20  # of a moving picture that are read
_SMALL = 400  # pixels of the side that frames are compared at
_DIFFERS = 48  # of 255, by which a pixel is another


def pages_of(image: Any) -> int:
    """How many frames a picture has.

    Raises:
        LoadError: it is damaged.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return int(getattr(image, "n_frames", 1))
    except Exception:  # Pillow raises whatever a damaged file makes it raise
        raise LoadError("it is damaged") from None


def turn_to(image: Any, number: int) -> bool:
    """Go to a frame of a picture (from 1); whether it is there."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image.seek(number - 1)
    except Exception:
        return False
    return True


def moves(image: Any) -> bool:
    """Whether the frames of a picture are shown at one place, and not as pages."""
    return str(image.format) != "TIFF"


def shots(image: Any) -> Iterator[int]:
    """The numbers of the frames that show something else than those before; the picture is at each. Smaller
    frames are previews and maps of light, and no pictures of their own."""
    difference: Any = importlib.import_module("PIL.ImageChops").difference
    whole, known = image.size, list[Any]()
    for number in range(1, min(pages_of(image), MOST_FRAMES) + 1):
        if not turn_to(image, number) or image.size != whole:
            continue
        small = _smaller(image)
        if small is None:
            continue
        if any(difference(small, other).getextrema()[1] < _DIFFERS for other in known):
            continue
        known.append(small)
        yield number


def _smaller(image: Any) -> Any:
    """The frame that a picture is at, small and grey; None where it is damaged."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            small = image.convert("L")
            small.thumbnail((_SMALL, _SMALL))
    except MemoryError:
        raise
    except Exception:
        return None
    return small


def unknown(seen: Seen, known: set[str]) -> Seen:
    """What of a frame the frames before did not say; its texts are ``known`` from here on."""
    blocks: list[Block] = []
    for block in seen.blocks:
        if block.flows or block.rows:
            fresh = () if block.text in known else block.lines
        else:
            fresh = tuple(line for line in block.lines if line.text not in known)
        if fresh:
            blocks.append(block if fresh == block.lines else replace(block, lines=fresh))
        known.update((block.text, *(line.text for line in block.lines)))
    return replace(seen, blocks=tuple(blocks))
