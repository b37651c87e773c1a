"""Builds the wheel and the sdist, looks at what is in them, installs them alone into fresh
environments outside the repository, and indexes and asks with them.

    python scripts/check_dist.py [--out dist] [--keep FOLDER]

Three environments: the wheel with the newest versions of what it depends on, the wheel built from
the sdist likewise, and the wheel with the lowest versions that pyproject.toml allows, so that the
bounds there are true; a fourth has the extras too, again at their lowest (but hf: torch is
gigabytes). A lowest version that has no wheel for this Python is named, and a later one taken; on
the oldest Python that is an error, since there the bounds were chosen.

Needs uv, hatchling and packaging beside it, and a package registry.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.metadata import Metadata
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
EXTRAS = ("anthropic", "eval", "langchain", "mistral", "ocr", "ollama", "openai")  # all but hf
OLDEST = (3, 11)

# What must be in the wheel, and what must not be.
NEEDED = (
    "rag/__init__.py",
    "rag/py.typed",
    "rag/answering/prompts/answer.toml",
    "rag/evaluation/gold.schema.json",
    "rag/evaluation/hostile.toml",
    "rag/evaluation/report.html.j2",
    "rag/embedding/weights/config.json",
    "rag/embedding/weights/model.safetensors",
    "rag/embedding/weights/README.md",
    "rag/embedding/weights/tokenizer.json",
    "rag/reading/weights/model.safetensors",
    "rag/reading/weights/README.md",
)
FOREIGN = ("tests/", "training/", "scripts/", "data/", "docs/", "examples/", "indexes/")

# What the light path must never import, nor its environment hold.
HEAVY = ("torch", "transformers", "sentence_transformers", "langchain", "scipy")

QUESTIONS = {
    "How much does delivery to Switzerland cost?": "14.90 euros",
    "How do I connect to the VPN?": "Meridian Connect",
    "What is the CEO's shoe size?": "",  # the documents don't say
}

LIGHT = f"""
import sys
import rag
index = rag.Index.open(sys.argv[1])
answer = rag.QA(index).ask("How much does delivery to Switzerland cost?")
assert "14.90" in answer.text, answer
for c in answer.citations:
    assert index.document(c.document_id).text[c.start : c.end] == c.quote
loaded = sorted(set({HEAVY!r}) & set(sys.modules))
assert not loaded, f"the light path imports {{loaded}}"
"""

MODELS = """
from rag.answering.models import load_model
for name in ("openai:m", "anthropic:m", "mistralai:m", "ollama:m"):
    load_model(name, **({} if name == "ollama:m" else {"api_key": "none"}))
"""


def main() -> int:
    """Builds, looks, installs, asks; the exit code is 1 where something is not as it should be."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where the two are left")
    parser.add_argument("--keep", type=Path, help="keep the environments in this folder")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rag-dist-") as scratch:
        work = given.keep or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        try:
            _check(work.resolve(), given.out.resolve())
        except Wrong as wrong:
            print(f"\nerror: {wrong}")
            return 1
    return 0


class Wrong(Exception):
    """What is not as it should be, in words."""


def _check(work: Path, out: Path) -> None:
    wheel, sdist = build(out)
    second = build_from(sdist, work / "from-sdist")
    look(wheel, sdist)
    if contents(wheel) != contents(second):
        differing = {name for name, _ in contents(wheel) ^ contents(second)}
        raise Wrong(f"the sdist builds another wheel; these differ: {sorted(differing)}")
    print(
        f"{wheel.name}: {size(wheel)}; {sdist.name}: {size(sdist)}; the sdist builds the same wheel"
    )
    try_out(Environment.make(work / "newest", wheel))
    try_out(Environment.make(work / "newest-sdist", second))
    lowest = Environment.make(work / "lowest", wheel, lowest=True)
    try_out(lowest)
    bounds(lowest, wheel)
    full = Environment.make(work / "lowest-extras", wheel, extras=EXTRAS, lowest=True)
    try_out(full, extras=True)
    bounds(full, wheel, EXTRAS)


# Building ------------------------------------------------------------------------------------


def build(out: Path) -> tuple[Path, Path]:
    """The wheel and the sdist of this checkout, in a folder that holds nothing else."""
    shutil.rmtree(out, ignore_errors=True)
    run([sys.executable, "-m", "hatchling", "build", "-d", str(out)], ROOT)
    return only(out, "*.whl"), only(out, "*.tar.gz")


