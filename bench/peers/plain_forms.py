"""Peer of templates and error lists: openpyxl writing the same rows as bare cells, no styles, lists, locks or marks."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook, load_workbook


def write(rows: Iterable[Sequence[object]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("填报")
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read_and_write(books: Iterable[bytes]) -> list[bytes]:
    """Each workbook read and written again, nothing checked."""
    out = []
    for data in books:
        sheet = load_workbook(io.BytesIO(data), read_only=True, data_only=True).worksheets[0]
        out.append(write(sheet.iter_rows(values_only=True)))
    return out
