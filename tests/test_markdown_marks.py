"""Marks that sites and note-takers add to Markdown are read as they are seen on the page."""

from __future__ import annotations

import pytest

from tests.test_lines import read

SHOWN = {
    "Press ++ctrl+alt+del++, ++page-up++ or ++\"Any key\"++.": 'Press Ctrl+Alt+Del, Page Up or Any key.',
    "C++ and a++b, i++; j++": "C++ and a++b, i++; j++",
    "Oil it ==yearly==, not ^^daily^^; if a == b or c==d.": "Oil it yearly, not daily; if a == b or c==d.",
    "The lock %%ask Tom%% is new.": "The lock is new.",
    "Before.\n\n%%\nkept for\n\nmyself\n%%\n\nAfter.": "Before.\n\nAfter.",
    "It grew by 50%% and 20%% more.": "It grew by 50%% and 20%% more.",
    "See [[Winch]], [[Winch|the winch]], [[#Rules]], [[Winch#^b1]].": "See Winch, the winch, Rules, Winch.",
    "![[photo.png|300]] The pier ![the pier|200](pier.png)": "The pier the pier",
    "It was closed. ^closed-note": "It was closed.",
    "{ref}`the list <x>`, {doc}`/guide/start`, {kbd}`F5`, {py:class}`~a.b.Pump`, {abbr}`VPN (Private Network)`":
        "the list, /guide/start, F5, Pump, VPN (Private Network)",
    "{math}`x^2` and $a^2b^3$ and `==code==` and `++i++`": "$x^2$ and $a^2b^3$ and ==code== and ++i++",
    "CO~2~ and 10^6^ and x~y": "CO2 and 10^6 and x~y",
    "{++new++} {--old--} {~~nine~>ten~~} {==this==}{>>why?<<}":
        "new [struck out: old] [struck out: nine] ten this [Comment: why?]",
    ":material-check: Done. Ratio 1:2:3.": "Done. Ratio 1:2:3.",
    "*[UCM]: unintended car movement": "UCM: unintended car movement",
    "/// note | In winter\n    type: warning\nThe pier is closed.\n///": "In winter\n\nThe pier is closed.",
    ":::{admonition} In winter\n:class: tip\nThe pier is closed.\n:::": "In winter\n\nThe pier is closed.",
    ":::note\n:wave: Hello at the pier.\n:::": "Note\n\n:wave: Hello at the pier.",
    "```{tab-set}\n```": "",
    "```js title=\"pump.js\"\nx\n```": "pump.js\n\nx",
    "::: pumps.core.Pump\n    options:\n      show: true\n": "pumps.core.Pump",
    "It costs [14 euros]{.price} [today](#x){ .md-button }": "It costs 14 euros today",
    "[TOC]\n\nText": "Text",
    "Kept on [priority:: high] (due:: May).": "Kept on priority: high due: May.",
}  # fmt: skip


@pytest.mark.parametrize("text", SHOWN)
def test_a_mark_is_read_as_it_is_seen(text: str) -> None:
    assert read("a.md", f"{text}\n\nEnd.").text == f"{SHOWN[text]}\n\nEnd.".lstrip()


def test_lines_with_a_percent_sign_are_comments_where_there_is_myst_alone() -> None:
    assert "ask" not in read("a.md", "See {ref}`x`.\n\n% ask Tom\n\n+++\n\nEnd.").text
    assert "% of all" in read("a.md", "See this.\n\n% of all\n").text