def build_from(sdist: Path, work: Path) -> Path:
    """The wheel that an sdist builds, by itself."""
    shutil.rmtree(work, ignore_errors=True)
    with tarfile.open(sdist) as archive:
        archive.extractall(work, filter="data")
    run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(work)],
        only(work, "*/"),
    )
    return only(work, "*.whl")


def look(wheel: Path, sdist: Path) -> None:
    """Checks the files of both and the wheel's metadata."""
    names = zipfile.ZipFile(wheel).namelist()
    foreign = [name for name in names if not name.startswith(("rag/", "rag_folder-"))]
    if foreign:
        raise Wrong(f"{wheel.name} holds what is not the package: {foreign[:5]}")
    missing = sorted(set(NEEDED) - set(names))
    if missing:
        raise Wrong(f"{wheel.name} lacks {', '.join(missing)}")
    with tarfile.open(sdist) as archive:
        inner = [name.partition("/")[2] for name in archive.getnames()]
    foreign = [name for name in inner if name.startswith(FOREIGN)]
    if foreign:
        raise Wrong(f"{sdist.name} holds what building does not take: {foreign[:5]}")
    metadata(wheel)


def contents(wheel: Path) -> set[tuple[str, str]]:
    """The package's files and the hashes of what is in them."""
    with zipfile.ZipFile(wheel) as archive:
        return {
            (name, hashlib.sha256(archive.read(name)).hexdigest())
            for name in archive.namelist()
            if name.startswith("rag/")
        }


# Installing and using ------------------------------------------------------------------------


@dataclass(frozen=True)
class Environment:
    """A fresh environment with the wheel in it, and an empty folder to work in."""

    path: Path

    @classmethod
    def make(
        cls, path: Path, wheel: Path, *, extras: Sequence[str] = (), lowest: bool = False
    ) -> Environment:
        """Installs the wheel and what it depends on, as wheels.

        "Lowest" is of what is asked for by name, so the wheel's own requirements are named.
        """
        shutil.rmtree(path, ignore_errors=True)
        self = cls(path)
        started = time.perf_counter()
        run(["uv", "venv", "--quiet", "--python", sys.executable, str(path)], path.parent)
        run(
            ["uv", "pip", "install", "--quiet", "--python", str(self.python), "--no-build",
             "--resolution", "lowest-direct" if lowest else "highest",
             f"{wheel}[{','.join(extras)}]" if extras else str(wheel),
             *(named(r) for r in required(wheel, extras) if lowest)],
            path.parent,
        )  # fmt: skip
        run(["uv", "pip", "check", "--quiet", "--python", str(self.python)], path.parent)
        self.desk.mkdir()
        found = self.installed()
        print(
            f"\n{path.name}: {len(found)} distributions, {size(self.library)}, "
            f"installed in {time.perf_counter() - started:.0f} s"
        )
        heavy = set(HEAVY if not extras else HEAVY[:3]) & {name.replace("-", "_") for name in found}
        if heavy:
            raise Wrong(f"{path.name}: {', '.join(sorted(heavy))} came along")
        return self

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.path / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def library(self) -> Path:
        """Its site-packages."""
        return only(self.path, "Lib/site-packages" if os.name == "nt" else "lib/*/site-packages")

    @property
    def desk(self) -> Path:
        """The folder in which its commands are run."""
        return self.path / "desk"

    def rag(self, *arguments: str) -> str:
        """What ``rag`` with these arguments prints."""
        command = self.python.with_name("rag.exe" if os.name == "nt" else "rag")
        return run([str(command), *arguments], self.desk)

    def installed(self) -> dict[str, Version]:
        """The version of each distribution."""
        listed = run(
            ["uv", "pip", "list", "--quiet", "--format", "json", "--python", str(self.python)],
            self.path,
        )
        return {item["name"].lower(): Version(item["version"]) for item in json.loads(listed)}


