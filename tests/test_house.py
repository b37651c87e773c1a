"""What the project promises of itself: a light install, extras that are named, one version, a lock
that holds everything, rules of length and documentation that are really counted."""

from __future__ import annotations

import ast
import importlib
import io
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from reportlab.pdfgen import canvas

import rag
from rag import QA, Index, RagError, evaluate
from rag.documents.formats import format_for, load
from rag.documents.source import Source
from rag.evaluation import Judging
from scripts.check_house import definitions, offenders
from scripts.lock_rest import rest
from tests.conftest import DATA, ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
ABOUT = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]

# Everything that only an extra brings, as it is imported.
ONLY_EXTRAS = (
    "torch", "transformers", "sentence_transformers", "scipy", "langchain", "langchain_openai",
    "langchain_anthropic", "langchain_mistralai", "langchain_ollama", "ir_measures", "jinja2",
    "stdnum", "PIL", "rapidocr",
)  # fmt: skip


# The light install -----------------------------------------------------------------------------

LIGHT = """
import sys
sys.modules.update(dict.fromkeys({missing!r}))  # importing any of them fails
import rag
index = rag.Index.build({folder!r}, {index!r})
assert not index.report.failed, index.report
answer = rag.QA(index).ask("How many slots does the toaster have?")
assert "four" in answer.text, answer
assert [hit.source for hit in index.search("litres of water", k=1)] == ["kettle.md"]
assert not index.verify()
rag.RagEmbeddings().embed_query("water")
rag.RagRetriever(index=index, k=1).invoke("water")
rag.RagVectorStore(rag.RagEmbeddings()).add_texts(["water"])
rag.Conversation(rag.QA(index)).ask("How many slots does the toaster have?")
from rag.cli import main
main(["ask", "How many slots does the toaster have?", "--index", {index!r}], standalone_mode=False)
"""


def test_without_any_extra_it_indexes_and_answers(folder: Path, tmp_path: Path) -> None:
    script = LIGHT.format(missing=ONLY_EXTRAS, folder=str(folder), index=str(tmp_path / "index"))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "four" in done.stdout


def test_importing_it_imports_nothing_large() -> None:
    script = "import sys, rag; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not loaded & {*ONLY_EXTRAS, "faiss", "openvino", "numpy", "langchain_core", "tantivy"}


