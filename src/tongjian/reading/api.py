"""Reading in one call: a file or text into figures, commitments and achievements with their places."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tongjian.reading.clauses import find_achievements, find_commitments
from tongjian.reading.documents.open import load, open_document
from tongjian.reading.documents.txt import lines
from tongjian.reading.failures import failure
from tongjian.reading.figures import find_figures
from tongjian.reading.outline import outline
from tongjian.reading.types import Document, Hints, Reading, SourceKind

NO_HINTS = Hints()


def read(source: Path | str | bytes, name: str | None = None, hints: Hints = NO_HINTS) -> Reading:
    """Open and read a file, in this process; for files of strangers use `limited.open_limited`.

    source: a path, or the file's bytes; name: for messages, the path's name when not given.
    Raises ReadingError.
    """
    data = source if isinstance(source, bytes) else load(Path(source))
    called = name or ("" if isinstance(source, bytes) else Path(source).name)
    return read_document(open_document(data, called), hints)


def read_text(text: str, hints: Hints = NO_HINTS) -> Reading:
    """Read a text as it is; offsets count its characters. Never raises on content."""
    return read_document(Document(text, lines(text), SourceKind.TXT), hints)


def read_document(document: Document, hints: Hints = NO_HINTS) -> Reading:
    """Read an opened document."""
    text = document.text
    frame = outline(text, hints if hints.name is not None else replace(hints, name=document.name))
    figures = find_figures(text, frame)
    return Reading(
        document=document,
        outline=frame,
        figures=tuple(figures),
        commitments=tuple(find_commitments(text, frame, figures)),
        achievements=tuple(find_achievements(text, frame, figures)),
    )


def require_content(reading: Reading, name: str = "") -> Reading:
    """The reading itself; raises reading.nothing_found when it has neither figures nor commitments."""
    if not reading.figures and not reading.commitments:
        raise failure("reading.nothing_found", name)
    return reading