def try_out(environment: Environment, *, extras: bool = False) -> None:
    """Indexes the sample and asks, from a folder that knows nothing of this repository."""
    shutil.copytree(ROOT / "data", environment.desk / "documents")
    started = time.perf_counter()
    report = json.loads(environment.rag("index", "documents", "--index", "index", "--json"))
    if report["failed"]:
        raise Wrong(f"{environment.path.name}: rag index failed on {report['failed']}")
    for question, expected in QUESTIONS.items():
        answer = json.loads(environment.rag("ask", question, "--index", "index", "--json"))
        if answer["abstained"] == bool(expected) or expected not in answer["text"]:
            raise Wrong(f"{environment.path.name}: {question!r} is answered {answer['text']!r}")
    environment.rag("search", "delivery", "--index", "index")
    environment.rag("status", "--index", "index")
    environment.rag("verify", "--index", "index")
    if extras:
        gold = (ROOT / "data" / "gold.jsonl").read_text("utf-8").splitlines(keepends=True)
        (environment.desk / "gold.jsonl").write_text("".join(gold[:12]), "utf-8")
        environment.rag("evaluate", "gold.jsonl", "--index", "index", "--out", "report")
        about = json.loads((environment.desk / "report" / "report.json").read_text("utf-8"))[
            "about"
        ]
        if about["errors"]:
            raise Wrong(
                f"{environment.path.name}: rag evaluate failed on {about['errors']} questions"
            )
        run([str(environment.python), "-c", MODELS], environment.desk)
    else:
        run([str(environment.python), "-c", LIGHT, "index"], environment.desk)
    print(f"{environment.path.name}: indexed and answered in {time.perf_counter() - started:.0f} s")


def bounds(environment: Environment, wheel: Path, extras: Sequence[str] = ()) -> None:
    """Holds that each lower bound is the version that was tried; names those that could not be."""
    found = environment.installed()
    higher = []
    for requirement in required(wheel, extras):
        lowest = [Version(s.version) for s in requirement.specifier if s.operator == ">="]
        version = found[requirement.name.lower()]
        if lowest and version != lowest[0]:
            higher.append(f"{requirement.name} {version} for {lowest[0]}")
    if not higher:
        print(f"{environment.path.name}: every lower bound was tried")
    elif sys.version_info[:2] == OLDEST:
        raise Wrong(f"lower bounds that were not what was installed: {', '.join(higher)}")
    else:
        print(f"no wheels for this Python, so a later version was tried: {', '.join(higher)}")


def metadata(wheel: Path) -> Metadata:
    """What the wheel says of itself, held to the registry's own rules."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        return Metadata.from_email(archive.read(name), validate=True)


def required(wheel: Path, extras: Sequence[str]) -> list[Requirement]:
    """The other distributions that the wheel asks for, with these extras, on this machine."""
    return [
        requirement
        for requirement in metadata(wheel).requires_dist or []
        if requirement.name != "rag-folder"
        and (
            requirement.marker is None
            or any(requirement.marker.evaluate({"extra": extra}) for extra in ("", *extras))
        )
    ]


def named(requirement: Requirement) -> str:
    """The requirement as one gives it by name: its extras and versions, without its conditions."""
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    return f"{requirement.name}{extras}{requirement.specifier}"


# Small things --------------------------------------------------------------------------------


def run(command: Sequence[str], folder: Path) -> str:
    """What the command prints; its words are the error where it fails."""
    # The environment's own packages and settings only.
    clean = {
        k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "RAG_", "VIRTUAL_ENV"))
    }
    # uv stands beside the Python that runs this.
    clean["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), clean["PATH"]])
    clean["RAG_CACHE"] = str(folder / "cache")
    command = [shutil.which(command[0], path=clean["PATH"]) or command[0], *command[1:]]
    done = subprocess.run(
        command, cwd=folder, env=clean, capture_output=True, text=True, encoding="utf-8"
    )
    if done.returncode:
        raise Wrong(f"{' '.join(command)[:200]}\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout


def only(folder: Path, pattern: str) -> Path:
    """The one file or folder of that pattern."""
    found = list(folder.glob(pattern))
    if len(found) != 1:
        raise Wrong(f"{folder}: {len(found)} of {pattern}, where one was expected")
    return found[0]


def size(path: Path) -> str:
    """A file's size, or that of all files of a folder, in MB."""
    files = (
        [path]
        if path.is_file()
        else [f for f in path.rglob("*") if f.is_file() and not f.is_symlink()]
    )
    return f"{sum(f.stat().st_size for f in files) / 1e6:.1f} MB"


if __name__ == "__main__":
    sys.exit(main())
