"""The first sheet of an xlsx as columns of text: for tables of hundreds of thousands of rows. Knows no Django."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tongjian.reading import grids, row_shapes
from tongjian.reading.grids import Unusual
from tongjian.reading.row_shapes import Groups, Shape

PIECE = 4 * 1024 * 1024  # characters of a sheet that are looked at in one go


@dataclass(frozen=True, slots=True)
class Columns:
    """Texts of the columns that the first row with any text has, that row among them. rows: the number of each."""

    rows: list[int] = field(default_factory=list)
    columns: list[list[str]] = field(default_factory=list)


def columns(data: bytes, *, most: int) -> Columns:
    """At most so many columns. A row without any text may be left out; a formula that gave nothing is empty.

    The caller bounds what it takes, before (limits of size are not looked at) and while it reads. Raises Unusual.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        styles, texts = grids.styles_and_texts(package)
        part = next((part for _name, part in grids.parts(package)), "")
        if not part:
            raise Unusual("no worksheet")
        xml = grids.declared(package.read(part)).decode("utf-8")
    reader, found = _Reader(styles, texts, most), Columns()
    for piece in _pieces(xml):
        reader.read(piece, found)
    return found


def _pieces(xml: str) -> Iterator[str]:
    start = 0
    while start < len(xml):
        end = xml.find("</row>", start + PIECE)
        end = len(xml) if end < 0 else end + len("</row>")
        yield xml[start:end]
        start = end


class _Reader:
    """Knows the shapes of the rows seen so far, the last used first, and how many columns are wanted."""

    def __init__(self, styles: Mapping[str, str], texts: Sequence[str], most: int) -> None:
        self.styles, self.texts, self.width, self.most = styles, texts, 0, most
        self.held = _Held(texts)
        self.shapes: list[Shape] = []

    def read(self, piece: str, found: Columns) -> None:
        """Add the rows of a piece of a sheet."""
        rows: list[Groups] = []
        shapes: list[Shape | None] = []
        for row in piece.split("</row>"):
            for at, shape in enumerate(self.shapes):
                match = shape.match(row)
                if match is None:
                    continue
                rows.append(match.groups())
                shapes.append(shape)
                if at:
                    self.shapes.insert(0, self.shapes.pop(at))
                break
            else:
                plain = list(self._cell_by_cell(row))
                rows += plain
                shapes += [None] * len(plain)
        self._add(rows, shapes, found)

    def _add(self, rows: Sequence[Groups], shapes: Sequence[Shape | None], found: Columns) -> None:
        if not rows:
            return
        numbers, *groups = zip(*rows, strict=True)
        found.columns[:] = found.columns or [[] for _n in groups]
        found.rows.extend(map(int, numbers))
        for column, more in zip(found.columns, row_shapes.resolved(groups, shapes, self.texts), strict=True):
            column += more

    def _cell_by_cell(self, row: str) -> Iterator[Groups]:
        """Rows whose shape is not known yet, or that have none. Raises Unusual."""
        for number, line in grids.lines(row, self.styles, self.held):
            texts = ["" if cell[:1] == "f" else cell[1:] for cell in line]
            self.width = self.width or min(len(texts), self.most)
            texts += [""] * (self.width - len(texts))
            yield str(number), *texts[: self.width]
        if self.width and len(self.shapes) < row_shapes.MOST:
            shape = row_shapes.shape_of(row, self.styles, self.width)
            self.shapes += [shape] if shape is not None else []


class _Held(Sequence[str]):
    """Shared texts as cells, made when asked for."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts

    def __len__(self) -> int:
        return len(self.texts)

    def __getitem__(self, at: Any) -> Any:
        text = self.texts[at]
        return f"t{text}" if text else ""
