"""Free documentation in questions and answers: sections whose heading asks.

    python -m training.across.faq PACKAGES OUT

PACKAGES holds unpacked Debian packages, a folder each (apt-get download, dpkg-deb -x). OUT is written
as JSON Lines of sections. Licences: perl-doc (perlfaq) GPL-1+ or Artistic; python3.11-doc PSF;
debian-faq its own notice (copies and modified versions under an
identical one); git-doc GPL-2; borgbackup-doc and python-django-doc BSD-3-Clause; sqlite3-doc public
domain; apache2-doc Apache-2.0; fetchmail GPL-2+; gnome-user-docs CC BY-SA 3.0 (topics "Change the ..."
become "How do I change the ...?"); libreoffice-help-en-us MPL-2.0 and LGPL-3+ (guides, the same).
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from training.across.data import Section

HTML = {
    "python3.11-doc": ("usr/share/doc/python3.11/html/faq/*.html",),
    "debian-faq": ("usr/share/doc/debian/FAQ/*.en.html",),
    "git-doc": ("usr/share/doc/git-doc/gitfaq.html",),
    "borgbackup-doc": ("usr/share/doc/borgbackup/html/faq.html",),
    "python-django-doc": (
        "usr/share/doc/python-django-doc/html/faq/*.html",
        "usr/share/doc/python-django-doc/html/howto/*.html",
    ),
    "sqlite3-doc": ("usr/share/doc/sqlite3/faq.html",),
    "apache2-doc": (
        "usr/share/doc/apache2-doc/manual/en/ssl/ssl_faq.html",
        "usr/share/doc/apache2-doc/manual/en/howto/*.html",
    ),
    "fetchmail": ("usr/share/doc/fetchmail/fetchmail-FAQ.html",),
    "libreoffice-help-en-us": ("usr/share/libreoffice/help/en-US/text/*/guide/*.html",),
}
_PRODUCTS = {
    "python3.11-doc": "Python", "debian-faq": "Debian", "git-doc": "Git", "borgbackup-doc": "Borg",
    "python-django-doc": "Django", "sqlite3-doc": "SQLite", "apache2-doc": "Apache HTTP Server",
    "fetchmail": "Fetchmail", "libreoffice-help-en-us": "Office", "perl-doc": "Perl",
    "gnome-user-docs": "Desktop",
}  # fmt: skip
_FRAMES = (
    "How do I {x}?", "How do I {x}?", "How can I {x}?", "how to {x}", "What do I have to do to {x}?",
    "I want to {x}. How?", "What are the steps to {x}?", "Is there a way to {x}?",
)  # fmt: skip
_GERUND = re.compile(r"^(\w+)ing (?=\w)")
_NOT_VERBS = frozenset(
    "what why who when where how which is are can do does the a an my your".split()
)
# Stems that lose an "e" before "ing", by how they end.
_WITH_E = tuple(
    "at iz us ov ang ak bl lv let in ar it ut ag id av ur il ir el ep eat iv arg".split()
)
_SKIP = re.compile(
    r"table of contents|^contents|see also|navigation|related|^index$|^note$|debug info", re.I
)


def read(path: Path) -> list[Section]:
    """The sections of a file that this module has written."""
    return [Section(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]


def question(heading: str, rng: random.Random, *, imperative: bool) -> str:
    """What a heading asks; nothing where it doesn't."""
    text = re.sub(r"^[\dA-Z]{0,2}[\d.]+\.?\s+", "", " ".join(heading.split())).strip(" ¶:")
    if "? " in text:
        text = text[: text.index("? ") + 1]  # index entries follow
    if imperative:
        text = re.sub(r"^To (?=\w)", "", text)
        text = text[:1].upper() + text[1:]
    if not 8 <= len(text) <= 140 or _SKIP.search(text):
        return ""
    if text.endswith("?"):
        return text
    first = text.split()[0].lower()
    if first in ("how", "why", "what"):
        return text
    if imperative and (found := _GERUND.match(text)):
        stem = found[1].lower()
        if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "lsz":
            stem = stem[:-1]  # "setting": set
        elif stem.endswith(_WITH_E) and not stem.endswith(
            ("edit", "print", "insert", "out", "port", "ad", "join", "explain", "contain")
        ):
            stem += "e"  # "creating": create
        rest = text[found.end() :]
        return rng.choice(_FRAMES).format(
            x=f"{stem} {rest.lower() if rng.random() < 0.6 else rest}"
        )
    if imperative and text[0].isupper() and first not in _NOT_VERBS and len(text.split()) > 1:
        return rng.choice(_FRAMES).format(x=text[0].lower() + text[1:])
    return ""


