"""OCR by RapidOCR: its detection and recognition models come in its wheel and run on OpenVINO.

Its parts are driven one by one, not through its pipeline: lines are recognised singly, so that memory
stays small, and which way a page is turned is decided once for the page, not for each line.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.documents.ocr.layout import Segment, arrange
from rag.documents.ocr.ruled import ruled
from rag.documents.ocr.seen import Box, Seen, Word

Pixels = npt.NDArray[np.uint8]
"""Height, width, 3."""
Quads = npt.NDArray[np.float32]
"""Boxes, 4 corners (upper left, upper right, lower right, lower left), x and y."""

DETECT = 960  # pixels of the longer side in which lines are looked for
FAINT = (
    0.3  # how sure the detector is of a box at least; what is in it is judged by what it reads as
)
CERTAIN = 0.6  # how sure it is of what is a line for certain
INK = 32  # of 255, by which what is written differs from the ground at least
MARGIN = 24  # pixels around what is written
SMALLEST_SIDE = 64  # pixels that the detector is given at least
RIBBON = (
    2_500  # pixels from which on a picture may be a ribbon; lower, it is a line that lies sideways
)
STRIP = 1.5  # widths that a strip is high, of a picture that is a ribbon
ENLARGE = 2.0  # at most, of small pictures
LINE_HEIGHT = 48  # pixels, as the recogniser was trained
BUCKET = 64  # widths are rounded up to it: a shape that is new costs a compilation
LONGEST_LINE = 4800  # pixels at that height; a line of 100 heights is none
TALL = 1.5  # heights a width from which on a box holds a sideways line
MIDDLING = 12  # heights a width of a line that is enough to judge by, and cheap to read
SAMPLE = 6  # lines by which it is judged which way up a page stands
UNSURE = 0.75  # confidence below which a line is no text, or none that can be read
LINE = 4.0  # heights a width of what is several letters
FEW = 0.5  # letters a height of a line's width below which most were not known
MARKS = 0.8  # the same, of lines without a letter or digit
BLANK = 0.2  # how likely a blank is, where nothing is likelier still, to be one: inside words it is never 0.02
GAP = 4.0  # widths of a letter between two from which on they are of two words
FOREIGN = 0.3  # share of a line's letters from which on its Han letters are meant


@dataclass(frozen=True, slots=True)
class _Engine:
    """The models, loaded; ``alphabet`` are the recogniser's classes, ``blank`` the numbers of blanks among them, ``han`` says
    which are letters of China and Japan."""

    detector: Any
    recogniser: Any
    crop: Any
    alphabet: npt.NDArray[np.str_]
    blank: npt.NDArray[np.int64]
    han: npt.NDArray[np.bool_]


@cache
def _engine(threads: int) -> _Engine:
    import cv2
    from rapidocr import EngineType, RapidOCR
    from rapidocr.utils.process_img import get_rotate_crop_image

    cv2.setNumThreads(threads)
    kinds = {f"{part}.engine_type": EngineType.OPENVINO for part in ("Det", "Rec")}
    parts = RapidOCR(
        params={
            **kinds,
            "Det.box_thresh": FAINT,
            "EngineConfig.openvino.inference_num_threads": threads,
            "Global.log_level": "critical",
        }
    )
    detector, recogniser = parts._load_det_model(), parts._load_rec_model()
    alphabet = np.array([c.replace("\u3000", " ") for c in recogniser.postprocess_op.character])
    blank = np.flatnonzero(alphabet == " ")
    han = np.array([len(c) == 1 and "\u2e80" <= c <= "\uffee" for c in alphabet])
    return _Engine(detector, recogniser.session, get_rotate_crop_image, alphabet, blank, han)


def look(pixels: Pixels, *, seconds: float, threads: int) -> Seen:
    """The text on a picture, upright or turned, within ``seconds`` of the processor.

    Raises:
        MemoryError: there is too little for the models.
    """
    until = time.process_time() + seconds * threads
    inked = _inked(pixels)
    if inked is None:
        return Seen()
    engine = _engine(threads)
    left, top, right, bottom = inked
    found: list[Quads] = []
    sure: list[bool] = []
    for high, low in _strips(pixels[top:bottom, left:right]):
        boxes, certain = _detect(engine, pixels[top + high : top + low, left:right])
        found.append(boxes + np.array([left, top + high], np.float32))
        sure += certain
    quads = np.concatenate(found)
    if not len(quads):
        return Seen()
    turned = 0
    lengths = np.maximum(*_sides(quads))
    if lengths[_tall(quads)].sum() > lengths.sum() / 2:
        quads, turned = _turn_quads(quads, pixels.shape[1]), 270
        pixels = _turn(pixels)
    if _upside_down(engine, pixels, quads):
        height, width = pixels.shape[:2]
        pixels = np.ascontiguousarray(pixels[::-1, ::-1])
        quads = (np.array([width, height], np.float32) - quads)[:, [2, 3, 0, 1]]
        turned = (turned + 180) % 360
    segments: list[Segment] = []
    cut, missed = False, 0
    for quad, is_sure in zip(quads, sure, strict=True):
        if time.process_time() > until:
            cut = True
            break
        read = _read(engine, pixels, quad)
        if _is_text(read, quad):
            segments.append(read.segment(quad, pixels.shape, turned))
        elif is_sure and _is_line(quad):
            missed += 1
    return Seen(arrange(segments, partial(ruled, pixels)), turned, cut, missed)


def _inked(pixels: Pixels) -> tuple[int, int, int, int] | None:
    """Left, top, right, bottom of what differs from the ground; None where all is one colour. Lines
    are found better where blank margins don't make them small, and sooner."""
    grey = pixels.mean(axis=2, dtype=np.float32)
    ink = np.abs(grey - np.median(grey)) > INK
    columns, rows = np.flatnonzero(ink.any(0)), np.flatnonzero(ink.any(1))
    if len(columns) < 2 or len(rows) < 2:
        return None
    height, width = grey.shape
    return (
        max(0, int(columns[0]) - MARGIN), max(0, int(rows[0]) - MARGIN),
        min(width, int(columns[-1]) + MARGIN + 1), min(height, int(rows[-1]) + MARGIN + 1),
    )  # fmt: skip


