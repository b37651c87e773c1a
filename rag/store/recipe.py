"""How an index is made: its model and its chunking, the same for everything that is in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from rag.embedding.embedder import Embedder, is_bundled
from rag.errors import IndexMismatch, ModelError
from rag.settings import Settings

MAY_CHANGE = ("redact", "redact_countries")
"""Parts of a recipe that another run may change."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is fixed when an index is created, and stored with it.

    ``model`` is the encoder's name, ``fingerprint`` tells its weights from all others, and
    ``dimension`` is the length of its vectors; the rest are settings of :class:`Settings`.
    """

    model: str
    fingerprint: str
    dimension: int
    chunk_tokens: int
    overlap_tokens: int
    context_tokens: int
    neighbour_share: float
    redact: str = "none"
    redact_countries: str = "all"

    def to_meta(self) -> dict[str, str]:
        """As the catalog keeps it: texts by name."""
        return {name: str(value) for name, value in asdict(self).items()}

    @classmethod
    def from_meta(cls, meta: Mapping[str, str]) -> Recipe | None:
        """The recipe among all that the catalog keeps by name; None if it has none yet."""
        if "fingerprint" not in meta:
            return None
        return cls(
            model=meta["model"],
            fingerprint=meta["fingerprint"],
            dimension=int(meta["dimension"]),
            chunk_tokens=int(meta["chunk_tokens"]),
            overlap_tokens=int(meta["overlap_tokens"]),
            context_tokens=int(meta["context_tokens"]),
            neighbour_share=float(meta["neighbour_share"]),
            redact=meta.get("redact", "none"),
            redact_countries=meta.get("redact_countries", "all"),
        )

    def settings(self) -> dict[str, Any]:
        """Those of its parts that are settings, by name."""
        return {k: v for k, v in asdict(self).items() if k not in ("fingerprint", "dimension")}


def recipe_of(settings: Settings, embedder: Embedder) -> Recipe:
    """The recipe of an index that is made with these."""
    return Recipe(
        model=settings.model,
        fingerprint=embedder.fingerprint,
        dimension=embedder.dimension,
        chunk_tokens=settings.chunk_tokens,
        overlap_tokens=settings.overlap_tokens,
        context_tokens=settings.context_tokens,
        neighbour_share=settings.neighbour_share,
        redact=settings.redact,
        redact_countries=settings.redact_countries,
    )


def check_recipe(address: str, stored: Recipe, given: Recipe) -> None:
    """That the index at ``address``, made by ``stored``, can be gone on with by ``given``. A model
    may go by another name, if its weights are the same, and what is redacted may change: files are read again then.

    Raises:
        IndexMismatch: it was made otherwise; the message names the first difference.
    """
    ours = given.to_meta()
    for name, theirs in stored.to_meta().items():
        mine = ours[name]
        if theirs == mine or name in ("model", *MAY_CHANGE):
            continue
        what = name
        if name in ("fingerprint", "dimension"):
            what = "model"
            same = stored.model == given.model
            theirs = f"{stored.model} ({theirs})" if same else stored.model
            mine = f"{given.model} ({mine})" if same else given.model
        raise IndexMismatch(
            f"{address}: built with {what} {theirs}, not {mine}. Use {theirs}, "
            "or build a new index elsewhere."
        )


def check_model(address: str, stored: Recipe, embedder: Embedder) -> None:
    """That ``embedder`` is the model that the index at ``address`` was made with.

    Raises:
        IndexMismatch: it is another.
    """
    if stored.fingerprint != embedder.fingerprint:
        raise IndexMismatch(
            f"{address}: built with the model {stored.fingerprint}, but the one given is "
            f"{embedder.fingerprint}. Use the model it was built with, or build a new index."
        )


def encoder_to_load(address: str, stored: Recipe, named: str) -> str:
    """The name of the encoder to load for the index at ``address``: the bundled one, or else ``named``,
    the one that the user's settings, environment or command line name. Never one that only the index
    names: its folder may be a stranger's, and what a model's files hold may run when it is loaded.

    Raises:
        ModelError: it is made with an encoder that the user has not named.
    """
    if is_bundled(stored.model):
        return stored.model
    if is_bundled(named):
        raise ModelError(
            f'{address}: made with the encoder "{stored.model}". An index does not choose what is '
            "loaded, as it may be a stranger's: if you trust that model, name it yourself, by "
            "RAG_MODEL or as model in your own settings file."
        )
    return named
