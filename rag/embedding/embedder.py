"""Texts to unit vectors: the bundled encoder, or any sentence-transformers model."""

from __future__ import annotations

import hashlib
import threading
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.errors import ExtraMissing, ModelError
from rag.settings import DEFAULT_MODEL

if TYPE_CHECKING:
    from rag.embedding.encoder import Encoder

Array = NDArray[np.float32]


class Embedder(Protocol):
    """What an index needs of a model; any object that has this can be given to one. It may be called
    from several threads at once.

    Raises:
        ModelError: from any of these, where the model cannot be loaded.
    """

    @property
    def fingerprint(self) -> str:
        """Tells its weights from all others. An index is opened only with the model that made it."""
        ...

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""
        ...

    @property
    def max_tokens(self) -> int:
        """Tokens of a text that it reads; what is beyond them does not count."""
        ...

    def tokenizer_file(self) -> str:
        """Path of its ``tokenizer.json``, for chunking by its own tokens."""
        ...

    def encode(self, texts: list[str]) -> Array:
        """Passages: float32 [len(texts), dimension], rows of length 1."""
        ...

    def encode_queries(self, texts: list[str]) -> Array:
        """Questions, with the prefix that the model wants for them, if any."""
        ...


class BundledEmbedder:
    """all-MiniLM-L6-v2 on OpenVINO; loaded at first use, once for all of them, safe to share between
    threads."""

    def __init__(self, precision: str = "auto") -> None:
        self.name = DEFAULT_MODEL
        self.precision = precision
        self.fingerprint = "all-MiniLM-L6-v2/53aa51172d142c89"
        self.dimension = 384
        self.max_tokens = 256

    @cached_property
    def _encoder(self) -> tuple[Encoder, threading.Lock]:
        with _LOADING:
            return _loaded(self.precision, self.max_tokens)

    def tokenizer_file(self) -> str:
        """Path of its ``tokenizer.json``, in the package."""
        from rag.embedding.encoder import model_folder

        return str(model_folder() / "tokenizer.json")

    def encode(self, texts: list[str]) -> Array:
        """Passages or questions, for which this model wants no prefix: float32 [len(texts), 384]."""
        encoder, lock = self._encoder
        with lock:
            return encoder.encode(texts)

    encode_queries = encode


_LOADING = threading.Lock()


@cache
def _loaded(precision: str, max_tokens: int) -> tuple[Encoder, threading.Lock]:
    from rag.embedding.encoder import Encoder

    return Encoder(precision=precision, max_tokens=max_tokens), threading.Lock()


class SentenceTransformerEmbedder:
    """Any sentence-transformers model, by hub name or folder; on a GPU where there is one.

    Prompts that the model defines for queries and documents are applied. ``query_prefix`` and
    ``document_prefix`` are for models that only name them in their card ("query: ").
    """

    def __init__(self, name: str, *, query_prefix: str = "", document_prefix: str = "") -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError:
            raise ExtraMissing(f'The embedding model "{name}"', "hf") from None
        try:
            self._model: Any = SentenceTransformer(name)
        except Exception as error:  # the hub, the file system and torch all raise their own
            detail = " ".join(str(error).split())[:300]
            raise ModelError(
                f'The embedding model "{name}" cannot be loaded: {detail} Give the name of a '
                "sentence-transformers model (a network is needed to fetch it the first time) "
                "or a folder that holds one."
            ) from error
        if self._model.device.type == "cpu":  # where half precision is slower, and lengths are off
            self._model.float()
        self.name = name
        self.query_prefix, self.document_prefix = query_prefix, document_prefix
        # Renamed in sentence-transformers 6; the old name still works in 5.
        size = getattr(self._model, "get_embedding_dimension", None)
        self.dimension = int(size() if size else self._model.get_sentence_embedding_dimension())
        self.max_tokens = int(self._model.max_seq_length or 512)

    @cached_property
    def fingerprint(self) -> str:
        """Hash of all weights, so that a folder whose content changed is another model."""
        digest = hashlib.sha256(f"{self.query_prefix}\0{self.document_prefix}".encode())
        for key, value in sorted(self._model.state_dict().items()):
            digest.update(key.encode())
            digest.update(value.detach().cpu().float().numpy().tobytes())
        return f"{Path(self.name).name}/{digest.hexdigest()[:16]}"

    def tokenizer_file(self) -> str:
        """Path of its ``tokenizer.json``, written into the cache.

        Raises:
            ModelError: it has none.
        """
        from rag.embedding.graph import cache_folder

        backend = getattr(self._model.tokenizer, "backend_tokenizer", None)
        if backend is None:
            raise ModelError(
                f'The model "{self.name}" has no fast tokenizer (tokenizer.json), which chunking '
                "needs. Choose another, or convert its tokenizer."
            )
        text = backend.to_str()
        folder = cache_folder() / "tokenizers"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.json"
        if not path.is_file():
            scratch = path.with_suffix(".tmp")
            scratch.write_text(text, "utf-8")
            scratch.replace(path)
        return str(path)

    def encode(self, texts: list[str]) -> Array:
        """Passages: float32 [len(texts), dimension]."""
        return self._encode(self._model.encode_document, [self.document_prefix + t for t in texts])

    def encode_queries(self, texts: list[str]) -> Array:
        """Questions: float32 [len(texts), dimension]."""
        return self._encode(self._model.encode_query, [self.query_prefix + t for t in texts])

    def _encode(self, method: Any, texts: list[str]) -> Array:
        vectors = method(
            texts, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
        )
        return np.asarray(vectors, np.float32).reshape(len(texts), self.dimension)


def load_embedder(model: str = DEFAULT_MODEL, *, precision: str = "auto") -> Embedder:
    """The embedder of that name. The bundled one costs nothing until it is used.

    Raises:
        ModelError: there is no such model.
        ExtraMissing: it needs sentence-transformers, which is not installed.
    """
    return BundledEmbedder(precision) if is_bundled(model) else SentenceTransformerEmbedder(model)


def is_bundled(model: str) -> bool:
    """Whether that is a name of the encoder that comes with the package."""
    return model in (DEFAULT_MODEL, f"sentence-transformers/{DEFAULT_MODEL}")
