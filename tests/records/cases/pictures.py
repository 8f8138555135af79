"""Pictures made by hand: just enough of the formats to be cleaned."""

from __future__ import annotations

import struct
import zlib


def segment(marker: int, body: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body


def exif(orientation: int, note: bytes) -> bytes:
    tiff = b"II*\x00\x08\x00\x00\x00\x01\x00" + struct.pack("<HHIHH", 0x112, 3, 1, orientation, 0)
    return b"Exif\x00\x00" + tiff + b"\x00" * 4 + note


def jpeg(orientation: int = 6, note: bytes = b"GPS 39.9") -> bytes:
    return (
        b"\xff\xd8"
        + segment(0xE0, b"JFIF\x00\x01")
        + segment(0xE1, exif(orientation, note))
        + segment(0xE2, b"ICC_PROFILE\x00profile")
        + segment(0xFE, b"a comment")
        + segment(0xDB, b"\x00" * 65)
        + segment(0xDA, b"\x01\x02\x03")
        + b"picture\xff\x00more\xff\xd0end"
        + b"\xff\xd9"
        + b"trailing GPS 39.9"
    )


def png(text: str = "") -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
        + chunk(b"tEXt", f"Comment\x00{text}".encode())
        + chunk(b"IDAT", zlib.compress(b"\x00\x00"))
        + chunk(b"IEND", b"")
    )
