"""Whether the words under the rectangles are the quote's: python -m scripts.bench_highlight FOLDER [--spans N] [--seed N] [--show N]

Of each PDF random sentences (rows of tables, items and headings among them) are marked on their pages, and the words
under the rectangles are read back by another engine, pdfminer.six (pip install pdfminer.six), which knows neither PDFium
nor how a span became rectangles; of words on pictures OCR reads what is under them. Of a row of a table its cells count, with or without the names of its columns.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path

from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LTChar, LTContainer, LTItem
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from PIL import Image

from rag.documents.document import Document
from rag.documents.formats import format_for, load
from rag.documents.ocr import read_image
from rag.documents.sentences import sentence_ends
from rag.documents.source import Source
from rag.errors import LoadError
from rag.viewing import PageView, page_picture, page_view

WIDTH = 1_000  # pixels of a picture
ALIKE = 0.8  # of letters, where OCR reads back
PAINTED = 10  # spans of which the page of one is painted
LEAST = 3  # words of a span that is drawn
Char = tuple[str, float, float]  # and where its middle is: shares from the left and from above


@dataclass
class Tally:
    """What came of the spans of a file."""

    right: int = 0
    told: int = 0
    wrong: int = 0
    seen: int = 0  # of the spans those on pictures
    rows: int = 0  # of the spans those that are rows of tables
    view: list[float] = field(default_factory=list)  # seconds of the processor
    picture: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)  # bytes
    reasons: Counter[str] = field(default_factory=Counter)


class Engine:
    """Reads the characters of pages with pdfminer.six."""

    def __init__(self, path: Path) -> None:
        self.pages = list(PDFPage.create_pages(PDFDocument(PDFParser(path.open("rb")))))
        resources = PDFResourceManager()
        self.device = PDFPageAggregator(resources, laparams=None)
        self.interpreter = PDFPageInterpreter(resources, self.device)
        self.chars = cache(self._chars)

    def _chars(self, number: int) -> list[Char]:
        page = self.pages[number - 1]
        self.interpreter.process_page(page)
        layout = self.device.get_result()
        # pdfminer turns the page and moves its media box to nought.
        x0, y0, x1, y1 = page.mediabox
        left, bottom, right, top = page.cropbox
        turn = page.rotate % 360
        if turn == 90:
            edges = (bottom - y0, x1 - right, top - y0, x1 - left)
        elif turn == 180:
            edges = (x1 - right, y1 - top, x1 - left, y1 - bottom)
        elif turn == 270:
            edges = (y1 - top, left - x0, y1 - bottom, right - x0)
        else:
            edges = (left - x0, bottom - y0, right - x0, top - y0)
        wide, high = edges[2] - edges[0], edges[3] - edges[1]
        return [
            (
                one.get_text(),
                ((one.x0 + one.x1) / 2 - edges[0]) / wide,
                1 - ((one.y0 + one.y1) / 2 - edges[1]) / high,
            )
            for one in _walk(layout)
        ]


def _walk(item: LTItem) -> list[LTChar]:
    if isinstance(item, LTChar):
        return [item]
    return [char for one in item for char in _walk(one)] if isinstance(item, LTContainer) else []


def spans_of(document: Document) -> list[tuple[int, int]]:
    """The sentences of each block and the rows of tables, long enough to be a quote."""
    found: list[tuple[int, int]] = []
    for line in re.finditer(r"[^\n]+", document.text):
        ends = () if " | " in line[0] else sentence_ends(line[0])
        edges = [0, *ends, len(line[0])]
        for low, high in pairwise(edges):
            piece = line[0][low:high]
            begin = line.start() + low + len(piece) - len(piece.lstrip())
            if len(piece.split()) >= LEAST and any(map(str.isalpha, piece)):
                found.append((begin, begin + len(piece.strip())))
    return found


def bare(text: str) -> str:
    """The letters, digits and signs, without blanks, hyphens, which lines are broken at, and bullets, which fonts of
    signs have elsewhere."""
    text = re.sub(r"[\uf020-\uf0ff]", lambda sign: chr(ord(sign[0]) - 0xF000), text)
    text = unicodedata.normalize("NFKC", re.sub(r"\(cid:\d+\)", "", text))
    return re.sub(r"[\s\-\u2010\u2011\u00ad\u0002\ufffe\u200b·•]", "", text)


def is_said(said: str, span: str) -> bool:
    """Whether words are those of a span; of a row with or without the names of its columns, and with what stands
    over several of its columns once."""
    span = span.strip("| ")  # cells that are empty
    if bare(said) == bare(span):
        return True
    cells = [cell.strip() for cell in span.split(" | ")]
    if len(cells) < 2 and ": " not in span:
        return False
    ways = []
    for cell in cells:
        starts = [0, *(found.end() for found in re.finditer(": ", cell))]
        ways.append("(?:" + "|".join(re.escape(bare(cell[at:])) for at in starts) + ")")
    if re.fullmatch(r"\|?".join(ways), bare(said)):
        return True
    held = Counter(word for cell in cells for word in set(cell.split()))
    words = (
        f"(?:{re.escape(bare(word))})" + "?" * (held[word] > 1)
        for cell in cells
        for word in cell.split()
    )
    return bool(re.fullmatch("".join(words), bare(said)))


def words_under(engine: Engine, views: Sequence[PageView]) -> str:
    """What stands under the rectangles, one after the other."""
    said = []
    for view in views:
        for left, top, right, bottom in view.rectangles:
            for text, x, y in engine.chars(view.number):
                if left <= x <= right and top <= y <= bottom:
                    said.append(text)
    return "".join(said)


def seen_under(path: Path, views: Sequence[PageView]) -> str:
    """What OCR sees under the rectangles, where they are of words on a picture."""
    said = []
    for view in views:
        page = Image.open(BytesIO(page_picture(path, view.number, 2 * WIDTH))).convert("RGB")
        for left, top, right, bottom in view.rectangles:
            high, wide = page.height, page.width
            piece = page.crop((left * wide, top * high, right * wide, bottom * high))
            ground = Image.new("RGB", (piece.width + 60, piece.height + 60), "white")
            ground.paste(piece, (30, 30))
            said.append(read_image(ground, "eng").text)
    return " ".join(said)


def is_seen(said: str, span: str) -> bool:
    """Whether words are those of a span, but for letters that were read as others."""
    cells = " ".join(re.sub("^[^|]*?: ", "", cell) for cell in span.split(" | "))
    return any(
        SequenceMatcher(None, bare(said), bare(text), autojunk=False).ratio() >= ALIKE
        for text in (span.replace("|", ""), cells)
    )


def verdict_of(
    path: Path,
    document: Document,
    span: tuple[int, int],
    views: Sequence[PageView],
    engine: Engine,
    tally: Tally,
) -> str:
    """What is not right with how a span is marked; "" where nothing is."""
    if told := next((view.reason for view in views if view.marked == "page"), ""):
        tally.told += 1
        tally.reasons[told] += 1
        return f"told ({told})"
    text = document.text[slice(*span)]
    if document.words_at(*span):
        tally.seen += 1
        right = is_seen(said := seen_under(path, views), text)
    else:
        right = is_said(said := words_under(engine, views), text)
    tally.right += right
    tally.wrong += not right
    return "" if right else f"WRONG: {said!r}"


def judge(path: Path, count: int, seed: int, show: int) -> Tally:
    data = path.read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    format = format_for(path.name, data[:1024])
    assert format is not None
    document = load(Source(path.name, data), format)
    engine, tally = Engine(path), Tally()
    spans = spans_of(document)
    sample = random.Random(f"{seed} {path.name}").sample(spans, min(count, len(spans)))
    for drawn, (begin, end) in enumerate(sample):
        span = document.text[begin:end]
        first, last = document.page_at(begin), document.page_at(end - 1)
        assert first and last
        views = []
        for number in range(first.number, last.number + 1):
            begun = time.process_time()
            views.append(page_view(document, path, number, (begin, end), expected=sha256))
            tally.view.append(time.process_time() - begun)
        if drawn % PAINTED == 0:
            begun = time.process_time()
            tally.sizes.append(len(page_picture(path, first.number, WIDTH, expected=sha256)))
            tally.picture.append(time.process_time() - begun)
        tally.rows += " | " in span
        verdict = verdict_of(path, document, (begin, end), views, engine, tally)
        if not verdict:
            continue
        if show > 0:
            show -= 1
            print(
                f"  {path.name} page {first.number} {begin}:{end} {span[:300]!r}\n    {verdict[:400]}"
            )
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--spans", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--show", type=int, default=0, help="failures that are printed of each file"
    )
    given = parser.parse_args()
    print(
        "| file | spans | rows | right | told | wrong | view ms, median | p95 | picture ms | kB |"
    )
    print("| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |")
    total: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for path in sorted(given.folder.glob("*.pdf")):
        try:
            tally = judge(path, given.spans, given.seed, given.show)
        except LoadError as error:
            print(f"  {path.name}: {error}")
            continue
        spans = tally.right + tally.told + tally.wrong
        view, picture = sorted(tally.view), sorted(tally.picture)
        print(
            f"| {path.stem} | {spans} | {tally.rows} | {tally.right / spans:.1%} | {tally.told} | {tally.wrong} "
            f"| {view[len(view) // 2] * 1000:.0f} | {view[len(view) * 95 // 100] * 1000:.0f} "
            f"| {picture[len(picture) // 2] * 1000:.0f} | {sum(tally.sizes) / len(tally.sizes) / 1000:.0f} |",
            flush=True,
        )
        total.update(
            spans=spans,
            right=tally.right,
            told=tally.told,
            wrong=tally.wrong,
            rows=tally.rows,
            seen=tally.seen,
        )
        reasons.update(tally.reasons)
    print(
        f"\n{total['spans']} spans, {total['rows']} of them rows, {total['seen']} on pictures: right {total['right'] / total['spans']:.2%}, "
        f"told {total['told']}, wrong {total['wrong']}"
    )
    for reason, count in reasons.most_common():
        print(f"  told {count} times: {reason}")


if __name__ == "__main__":
    main()
