"""The first sheet of an xlsx as texts, row after row: for tables of hundreds of thousands of rows. Knows no Django."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tongjian.reading import grids
from tongjian.reading.grids import Unusual

PIECE = 4 * 1024 * 1024  # characters of a sheet that are looked at in one go
Row = tuple[int, Sequence[str]]


def rows(data: bytes) -> Iterator[Row]:
    """Number and texts of each row that holds any. A formula that gave nothing is empty.

    The caller bounds what it takes, before (limits of size are not looked at) and while it reads. Raises Unusual.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        styles, texts = grids.styles_and_texts(package)
        part = next((part for _name, part in grids.parts(package)), "")
        if not part:
            raise Unusual("no worksheet")
        xml = grids.declared(package.read(part)).decode("utf-8")
    start = 0
    while start < len(xml):
        end = xml.find("</row>", start + PIECE)
        end = len(xml) if end < 0 else end + len("</row>")
        for row in xml[start:end].split("</row>"):
            yield from _texts(row, styles, texts)
        start = end


def _texts(row: str, styles: Mapping[str, str], texts: Sequence[str]) -> Iterator[Row]:
    full = grids.full_row(row, styles)
    if full is not None:
        number, kinds, values, inlines = full
        cells = zip(kinds, values, inlines, strict=True)
        yield number, [texts[int(v)] if k == "s" and v else i or v for k, v, i in cells]
        return
    for number, line in grids.lines(row, styles, _Held(texts)):
        yield number, ["" if cell[:1] == "f" else cell[1:] for cell in line]


class _Held(Sequence[str]):
    """Shared texts as cells, made when asked for."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts

    def __len__(self) -> int:
        return len(self.texts)

    def __getitem__(self, at: Any) -> Any:
        text = self.texts[at]
        return f"t{text}" if text else ""
