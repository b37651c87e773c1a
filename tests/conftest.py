from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from rag.answering.qa import QA
from rag.chunking import Offsets
from rag.embedding.embedder import BundledEmbedder
from rag.index import Index
from rag.ingestion.parsing import tokenizer_offsets
from rag.ingestion.report import UpdateReport
from tests import milvus as milvus_servers
from tests import postgres as servers
from tests import stores
from tests.a_part import HIDDEN, PUBLIC, write

Build = Callable[..., Index]

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"

# Times differ from machine to machine; what a test asserts does not depend on them.
settings.register_profile("default", deadline=None)
settings.load_profile("default")


# Those that take longest, first: else a worker may have one of them left when all others have ended.
LONGEST = (
    "docs",
    "page",
    "damage",
    "snapshot",
    "floors",
    "adapting",
    "evaluation",
    "stores",
    "cases",
    "index",
    "ray",
)


def pytest_configure(config: pytest.Config) -> None:
    """Of several workers each has a core, as have the processes that it starts: more threads than cores
    wait for each other, and do so busily. None of them compiles what another has compiled."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if config.getoption("numprocesses", None):
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"):
            os.environ.setdefault(name, "1")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A worker is given the next module in this order (``make test``: --no-loadscope-reorder)."""
    order = {f"test_{name}.py": number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path.name, len(order)))


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    os.environ["RAG_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    # Thousands of answers are asked for here: a second look is taken where a test names it (test_second_look.py).
    os.environ["RAG_SECOND_LOOK"] = "off"
    yield


@pytest.fixture(scope="session")
def embedder() -> BundledEmbedder:
    return BundledEmbedder()


@pytest.fixture(scope="session")
def offsets(embedder: BundledEmbedder) -> Offsets:
    return tokenizer_offsets(embedder.tokenizer_file())


@pytest.fixture(scope="session")
def sample_path(tmp_path_factory: pytest.TempPathFactory, embedder: BundledEmbedder) -> Path:
    """An index of data/, to be read and not changed."""
    path = tmp_path_factory.mktemp("sample") / "index"
    Index.build(DATA, path, embedder=embedder).close()
    return path


@pytest.fixture(scope="session")
def sample(sample_path: Path, embedder: BundledEmbedder) -> Index:
    return Index.open(sample_path, embedder=embedder)


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory, embedder: BundledEmbedder) -> Iterator[Index]:
    """An index of which the staff may read a part (tests/a_part.py)."""
    path = tmp_path_factory.mktemp("whole")
    folder = write(path / "docs", {**HIDDEN, **PUBLIC})
    with Index.build(folder, path / "index", embedder=embedder) as index:
        yield index


@pytest.fixture(scope="session")
def twin(tmp_path_factory: pytest.TempPathFactory, embedder: BundledEmbedder) -> Iterator[Index]:
    """An index of this part alone."""
    path = tmp_path_factory.mktemp("twin")
    folder = write(path / "docs", PUBLIC)
    with Index.build(folder, path / "index", embedder=embedder) as index:
        yield index


@pytest.fixture(scope="session")
def qa(whole: Index) -> QA:
    return QA(whole)


@pytest.fixture(scope="session")
def postgres() -> Iterator[servers.Postgres]:
    """A PostgreSQL server with pgvector. Without one, the tests that need it fail."""
    with servers.running() as server:
        yield server


@pytest.fixture(scope="session")
def milvus() -> Iterator[str]:
    """The "host:port" of a Milvus server, which is milvus-lite. Without it, the tests that need it fail."""
    with milvus_servers.running() as server:
        yield server


@pytest.fixture(scope="module")
def database(postgres: servers.Postgres) -> str:
    """The address of a database of this module's own, empty at first."""
    return postgres.database()


@pytest.fixture(scope="module", params=stores.PLACES)
def place(request: pytest.FixtureRequest) -> stores.Place:
    """A kind of store, one after the other."""
    return stores.PLACES[request.param](request)


@pytest.fixture
def address(database: str, request: pytest.FixtureRequest) -> str:
    """Of an index in PostgreSQL that is this test's own."""
    return f"{database}?index={request.node.name[5:30].partition('[')[0]}"


@pytest.fixture
def make(embedder: BundledEmbedder) -> Iterator[Callable[[Path, str], Index]]:
    """Builds indexes of a folder at an address, which are closed in the end."""
    made = []

    def run(folder: Path, address: str) -> Index:
        made.append(Index.build(folder, address, embedder=embedder))
        return made[-1]

    yield run
    for one in made:
        one.close()


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Three tiny documents."""
    path = tmp_path / "small"
    path.mkdir()
    (path / "kettle.md").write_text("# Kettle\n\nThe kettle holds 1.7 litres of water.\n")
    (path / "toaster.txt").write_text("The toaster has four slots and seven levels.\n")
    (path / "leave.md").write_text("# Leave\n\nThere are 30 days of annual leave a year.\n")
    age(path)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small folder of documents."""
    return written(tmp_path / "docs")


def written(path: Path) -> Path:
    """That small folder, at ``path``."""
    path.mkdir()
    (path / "kettle.md").write_text("# Kettle\n\nThe kettle holds 1.7 litres of water.\n")
    (path / "toaster.txt").write_text("The toaster has four slots and seven levels.\n")
    shutil.copy(DATA / "policies/leave-policy-2024.pdf", path / "leave.pdf")
    age(path)
    return path


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory, embedder: BundledEmbedder) -> Path:
    """The small folder, to be read and not changed; its index is beside it, to be copied."""
    path = written(tmp_path_factory.mktemp("kept") / "docs")
    Index.build(path, path.parent / "index", embedder=embedder).close()
    return path


@pytest.fixture
def copied(kept: Path, tmp_path: Path) -> Path:
    """An index of ``kept``, this test's own: for who would build one of ``folder``, and leave the folder as it is."""
    return shutil.copytree(kept.parent / "index", tmp_path / "index")


def age(path: Path) -> None:
    """Make files older than the time stamps are coarse, as files mostly are."""
    for file in path.rglob("*"):
        if file.is_file():
            status = file.stat()
            os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns - 60_000_000_000))


@pytest.fixture
def build(tmp_path: Path, embedder: BundledEmbedder) -> Build:
    def run(folder: Path, path: Path | None = None, **kwargs: object) -> Index:
        # One process that parses: to start a second takes longer than to parse what tests have.
        given = {"workers": 1, **kwargs}
        return Index.build(folder, path or tmp_path / "index", embedder=embedder, **given)

    return run


def report_of(index: Index) -> UpdateReport:
    """What the build or update that ``index`` comes from did."""
    assert index.report
    return index.report


@pytest.fixture(autouse=True, scope="module")
def _log_as_it_was() -> Iterator[None]:
    """A server logs for its whole process; what it sets is not the next module's."""
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    yield
    root.setLevel(level)
    root.handlers[:] = handlers
