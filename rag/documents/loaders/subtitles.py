"""Subtitles and transcripts (SRT, WebVTT): what is said, with the time as its place."""

from __future__ import annotations

import html
import re

from rag.documents.document import Document
from rag.documents.source import Source
from rag.documents.text import one_line
from rag.documents.writer import Writer
from rag.errors import LoadError

SECONDS = 60.0  # of speech in one part of the text
PAUSE = 4.0  # seconds of silence after which another part starts
_TIMES = re.compile(
    r"(?<!\d)((?:\d{1,4}:)?\d{1,2}:\d{2}[.,]\d{1,3})\s*-->\s*((?:\d{1,4}:)?\d{1,2}:\d{2}[.,]\d{1,3})(.*)"
)
_VOICE = re.compile(r"<v(?:\.[^ >]*)?\s+([^>]+)>")


def _seconds(stamp: str) -> float:
    total = 0.0
    for part in stamp.replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return total


def load(source: Source) -> Document:
    """What is said in the order it is said; a part starts each minute and after each pause.

    Raises:
        LoadError: there is no cue in it.
    """
    blocks = re.split(r"\n\s*\n", source.text().replace("\r\n", "\n").replace("\r", "\n"))
    writer = Writer()
    said: list[str] = []
    number, begin, last, speaker = 0, 0.0, 0.0, ""
    found_any = False
    header: list[str] = []
    for block in blocks:
        lines = [line for line in block.split("\n") if line.strip()]
        at = next((i for i, line in enumerate(lines) if _TIMES.search(line)), None)
        if at is None:
            if lines and lines[0].startswith("WEBVTT"):
                header = [*lines[0].removeprefix("WEBVTT").strip(" -\t").splitlines(), *lines[1:]]
            elif lines and lines[0].startswith("NOTE"):
                header.append(one_line(" ".join(lines).removeprefix("NOTE")))
            elif lines and not lines[0].startswith(("STYLE", "REGION")) and found_any:
                said.append(one_line(" ".join(lines)))
            continue
        times = _TIMES.search(lines[at])
        assert times is not None
        start = _seconds(times[1])
        if not found_any or start - begin >= SECONDS or start - last > PAUSE:
            writer.paragraph(" ".join(said))
            said, begin, number = [], start, number + 1
            writer.page(number, times[1].replace(",", ".").partition(".")[0])
        last, found_any = _seconds(times[2]), True
        name = at > 0 and not lines[at - 1].strip().isdigit() and lines[at - 1].strip()
        if name and not re.fullmatch(r"[\w./-]+", name):
            said.append(f"[{name}]")
        for line in lines[at + 1 :]:
            for voice in _VOICE.findall(line):
                if voice != speaker:
                    said.append(f"{voice}:")
                speaker = voice
            text = one_line(html.unescape(re.sub(r"<[^>]*>|\{\\[^}]*\}", "", line)))
            if text and (not said or said[-1] != text):  # rolling captions repeat a line
                said.append(text)
    writer.paragraph(" ".join(said))
    if not found_any:
        raise LoadError("there are no subtitles in it")
    title = one_line(" ".join(header))
    return writer.document("subtitles", title=title[:100], page_kind="part")
