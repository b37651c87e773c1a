"""What only styles and formats say: words that they set apart, ticks, signs of fonts, what is struck out, days of charts."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date
from zipfile import ZipFile

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import LineChart, Reference
from openpyxl.styles import Font
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Cm

from rag.documents.formats import format_for, load
from rag.documents.source import Source


def read(name: str, data: bytes) -> str:
    format = format_for(name, data[:1024])
    assert format
    return load(Source(name, data), format).text


def page(body: str, style: str = "") -> str:
    head = f"<head><style>{style}</style></head>" if style else ""
    return read("a.html", f"<html>{head}<body>{body}</body></html>".encode())


def spans(words: Iterable[str], style: str) -> str:
    return "<p>" + "".join(f'<span style="{style}">{word}</span>' for word in words) + "</p>"


@pytest.mark.parametrize(
    ("body", "style", "shown"),
    [
        (spans(("vegan", "quick"), "display: inline-block"), "", "vegan quick"),
        ('<p><i class="t">vegan</i><i class="t">quick</i></p>', ".t{display:inline-flex}", "vegan quick"),
        ('<div style="display:flex;gap:9px"><span>30 min</span><span>4 servings</span></div>', "",
         "30 min 4 servings"),
        ('<ul class="f"><li><b>Serves</b><span>4</span></li></ul>', ".f > li { display: grid }", "- Serves 4"),
        ('<p><a href="x"><i class="t">vegan</i></a><a href="y"><i class="t">quick</i></a></p>',
         "div .t, .t {padding: .2em .5em}", "vegan quick"),
        ('<p><b class="badge">new</b><b class="badge">sale</b></p>', "", "new sale"),
        ('<p>Price<b class="badge">New</b></p>', "", "Price New"),
        ('<p><span class="n">Anna Berg</span><span class="n">Manager</span></p>', "span.n{display:block}",
         "Anna Berg\nManager"),
        ('<h2><span class="n">Part one</span><span class="n">Coast</span></h2><p>x</p>', ".n{display:block}",
         "Part one Coast\n\nx"),
        (spans(("S", "M"), "display:inline-block;padding:0 4px"), "", "S M"),
        ('<p class="w"><b>30</b><b>min</b></p>', "@media print{.x{color:red}} .w b:first-child{display:inline-block} "
         ".w b{margin:0 2px}", "30 min"),
    ],
)  # fmt: skip
def test_what_styles_set_apart_is_two_words(body: str, style: str, shown: str) -> None:
    assert page(body, style) == shown


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("<p><b>W</b>ord</p>", "Word"),
        (spans("Word", "display:inline-block"), "Word"),
        ('<p><b style="display:inline-block;margin-right:4px">W</b>ord</p>', "Word"),
        ('<p>(<b style="display:inline-block">030 12</b>), <b style="display:inline-block">Anna</b>\'s</p>',
         "(030 12), Anna's"),
        ('<p><b style="display:inline-block">un</b>believable</p>', "unbelievable"),
        ('<p>10<sup style="padding:0 2px">6</sup> H<sub style="padding:2px">2</sub>O</p>', "10^6 H2O"),
        ('<p><mark style="padding:2px">un</mark><mark style="padding:2px">seen</mark></p>', "unseen"),
        ('<p><code><i style="display:inline-block">ab</i><i style="display:inline-block">cd</i></code></p>', "abcd"),
        ('<p><b style="margin:0">ab</b><b style="padding:1px 0">cd</b></p>', "abcd"),
    ],
)  # fmt: skip
def test_pieces_of_a_word_stay_one(body: str, shown: str) -> None:
    assert page(body) == shown


MARKS = '.y::after{content:"✓"}.n::after{content:"\\2717"}.a::after{content:"→"}'


@pytest.mark.parametrize(
    ("body", "style", "shown"),
    [
        ('<table><tr><th>Plan</th><th>Basic</th><th>Pro</th></tr><tr><td>SSO</td><td class="n"></td>'
         '<td class="y"></td></tr></table>', MARKS, "Plan | Basic | Pro\nSSO | ✗ | ✓"),
        ('<ul><li class="y">Wifi</li><li class="n">Parking</li></ul>', MARKS.replace("after", "before"),
         "- ✓ Wifi\n- ✗ Parking"),
        ('<ul><li class="y">Free</li><li class="y">Fast</li></ul><p><a class="a">On</a></p>', MARKS,
         "- Free\n- Fast\n\nOn"),
        ('<p><input type="checkbox" checked><label>Milk</label></p>', 'input:checked + label::before{content:"✓"}',
         "[x] Milk"),
        ('<ul><li><div class="checkbox checkbox-on"></div> <span class="d">Book</span></li>'
         '<li><div class="checkbox checkbox-off"></div> Pack</li></ul>', ".d{text-decoration:line-through}",
         "- [x] Book\n- [ ] Pack"),
        ('<ul class="inline-task-list"><li class="checked">Order</li><li>Ask</li></ul>', "",
         "- [x] Order\n- [ ] Ask"),
        ('<ul class="checklist"><li>Strong</li><li>Light</li></ul>', "", "- Strong\n- Light"),
        ('<ul><li data-checked="true"><p>Buy</p></li><li data-checked="false"><p>Sell</p></li></ul>', "",
         "- [x] Buy\n- [ ] Sell"),
        ('<p><button role="checkbox" aria-checked="true"></button>Terms</p><p role="switch" aria-checked="false">'
         "Dark</p>", "", "[x] Terms\n\n[ ] Dark"),
        ('<label><input type="checkbox" checked><i role="checkbox" aria-checked="true"></i>one</label>', "",
         "[x] one"),
        ('<table><tr><th>Plan</th><th>A</th><th>B</th></tr><tr><td>SSO</td><td><i class="fa fa-times" aria-hidden="true">'
         '</i></td><td><i class="fa fa-check-circle"></i></td></tr></table>', "", "Plan | A | B\nSSO | ✗ | ✓"),
        ('<table><tr><th>Plan</th><th>A</th></tr><tr><td>SSO</td><td><a><i class="fa fa-times"></i></a></td></tr>'
         "</table>", "", "Plan | A\nSSO"),
    ],
)  # fmt: skip
def test_ticks_are_read_however_they_are_painted(body: str, style: str, shown: str) -> None:
    assert page(body, style) == shown


def item(mark: str, margin: int, font: str, text: str) -> str:
    pad = "<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp; </span>"
    return (
        f"<p class=MsoListParagraph style='margin-left:{margin}.0pt;text-indent:-18.0pt'>"
        f"<span style='font-family:{font}'>{mark}{pad}</span>{text}</p>"
    )


def test_signs_of_fonts_and_lists_of_filtered_pages_of_word_are_read() -> None:
    wing = "<span style='font-family:Wingdings'>{}</span>"
    body = (
        f"<p>{wing.format('þ')} approved {wing.format('o')} rejected <b class=t>ü</b> <font face=Symbol>a</font></p>"
        f"<p>{wing.format('§')} Rule one</p><p>{wing.format('These are words.')}</p>"
        + item("·", 36, "Symbol", "Passport")
        + item("o", 72, "Courier New", "valid")
        + item("2.1", 36, "Arial", "Notice")
        + "<p style='text-indent:-18pt'>It hangs.</p>"
    )
    assert page(body, "<!-- .t {font-family:Wingdings} -->") == (
        "☑ approved ☐ rejected ✓ α\n\nRule one\n\nThese are words.\n\n- Passport\n  - valid\n2.1 Notice\n\nIt hangs."
    )


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ('<p>Fee: <i class="s">30 EUR</i> 35 EUR</p>', "Fee: [struck out: 30 EUR] 35 EUR"),
        ('<p><b style="text-decoration: line-through">30 </b><i class="s x">EUR</i>, 35</p>',
         "[struck out: 30 EUR], 35"),
        ("<p><s>30 EUR </s>35</p>", "[struck out: 30 EUR] 35"),
        ("<del><p>Old.</p></del><p>New.</p>", "[struck out: Old.]\n\nNew."),
        ('<div class="s">Head<p>Old.</p><ul><li>one</li></ul>Tail <b class="s">x</b></div>',
         "[struck out: Head]\n\n[struck out: Old.]\n\n- [struck out: one]\n\n[struck out: Tail x]"),
        ('<table><tr><th>Task</th><th>Fee</th></tr><tr class="s"><td>Roof</td><td>3</td></tr></table>',
         "Task | Fee\n[struck out: Roof] | [struck out: 3]"),
        ('<p><a class="s" id="n">40</a> <b id="b">5</b></p>', "40 5"),
    ],
)  # fmt: skip
def test_what_styles_strike_out_is_marked(body: str, shown: str) -> None:
    style = ".s{text-decoration-line:line-through} #n{text-decoration:none} b:hover{text-decoration:line-through}"
    assert page(body, style) == shown


def workbook(book: Workbook) -> str:
    stream = io.BytesIO()
    book.save(stream)
    return read("a.xlsx", stream.getvalue())


def test_what_cells_and_runs_strike_out_is_marked() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Task", "Fee", "Who"],
        ["Roof", 30, "Ada"],
        ["Door", 35, "Bo"],
        ["Gate", None, "Cy"],
    ):
        sheet.append(row)
    sheet["B2"].font = Font(strike=True)
    struck, bold = InlineFont(strike=True), InlineFont(strike=True, b=True)
    sheet["C4"] = CellRichText(TextBlock(struck, "Cy "), TextBlock(bold, "Dee"), " Eve")
    text = workbook(book)
    assert "Task: Roof | Fee: [struck out: 30] | Who: Ada" in text
    assert "Task: Gate | Who: [struck out: Cy Dee] Eve" in text and "Fee: 35" in text


def test_what_runs_of_slides_strike_out_is_marked() -> None:
    deck = Presentation()
    box = deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_textbox(
        Cm(1), Cm(1), Cm(9), Cm(3)
    )
    for text, line in (
        ("Fee: ", "noStrike"),
        ("30 ", "sngStrike"),
        ("EUR", "dblStrike"),
        (" 35", ""),
    ):
        run = box.text_frame.paragraphs[0].add_run()
        run.text = text
        if line:
            run.font._rPr.set("strike", line)
    assert "Fee: [struck out: 30 EUR] 35" in slides(deck)


def slides(deck: object) -> str:
    stream = io.BytesIO()
    deck.save(stream)  # type: ignore[attr-defined]
    return read("a.pptx", stream.getvalue())


def test_days_and_numbers_of_charts_are_shown_by_their_formats() -> None:
    deck = Presentation()
    data = CategoryChartData(number_format="#,##0")
    data.categories = [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]
    data.add_series("Visitors", (12500, None, 0.5))
    data.add_series("Share", (0.125, 0.3333, None), number_format="0%")
    deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_chart(
        XL_CHART_TYPE.LINE, Cm(1), Cm(1), Cm(9), Cm(9), data
    )
    assert (
        "2026-01-01 | Visitors: 12,500 | Share: 12.5%\n2026-02-01 | Share: 33.33%\n2026-03-01 | Visitors: 1"
        in slides(deck)
    )


CHART = """<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:date1904 val="{since}"/><c:chart>
<c:plotArea><c:lineChart><c:ser><c:cat><c:numRef><c:numCache><c:formatCode>General</c:formatCode><c:pt idx="0"><c:v>44561</c:v></c:pt>
</c:numCache></c:numRef></c:cat><c:val><c:numRef><c:numCache><c:pt idx="0"><c:v>7.25</c:v></c:pt></c:numCache></c:numRef></c:val>
</c:ser></c:lineChart>{axis}</c:plotArea></c:chart></c:chartSpace>"""


@pytest.mark.parametrize(
    ("axis", "since", "row"),
    [
        ('<c:dateAx><c:numFmt formatCode="d.m.yyyy"/></c:dateAx>', 0, "2021-12-31 | 7.25"),
        ('<c:dateAx><c:numFmt formatCode="d.m.yyyy"/></c:dateAx>', 1, "2026-01-01 | 7.25"),
        ('<c:dateAx><c:numFmt formatCode="General"/></c:dateAx>', 0, "44561 | 7.25"),
        ("", 0, "44561 | 7.25"),
    ],
)
def test_an_axis_of_dates_makes_days_of_numbers(axis: str, since: int, row: str) -> None:
    book, stream = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append([1])
    chart = LineChart()
    chart.add_data(Reference(sheet, min_col=1, min_row=1))
    sheet.add_chart(chart, "C1")
    book.save(stream)
    changed = io.BytesIO()
    with ZipFile(stream) as old, ZipFile(changed, "w") as new:
        for name in old.namelist():
            is_chart = name == "xl/charts/chart1.xml"
            new.writestr(name, CHART.format(axis=axis, since=since) if is_chart else old.read(name))
    assert row in read("a.xlsx", changed.getvalue())


NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:chart="urn:oasis:names:tc:opendocument:xmlns:chart:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
)
FLOAT = '<table:table-cell office:value-type="float" office:value="{0}"><text:p>{0}</text:p></table:table-cell>'


@pytest.mark.parametrize(
    ("style", "rows"),
    [
        ("<number:year/><number:text>-</number:text><number:month/><number:day/>", "2026-01-01 | 12500\n2026-02-01"),
        ('<number:month number:textual="true"/><number:text> </number:text><number:year/>', "Jan 2026 | 12500\nFeb 2026"),
        ("", "46023 | 12500\n46054"),
    ],
)  # fmt: skip
def test_days_of_charts_in_opendocument_are_days_and_gaps_are_empty(style: str, rows: str) -> None:
    dates = f'<number:date-style style:name="N1">{style}</number:date-style>' if style else ""
    head = '<table:table-cell/><table:table-cell office:value-type="string"><text:p>Visitors</text:p></table:table-cell>'
    table = "".join(
        f"<table:table-row>{row}</table:table-row>"
        for row in (
            head,
            FLOAT.format(46023) + FLOAT.format(12500),
            FLOAT.format(46054) + FLOAT.format("NaN"),
        )
    )
    chart = (
        f'<office:document-content {NAMES}><office:automatic-styles>{dates}<style:style style:name="c1" '
        'style:data-style-name="N1"/></office:automatic-styles><office:body><office:chart><chart:chart><chart:plot-area>'
        '<chart:axis chart:dimension="x" chart:style-name="c1"/></chart:plot-area>'
        f"<table:table>{table}</table:table></chart:chart></office:chart></office:body></office:document-content>"
    )
    content = (
        f'<office:document-content {NAMES}><office:body><office:presentation><draw:page><draw:frame><draw:object xlink:href="./O"/>'
        "</draw:frame></draw:page></office:presentation></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with ZipFile(stream, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.presentation")
        packed.writestr("content.xml", content)
        packed.writestr("O/content.xml", chart)
    text = read("a.odp", stream.getvalue())
    assert rows in text and "NaN" not in text


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ('<td style="font-size:0px"><div style="font-size:20px">129 EUR</div></td>', True),
        ('<style>.r{font-size:0}.c{font-size:16px}</style><p class="r"><b class="c">129 EUR</b></p>', True),
        ('<p style="font-size: 0">129 EUR</p>', False),
        ('<p style="font-size:0"><b style="color:red">129 EUR</b></p>', False),
        ("<style>.r{font-size:0px}</style><p class='r'>129 EUR</p>", False),
    ],
)  # fmt: skip
def test_letters_without_size_hide_what_has_no_size_of_its_own(page: str, shown: bool) -> None:
    body = f"<table><tr>{page}</tr></table>" if page.startswith("<td") else page
    text = read("a.html", f"<p>Invoice</p>{body}".encode())
    assert ("129 EUR" in text) is shown
