"""Scanned pages through the optional extra `tongjian[ocr]` (RapidOCR): lines with places, as from a text layer."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterable, Sequence
from typing import Any

from tongjian.reading.documents.paragraphs import Line
from tongjian.reading.failures import failure

_ENGINES = ("rapidocr", "rapidocr_onnxruntime")
_SCALE = 200 / 72  # 200 dots an inch
_SURE = 0.5  # below it a reading is left out


def engine(name: str) -> Any:
    """The recogniser. Raises reading.ocr_missing."""
    for module in _ENGINES:
        if importlib.util.find_spec(module):
            return importlib.import_module(module).RapidOCR()
    raise failure("reading.ocr_missing", name)


def page_lines(recognise: Any, page: Any, number: int) -> list[Line]:
    """The lines of one pdfium page, top to bottom."""
    height = float(page.get_height())
    said = recognise(page.render(scale=_SCALE).to_numpy())
    return [_line(box, text, number, height) for box, text in _found(said)]


def _found(said: Any) -> Iterable[tuple[Sequence[Sequence[float]], str]]:
    """Boxes and texts, from the answer of either release of RapidOCR."""
    if hasattr(said, "boxes"):
        rows = [] if said.boxes is None else list(zip(said.boxes, said.txts, said.scores, strict=True))
    else:
        rows = list(said[0] or [])
    sure = [(box, str(text)) for box, text, score in rows if float(score) >= _SURE and str(text).strip()]
    return sorted(sure, key=lambda row: (round(float(row[0][0][1]) / 12), float(row[0][0][0])))


def _line(box: Sequence[Sequence[float]], text: str, number: int, height: float) -> Line:
    left, right = (min(float(p[0]) for p in box) / _SCALE, max(float(p[0]) for p in box) / _SCALE)
    top, foot = (min(float(p[1]) for p in box) / _SCALE, max(float(p[1]) for p in box) / _SCALE)
    size = (right - left) / max(1, len(text))
    return Line(
        text.strip(), number, left, right, height - foot, size, (top + foot) / 2 / height if height else 0
    )
