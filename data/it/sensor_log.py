"""Read the boiling-test rigs of the quality lab.

Each rig writes a line a second: time stamp, rig number, water temperature in degrees Celsius.
"""

from dataclasses import dataclass

ALARM_CELSIUS = 112.5  # a kettle that gets hotter than this has boiled dry
RIGS = 8


@dataclass
class Reading:
    seconds: float
    rig: int
    celsius: float


def parse(line: str) -> Reading:
    """Parse a line such as ``12.0;3;97.4``."""
    seconds, rig, celsius = line.split(";")
    return Reading(float(seconds), int(rig), float(celsius))


def has_boiled_dry(readings: list[Reading]) -> bool:
    """True if three readings in a row are above the alarm temperature."""
    run = 0
    for reading in readings:
        run = run + 1 if reading.celsius > ALARM_CELSIUS else 0
        if run == 3:
            return True
    return False
