"""Peers of opening files: `python read_files.py PEER FILE…` inside the peer's own environment.

Out: for each file {"seconds": processor time, the best of three, "text": what came out} or {"error": why}.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

Opener = Callable[[str], str]


def markitdown() -> Opener:
    from markitdown import MarkItDown

    converter = MarkItDown()
    return lambda path: str(converter.convert(path).text_content)


def python_docx() -> Opener:
    """Paragraphs and cells as its own guide shows."""
    import docx

    def read(path: str) -> str:
        document = docx.Document(path)
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return "\n".join([*(p.text for p in document.paragraphs), *cells])

    return read


OPENERS: dict[str, Callable[[], Opener]] = {"markitdown": markitdown, "python-docx": python_docx}


def _opened(read: Opener, path: str) -> dict[str, object]:
    best, text = float("inf"), ""
    try:
        for _ in range(3):
            began = time.process_time()
            text = read(path)
            best = min(best, time.process_time() - began)
    except Exception as error:
        return {"error": type(error).__name__}
    return {"seconds": best, "text": text}


def main() -> None:
    read = OPENERS[sys.argv[1]]()
    json.dump([_opened(read, path) for path in sys.argv[2:]], sys.stdout)


if __name__ == "__main__":
    main()
