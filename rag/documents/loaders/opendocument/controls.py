"""Controls of forms in an OpenDocument file: what they are called, what is filled in, ticked or chosen."""

from __future__ import annotations

from lxml import etree

from rag.documents.office.package import attribute, children, descendants, local
from rag.documents.text import one_line

_TICKED = frozenset(("checkbox", "radio"))
_CHOSEN = frozenset(("listbox", "combobox"))


def controls(tree: etree._Element | None) -> dict[str, str]:
    """What each control shows, by the identifier that a drawing has for it."""
    found: dict[str, str] = {}
    for form in descendants(tree, "forms"):
        for one in form.iter():
            key = attribute(one, "id")
            if key and local(one) not in ("form", "hidden") and (text := _shown(one)):
                found[key] = text
    return found


def field_mark(mark: etree._Element) -> str:
    """What a form field that comes from Word shows: a box, ticked or not, or what is chosen of a list."""
    said = [
        (attribute(one, "name") or "", attribute(one, "value") or "")
        for one in children(mark, "param")
    ]
    kind, values = (attribute(mark, "type") or "").rpartition(".")[2], dict(said)
    if kind == "FORMCHECKBOX":
        return "☒" if values.get("Checkbox_Checked") == "true" else "☐"
    entries = [value for name, value in said if name == "Dropdown_ListEntry"]
    at = values.get("Dropdown_Selected", "")
    return entries[int(at)] if at.isdigit() and int(at) < len(entries) else ""


def _shown(control: etree._Element) -> str:
    label = one_line(attribute(control, "label") or "")
    value = attribute(control, "current-value") or attribute(control, "value") or ""
    kind = local(control)
    if kind in _TICKED:
        on = attribute(control, "current-state") or attribute(control, "state")
        picked = attribute(control, "current-selected") or attribute(control, "selected")
        ticked = on == "checked" or picked == "true"
        return f"{'☒' if ticked else '☐'} {label}" if label else ""
    if kind in _CHOSEN:
        chosen = [
            attribute(one, "label") or ""
            for one in descendants(control, "option", "item")
            if "true" in (attribute(one, "current-selected"), attribute(one, "selected"))
        ]
        value = ", ".join(filter(None, chosen)) or value
    elif kind == "textarea":
        value = " ".join("".join(one.itertext()) for one in descendants(control, "p")) or value
    return ": ".join(filter(None, (label, one_line(value))))
