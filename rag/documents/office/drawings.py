"""What is drawn: charts as tables of their values, diagrams (SmartArt) as lists, DrawingML text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from rag.documents.counting import counted
from rag.documents.office.equations import latex
from rag.documents.office.numbers import shown, shows_date
from rag.documents.office.package import (
    Package,
    Relation,
    attribute,
    child,
    children,
    descendants,
    is_on,
    local,
    parse_xml,
    value,
)
from rag.documents.struck import strike
from rag.documents.symbol_fonts import as_shown, is_symbolic, private_as_shown
from rag.documents.text import raised
from rag.documents.writer import Writer

MOST_POINTS = 5_000  # of a chart's series


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph of a shape: its text and the level of its list, 0 the outermost; of a numbered one
    how its numbers are written ("alphaLcParenR") and the first of them."""

    text: str
    level: int = 0
    bullet: str = ""
    kind: str = ""
    start: int = 1


Relations = Mapping[str, Relation]
"""What a part refers to, by which the addresses of its links are found."""


def lines(body: etree._Element | None, relations: Relations | None = None) -> Iterator[Line]:
    """The paragraphs of DrawingML text (``a:p``), without empty ones; the addresses of links are
    behind their words where ``relations`` tell them."""
    for paragraph in descendants(body, "p"):
        if text := paragraph_text(paragraph, relations).strip():
            properties = child(paragraph, "pPr")
            level = attribute(properties, "lvl") or "0"
            mark = child(properties, "buChar")
            numbered = child(properties, "buAutoNum")
            bullet = "-" if mark is not None else "#" if numbered is not None else ""
            kind, start = attribute(numbered, "type") or "", attribute(numbered, "startAt") or ""
            first = int(start) if start.isdigit() and len(start) < 6 else 1
            yield Line(text, int(level) if level.isdigit() else 0, bullet, kind, first)


_WRITTEN = {
    "alphaLc": "lowerLetter",
    "alphaUc": "upperLetter",
    "romanLc": "lowerRoman",
    "romanUc": "upperRoman",
}


def marks(said: Sequence[Line]) -> Iterator[str]:
    """What stands before each paragraph of a list: its number as it is shown, else a dash. Items of another
    kind on the same level, and paragraphs further out, start the numbers anew."""
    counts: dict[int, tuple[Line, int]] = {}
    for line in said:
        counts = {level: one for level, one in counts.items() if level <= line.level}
        if line.bullet != "#":
            counts.pop(line.level, None)
            yield "- "
            continue
        before, count = counts.get(line.level, (line, line.start - 1))
        if (before.kind, before.start) != (line.kind, line.start):
            count = line.start - 1
        counts[line.level] = (line, count + 1)
        style = next(
            (name for kind, name in _WRITTEN.items() if line.kind.startswith(kind)), "decimal"
        )
        number = counted(count + 1, style)
        if line.kind.endswith("ParenBoth"):
            yield f"({number}) "
        elif line.kind.endswith("ParenR"):
            yield f"{number}) "
        else:
            yield f"{number}. "


def numbered_text(body: etree._Element | None) -> str:
    """All paragraphs of DrawingML text in one line, numbered ones under their numbers."""
    said = list(lines(body))
    pairs = zip(said, marks(said), strict=True)
    return " ".join(mark + one.text if one.bullet == "#" else one.text for one, mark in pairs)


def paragraph_text(paragraph: etree._Element, relations: Relations | None = None) -> str:
    """The text of one DrawingML paragraph: runs, fields, line breaks, equations."""
    parts: list[str] = []
    linked = ""
    for one in [*paragraph, None]:
        name = local(one) if one is not None else ""
        address = link_address(child(one, "rPr"), relations) if relations else ""
        if linked and address != linked:
            shown = "".join(parts).lower()
            parts.append(f" ({linked})" if bare_address(linked) not in shown else "")
        linked = address
        if one is None:
            break
        if name in ("r", "fld"):
            text = _in_its_font(one)
            up = attribute(child(one, "rPr"), "baseline") or "0"
            parts.append(text if up.startswith(("-", "0")) else raised("".join(parts[-4:]), text))
            if (attribute(child(one, "rPr"), "strike") or "noStrike") != "noStrike":
                strike(parts, len(parts) - 1)
        elif name == "br":
            parts.append("\n")
        elif name in ("m", "oMath", "oMathPara", "AlternateContent"):
            maths = list(descendants(one, "oMath"))
            parts.extend(map(latex, maths[:1] if name == "AlternateContent" else maths))
    return "".join(parts)


