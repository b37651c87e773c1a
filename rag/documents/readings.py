"""How letters are read (ruby): said behind the text, so that the words that they stand on stay whole."""

from __future__ import annotations

from dataclasses import dataclass, field

MOST_READINGS = 500  # that are said of one document


@dataclass(slots=True)
class Readings:
    """The readings of a document, each once.

    >>> readings = Readings()
    >>> readings.add("山田", "やまだ")
    >>> readings.line()
    'Readings: 山田 (やまだ)'
    """

    found: dict[str, str] = field(default_factory=dict)

    def add(self, base: str, above: str) -> None:
        """A word, and how it is read."""
        base, above = "".join(base.split()), "".join(above.split())
        if base and above and len(self.found) < MOST_READINGS:
            self.found.setdefault(base, above)

    def line(self) -> str:
        """What is said of them; "" where there are none."""
        said = ", ".join(f"{base} ({above})" for base, above in self.found.items())
        return f"Readings: {said}" if said else ""
