"""The encoder against sentence-transformers on the same weights, and as a LangChain citizen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from langchain_tests.unit_tests.embeddings import EmbeddingsUnitTests

from rag.embedding import encoder
from rag.embedding.embedder import BundledEmbedder, SentenceTransformerEmbedder, load_embedder
from rag.errors import ModelError
from rag.integrations.langchain.embeddings import RagEmbeddings

TEXTS = [
    "How many days of annual leave do I get?",
    "The kettle holds 1.7 litres. " * 40,
    "x",
    "Größe, naïve café, 漢字, 👩‍👩‍👧",
    "",
]


@pytest.fixture(scope="module")
def reference() -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(str(encoder.model_folder()))


@pytest.mark.parametrize(("precision", "least"), [("f32", 0.9999), ("bf16", 0.999), ("int8", 0.98)])
def test_same_vectors_as_sentence_transformers(
    reference: SentenceTransformerEmbedder, precision: str, least: float
) -> None:
    ours = BundledEmbedder(precision).encode(TEXTS)
    theirs = reference.encode(TEXTS)
    assert ours.shape == (len(TEXTS), 384)
    assert np.allclose(np.linalg.norm(ours, axis=1), 1, atol=1e-3)
    assert (ours * theirs).sum(axis=1).min() > least


def test_a_vector_does_not_depend_on_its_batch(embedder: BundledEmbedder) -> None:
    alone = np.concatenate([embedder.encode([text]) for text in TEXTS])
    assert (alone * embedder.encode(TEXTS)).sum(axis=1).min() > 0.9995


def test_wrong_weights_are_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"not these")
    with pytest.raises(ModelError, match="SHA-256 differs"):
        encoder._checked_weights(tmp_path)


def test_a_damaged_cache_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_CACHE", str(tmp_path))
    first = BundledEmbedder("f32").encode(TEXTS)
    files = list(tmp_path.rglob("model.xml"))
    assert files
    for file in files:
        file.write_text("cut short")
    assert np.allclose(BundledEmbedder("f32").encode(TEXTS), first, atol=1e-3)


def test_an_unknown_model_says_so() -> None:
    with pytest.raises(ModelError, match="cannot be loaded"):
        load_embedder("/no/such/model")


def test_the_default_path_imports_neither_torch_nor_transformers() -> None:
    program = (
        "import sys; from rag import Index; from rag.embedding.embedder import load_embedder; "
        "load_embedder().encode(['x']); "
        "assert not {'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


class TestLangChainStandard(EmbeddingsUnitTests):
    """langchain-tests' own suite for Embeddings."""

    @property
    def embeddings_class(self) -> type[RagEmbeddings]:
        return RagEmbeddings
