r"""Equations of Office (OMML) and of the web (MathML) as LaTeX: a fraction is ``\frac{a}{b}``, a power
``x^{2}``. What is only letters and signs stays as it is."""

from __future__ import annotations

from lxml import etree

from rag.documents.office.package import child, children, local, value

_SIGNS = {
    "∑": r"\sum", "∏": r"\prod", "∫": r"\int", "∬": r"\iint", "∮": r"\oint", "⋃": r"\bigcup",
    "⋂": r"\bigcap",
}  # fmt: skip
_ACCENTS = {
    "\u0302": r"\hat", "\u0303": r"\tilde", "\u0305": r"\bar", "\u0307": r"\dot",
    "\u0308": r"\ddot", "\u20d7": r"\vec", "^": r"\hat", "~": r"\tilde", "¯": r"\bar",
    "→": r"\vec", "˙": r"\dot",
}  # fmt: skip


def latex(element: etree._Element) -> str:
    """An ``m:oMath`` (or what stands in one) as LaTeX."""
    return " ".join("".join(_part(one) for one in element).split())


def _in(element: etree._Element, *path: str) -> str:
    found = child(element, *path)
    return "" if found is None else latex(found)


def _power(text: str, sign: str) -> str:
    return f"{sign}{{{text}}}" if text else ""


def _part(element: etree._Element) -> str:
    name = local(element)
    match name:
        case "r":
            return "".join(one.text or "" for one in element if local(one) == "t")
        case "t":
            return element.text or ""
        case "f":
            return rf"\frac{{{_in(element, 'num')}}}{{{_in(element, 'den')}}}"
        case "sSup" | "sSub" | "sSubSup":
            below, above = _in(element, "sub"), _in(element, "sup")
            return _in(element, "e") + _power(below, "_") + _power(above, "^")
        case "sPre":
            below, above = _in(element, "sub"), _in(element, "sup")
            return "{}" + _power(below, "_") + _power(above, "^") + _in(element, "e")
        case "rad":
            degree = _in(element, "deg")
            return rf"\sqrt{f'[{degree}]' if degree else ''}{{{_in(element, 'e')}}}"
        case "nary":
            sign = value(child(element, "naryPr", "chr")) or "∫"
            below, above = _in(element, "sub"), _in(element, "sup")
            sign = _SIGNS.get(sign, sign)
            return f"{sign}{_power(below, '_')}{_power(above, '^')} {_in(element, 'e')}"
        case "d":
            return _fenced(element)
        case "func":
            return f"{_in(element, 'fName')} {_in(element, 'e')}"
        case "limLow" | "limUpp":
            sign = "_" if name == "limLow" else "^"
            return _in(element, "e") + _power(_in(element, "lim"), sign)
        case "acc" | "bar":
            mark = value(child(element, "accPr", "chr")) or "\u0302"
            command = _ACCENTS.get(mark, r"\overline") if name == "acc" else r"\overline"
            return f"{command}{{{_in(element, 'e')}}}"
        case "m" | "eqArr":
            rows = list(children(element, "mr")) or list(children(element, "e"))
            lines = [
                " & ".join(latex(one) for one in children(row, "e")) or latex(row) for row in rows
            ]
            kind = "matrix" if name == "m" else "aligned"
            return _rows(kind, lines)
        case _ if name.endswith("Pr"):
            return ""
        case _:
            return "".join(_part(one) for one in element)


def _rows(kind: str, rows: list[str]) -> str:
    return rf"\begin{{{kind}}} " + r" \\ ".join(rows) + rf" \end{{{kind}}}"


def _fenced(element: etree._Element) -> str:
    properties = child(element, "dPr")
    opening, closing = child(properties, "begChr"), child(properties, "endChr")
    left = "(" if opening is None else value(opening) or ""
    right = ")" if closing is None else value(closing) or ""
    divider = value(child(properties, "sepChr")) or "|"
    return left + divider.join(latex(one) for one in children(element, "e")) + right


def mathml(element: etree._Element) -> str:
    """A ``<math>`` of the web, or of OpenDocument, as LaTeX; its own TeX where it carries one."""
    for one in element.iter():
        if local(one) == "annotation" and "tex" in (one.get("encoding") or "").lower():
            text = " ".join((one.text or "").split())
            if text:
                return text
    return " ".join(_mathml(element).split())


def _mathml(element: etree._Element) -> str:
    name = local(element)
    inner = [_mathml(one) for one in element if local(one) and local(one) != "annotation"]
    pair = [*inner, "", "", ""]
    match name:
        case "mfrac":
            return rf"\frac{{{pair[0]}}}{{{pair[1]}}}"
        case "msup" | "mover":
            return f"{pair[0]}^{{{pair[1]}}}"
        case "msub" | "munder":
            return f"{pair[0]}_{{{pair[1]}}}"
        case "msubsup" | "munderover":
            return f"{pair[0]}_{{{pair[1]}}}^{{{pair[2]}}}"
        case "msqrt":
            return rf"\sqrt{{{''.join(inner)}}}"
        case "mroot":
            return rf"\sqrt[{pair[1]}]{{{pair[0]}}}"
        case "mfenced":
            opening, closing = element.get("open", "("), element.get("close", ")")
            return str(opening) + ", ".join(inner) + str(closing)
        case "mtable":
            return _rows("matrix", inner)
        case "mtr":
            return " & ".join(inner)
        case "mspace":
            return " "
        case "annotation-xml":
            return ""
    text = str(element.text or "")
    if name == "mo":
        text = (
            f" {text.strip()} "
            if text.strip() not in ("(", ")", "[", "]", ",", "")
            else text.strip()
        )
    return text + "".join(inner)
