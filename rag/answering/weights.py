"""Weights on this computer by name: a folder, a GGUF file or a name on the hub, with an adapter or without."""

from __future__ import annotations

import contextlib
import hashlib
import io
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.errors import ModelError

_HUB_NAME = re.compile(r"[\w.-]+(?:/[\w.-]+)?")
ADAPTER_FILE = "adapter_config.json"


def load_weights(
    name: str, *, adapter: str | Path | None = None, device: str | None = None, **options: Any
) -> tuple[Any, Any]:
    """A causal LM of transformers and its tokenizer. An adapter (LoRA, of PEFT) is merged into the model,
    which is then as fast as without. ``options`` go to ``from_pretrained``.

    Raises:
        ModelError: there is no such folder, file, name or adapter.
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    if adapter is not None and not (Path(adapter) / ADAPTER_FILE).is_file():
        raise ModelError(
            f"{adapter} holds no adapter (there is no {ADAPTER_FILE}); rag train-adapter makes one."
        )
    where, given = _found(name)
    if given:  # transformers would say of these at length that they are missing
        import accelerate  # noqa: F401
        import gguf  # noqa: F401
    with quietly():
        try:
            tokenizer = AutoTokenizer.from_pretrained(where, **given)
        except (OSError, ValueError) as error:
            if Path(where).is_dir():
                raise
            raise ModelError(_not_there(name)) from error
        if given:
            options = {**_unpacked(device), **options}
        model = AutoModelForCausalLM.from_pretrained(where, **given, **options).eval()
        if "device_map" not in options and "quantization_config" not in options | given:
            model.to(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        if adapter is not None:
            model = adapted(model, Path(adapter))
    return model, tokenizer


def fingerprint(adapter: Path) -> str:
    """Of an adapter's weights: another one in the same folder gives other answers."""
    digest = hashlib.sha256()
    for file in sorted(adapter.glob("adapter_*")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _found(name: str) -> tuple[str, dict[str, Any]]:
    """What ``from_pretrained`` is given for a name: folder or hub name, and a GGUF file in it.

    Raises:
        ModelError: it can only be a path, and nothing is there.
    """
    path = Path(name).expanduser()
    if path.suffix.lower() == ".gguf":
        if not path.is_file():
            raise ModelError(f"There is no model file {path}.")
        return str(path.parent), {"gguf_file": path.name}
    if path.is_dir():
        if not (path / "config.json").is_file():
            files = sorted(found.name for found in path.glob("*.gguf"))
            hint = f" Do you mean hf:{path / files[0]}?" if files else ""
            raise ModelError(f"The folder {path} holds no model: no config.json.{hint}")
        return str(path), {}
    if path.is_file():
        raise ModelError(f"{path} is neither a folder with a model nor a GGUF file.")
    if not _HUB_NAME.fullmatch(name) or name.startswith("."):
        raise ModelError(f"There is no folder {path}.")
    return name, {}


def _not_there(name: str) -> str:
    return (
        f'There is no folder "{name}" here, and no model of that name could be had from the Hugging '
        "Face hub: is it spelt right, and is there a network?"
    )


def _unpacked(device: str | None) -> dict[str, Any]:
    """How a GGUF file is loaded: its weights unpacked, since packed ones can be neither merged with an
    adapter nor trained; in bfloat16 where that is computed with, which takes half the time."""
    import torch
    import transformers

    able = torch.cpu.get_capabilities()
    on_cpu = (device or ("cuda" if torch.cuda.is_available() else "cpu")) == "cpu"
    fast = not on_cpu or able.get("avx512_bf16") or able.get("amx_bf16")
    options: dict[str, Any] = {"dtype": torch.bfloat16 if fast else torch.float32}
    packing = getattr(transformers, "GgufConfig", None)  # older versions always unpack
    return (
        options if packing is None else {**options, "quantization_config": packing(dequantize=True)}
    )


def adapted(model: Any, adapter: Path) -> Any:
    """A model with an adapter merged into it; what was given is used up.

    Raises:
        ModelError: it is another model's.
    """
    from peft import PeftModel

    try:
        return PeftModel.from_pretrained(model, str(adapter)).merge_and_unload().eval()
    except (KeyError, RuntimeError, TypeError, ValueError) as error:
        detail = " ".join(str(error).split())[:200]
        raise ModelError(f"The adapter {adapter} does not fit this model: {detail}") from error


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Without the bars and warnings that transformers shows while it loads; they tell a person who asks
    something nothing."""
    from transformers.utils import logging

    before = logging.get_verbosity()
    logging.set_verbosity_error()
    try:
        with contextlib.redirect_stderr(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            yield
    finally:
        logging.set_verbosity(before)
