"""One text put together piece by piece, with the blocks inside it."""

from __future__ import annotations

from tongjian.reading.documents.skips import skipped
from tongjian.reading.types import Block, Document, Skipped, SourceKind


class TextBuilder:
    """Paragraphs are opened and closed; inside a table row they make up cells.

    Blank paragraphs leave nothing behind. Cells of a row are separated by tabs, rows and paragraphs by line feeds.
    """

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self._blocks: list[Block] = []
        self._skipped: list[Skipped] = []
        self._paragraph: list[str] = []
        self._rows: list[list[str]] = []  # open rows (tables nest); each a list of cells

    # Paragraphs

    def open(self) -> int:
        """Begin a paragraph. Returns the place where its own text begins, for `has_text` and `put_before`."""
        return len(self._paragraph)

    def add(self, text: str) -> None:
        self._paragraph.append(text)

    def has_text(self, start: int) -> bool:
        return bool("".join(self._paragraph[start:]).strip())

    def put_before(self, start: int, label: str) -> None:
        self._paragraph.insert(start, label)

    def close(self, *, joined: bool = False, page: int | None = None) -> None:
        """End the paragraph; `joined`: the next one continues it."""
        if joined:
            return
        text, self._paragraph = "".join(self._paragraph), []
        if self._rows and self._rows[-1]:
            cell = self._rows[-1][-1]
            self._rows[-1][-1] = f"{cell}\n{text}" if cell and text.strip() else cell or text.strip()
        elif text.strip():
            self._write([(text, "paragraph")], page)

    # Tables

    def start_row(self) -> None:
        self.close()
        self._rows.append([])

    def start_cell(self) -> None:
        self.close()
        self._rows[-1].append("")

    def end_row(self) -> None:
        self.close()
        cells = self._rows.pop()
        if not any(cells):
            return
        if self._rows and self._rows[-1]:
            outer = self._rows[-1]
            inner = "\t".join(cells)
            outer[-1] = f"{outer[-1]}\n{inner}" if outer[-1] else inner
        else:
            self._write([(cell, "cell") for cell in cells], None)

    # The result

    def skip(self, kind: str, reason: str, shown: str = "", characters: int | None = None) -> None:
        self._skipped.append(skipped(kind, reason, shown, characters))

    def document(self, source: SourceKind) -> Document:
        self.close()
        return Document("".join(self.pieces), tuple(self._blocks), source, tuple(self._skipped))

    def _write(self, texts: list[tuple[str, str]], page: int | None) -> None:
        """One line of paragraphs or cells; blocks leave out blanks at both ends."""
        if self.pieces:
            self._emit("\n")
        for i, (text, kind) in enumerate(texts):
            if i:
                self._emit("\t")
            self._mark(text, kind, page)
            self._emit(text)

    def _mark(self, text: str, kind: str, page: int | None) -> None:
        inner = text.strip()
        if inner:
            start = self.length + text.index(inner)
            self._blocks.append(Block(start, start + len(inner), kind, page))

    def _emit(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)
