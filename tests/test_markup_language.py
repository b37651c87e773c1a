"""Text that is written in a markup language, whatever its name says; Sphinx's reStructuredText; tables of contents."""

from __future__ import annotations

import pytest

from rag.documents.document import Document
from rag.documents.formats import format_for, load
from rag.documents.markup_language import markup_language
from rag.documents.source import Source

SPHINX = """
.. _keys:

===============
Keys of the hut
===============

Ask the :ref:`warden of the hut <warden>` or read :doc:`/rules/keys`. Set :setting:`KEY_BOX`
with ``hut --open``, by :meth:`~hut.boxes.Box.turn`. News: the |news| list, `the Forum`_, :pep:`Naming <8#names>`.

.. versionadded:: 4.1

    The box can be opened with a badge.

Lost keys
=========

* Write to keys@example.org.
* Pay 40 francs.
"""


def read(name: str, text: str) -> Document:
    format = format_for(name)
    assert format
    return load(Source(name, text.encode()), format)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("rst", SPHINX),
        (
            "markdown",
            "# Keys\n\nSee [the rules](rules.md).\n\n## Lost keys\n\n**Pay** 40 francs.\n",
        ),
        ("markdown", "Keys\n\n# Lost\n\n```\nhut --open\n```\n\n## Found\n"),
        ("asciidoc", "= Keys\n:author: The warden\n\n== Lost keys\n\nNOTE: Pay 40 francs.\n"),
        ("wiki", "== Keys ==\n'''Lost''' keys: see [[Rules]].\n\n== Found ==\nBring it.\n"),
    ],
)
def test_text_is_read_by_the_marks_it_has(language: str, text: str) -> None:
    assert markup_language(text) == language
    assert read("keys.txt", text).text == read(f"keys.{_SUFFIX[language]}", text).text


_SUFFIX = {"rst": "rst", "markdown": "md", "asciidoc": "adoc", "wiki": "wiki"}


@pytest.mark.parametrize(
    "text",
    [
        "KEYS\n====\n\nThe box is in the hall. Pay 40 francs.\n",
        "# settings of the box\n# one a line\nopen = [9:00](am)\nshut = *never*\n",
        "# a comment\n# another: 2 ** 3 ** 4\n[section](1)\n",
        "2026-01-02 10:00 [warn](hut.box) key :lost: `k1`\n" * 5,
        "== Hall ==\nno marks but these\n== Loft ==\nnothing\n",
        "Write `name`, and `other`.\n\n.. and so on ..\n",
    ],
)
def test_plain_text_stays_as_it_stands(text: str) -> None:
    assert markup_language(text) == ""
    assert read("keys.txt", text).text.split() == text.split()


def test_what_sphinx_refers_to_is_read_as_its_words() -> None:
    document = read("keys.rst", SPHINX)
    assert [heading.title for heading in document.headings] == ["Keys of the hut", "Lost keys"]
    said = " ".join(document.text.split())
    assert (
        "Ask the warden of the hut or read /rules/keys. Set KEY_BOX with hut --open, by turn. "
        "News: the news list, the Forum, Naming." in said
    )
    assert "New in version 4.1 The box can be opened with a badge." in said
    assert not set(":|`_") & set(
        said.replace(":", "", 1).replace("KEY_BOX", "").replace(": the", " the")
    )


CONTENTS = (
    '<ul><li><a href="#a">1 Getting in</a><ul><li><a href="#b">1.1 At night</a></li></ul></li>'
    '<li><a href="#c">2 Getting out</a></li></ul>'
)
SECTIONS = (
    "<h2>Getting in</h2><p>Ring.</p><h3>At night</h3><p>Knock.</p><h2>Getting out</h2><p>Push.</p>"
)


@pytest.mark.parametrize(
    "above",
    [
        f"{CONTENTS}",
        f"<h2>Contents</h2>{CONTENTS}",
        f'<div id="toc"><div><h2>Contents</h2></div>{CONTENTS}</div>',
        f"<details><summary>On this page</summary>{CONTENTS}</details>",
    ],
)
def test_a_table_of_contents_only_repeats_the_headings(above: str) -> None:
    page = f"<html><body><h1>The hut</h1>{above}{SECTIONS}</body></html>"
    assert (
        read("hut.html", page).text
        == "The hut\n\nGetting in\n\nRing.\n\nAt night\n\nKnock.\n\nGetting out\n\nPush."
    )


def test_links_that_say_more_than_headings_are_kept() -> None:
    links = CONTENTS.replace("2 Getting out", "Getting out without a key")
    text = read("hut.html", f"<html><body>{links}{SECTIONS}</body></html>").text
    assert "Getting out without a key" in text
    told = f"<h2>Ways</h2><p>There are two.</p>{CONTENTS}<p>Choose one.</p>{SECTIONS}"
    text = read("hut.html", f"<html><body>{told}</body></html>").text
    assert text.startswith("Ways\n\nThere are two.\n\nChoose one.\n\nGetting in")


def test_a_table_of_contents_in_markdown_goes_too() -> None:
    text = "# The hut\n\n- [In](#in)\n- [At night](#at-night)\n- [Out](#out)\n\n## In\n\nRing.\n\n## At night\n\nKnock.\n\n## Out\n\nPush.\n"
    assert read("hut.md", text).text.startswith("The hut\n\nIn\n\nRing.")


def test_signs_of_links_are_no_words() -> None:
    page = '<p>Use Hugin<a class="external" href="https://x.example">[*]</a> and a lamp<a href="#lamp">¶</a>, not 9<a href="#n">*</a>.</p>'
    assert read("hut.html", f"<html><body>{page}</body></html>").text.startswith(
        "Use Hugin and a lamp, not 9*."
    )
