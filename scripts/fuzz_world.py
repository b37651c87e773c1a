"""What ``fuzz_cli.py`` types: values of every kind, and a folder that the paths among them are in."""

from __future__ import annotations

import gzip
import os
import random
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import click

from rag import QA, Index, evaluate

TEXTS = (
    "", " ", "x", "How much water does the kettle hold?", "-", "--", "-1", "--help", "nan", "\n", "\t\n",
    "\x00", "\x1b[2J\x1b]0;x\x07", "\u202egnp.exe", "\u200b\u2066", "caf\udce9", "\ud800", "\U000e0041",
    "a" * 5_000, "?" * 120_000, "é" * 300, "*", "[", "[a", "**/*", "../../etc/passwd", "/etc/passwd", "%s%n",
    "{question}", "{", "'; DROP TABLE files; --", '"unbalanced', "AND OR NOT", "field:x^2~", "a:b:c", "=", "日本語",
    "reader", "answer", "toaster.txt", "kettle.md", "hf:none", "hf:", "nobody:knows", "openai:", ":", "kettle " * 2_000,
)  # fmt: skip
NUMBERS = (
    "0", "1", "2", "5", "8", "-1", "-0", "1e3", "0.5", "1e308", "1e999", "-1e999", "nan", "-nan", "inf", "-inf", "NaN",
    "9" * 30, "9" * 400, "9" * 5_000, "", " ", "x", "1_000", "0x10", "١٢", "1.5", "1e-320", "\x00", "caf\udce9", "+3",
    "10000", "10001", "256",
)  # fmt: skip
FILTERS = (
    "source=*.md", "source=toaster.txt", "type=txt", "date>=2024-01-01", "date>=", "=x", "source", "source=", "score=1",
    "metadata.x=1", "source=" + "*a" * 20, "source=" + "*" * 5_000, "source=[", "source=caf\udce9", "source=\x00",
    "x" * 5_000 + "=1", "a.b-c=1", "title=\u202e", "source>\n", "source=" + "?" * 4_000,
)  # fmt: skip
LIMITS = (
    "answer/f1:0.1", "answer/f1:nan", "answer/f1:", ":", "x:1", "answer/f1", "latency/p50:-inf", ":::1", "\udce9:1",
    "answer/f1:1e999", "answer/f1:-5", "answer/em:-9", "retrieval/passage/recall@5:-2", "abstain/recall:-1",
)  # fmt: skip
GOLD_LINES = (
    '{"question": "How much water does the kettle hold?", "answers": ["1.7 litres"], "evidence": [{"source": "kettle.md"}]}',
    '{"id": "n", "question": "Who is it?", "answerable": false, "tags": ["none"]}',
    '{"id": "\\u202e", "question": "\\u001b[2J <b>?", "answers": ["x"], "tags": ["\\u200b"]}',
    '{"question": "' + "long " * 30_000 + '", "answers": ["x"], "id": "l"}',
    "[" * 50_000, '{"question": NaN}', '{"question": "\\ud800", "answers": ["x"]}', "{}", "null", "5", '"x"', "\x00",
    '{"question": "x", "answers": [[]]}', '{"question": "x", "answers": ["y"], "evidence": [{"source": "a", "page": 1e9}]}',
    '{"question": "x", "answers": ["y"], "evidence": [{"source": "kettle.md", "page": 7, "quote": "not there"}], "id": "q"}',
)  # fmt: skip
SETTINGS = (
    "chunk_tokens = 100", "chunk_tokens = 1", "workers = nan", 'model = ""', "x = 1", "x", "a = " + "[" * 9_000,
    "chunk_tokens = " + "9" * 5_000, 'model = "none/such"', "\x00", "precision = 'int8'\nworkers = 1",
)  # fmt: skip
_LIKELY = {"path": "given/index", "before": "given/report", "folder": "docs"}
ENVIRONMENT = (
    "RAG_INDEX", "RAG_ANSWER_MODEL", "RAG_CACHE", "RAG_PROMPTS", "RAG_MODEL", "RAG_WORKERS", "RAG_CHUNK_TOKENS",
    "RAG_FILE_TIMEOUT_S", "RAG_PRECISION", "XDG_CONFIG_HOME", "COLUMNS",
)  # fmt: skip