def _in_its_font(run: etree._Element) -> str:
    """The text of a run. Of its fonts the one for signs ("sym") stays on it when letters are typed on: only what
    is of private use is a sign of it, or one letter by itself, as PowerPoint makes of an arrow ("à")."""
    text, properties = "".join(t.text or "" for t in children(run, "t")), child(run, "rPr")
    for_signs = attribute(child(properties, "sym"), "typeface")
    if is_symbolic(for_signs) and not (len(text.strip()) == 1 and not text.isascii()):
        text = private_as_shown(text, for_signs)
    elif is_symbolic(for_signs):
        return as_shown(text, for_signs)
    return as_shown(text, attribute(child(properties, "latin"), "typeface"))


def link_address(properties: etree._Element | None, relations: Relations) -> str:
    """Where a click on a run or a shape leads, by its properties; "" where it leads out of no file."""
    found = relations.get(attribute(child(properties, "hlinkClick"), "id") or "")
    return found.target.removeprefix("mailto:") if found is not None and found.external else ""


def bare_address(address: str) -> str:
    """What of an address a text shows that says it."""
    return address.lower().removeprefix("https://").removeprefix("http://").rstrip("/")


def text_of(body: etree._Element | None) -> str:
    """All paragraphs of DrawingML text, a line each."""
    return "\n".join(line.text for line in lines(body))


def write_chart(tree: etree._Element | None, writer: Writer) -> bool:
    """A chart: title, titles of its axes, and a row a category with the value of each series, as
    they were last saved; each row names the chart that it is of. False where nothing of it can be read."""
    chart = child(tree, "chart")
    if chart is None:
        return False
    before = writer.length
    if title := _title(child(chart, "title")):
        writer.paragraph(f"Chart: {title}")
        title += ": "
    plot = child(chart, "plotArea")
    axes = [
        text
        for axis in (plot if plot is not None else ())
        if local(axis).endswith("Ax") and (text := _title(child(axis, "title")))
    ]
    if axes:
        writer.line(f"Axes: {', '.join(axes)}")
    from_1904 = is_on(child(tree, "date1904"))
    days = attribute(child(plot, "dateAx", "numFmt"), "formatCode") or ""
    days = days if shows_date(days) else ""
    shares = _shown_as_shares(plot)
    categories: list[str] = []
    names: list[str] = []
    columns: list[list[str]] = []
    for series in descendants(plot, "ser"):
        head = child(series, "tx")
        said = _points(head) or [v.text or "" for v in descendants(head, "v")]
        label, other, *values = (
            _points(child(series, name), code, from_1904)
            for name, code in (("cat", days), ("xVal", ""), ("val", shares), ("yVal", shares))
        )
        label = label or other
        if len(label) > len(categories):
            categories = label
        names.append(" ".join(said))
        columns.append(_labelled(values[0] or values[1], child(series, "dLbls")))
    writer.break_()
    for i in range(max(len(categories), *map(len, columns), 0) if columns else 0):
        row = [title + (categories[i] if i < len(categories) else "")]
        for series_name, column in zip(names, columns, strict=True):
            if i < len(column) and column[i]:
                row.append(f"{series_name}: {column[i]}" if series_name else column[i])
        writer.row(row)
    writer.break_()
    return writer.length > before


def _shown_as_shares(plot: etree._Element | None) -> str:
    """The format that the axis of values, or the labels at points, give to numbers that have none, if it is one of shares."""
    for one in descendants(plot, "numFmt"):
        code = attribute(one, "formatCode") or ""
        of = local(one.getparent())
        if "%" in code and of in ("valAx", "dLbls") and attribute(one, "sourceLinked") != "1":
            return code
    return ""