def _strips(pixels: Pixels) -> list[tuple[int, int]]:
    """From which row to which a picture is looked through: at once, but where it is a long ribbon (a
    whole web page); that is cut where the least is written."""
    height, width = pixels.shape[:2]
    longest = int(STRIP * width)
    if height < RIBBON or height < 2 * longest or longest < 2 * SMALLEST_SIDE:
        return [(0, height)]
    grey = pixels.mean(axis=2, dtype=np.float32)
    change = np.abs(np.diff(grey, axis=1)).sum(1)
    strips: list[tuple[int, int]] = []
    start = 0
    while height - start > longest:
        low = start + int(0.7 * longest)
        cut = low + int(np.argmin(change[low : start + longest]))
        strips.append((start, cut))
        start = cut
    return [*strips, (start, height)]


def _detect(engine: _Engine, pixels: Pixels) -> tuple[Quads, list[bool]]:
    """Where lines stand, in pixels; and whether it is sure that these are lines."""
    import cv2

    height, width = pixels.shape[:2]
    scale = min(ENLARGE, DETECT / max(height, width))
    size = [max(SMALLEST_SIDE, round(n * scale / 32) * 32) for n in (width, height)]
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    small = cv2.resize(pixels, size, interpolation=way)
    batch = (small.astype(np.float32) / 127.5 - 1).transpose(2, 0, 1)[None]
    scores = engine.detector.session(np.ascontiguousarray(batch))
    if not scores.size:  # OpenVINO gives nothing back where it had no memory
        raise MemoryError
    boxes, sure = engine.detector.postprocess_op(scores, (size[1], size[0]))
    if not len(boxes):
        return np.zeros((0, 4, 2), np.float32), []
    ratio = np.array([width / size[0], height / size[1]], np.float32)
    return np.asarray(boxes, np.float32) * ratio, [one >= CERTAIN for one in sure]