@dataclass
class World:
    """A folder that holds all that calls may touch, and the paths in it that they are given."""

    root: Path
    rng: random.Random
    paths: list[str] = field(default_factory=list)
    gold: list[str] = field(default_factory=list)

    @property
    def docs(self) -> Path:
        return self.root / "docs"

    def build(self) -> None:
        """Documents, an index, gold sets and settings good and bad, and paths of every kind."""
        for folder in ("docs", "cache", "work", "gold", "settings", "given", "gold/beir"):
            (self.root / folder).mkdir()
        (self.docs / "kettle.md").write_text("# Kettle\n\nThe kettle holds 1.7 litres of water.\n")
        (self.docs / "toaster.txt").write_text("The toaster has four slots and seven levels.\n")
        (self.docs / "\x1b[2J\u202e.txt").write_text("The \x1b[2J lamp is \u202ekcalb.\n")
        (self.docs / os.fsdecode(b"caf\xe9.txt")).write_bytes(b"Caf\xe9 opens at nine.\n")
        self._write_gold()
        index = Index.build(self.docs, self.root / "given/index")
        evaluate(QA(index), self.root / "gold/0.jsonl", out=self.root / "given/report")
        index.close()
        shutil.copytree(self.root / "given/report", self.root / "given/bad")
        (self.root / "given/bad/rows.jsonl").write_text("[" * 50_000)
        shutil.copytree(self.root / "given/index", self.root / "given/other")
        shutil.copytree(self.root / "given/index", self.root / "work/indexes/default")
        (self.root / "given/damaged").mkdir()
        (self.root / "given/damaged/catalog.sqlite").write_bytes(
            b"SQLite format 3\x00" + b"x" * 900
        )
        (self.root / "given/file").write_text("not a folder")
        (self.root / "given/loop").symlink_to("loop")
        os.mkfifo(self.root / "given/pipe")
        for number, text in enumerate(SETTINGS):
            (self.root / f"settings/{number}.toml").write_text(text)
        given = [
            str(path) for folder in ("given", "settings") for path in (self.root / folder).iterdir()
        ]
        self.paths = [
            *given, *self.gold, str(self.root / "given/new/deep"), "relative", "indexes/default",
            "", ".", "/dev/null", "/dev/full", "/proc/none", "/proc/self/mem", "none/there", "x" * 300, "a/" * 3_000,
            "caf\udce9", "\ud800", "a\x00b", "\x1b[2J", "\u202e", " ", "~", "-", str(self.root / "given/file/below"),
        ]  # fmt: skip

    def _write_gold(self) -> None:
        folder = self.root / "gold"
        good = f"{GOLD_LINES[0]}\n{GOLD_LINES[1]}\n"
        (folder / "many.jsonl").write_text(
            "".join(f'{{"question": "Kettle {n}?", "answers": ["{n}"]}}\n' for n in range(20))
        )
        for number, line in enumerate(GOLD_LINES):
            (folder / f"{number}.jsonl").write_text(f"{good}{line}\n" if number else good)
            (folder / f"{number}.json").write_text(line)
        (folder / "x.csv").write_text('question,answers,page\nWho?,x,²\n"unclosed')
        (folder / "bytes.jsonl").write_bytes(b'{"question": "caf\xe9"}\n')
        (folder / "cut.jsonl.gz").write_bytes(gzip.compress(good.encode() * 99)[:50])
        (folder / "squad.json").write_text('{"data": [{"paragraphs": [{"context": 1, "qas": 2}]}]}')
        (folder / "beir/queries.jsonl").write_text('{"_id": "1", "text": "Kettle?"}\n[]')
        (folder / "beir/qrels").write_text("1 0 kettle 1\n1 0 x ²\n")
        self.gold = [str(path) for path in folder.iterdir()]

    def arguments(self, names: tuple[str, ...], command: click.Command) -> list[str]:
        """A call of a command: its arguments and some of its options, mostly of the right kind."""
        rng, words = self.rng, list(names)
        for parameter in rng.sample(command.params, len(command.params)):
            if isinstance(parameter, click.Argument):
                if rng.random() < 0.97:
                    words.append(self.value(parameter))
            elif rng.random() < (0.7 if parameter.name == "path" else 0.25):
                option = rng.choice(parameter.opts)
                if getattr(parameter, "is_flag", False):
                    words.append(option)
                elif option.startswith("--") and rng.random() < 0.5:
                    words.append(f"{option}={self.value(parameter)}")
                else:
                    words += [option, self.value(parameter)]
        if rng.random() < 0.03:
            words.insert(rng.randrange(len(words) + 1), rng.choice(TEXTS))
        return words

    def value(self, parameter: click.Parameter) -> str:
        """A value of a parameter; now and then one of another kind."""
        rng, kind = self.rng, parameter.type
        if parameter.name == "out":  # a pipe that nobody reads is waited for, as by any tool
            return rng.choice([path for path in self.paths if not path.endswith("/pipe")])
        if rng.random() < 0.05:
            return rng.choice((*TEXTS, *NUMBERS, *self.paths))
        if "--state" in parameter.opts:  # it is written to, wherever it is
            kept = [path for path in self.paths if not path.startswith(str(self.docs))]
            return rng.choice([str(self.root / "given/state"), *kept])
        if parameter.name == "gold":
            return rng.choice(self.gold)
        if parameter.name in ("filters", "limits"):
            return rng.choice(FILTERS if parameter.name == "filters" else LIMITS)
        if isinstance(kind, click.Choice):
            return str(rng.choice((*kind.choices, "x")))
        if kind.name == "path":
            likely = _LIKELY.get(parameter.name or "", "given/new")
            return str(self.root / likely) if rng.random() < 0.5 else rng.choice(self.paths)
        if kind.name in ("integer", "float"):
            return rng.choice(NUMBERS)
        if parameter.name in ("model", "judge", "nli", "toxicity", "reranker"):
            return rng.choice(("reader", "", "nobody:x", "hf:", "caf\udce9", "\x1b", "a" * 5_000))
        return rng.choice(TEXTS)

    def environment(self) -> dict[str, str]:
        """Some variables that are read, set to something."""
        found = {"RAG_CACHE": str(self.root / "cache")}
        if self.rng.random() < 0.15:
            text = self.rng.choice((*TEXTS, *NUMBERS, *self.paths))
            if "\x00" not in text and "\ud800" not in text:  # which no environment can hold
                found[self.rng.choice(ENVIRONMENT)] = text
        return found

    def contents(self) -> list[tuple[str, int]]:
        """What is in the folder of documents."""
        return sorted((path.name, path.stat().st_mtime_ns) for path in self.docs.iterdir())
