"""Groups, words and the teacher in small files, to be carried to a machine with a GPU.

    python -m training.across.pack STATE OUT [--teacher FOLDER] [--start MODEL]

OUT gets groups-NN.npz (token ids and labels), teacher-NN.safetensors (all-mpnet-base-v2 in half
precision; FOLDER holds its model.safetensors) and start.safetensors: the student that training starts
from, with the encoder's words. No file is larger than PART. all-mpnet-base-v2 has the encoder's word
pieces, each number four higher (its own special tokens come first), so both read the same tokens.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from rag.reading.reader import WEIGHTS
from training.across.batches import TokenGroup, tokens
from training.across.groups import read
from training.across.train import load_model
from training.train import load_tokenizer

PART = 15_500_000  # bytes
TEACHER = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
OTHER = 255  # unit of a token that belongs to none


def arrays(items: Sequence[TokenGroup]) -> dict[str, np.ndarray]:
    """Groups as flat arrays. Of all tokens: ids, unit, start and stop (whether an answer may start or
    end there); of all passages: length, offset and count of the passage's tokens, how many units are
    right and how many spans; then those, flat; of all groups: how many passages, and whether spans."""
    rows = [row for item in items for row in item.rows]
    prefixes = [row.answered.prefix for row in rows]
    return {
        "ids": np.concatenate([p.ids for p in prefixes]).astype(np.uint16),
        "unit": np.concatenate([np.where(r.unit < 0, OTHER, r.unit) for r in rows]).astype(
            np.uint8
        ),
        "start": np.packbits(np.concatenate([p.starts for p in prefixes])),
        "stop": np.packbits(np.concatenate([p.stops for p in prefixes])),
        "length": np.array([len(p.ids) for p in prefixes], np.uint16),
        "offset": np.array([p.offset for p in prefixes], np.uint16),
        "count": np.array([p.count for p in prefixes], np.uint16),
        "rights": np.array([len(r.right) for r in rows], np.uint8),
        "right": np.array([u for r in rows for u in r.right], np.uint8),
        "spans": np.array([len(r.answered.spans) for r in rows], np.uint8),
        "span": np.array([s for r in rows for s in r.answered.spans], np.uint16).reshape(-1, 2),
        "passages": np.array([len(item.rows) for item in items], np.uint8),
        "learn": np.array([item.spans for item in items], bool),
    }


def groups(state: Path, out: Path, size: int) -> int:
    """All groups as files of ``size`` groups each; how many files."""
    tokenizer = load_tokenizer()
    waiting: list[TokenGroup] = []
    files = 0
    for path in sorted((state / "groups").glob("groups-*.jsonl.gz")):
        waiting += [made for group in read(path) if (made := tokens(group, tokenizer)) is not None]
        while len(waiting) >= size:
            np.savez_compressed(out / f"groups-{files:02}.npz", **arrays(waiting[:size]))
            waiting, files = waiting[size:], files + 1
    if waiting:
        np.savez_compressed(out / f"groups-{files:02}.npz", **arrays(waiting))
        files += 1
    return files


def _parts(tensors: dict[str, torch.Tensor]) -> Iterator[dict[str, torch.Tensor]]:
    """Tensors in files of at most PART bytes; what is larger is cut by rows ("name@row")."""
    part: dict[str, torch.Tensor] = {}
    size = 0
    for name, tensor in tensors.items():
        rows = max(1, PART // max(1, tensor[0].nbytes)) if tensor.dim() else 1
        pieces = (
            [(name, tensor)]
            if tensor.nbytes <= PART
            else [
                (f"{name}@{i}", tensor[i : i + rows].clone()) for i in range(0, len(tensor), rows)
            ]
        )
        for key, piece in pieces:
            if size + piece.nbytes > PART:
                yield part
                part, size = {}, 0
            part[key] = piece.contiguous()
            size += piece.nbytes
    yield part


def teacher(folder: Path, out: Path) -> int:
    """The teacher's weights, checked, into small files; how many."""
    path = folder / "model.safetensors"
    if hashlib.sha256(path.read_bytes()).hexdigest() != TEACHER:
        raise SystemExit(f"{path}: not the weights of all-mpnet-base-v2")
    with safe_open(path, "pt") as file:
        names = [n for n in file.keys() if not n.startswith("pooler.") and "position_ids" not in n]  # noqa: SIM118
        tensors = {name: file.get_tensor(name).half() for name in names}
    number = 0
    for number, part in enumerate(_parts(tensors), 1):
        save_file(part, out / f"teacher-{number:02}.safetensors")
    return number


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("state", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--teacher", type=Path)
    parser.add_argument("--start", type=Path, default=WEIGHTS)
    parser.add_argument("--size", type=int, default=12_000, help="groups of a file")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    model = load_model(given.start)
    names = {k.removeprefix("reader."): v.half() for k, v in model.state_dict().items()}
    for number, part in enumerate(_parts(names), 1):
        save_file(part, given.out / f"start-{number:02}.safetensors")
    if given.teacher:
        print(f"teacher: {teacher(given.teacher, given.out)} files")
    print(f"groups: {groups(given.state, given.out, given.size)} files")


if __name__ == "__main__":
    main()