# Missing extras --------------------------------------------------------------------------------


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes imports of these packages fail, as where they are not installed."""

    def run(*packages: str) -> None:
        loaded = [name for name in sys.modules if name.partition(".")[0] in packages]
        for name in {*packages, *loaded}:
            monkeypatch.setitem(sys.modules, name, None)
        if "langchain" not in packages:  # it keeps the classes that it has imported for other tests
            importlib.import_module(
                "langchain.chat_models.base"
            )._get_chat_model_creator.cache_clear()

    return run


GOLD = DATA / "gold.jsonl"
MISSING: dict[str, tuple[str, tuple[str, ...], Callable[[Index, Path], object]]] = {
    "encoder": (
        "hf", ("sentence_transformers",),
        lambda index, path: Index.build(DATA / "it", path, model="intfloat/e5-small-v2"),
    ),
    "reranker": (
        "hf", ("sentence_transformers",), lambda index, path: QA(index, reranker="a/cross-encoder"),
    ),
    "local model": (
        "hf", ("torch", "transformers"), lambda index, path: QA(index, model="hf:folder"),
    ),
    "entailment": (
        "hf", ("torch", "transformers"),
        lambda index, path: evaluate(QA(index), GOLD, judging=Judging(nli="m")),
    ),
    "toxicity": (
        "hf", ("torch", "transformers"),
        lambda index, path: evaluate(QA(index), GOLD, judging=Judging(toxicity="m")),
    ),
    "evaluation": (
        "eval", ("jinja2", "stdnum"), lambda index, path: evaluate(QA(index), GOLD),
    ),
    "redaction": (
        "privacy", ("phonenumbers", "stdnum"),
        lambda index, path: Index.build(DATA / "it", path, redact="personal"),
    ),
    "openai": (
        "openai", ("langchain_openai",), lambda index, path: QA(index, model="openai:m"),
    ),
    "openai, and LangChain": (
        "openai", ("langchain", "langchain_openai"),
        lambda index, path: QA(index, model="openai:m"),
    ),
    "anthropic": (
        "anthropic", ("langchain_anthropic",), lambda index, path: QA(index, model="anthropic:m"),
    ),
    "mistral": (
        "mistral", ("langchain_mistralai",), lambda index, path: QA(index, model="mistralai:m"),
    ),
    "ollama": (
        "ollama", ("langchain_ollama",), lambda index, path: QA(index, model="ollama:m"),
    ),
    "another provider": (
        "langchain", ("langchain", "langchain_groq"),
        lambda index, path: QA(index, model="groq:m"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", MISSING)
def test_a_missing_extra_is_one_sentence_that_names_it(
    case: str, without: Callable[..., None], sample: Index, tmp_path: Path
) -> None:
    extra, packages, use = MISSING[case]
    without(*packages)
    with pytest.raises(RagError) as error:
        use(sample, tmp_path / "index")
    said = str(error.value)
    assert f'pip install "rag-folder[{extra}]"' in said
    assert "\n" not in said and "No module named" not in said and len(said) < 160


def test_a_scan_names_the_extra_that_reads_it(without: Callable[..., None]) -> None:
    data = io.BytesIO()
    scan = canvas.Canvas(data)
    scan.rect(100, 100, 200, 200, fill=1)  # painted on, with no text
    scan.showPage()
    scan.drawString(100, 700, "The second page has words.")
    scan.save()
    without("PIL", "rapidocr")
    document = load(Source("scan.pdf", data.getvalue()), format_for("scan.pdf"))
    assert any('pip install "rag-folder[ocr]"' in note for note in document.notes), document.notes


# Names and versions ----------------------------------------------------------------------------


def _hints() -> Iterator[tuple[str, str]]:
    """Each mention of this package in an instruction to install, and where it stands."""
    for path in [*(ROOT / "rag").rglob("*.py"), *ABOUT]:
        for line in path.read_text("utf-8").splitlines():
            for hint in re.findall(r"pip install .*", line):
                yield hint, path.name


def test_hints_name_the_distribution_and_extras_that_there_are() -> None:
    hints = list(_hints())
    assert hints
    for hint, where in hints:
        assert not re.search(r"""[\s"']rag(\[|["'`]|\s*$)""", hint), f"{where}: {hint}"
        for extras in re.findall(r"rag-folder\[([\w,]+)\]", hint):
            assert set(extras.split(",")) <= set(EXTRAS), f"{where}: {hint}"


def test_code_names_only_extras_that_there_are() -> None:
    named = set()
    for path in (ROOT / "rag").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "ExtraMissing":
                named |= {a.value for a in node.args[1:] if isinstance(a, ast.Constant)}
    assert named and named <= set(EXTRAS)


def test_all_is_every_extra_but_those_of_developers() -> None:
    (everything,) = EXTRAS["all"]
    assert Requirement(everything).extras == set(EXTRAS) - {"all", "dev", "servers"}


def test_the_changelog_begins_with_this_version() -> None:
    versions = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert versions[0] in (rag.__version__, "Unreleased")
    assert rag.__version__ in versions
    released = [Version(version) for version in versions if version != "Unreleased"]
    assert released == sorted(released, reverse=True)


# Dependencies ----------------------------------------------------------------------------------


def _direct() -> dict[str, Requirement]:
    texts = [*PROJECT["dependencies"], *(text for extra in EXTRAS.values() for text in extra)]
    requirements = [Requirement(text) for text in texts]
    return {canonicalize_name(r.name): r for r in requirements if r.name != PROJECT["name"]}


def _pinned(lock: str) -> dict[str, Version]:
    text = (ROOT / "requirements" / lock).read_text("utf-8")
    return {n: Version(v) for n, v in re.findall(r"^([\w.-]+)==([\w.!+]+)", text, re.M)}


def test_the_lock_holds_every_dependency_within_its_bounds_by_hash_and_names_no_host() -> None:
    locks = ("lock.txt", "servers-lock.txt")
    text = "".join((ROOT / "requirements" / lock).read_text("utf-8") for lock in locks)
    assert "://" not in text
    pinned, more = map(_pinned, locks)
    assert all(pinned[name] == more[name] for name in pinned.keys() & more.keys()), "make lock"
    pinned |= more
    torch = Requirement((ROOT / "requirements/torch.txt").read_text("utf-8").splitlines()[-1])
    assert "torch" not in pinned, "torch is installed by itself: its CUDA packages are gigabytes"
    pinned["torch"] = Version(next(iter(torch.specifier)).version)
    for name, requirement in _direct().items():
        assert name in pinned, f"{name} is not locked: make lock"
        assert requirement.specifier.contains(pinned[name]), f"{name}: make lock"
    entries = re.split(r"\n(?=\S)", text.strip())
    assert all("--hash=sha256:" in entry for entry in entries)


def test_the_second_lock_holds_what_the_first_does_not() -> None:
    first = "a==1 \\\n    --hash=sha256:0\nb==2 ; os_name == 'nt' \\\n    --hash=sha256:1\n"
    more = "b==2 \\\n    --hash=sha256:1\nc==3 \\\n    --hash=sha256:2\n"
    assert rest(first + more, first) == more


def test_every_dependency_is_accounted_for() -> None:
    text = (ROOT / "docs/dependencies.md").read_text("utf-8")
    rows = {canonicalize_name(name) for name in re.findall(r"^\| \[?([\w.-]+)", text, re.M)}
    assert set(_direct()) <= rows
    assert not {"better-profanity", "rouge-score"} & set(_direct())


def test_each_target_of_make_has_its_line_of_help() -> None:
    text = (ROOT / "Makefile").read_text("utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.+)$", text, re.M)
    assert set(phony.split()) == set(re.findall(r"^(\w+):.*##", text, re.M))


# Lengths and docstrings ------------------------------------------------------------------------


def test_what_is_public_and_long_is_counted() -> None:
    text = '"""Module."""\n' + (
        "class Told:\n"
        '    """Class."""\n'
        "    def silent(self): ...\n"
        "    def _hidden(self): ...\n"
        "class _Private:\n"
        "    def inside(self): ...\n"
        "def outer():\n"
        '    """Function."""\n'
        "    def inner(): ...\n"
        "if True:\n"
        "    async def conditional(): ...\n"
        "def long():\n"
        '    """Function."""\n' + "    pass\n" * 60
    )
    found = offenders(definitions(text, "rag/room/module.py"))
    assert [d.name for d in found["public definitions without a docstring"]] == [
        "Told.silent",
        "conditional",
    ]
    assert [(d.name, d.lines) for d in found["functions of more than 60 lines"]] == [("long", 62)]
    assert not found["modules of more than 400 lines"]


def test_tests_need_no_docstrings_but_are_measured() -> None:
    found = offenders(definitions("def silent():\n" + "    pass\n" * 400, "tests/test_room.py"))
    assert not found["public definitions without a docstring"]
    assert len(found["functions of more than 60 lines"]) == 1
    assert len(found["modules of more than 400 lines"]) == 1
