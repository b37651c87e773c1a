"""Pages turned until their text is upright."""

from __future__ import annotations

import math
from collections import Counter

import pypdfium2 as pdfium
import pypdfium2.raw as raw

SAMPLE = 60  # characters by which it is told how a page lies
MOST = 0.7  # share of them that lie in one direction, on a page that is turned
NEAR = 0.1  # radians that they may be off


def turned(page: pdfium.PdfPage, textpage: pdfium.PdfTextPage) -> int:
    """Turn a page whose text lies on its side or its head: by how many degrees, clockwise. 0 where it has not been;
    else it is to be loaded anew."""
    quarters = _quarters(textpage)
    if not quarters:
        return 0
    left, bottom, right, top = page.get_bbox()
    width, height = right - left, top - bottom
    matrix = {
        3: (0, -1, 1, 0, -bottom, right),
        2: (-1, 0, 0, -1, right, top),
        1: (0, 1, -1, 0, top, -left),
    }[quarters]
    if quarters != 2:
        width, height = height, width
    raw.FPDFPage_TransFormWithClip(page, raw.FS_MATRIX(*matrix), raw.FS_RECTF(0, height, width, 0))
    raw.FPDFPage_TransformAnnots(page, *matrix)
    page.set_mediabox(0, 0, width, height)
    page.set_cropbox(0, 0, width, height)
    page.set_rotation(0)
    return 360 - 90 * quarters


def _quarters(textpage: pdfium.PdfTextPage) -> int:
    """By how many quarters of a circle most of a page's text is turned to the right."""
    count = textpage.count_chars()
    angles: Counter[int] = Counter()
    for i in range(0, count, max(1, count // SAMPLE)):
        angle = raw.FPDFText_GetCharAngle(textpage, i)
        quarter = round(angle / (math.pi / 2))
        if angle >= 0 and not raw.FPDFText_IsGenerated(textpage, i):
            angles[quarter % 4 if abs(angle - quarter * math.pi / 2) < NEAR else -1] += 1
    quarter, times = angles.most_common(1)[0] if angles else (0, 0)
    return quarter if quarter > 0 and times > MOST * angles.total() else 0
