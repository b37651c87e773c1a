"""How well scanned pages are read: word error rate by kind of page and of damage, pages a second, memory.

    python -m scripts.bench_ocr [--engines rapidocr tesseract] [--pages 66] [--show NAME]

Pages are set from the texts of data/ (prose, two columns, tables, letters and forms, small print, other languages),
painted at 300 dots an inch and then damaged: fewer dots, skew, noise, fax, blur and shadow, JPEG, quarter turns. What is
read is held against the very text that was set, in its reading order. A word is what stands between blanks, with its case
and marks; the error is the edit distance of words over their number. Each engine reads in a process of its own, on one
thread. ``lost`` is the share of words that are nowhere in what was read, whatever the order.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2 as pdfium
from PIL import Image, ImageFilter
from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen import canvas
from reportlab.platypus import Paragraph, Table, TableStyle

ROOT = Path(__file__).parent.parent
DPI = 300
FONTS = ("Times-Roman", "Helvetica", "Courier")
LANGUAGES = {
    "de": "Die Kündigungsfrist beträgt drei Monate zum Quartalsende. Größere Änderungen müssen schriftlich bestätigt "
    "werden; die Gebühr von 43,50 € übernimmt der Käufer. Für Außenstände über 1.250 € wird ein Säumniszuschlag fällig.",
    "fr": "Le délai de préavis est de trois mois. Les frais d'expédition s'élèvent à 12,80 € et sont à la charge de "
    "l'acheteur. Où la garantie a été prolongée, la pièce reçue doit être contrôlée à l'arrivée, sauf accord écrit.",
    "es": "El plazo de preaviso es de tres meses. ¿Quién paga el envío? Según el artículo 12, el comprador asumirá los "
    "gastos de instalación; la garantía cubre también los daños señalados durante el primer año.",
    "pl": "Okres wypowiedzenia wynosi trzy miesiące. Opłata za przesyłkę wynosi 43,50 zł i obciąża kupującego. "
    "Większe zmiany muszą zostać potwierdzone na piśmie, a usterki zgłoszone w ciągu czternastu dni.",
}  # fmt: skip


@dataclass(frozen=True)
class Page:
    """A page as it was damaged, and what is written on it."""

    layout: str
    damage: str
    image: Image.Image
    text: str


@cache
def prose() -> list[str]:
    """Sentences of the sample folder."""
    found: list[str] = []
    for path in sorted((ROOT / "data").rglob("*")):
        if path.suffix in (".md", ".txt"):
            for block in path.read_text("utf-8").split("\n\n"):
                text = " ".join(block.split())
                if len(text) > 120 and re.fullmatch(r"[A-Z][\w ,.;:'()/%-]+\.", text):
                    found.append(text)
    return found


def paragraphs(rng: random.Random, count: int) -> list[str]:
    """So many paragraphs of the sample folder."""
    return [" ".join(rng.sample(prose(), 2)) for _ in range(count)]


Draw = Callable[[canvas.Canvas, random.Random], list[str]]


def _set(
    page: canvas.Canvas, texts: list[str], left: float, width: float, size: float, font: str,
    top: float = A4[1] - 60,
) -> list[str]:  # fmt: skip
    """Paragraphs below each other until the page is full; those that were set."""
    style = ParagraphStyle(
        "s", fontName=font, fontSize=size, leading=1.25 * size, alignment=TA_JUSTIFY
    )
    done: list[str] = []
    for text in texts:
        flow = Paragraph(text.replace("&", "&amp;"), style)
        _, height = flow.wrap(width, 1000)
        if top - height < 50:
            break
        flow.drawOn(page, left, top - height)
        top -= height + 0.7 * size
        done.append(text)
    return done


def _one_column(page: canvas.Canvas, rng: random.Random) -> list[str]:
    page.setFont("Helvetica-Bold", 16)
    title = rng.choice(("Terms of delivery", "Working hours", "House rules", "Report of the board"))
    page.drawString(70, A4[1] - 50, title)
    size, font = rng.choice((10, 11, 12)), rng.choice(FONTS)
    return [title, *_set(page, paragraphs(rng, 12), 70, A4[0] - 140, size, font, A4[1] - 75)]


def _two_columns(page: canvas.Canvas, rng: random.Random) -> list[str]:
    page.setFont("Times-Bold", 18)
    title = "Bulletin of the harbour office"
    page.drawCentredString(A4[0] / 2, A4[1] - 50, title)
    width = (A4[0] - 120) / 2
    left = _set(page, paragraphs(rng, 12), 50, width, 10, "Times-Roman", A4[1] - 80)
    right = _set(page, paragraphs(rng, 12), 70 + width, width, 10, "Times-Roman", A4[1] - 80)
    return [title, *left, *right]


def _small_print(page: canvas.Canvas, rng: random.Random) -> list[str]:
    return _set(
        page, paragraphs(rng, 30), 60, A4[0] - 120, 8, rng.choice(("Times-Roman", "Helvetica"))
    )


def _table(page: canvas.Canvas, rng: random.Random) -> list[str]:
    names = ["Article", "Size", "In stock", "Price", "Delivered"]
    goods = (
        "Valve Pump Hose Gasket Filter Nozzle Bearing Flange Coupling Sensor Bracket Seal".split()
    )
    rows = [
        [
            f"{rng.choice(goods)} {rng.choice('ABCDK')}-{rng.randrange(10, 999)}",
            f"{rng.randrange(10, 400)} mm",
            str(rng.randrange(0, 5000)),
            f"{rng.randrange(1, 2000):,}.{rng.randrange(100):02} EUR",
            f"{rng.randrange(1, 29):02}.{rng.randrange(1, 13):02}.2026",
        ]
        for _ in range(26)
    ]
    ruled = rng.random() < 0.5
    style = [("FONTSIZE", (0, 0), (-1, -1), 10), ("FONTNAME", (0, 0), (-1, 0), "Helvetica-Bold")]
    table = Table([names, *rows], colWidths=[120, 80, 80, 110, 90])
    table.setStyle(
        TableStyle([*style, *([("GRID", (0, 0), (-1, -1), 0.5, "black")] if ruled else [])])
    )
    _, height = table.wrap(A4[0], A4[1])
    page.setFont("Helvetica-Bold", 14)
    page.drawString(60, A4[1] - 60, "Stock list of the workshop")
    table.drawOn(page, 55, A4[1] - 85 - height)
    return ["Stock list of the workshop", *(" ".join(row) for row in (names, *rows))]


def _letter(page: canvas.Canvas, rng: random.Random) -> list[str]:
    number = rng.randrange(10_000, 99_999)
    lines = [
        "Harbour Supplies Ltd.", "14 Quay Street", "Port Ellen PA42 7AB", f"Invoice no. {number}",
        f"Date: {rng.randrange(1, 29)} March 2026", f"Customer: K-{rng.randrange(100, 999)}", "Dear Ms Lindqvist,",
    ]  # fmt: skip
    page.setFont("Courier", 11)
    for i, line in enumerate(lines):
        page.drawString(70, A4[1] - 70 - 18 * i, line)
    body = _set(page, paragraphs(rng, 3), 70, A4[0] - 140, 11, "Courier", A4[1] - 215)
    end = [
        f"Net amount: {rng.randrange(100, 9000):,}.50 EUR", "VAT 19%: included", "Due within 14 days.",
        "Kind regards", "A. Holm, Accounts",
    ]  # fmt: skip
    for i, line in enumerate(end):
        page.drawString(70, 190 - 18 * i, line)
    return [*lines, *body, *end]


def _languages(page: canvas.Canvas, rng: random.Random) -> list[str]:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    path = Path("/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf")
    texts = list(LANGUAGES.values())
    font = "Times-Roman"
    if path.exists():
        pdfmetrics.registerFont(TTFont("DejaVuSerif", str(path)))
        font = "DejaVuSerif"
    else:
        texts = texts[:3]  # Times has no letters of Poland
    rng.shuffle(texts)
    return _set(page, texts, 70, A4[0] - 140, 11, font)


LAYOUTS: dict[str, Draw] = {
    "one column": _one_column,
    "two columns": _two_columns,
    "small print": _small_print,
    "table": _table,
    "letter": _letter,
    "languages": _languages,
}


def _noise(image: Image.Image, rng: random.Random, sigma: float) -> Image.Image:
    noise = np.random.default_rng(rng.randrange(1 << 30)).normal(
        0, sigma, (image.height, image.width)
    )
    return Image.fromarray(np.clip(np.asarray(image, np.float32) + noise, 0, 255).astype(np.uint8))


def _scaled(image: Image.Image, dpi: int) -> Image.Image:
    size = (image.width * dpi // DPI, image.height * dpi // DPI)
    return image.resize(size, Image.Resampling.LANCZOS)


def _skewed(image: Image.Image, rng: random.Random) -> Image.Image:
    angle = rng.choice((-1, 1)) * rng.uniform(1.0, 3.0)
    return _scaled(image, 200).rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)


def _fax(image: Image.Image, rng: random.Random) -> Image.Image:
    """204 by 196 dots an inch, black or white, some of them flipped."""
    small = np.asarray(_scaled(image, 200)) > 140
    flipped = np.random.default_rng(rng.randrange(1 << 30)).random(small.shape) < 0.01
    return Image.fromarray(((small ^ flipped) * 255).astype(np.uint8))


def _photographed(image: Image.Image, rng: random.Random) -> Image.Image:
    """Out of focus, lit from one side, on grey paper, as a JPEG."""
    small = _scaled(image, 200).filter(ImageFilter.GaussianBlur(1.0))
    across = np.linspace(1.0, rng.uniform(0.5, 0.7), small.width)[None, :]
    down = np.linspace(0.95, 0.8, small.height)[:, None]
    dark = Image.fromarray((np.asarray(small, np.float32) * across * down).astype(np.uint8))
    return _jpeg(_noise(dark, rng, 6), 60)


def _jpeg(image: Image.Image, quality: int) -> Image.Image:
    out = BytesIO()
    image.save(out, "JPEG", quality=quality)
    return Image.open(BytesIO(out.getvalue())).convert("L")


def _faded(image: Image.Image, rng: random.Random) -> Image.Image:
    """A copy of a copy: pale, with specks."""
    small = np.asarray(_scaled(image, 200), np.float32)
    return _noise(Image.fromarray((150 + small * 0.4).clip(0, 250).astype(np.uint8)), rng, 8)


DAMAGE: dict[str, Callable[[Image.Image, random.Random], Image.Image]] = {
    "none, 300 dpi": lambda image, rng: image,
    "200 dpi": lambda image, rng: _scaled(image, 200),
    "150 dpi": lambda image, rng: _scaled(image, 150),
    "100 dpi": lambda image, rng: _scaled(image, 100),
    "skew 1-3°": _skewed,
    "noise": lambda image, rng: _noise(_scaled(image, 200), rng, 40),
    "fax": _fax,
    "photographed": _photographed,
    "faded": _faded,
    "JPEG 20": lambda image, rng: _jpeg(_scaled(image, 200), 20),
    "turned": lambda image, rng: _scaled(image, 200).rotate(
        rng.choice((90, 180, 270)), expand=True
    ),
}


def pages(count: int, seed: int = 17) -> Iterator[Page]:
    """The pages: each layout with each damage, again with other texts where more are wanted."""
    kinds = [(layout, damage) for damage in DAMAGE for layout in LAYOUTS]
    for number in range(count):
        layout, damage = kinds[number % len(kinds)]
        rng = random.Random(f"{seed} {number}")
        out = BytesIO()
        page = canvas.Canvas(out, pagesize=A4)
        text = "\n".join(LAYOUTS[layout](page, rng))
        page.save()
        pdf = pdfium.PdfDocument(out.getvalue())
        image = pdf[0].render(scale=DPI / 72, grayscale=True).to_pil().convert("L")
        yield Page(layout, damage, DAMAGE[damage](image, rng), text)


def distance(a: list[str], b: list[str]) -> int:
    """The edit distance of two sequences of words."""
    row = np.arange(len(b) + 1)
    codes: dict[str, int] = {}
    other = np.array([codes.setdefault(word, len(codes)) for word in b], np.int64)
    for i, word in enumerate(a, 1):
        cost = np.minimum(row[:-1] + (other != codes.get(word, -1)), row[1:] + 1)
        new = np.concatenate(([i], cost))
        # Insertions: each runs on from the best before it.
        row = np.minimum.accumulate(new - np.arange(len(new))) + np.arange(len(new))
    return int(row[-1])


def measure(engine: str, count: int, show: str) -> list[dict[str, Any]]:
    """Read all pages with one engine; a row a page."""
    from rag.documents.ocr import read_image, tesseract

    def read(image: Image.Image) -> Any:
        if engine == "tesseract":
            pixels = np.asarray(image.convert("RGB"))[:, :, ::-1]
            return tesseract.look(pixels, "eng", seconds=120, threads=1)
        return read_image(image, "eng")

    read(Image.new("L", (64, 64), 255))
    rows: list[dict[str, Any]] = []
    for page in pages(count):
        cpu, begun = _cpu(), time.perf_counter()
        seen = read(page.image)
        spent, used = time.perf_counter() - begun, _cpu() - cpu
        right, found = page.text.split(), [word.text for word in seen.words]
        lost = Counter(right) - Counter(found)
        rows.append(
            {
                "layout": page.layout, "damage": page.damage, "words": len(right), "seconds": spent, "cpu": used,
                "errors": distance(right, found), "lost": lost.total(), "confidence": seen.confidence,
            }
        )  # fmt: skip
        if show and show in (page.layout, page.damage):
            print(f"--- {page.layout}, {page.damage}: {rows[-1]}\n{seen.text}", file=sys.stderr)
    return rows


def _cpu() -> float:
    own, called = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + called.ru_utime + called.ru_stime


def _peak() -> float:
    own, called = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return (own.ru_maxrss + called.ru_maxrss) / 1024


def _table_of(results: dict[str, Any], by: str) -> None:
    groups: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for engine, result in results.items():
        for row in result["rows"]:
            groups[row[by]][engine].append(row)
            groups["all"][engine].append(row)
    groups["all"] = groups.pop("all")
    heads = " | ".join(f"{engine}: WER % | lost % | s CPU a page" for engine in results)
    print(f"\n| {by} | pages | {heads} |\n| --- | --- |{' --- |' * 3 * len(results)}")
    for group, engines in groups.items():
        cells = []
        for engine in results:
            rows = engines[engine]
            words = sum(row["words"] for row in rows)
            cells += [
                f"{100 * sum(row['errors'] for row in rows) / words:.2f}",
                f"{100 * sum(row['lost'] for row in rows) / words:.2f}",
                f"{sum(row['cpu'] for row in rows) / len(rows):.1f}",
            ]
        print(f"| {group} | {len(rows)} | {' | '.join(cells)} |")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--engines", nargs="+", default=["rapidocr", "tesseract"])
    parser.add_argument("--pages", type=int, default=len(LAYOUTS) * len(DAMAGE))
    parser.add_argument("--show", default="", help="print what was read of this layout or damage")
    parser.add_argument("--alone", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.alone:
        rows = measure(args.alone, args.pages, args.show)
        print(json.dumps({"rows": rows, "peak": _peak()}))
        return
    results: dict[str, Any] = {}
    for engine in args.engines:
        command = ["--alone", engine, "--pages", str(args.pages), "--show", args.show]
        out = subprocess.run(
            [sys.executable, "-m", "scripts.bench_ocr", *command],
            stdout=subprocess.PIPE,
            check=True,
        ).stdout
        results[engine] = json.loads(out.splitlines()[-1])
    for by in ("damage", "layout"):
        _table_of(results, by)
    for engine, result in results.items():
        cpu, spent = (sum(row[key] for row in result["rows"]) for key in ("cpu", "seconds"))
        count = len(result["rows"])
        print(
            f"{engine}: {count / cpu:.2f} pages a CPU second, {count / spent:.2f} a second; {result['peak']:.0f} MB"
        )


if __name__ == "__main__":
    main()
