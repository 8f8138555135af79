"""A small picture made of nothing but numbers, in the place of a photograph of the site."""

from __future__ import annotations

import struct
import zlib

WIDTH, HEIGHT = 320, 200
SKY, GROUND, CRANE = (176, 205, 230), (150, 132, 104), (196, 120, 40)


def png(seed: int) -> bytes:
    """A PNG of a building site: sky, ground, and towers whose heights follow from `seed`. The same seed, the same bytes."""
    rows = b"".join(b"\0" + bytes(c for x in range(WIDTH) for c in _pixel(x, y, seed)) for y in range(HEIGHT))
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _pixel(x: int, y: int, seed: int) -> tuple[int, int, int]:
    tower, within = divmod(x, 40)
    top = 150 - (seed * 37 + tower * 53) % 110
    if y >= 165:
        return GROUND
    if 8 <= within < 32 and y >= top:
        shade = 90 + (tower * 29 + seed * 11) % 90
        lit = within % 6 < 3 and y % 10 < 5
        return (shade + 50, shade + 50, shade + 30) if lit else (shade, shade, shade + 12)
    if y == top - 12 or (within == 20 and y > top - 24):
        return CRANE
    return SKY


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