def html_sections(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Headings and the lines below each, of a page of HTML."""
    from lxml import html

    tree = html.parse(str(path), html.HTMLParser(encoding="utf-8")).getroot()
    body = tree.find("body")
    heading = ""
    lines: list[str] = []
    for element in body.iter() if body is not None else ():
        tag = element.tag
        if not isinstance(tag, str):
            continue
        if re.fullmatch("h[1-6]", tag):
            yield heading, lines
            heading, lines = _words(element), []
        elif tag == "pre":
            lines += [line for line in element.text_content().split("\n") if line.strip()][:4]
        elif tag == "p" or (tag in ("li", "dt", "dd") and element.find(".//p") is None):
            lines.append(_words(element))
    yield heading, lines


def _words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split()).replace("¶", "").strip()


def mallard_sections(path: Path) -> Iterator[tuple[str, list[str]]]:
    """The same, of a page of GNOME's help (Mallard)."""
    from lxml import etree

    heading = ""
    lines: list[str] = []
    tree = etree.parse(str(path), etree.XMLParser(resolve_entities=False, recover=True))
    for element in tree.getroot().iter():
        tag = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if tag == "title":
            yield heading, lines
            heading, lines = _words(element), []
        elif tag == "p" and not any(
            isinstance(a.tag, str) and etree.QName(a).localname == "info"
            for a in element.iterancestors()
        ):
            lines.append(_words(element))
    yield heading, lines


def pod_sections(path: Path) -> Iterator[tuple[str, list[str]]]:
    """The same, of Perl's plain old documentation."""
    heading = ""
    lines: list[str] = []
    for block in re.split(r"\n\s*\n", path.read_text("utf-8", errors="replace")):
        if found := re.match(r"=head\d\s+(.+)", block, re.S):
            yield heading, lines
            heading, lines = _plain(found[1]), []
        elif block.startswith((" ", "\t")):
            lines += [line.strip() for line in block.split("\n") if line.strip()][:4]
        elif not block.startswith("="):
            lines.append(_plain(block))
    yield heading, lines


def _plain(pod: str) -> str:
    pod = re.sub(r"L<(?:([^|>]*)\|)?([^>]*)>", lambda m: m[1] or m[2], pod)
    for _ in range(2):
        pod = re.sub(r"[A-Z]<{1,3}\s*([^<>]*?)\s*>{1,3}", r"\1", pod)
    return " ".join(pod.split())


def collect(packages: Path) -> Iterator[Section]:
    """The sections of all packages."""
    rng = random.Random("faq")
    jobs = [
        (name, path, html_sections, name == "libreoffice-help-en-us")
        for name, patterns in HTML.items()
        for pattern in patterns
        for path in sorted((packages / name).glob(pattern))
    ]
    pods = (packages / "perl-doc").glob("usr/share/perl/*/pod/perlfaq[1-9].pod")
    jobs += [("perl-doc", path, pod_sections, False) for path in sorted(pods)]
    pages = (packages / "gnome-user-docs").glob("usr/share/help/C/gnome-help/*.page")
    jobs += [("gnome-user-docs", path, mallard_sections, True) for path in sorted(pages)]
    for name, path, parse, imperative in jobs:
        title, first = "", True
        for heading, lines in parse(path):
            title = title or heading
            if title.lower() in ("name", "table of contents") or len(title) > 80:
                title = path.stem
            text = "\n".join(line for line in lines if line)
            if len(text) < 40:
                continue
            asked = question(
                heading, rng, imperative=imperative and (first or name != "gnome-user-docs")
            )
            first = False
            # Its own heading would give the answer away; that of the document stays.
            about = title if title != heading else _PRODUCTS[name]
            yield Section(f"{name}/{path.stem}", about, asked, text)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("packages", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    found = list(collect(given.packages))
    given.out.write_text("".join(json.dumps(asdict(s)) + "\n" for s in found), "utf-8")
    print(f"{len(found)} sections, {sum(bool(s.question) for s in found)} with a question")


if __name__ == "__main__":
    main()