def _sides(quads: Quads) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Widths and heights."""
    across = np.linalg.norm(quads[:, 1] - quads[:, 0], axis=1)
    down = np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1)
    return across, down


def _tall(quads: Quads) -> npt.NDArray[np.bool_]:
    across, down = _sides(quads)
    return np.asarray(down >= TALL * across)


def _turn(pixels: Pixels) -> Pixels:
    """A quarter to the left."""
    return np.ascontiguousarray(np.rot90(pixels))


def _turn_quads(quads: Quads, width: int) -> Quads:
    turned = np.stack([quads[:, :, 1], width - quads[:, :, 0]], axis=2)
    return turned[:, [1, 2, 3, 0]]


def _upside_down(engine: _Engine, pixels: Pixels, quads: Quads) -> bool:
    """Whether its longest lines read better the other way up."""
    across, down = _sides(quads)
    level = np.flatnonzero(~_tall(quads))
    if not len(level):
        return False
    lengths = across[level] / np.maximum(down[level], 1)
    by_length = level[np.argsort(np.abs(lengths - MIDDLING), kind="stable")].tolist()
    right = wrong = 0.0
    for i in by_length[:SAMPLE]:
        crop = engine.crop(pixels, quads[i].copy())
        a, b = _recognise(engine, crop), _recognise(engine, crop[::-1, ::-1])
        right += a.confidence * len(a.text)
        wrong += b.confidence * len(b.text)
        if abs(right - wrong) > 0.25 * (right + wrong) and i != by_length[0]:
            break
    return wrong > right


@dataclass(frozen=True, slots=True)
class _Reading:
    """The letters of a line, each with how sure it is and where along the line its middle is (0 to 1)."""

    text: str
    sure: npt.NDArray[np.float32]
    at: npt.NDArray[np.float32]

    @property
    def confidence(self) -> float:
        return float(self.sure.mean()) if len(self.sure) else 0.0

    def segment(self, quad: npt.NDArray[np.float32], shape: Sequence[int], turned: int) -> Segment:
        """Its words, with where they stand."""
        words: list[Word] = []
        spans: list[tuple[float, float]] = []
        half = float(np.median(np.diff(self.at))) / 2 if len(self.at) > 1 else 0.5
        for start, end in self._parts():
            begin = max(0.0, float(self.at[start]) - half)
            stop = min(1.0, float(self.at[end - 1]) + half)
            box = _stored_box(_upright_box(quad, begin, stop, shape), turned)
            words.append(Word(self.text[start:end], box, float(self.sure[start:end].mean())))
            spans.append((begin, stop))
        return Segment(tuple(words), quad.tolist(), tuple(spans))

    def _parts(self) -> Iterator[tuple[int, int]]:
        """The words by their letters: parted by blanks, and by gaps that were taken for none."""
        pitch = float(np.median(np.diff(self.at))) if len(self.at) > 1 else 1.0
        start = 0
        for i, letter in enumerate(self.text):
            apart = i > start and float(self.at[i] - self.at[i - 1]) > GAP * pitch
            if apart or letter == " ":
                if i > start:
                    yield start, i
                start = i + (letter == " ")
        if start < len(self.text):
            yield start, len(self.text)


def _read(engine: _Engine, pixels: Pixels, quad: npt.NDArray[np.float32]) -> _Reading:
    """What a line says; a sideways one is tried both ways."""
    crop = engine.crop(pixels, quad.copy())
    read = _recognise(engine, crop)
    if bool(_tall(quad[None])[0]):
        other = _recognise(engine, crop[::-1, ::-1])
        return max(read, other, key=lambda one: one.confidence)
    return read


def _recognise(engine: _Engine, crop: Pixels) -> _Reading:
    import cv2

    height, width = crop.shape[:2]
    if not height or not width:
        return _Reading("", np.zeros(0, np.float32), np.zeros(0, np.float32))
    wide = min(LONGEST_LINE, max(8, round(width * LINE_HEIGHT / height)))
    full = -(-wide // BUCKET) * BUCKET
    line = cv2.resize(crop, (wide, LINE_HEIGHT)).astype(np.float32)
    batch = np.zeros((1, 3, LINE_HEIGHT, full), np.float32)
    batch[0, :, :, :wide] = (line / 127.5 - 1).transpose(2, 0, 1)
    scores = engine.recogniser(batch)
    if not scores.size:
        raise MemoryError
    return _decode(engine, scores[0], full / wide)


def _decode(engine: _Engine, scores: npt.NDArray[np.float32], stretch: float) -> _Reading:
    """The likeliest letter of each step, repetitions and nothing (class 0) left out."""
    best = scores.argmax(1)
    blank = scores[:, engine.blank]
    wide = (best == 0) & (blank.max(1) >= BLANK)
    best[wide] = engine.blank[blank[wide].argmax(1)]
    letters = best != 0
    foreign = engine.han[best] & letters
    if foreign.any() and foreign.sum() < FOREIGN * letters.sum():
        # A stray Han letter among others is a mark misread.
        best = np.where(engine.han, 0.0, scores).argmax(1)
    kept = (best != 0) & (best != np.concatenate(([-1], best[:-1])))
    at = (np.flatnonzero(kept) + 0.5) / len(best) * stretch
    chosen = best[kept]
    sure = scores[kept, chosen] + np.where(
        wide[kept], scores[kept, 0], 0.0
    )  # that no letter is there
    return _Reading(
        "".join(engine.alphabet[chosen]),
        sure.astype(np.float32),
        at.astype(np.float32),
    )


def _is_text(read: _Reading, quad: npt.NDArray[np.float32]) -> bool:
    """Not what a photo, a rule or a stain was taken for, nor a line in letters that the recogniser does
    not know: of those it finds few, or takes them for others and is not sure."""
    if not read.text.strip():
        return False
    greek = sum("\u0370" <= c <= "\u03ff" for c in read.text)
    few = _is_line(quad) and len(read.text) < FEW * _aspect(quad)
    if few or (greek > 2 and greek > FOREIGN * len(read.text)):
        return False
    marks = not any(c.isalnum() for c in read.text)
    return read.confidence >= (MARKS if marks else UNSURE)


def _aspect(quad: npt.NDArray[np.float32]) -> float:
    across, down = (float(side[0]) for side in _sides(quad[None]))
    return max(across, down) / max(1.0, min(across, down))


def _is_line(quad: npt.NDArray[np.float32]) -> bool:
    """Whether a box has the shape of a line of several letters."""
    return _aspect(quad) >= LINE


def _upright_box(
    quad: npt.NDArray[np.float32], begin: float, stop: float, shape: Sequence[int]
) -> Box:
    """Where a part of a line stands, as shares of the upright picture."""
    upper, lower = quad[1] - quad[0], quad[2] - quad[3]
    if float(np.linalg.norm(quad[3] - quad[0])) >= TALL * float(np.linalg.norm(upper)):
        points = quad  # a sideways line is marked as a whole
    else:
        points = np.array(
            [
                quad[0] + begin * upper,
                quad[0] + stop * upper,
                quad[3] + begin * lower,
                quad[3] + stop * lower,
            ]
        )
    height, width = shape[:2]
    left, top = points.min(0).tolist()
    right, bottom = points.max(0).tolist()
    return (
        _share(left, width), _share(top, height), _share(right, width), _share(bottom, height)
    )  # fmt: skip


def _share(at: float, whole: int) -> float:
    return min(1.0, max(0.0, at / whole))


def _stored_box(box: Box, turned: int) -> Box:
    """A box of the upright picture on the picture as it is stored."""
    left, top, right, bottom = box
    if turned == 90:
        return top, 1 - right, bottom, 1 - left
    if turned == 180:
        return 1 - right, 1 - bottom, 1 - left, 1 - top
    if turned == 270:
        return 1 - bottom, left, 1 - top, right
    return box
