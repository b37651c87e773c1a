"""What the field of a form shows in old Word files and in RTF, which keep it as numbers."""

from __future__ import annotations

from collections.abc import Sequence

BOX, CHOICE = 1, 2  # kinds of fields; others are texts
AS_MADE = 25  # nobody has filled it in


def field_shown(kind: int, result: int, default: int, choices: Sequence[str] = ()) -> str:
    """A box, ticked or not, or what is chosen of a list; "" for a text, which stands by itself.

    >>> field_shown(BOX, 1, 0), field_shown(BOX, AS_MADE, 0), field_shown(CHOICE, 1, 0, ["North", "South"])
    ('☒', '☐', 'South')
    """
    chosen = default if result == AS_MADE else result
    if kind == BOX:
        return "☒" if chosen else "☐"
    return choices[chosen] if kind == CHOICE and 0 <= chosen < len(choices) else ""
