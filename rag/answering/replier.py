"""What answers, by what a user says: the bundled reader, another one, or a model that writes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, get_args

from rag.answering.by_reader import ByReader
from rag.answering.reply import Replier, Unsupported
from rag.errors import ModelError, SettingsError
from rag.reading import Reader
from rag.reading.second_look import SecondLook, wanted

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


READERS = ("reader", "reader-fast", "reader-careful")
"""Names of the bundled reader: with a second look where that is installed, without, with."""


def looks_twice(model: str) -> bool:
    """Whether a model of this name takes a second look."""
    return model == "reader-careful" or (model == "reader" and wanted())


def bundled_reader(name: str = "reader") -> ByReader:
    """The bundled reader by one of :data:`READERS`.

    Raises:
        ModelError: a second look was asked for, and is not installed.
    """
    if not looks_twice(name):
        return ByReader(Reader.load())
    second = SecondLook()
    if name == "reader-careful":
        _ = second.scorer  # what is missing is said now, not with the first question
    return ByReader(Reader.load(), second)


def replier_of(
    model: str | Reader | BaseChatModel,
    adapter: str | Path | None,
    prompt: str,
    unsupported: Unsupported,
) -> Replier:
    """The replier that :class:`rag.QA` describes.

    Raises:
        ModelError, ExtraMissing, SettingsError: there is no such model, adapter or prompt, or its packages
            are not installed.
    """
    if unsupported not in get_args(Unsupported):
        raise SettingsError(
            f'unsupported is "{unsupported}"; it must be "drop", "flag" or "abstain".'
        )
    if adapter is not None and not (isinstance(model, str) and model.startswith("hf:")):
        raise ModelError('An adapter needs the model that it was trained on: model="hf:...".')
    if model in READERS:
        return bundled_reader(model)
    if isinstance(model, Reader):
        return ByReader(model)
    # Only now: the bundled reader needs no LangChain.
    from rag.answering.by_model import ByModel
    from rag.answering.models import load_model

    if isinstance(model, str):
        options = {} if adapter is None else {"adapter": adapter}
        return ByModel(model, load_model(model, **options), prompt, unsupported)
    return ByModel(type(model).__name__, model, prompt, unsupported)