def _labelled(values: list[str], labels: etree._Element | None) -> list[str]:
    """The values of a series, with what somebody has written at its points."""
    for one in children(labels, "dLbl"):
        at = value(child(one, "idx")) or ""
        text = " ".join(line.text for line in lines(child(one, "tx", "rich")))
        if at.isdigit() and text and int(at) < MOST_POINTS:
            values.extend([""] * (int(at) + 1 - len(values)))
            known = text == values[int(at)] or not values[int(at)]
            values[int(at)] = text if known else f"{values[int(at)]} ({text})"
    return values


def _title(element: etree._Element | None) -> str:
    if element is None:
        return ""
    text = " ".join(line.text for line in lines(child(element, "tx", "rich")))
    return text or " ".join(_points(child(element, "tx")))


def _points(element: etree._Element | None, days: str = "", from_1904: bool = False) -> list[str]:
    """The cached values of a reference, by their index; of several levels, joined. ``days`` is how numbers without a
    format of their own are shown as dates."""
    if element is None:
        return []
    levels = list(descendants(element, "lvl")) or list(
        descendants(element, "strCache", "numCache", "strLit", "numLit")
    )
    values: dict[int, list[str]] = {}
    for level in reversed(levels):
        code = next((f.text or "" for f in children(level, "formatCode")), "")
        for point in children(level, "pt"):
            index = attribute(point, "idx") or ""
            text = next((v.text or "" for v in children(point, "v")), "")
            own = attribute(point, "formatCode") or code
            if index.isdigit() and int(index) < MOST_POINTS:
                code_of = days if own in ("", "General") else own
                values.setdefault(int(index), []).append(_number(text, code_of, from_1904))
    return [" ".join(values.get(i, [])) for i in range(max(values, default=-1) + 1)]


def _number(text: str, code: str, from_1904: bool) -> str:
    """A value as its format shows it; of shares all that is known."""
    try:
        number = float(text)
        if number != number:  # a gap
            return ""
        if "%" in code:
            return f"{number * 100:.10g}%"
        plain = code in ("", "General")
        return f"{number:.12g}" if plain else shown(number, code, from_1904=from_1904)
    except (ValueError, OverflowError):
        return " ".join(text.split())


def write_diagram(tree: etree._Element | None, writer: Writer) -> bool:
    """SmartArt: the texts of its points in the order that their connections have, not that of the file,
    indented by who is whose part."""
    points = {
        attribute(one, "modelId") or "": text
        for one in descendants(tree, "pt")
        if attribute(one, "type") in (None, "node", "asst")
        and (text := " ".join(text_of(child(one, "t")).split()))
    }
    parts: dict[str, list[tuple[int, str]]] = {}
    for link in descendants(tree, "cxn"):
        if attribute(link, "type") in (None, "parOf"):
            at = attribute(link, "srcOrd") or ""
            order = int(at) if at.isdigit() and len(at) < 9 else 0
            below = parts.setdefault(attribute(link, "srcId") or "", [])
            below.append((order, attribute(link, "destId") or ""))
    whole = {key for below in parts.values() for _, key in below}
    written: set[str] = set()
    writer.break_()
    # What is part of nothing comes first: the diagram itself, then what nobody has connected.
    waiting = [(key, 0) for key in reversed([*(k for k in parts if k not in whole), *points])]
    while waiting:
        key, level = waiting.pop()
        if key in written:
            continue
        written.add(key)
        if key in points:
            writer.line("  " * level + "- " + points[key])
        below = sorted(parts.get(key, ()), reverse=True)
        waiting.extend((one, level + (key in points)) for _, one in below)
    writer.break_()
    return bool(points)


def write_graphic(graphic: etree._Element, package: Package, part: str, writer: Writer) -> bool:
    """A chart or a diagram that ``graphic`` (in ``part``) refers to. False: neither."""
    relations = package.relations(part)
    for one in graphic.iter():
        name = local(one)
        if name == "chart" and (key := attribute(one, "id")) in relations:
            data = package.read(relations[key].target)
            return bool(data) and write_chart(parse_xml(data or b""), writer)
        if name == "relIds" and (key := attribute(one, "dm")) in relations:
            data = package.read(relations[key].target)
            return bool(data) and write_diagram(parse_xml(data or b""), writer)
    return False
