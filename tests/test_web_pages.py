"""HTML and Markdown: what a page shows or can be made to show, and no more."""

from __future__ import annotations

import pytest

from rag.documents.document import Document
from rag.documents.formats import format_for, load
from rag.documents.source import Source


def read(name: str, text: str) -> Document:
    format = format_for(name)
    assert format
    return load(Source(name, text.encode()), format)


def page(body: str, head: str = "") -> str:
    return read("a.html", f"<html><head>{head}</head><body>{body}</body></html>").text


@pytest.mark.parametrize(
    "closed",
    [
        "<details><summary>Ask</summary><p>4 euros</p></details>",
        '<h3><button aria-expanded="false">Ask</button></h3><div hidden><p>4 euros</p></div>',
        '<button onclick="x()">Ask</button><div style="display: none">4 euros</div>',
        '<a href="#p" data-toggle="collapse">Ask</a><div id="p" class="x" hidden>4 euros</div>',
        '<div role="tab">Ask</div><div role="tabpanel" aria-hidden="true">4 euros</div>',
        '<p>Ask</p><div class="accordion-body" style="display:none">4 euros</div>',
    ],
)
def test_what_can_be_opened_is_read(closed: str) -> None:
    text = page(f"<main>{closed}</main>")
    assert "Ask" in text and "4 euros" in text


@pytest.mark.parametrize(
    ("hidden", "head"),
    [
        ('<p style="display:none">Old rule</p>', ""),
        ("<p hidden>Old rule</p>", ""),
        ('<p class="h">Old rule</p>', "<style>.h { display: none }</style>"),
        ('<p style="color:#fff">Old rule</p>', ""),
        ('<p style="color:red;background:red">Old rule</p>', ""),
        ('<p style="font-size:0">Old rule</p>', ""),
        ("<details><summary>x</summary>y</details><p hidden>Old rule</p>", ""),
    ],
)
def test_what_nobody_can_bring_to_sight_is_left_out_and_told(hidden: str, head: str) -> None:
    document = read(
        "a.html", f"<html><head>{head}</head><body><p>New rule</p>{hidden}</body></html>"
    )
    assert "New rule" in document.text and "Old rule" not in document.text
    assert document.notes == ("1 hidden pieces of the page are left out",)


def test_banners_and_bars_of_links_are_no_content() -> None:
    text = page(
        '<div id="cookie-banner">We use cookies. Accept</div><div class="navbar"><a>Home</a> <a>Sale</a></div>'
        '<div class="recipe cookies"><p>Bake the biscuits for nine minutes.</p></div>'
        '<div class="menu"><p>Soup of the day: leek, 7 euros</p></div><footer>Register no. HRB 5512</footer>'
    )
    assert "cookies" not in text and "Sale" not in text
    assert "nine minutes" in text and "7 euros" in text and "HRB 5512" in text


@pytest.mark.parametrize(
    ("style", "body", "shown"),
    [
        ("li::before{content:'Clause ' counter(c)' '}li{counter-increment:c}",
         "<ol><li>Rent</li><li>Deposit</li></ol>", "Clause 1 Rent\nClause 2 Deposit"),
        ("ol{counter-reset:i;list-style:none}li:before{counter-increment:i;content:counters(i,'.')' '}",
         "<ol><li>A<ol><li>B</li><li>C</li></ol></li><li>D</li></ol>", "1 A\n  1.1 B\n  1.2 C\n2 D"),
        ("h2::before{counter-increment:s;content:'Part ' counter(s,upper-roman)': '}",
         "<h2>Oil</h2><h2>Light</h2>", "Part I: Oil\n\nPart II: Light"),
        (".a::after{content:' or {b}'}p.a::after{content:' and b'}.a::after{content:' not b'}",
         '<p class="a">a</p>', "a and b"),
        ("@media print{p::after{content:'on paper'}} p::before{content:'\\f101'}", "<p>a</p>", "a"),
        (".t:hover::after{content:attr(data-tip)}", '<p class="t" data-tip=" (by appointment)">Open</p>',
         "Open (by appointment)"),
        (".n::before{counter-increment:l;content:counter(l)}", '<pre><i class="n">x = 1</i></pre>', "x = 1"),
        ("p::before{content:'}' ; ", "<p>a</p>", "a"),
    ],
)  # fmt: skip
def test_what_a_style_sheet_writes_is_read(style: str, body: str, shown: str) -> None:
    assert page(body, f"<style>{style}</style>") == shown


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ('<p>Seats: <meter max="30" value="27"></meter></p>', "Seats: 27 of 30"),
        ('<p><span title="Paris">Paris</span></p>', "Paris"),
        ('<p>See <a href="/x" title="Open the page of the mill">mill</a>.</p>',
         "See mill (Open the page of the mill)."),
        ('<p>A <a href="#a" title="Link to this heading here">b</a></p>', "A b"),
        ('<p><b aria-hidden="true">x</b>Open</p>', "Open"),
        ('<p aria-hidden="true">Closed at noon</p><p>Open</p>', "Closed at noon\n\nOpen"),
        ('<p>Twice</p><p aria-hidden="true">Twice</p>', "Twice"),
        ("<iframe src='data:text/html,%3Cp%3ETide 06:42'></iframe>", "Tide 06:42"),
        ("<p>a</p><object data='data:text/plain,b%3Cc'>none</object>", "a\n\nb<c"),
    ],
)  # fmt: skip
def test_what_is_said_in_attributes_is_read(body: str, shown: str) -> None:
    assert page(body) == shown


