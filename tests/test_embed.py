"""The encoder against sentence-transformers on the same weights, and as a LangChain citizen."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from langchain_tests.unit_tests.embeddings import EmbeddingsUnitTests
from safetensors.numpy import load, save

import hatch_build
from rag.embedding import encoder
from rag.embedding.embedder import BundledEmbedder, SentenceTransformerEmbedder, load_embedder
from rag.embedding.encoder import Encoder
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
def reference(tmp_path_factory: pytest.TempPathFactory) -> SentenceTransformerEmbedder:
    """The same weights as sentence-transformers runs them."""
    folder = tmp_path_factory.mktemp("reference")
    shutil.copytree(encoder.model_folder(), folder, dirs_exist_ok=True)
    parts = {"": "Transformer", "1_Pooling": "Pooling", "2_Normalize": "Normalize"}
    modules = [
        {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{name}"}
        for i, (path, name) in enumerate(parts.items())
    ]
    pooling = {"word_embedding_dimension": 384, "pooling_mode_mean_tokens": True}
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": 256}))
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    return SentenceTransformerEmbedder(str(folder))


@pytest.mark.parametrize(("precision", "least"), [("f32", 0.9999), ("bf16", 0.999), ("int8", 0.98)])
def test_same_vectors_as_sentence_transformers(
    reference: SentenceTransformerEmbedder, precision: str, least: float
) -> None:
    ours = BundledEmbedder(precision).encode(TEXTS)
    theirs = reference.encode(TEXTS)
    assert ours.shape == (len(TEXTS), 384)
    assert np.allclose(np.linalg.norm(ours, axis=1), 1, atol=1e-3)
    assert np.allclose(np.linalg.norm(theirs, axis=1), 1, atol=1e-5)
    assert (ours * theirs).sum(axis=1).min() > least


def test_a_vector_does_not_depend_on_its_batch(embedder: BundledEmbedder) -> None:
    alone = np.concatenate([embedder.encode([text]) for text in TEXTS])
    assert (alone * embedder.encode(TEXTS)).sum(axis=1).min() > 0.9995


def test_wrong_weights_are_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"not these")
    with pytest.raises(ModelError, match="SHA-256 differs"):
        encoder.load_weights(tmp_path)


def test_a_checkout_without_weights_says_how_to_make_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder, "WEIGHTS", tmp_path)
    with pytest.raises(ModelError, match=r"python hatch_build\.py"):
        BundledEmbedder().tokenizer_file()


def test_the_weights_made_are_the_weights_read() -> None:
    assert hatch_build.SHA256["model.safetensors"] == encoder.SHA256
    assert hatch_build.WEIGHTS == encoder.WEIGHTS
    assert BundledEmbedder().fingerprint.endswith(hatch_build.ORIGINAL_SHA256[:16])
    readme = (encoder.model_folder() / "README.md").read_text("utf-8")
    assert "Apache-2.0" in readme
    assert hatch_build.ORIGINAL_SHA256 in readme and encoder.SHA256 in readme


def test_halving_rounds_as_numpy_does_and_leaves_integers_alone() -> None:
    rng = np.random.default_rng(0)
    given = {
        # Halves between two, what is too small for a normal half, and both zeros.
        "edges": np.array([2049, 2051, 1e-7, 6e-8, 1e-9, 0.0, -0.0, 65504], np.float32),
        "many": rng.normal(0, 0.05, (300, 301)).astype(np.float32),
        "whole": np.arange(7, dtype=np.int64),
    }
    made = load(b"".join(hatch_build.halved(save(given))))
    assert made.keys() == given.keys()
    for name, part in given.items():
        half = part.astype(np.float16) if part.dtype == np.float32 else part
        assert made[name].dtype == half.dtype and made[name].tobytes() == half.tobytes()


def test_making_refuses_another_original(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model.safetensors").write_bytes(struct.pack("<Q", 2) + b"{}")
    monkeypatch.setattr(hatch_build, "_installed", lambda: tmp_path)
    with pytest.raises(SystemExit, match="SHA-256 differs"):
        hatch_build.make(tmp_path / "made")
    assert not (tmp_path / "made").exists()


def test_a_cache_of_another_version_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_CACHE", str(tmp_path))
    first = Encoder(precision="f32", max_tokens=256).encode(TEXTS)
    (theirs,) = tmp_path.rglob("model.xml")
    theirs.write_text("of another version")
    for name, value in (("REVISION", -1), ("ov.__version__", "2099.1.0")):
        monkeypatch.setattr(f"rag.embedding.graph.{name}", value)
        assert np.allclose(Encoder(precision="f32", max_tokens=256).encode(TEXTS), first, atol=1e-3)
    assert theirs.read_text() == "of another version"
    assert len(list(tmp_path.rglob("model.xml"))) == 3


def test_a_damaged_cache_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_CACHE", str(tmp_path))
    first = Encoder(precision="f32", max_tokens=256).encode(TEXTS)
    files = list(tmp_path.rglob("model.xml"))
    assert files
    for file in files:
        file.write_text("cut short")
    assert np.allclose(Encoder(precision="f32", max_tokens=256).encode(TEXTS), first, atol=1e-3)


def test_all_bundled_embedders_share_one_encoder() -> None:
    assert BundledEmbedder()._encoder is BundledEmbedder()._encoder


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
