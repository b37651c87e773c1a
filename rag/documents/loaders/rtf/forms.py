"""What a field of a form shows in RTF: a box, ticked or not, or what is chosen of a list."""

from __future__ import annotations

from dataclasses import dataclass, field

_BOX, _CHOICE = 1, 2
_DEFAULT = 25  # the field is as it was made


@dataclass(slots=True)
class Form:
    """What is said of the field that is being read: its kind, what is filled in, what it had before, its choices."""

    kind: int = 0
    result: int = _DEFAULT
    default: int = 0
    choices: list[str] = field(default_factory=list)

    def tell(self, name: str, value: int | None) -> None:
        """A control word of it."""
        match name:
            case "fftype":
                self.kind = value or 0
            case "ffres":
                self.result = value or 0
            case "ffdefres":
                self.default = value or 0

    def shown(self) -> str:
        """What it shows; "" for one of text, which is its result."""
        chosen = self.default if self.result == _DEFAULT else self.result
        if self.kind == _BOX:
            return "☒" if chosen else "☐"
        if self.kind == _CHOICE and 0 <= chosen < len(self.choices):
            return self.choices[chosen]
        return ""