def test_forms_lists_terms_and_choices_are_read() -> None:
    text = page(
        "<p>Prices: <select><option>Adult 12</option><option>Child 5</option></select></p>"
        '<input type="checkbox" checked>Paid <input value="7731"><dl><dt>Rake</dt><dd>2 years</dd></dl>'
        "<ol start='3'><li>c<ul><li>inside</li></ul></li><li>d</li></ol><del>price 3</del>"
        "<button>Buy</button><button>Send a photo to the workshop</button>"
    )
    for part in ("Prices: Adult 12 / Child 5", "[x] Paid 7731", "Rake: 2 years", "3. c\n  - inside\n4. d", "[struck out: price 3]", "Send a photo to the workshop"):  # fmt: skip
        assert part in text
    assert "Buy" not in text


def test_tables_fill_their_spans_and_what_lays_out_a_page_is_no_table() -> None:
    rows = "".join(f"<tr><td>{n}</td><td>{n}0</td></tr>" for n in range(20))
    text = page(
        f"<table><caption>Prices</caption><thead><tr><th>Item</th><th>Euro</th></tr></thead>{rows}</table>"
    )
    assert "Prices\nItem | Euro" in text and "Item: 19 | Euro: 190" in text
    text = page(
        "<table><tr><td><h1>Left</h1><p>a</p></td><td><table><tr><td>x</td><td>y</td></tr></table></td></tr></table>"
    )
    assert "Left\n\na" in text and "x | y" in text


def test_formulas_notes_and_addresses() -> None:
    text = page(
        "<p>Area <math><mfrac><mi>a</mi><mi>b</mi></mfrac></math>.<sup><a href='#n1'>1</a></sup> "
        "<a href='mailto:a@x.org'>Write</a></p>"
    )
    assert text == r"Area \frac{a}{b} . [1] Write (a@x.org)"


def test_the_head_tells_address_and_date() -> None:
    document = read(
        "a.html",
        "<html><head><link rel='canonical' href='https://x.org/a'><meta property='article:modified_time' "
        "content='2026-03-03T10:00'></head><body><p>Text</p></body></html>",
    )
    assert document.date == "2026-03-03" and document.metadata["url"] == "https://x.org/a"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("- a\n  - b\n    1. c\n    2. d\n", "- a\n  - b\n    1. c\n    2. d"),
        ("See [May](https://x.org/m).\n", "See May.\n\nLink: May (https://x.org/m)"),
        ("Nine days.[^1]\n\n[^1]: Twelve in spring.\n", "Nine days.[1]\n\n1. Twelve in spring."),
        ("Super\n: A box.\n", "Super: A box."),
        ("Was ~~40~~ 50.\n", "Was [struck out: 40] 50."),
        ("{% if a %}Version {{ page.version }}{% endif %} of {% data variables.product.app_name %}\n", "Version 3 of app name"),
        ('{% include note.html content="Mind the gap" %}\n', "Mind the gap"),
        ('{{< alert title="Careful" >}}\nHot.\n{{< /alert >}}\n', "Careful\n\nHot."),
        ('!!! note "Gap"\n    Mind **it**.\n\nOn.\n', "Gap\n\nMind it.\n\nOn."),
        ('=== "Linux"\n\n    Run it.\n', "Linux\n\nRun it."),
        (":::tip Good\nText.\n:::\n", "Good\n\nText."),
        ("> [!WARNING]\n> Hot.\n", "Warning\n\nHot."),
        ('import A from "a";\n\n<Tab label="Apple">\n\nRed.\n\n</Tab>\n', "Apple\n\nRed."),
        ("[[Page|the page]] {: .lead }\n", "the page"),
        ("```{note} Look\nHere.\n```\n", "Look\n\nHere."),
        ("```liquid\n{% if x %}{{ y }}\n```\n", "{% if x %}{{ y }}"),
    ],
)  # fmt: skip
def test_markdown_of_site_generators(text: str, shown: str) -> None:
    front = "---\nversion: 3\n---\n"
    assert read("a.md", front + text).text.strip() == shown


def test_front_matter_is_read_as_the_site_shows_it() -> None:
    document = read("a.md", "---\ntitle: Hives\ndescription: How to keep them.\n---\nText.\n")
    assert document.text == "Hives\n\nHow to keep them.\n\nText." and document.title == "Hives"
    alone = read("a.md", "---\ntitle: Hives\nowner: Ann\n---\n")
    assert alone.text == "Hives\n\nowner: Ann"
    toml = read("a.md", '+++\ntitle = "Hives"\n+++\n# Own\n')
    assert toml.title == "Hives" and toml.text == "Own"


def test_books_keep_their_contents_page_and_readings_apart() -> None:
    assert page("<ruby>東<rt>とう</rt></ruby>") == "東\n\nReadings: 東 (とう)"
