"""What a field of a form shows in RTF: a box, ticked or not, or what is chosen of a list."""

from __future__ import annotations

from dataclasses import dataclass, field

from rag.documents.office.form_fields import AS_MADE, field_shown


@dataclass(slots=True)
class Form:
    """What is said of the field that is being read: its kind, what is filled in, what it had before, its choices."""

    kind: int = 0
    result: int = AS_MADE
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
        return field_shown(self.kind, self.result, self.default, self.choices)
