"""Peer of collection: openpyxl reading every cell's value, nothing checked, nothing written."""

from __future__ import annotations

import io

from openpyxl import load_workbook


def cells(data: bytes) -> int:
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    return sum(
        1 for sheet in book for row in sheet.iter_rows(values_only=True) for value in row if value is not None
    )
