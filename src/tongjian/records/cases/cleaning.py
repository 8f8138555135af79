"""附件清理: what a file is by its own bytes, and a photo without what the camera wrote into it. Pure, no picture is decoded."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from hashlib import sha256

from django.utils.translation import gettext_lazy as _

from tongjian.kernel.errors import TongjianError

MOST = 20 * 1024 * 1024
JPEG_KEPT = frozenset({0xE0, 0xEE})  # JFIF and Adobe: how the colours are meant
ICC = b"ICC_PROFILE\x00"
PNG_KEPT = frozenset(
    {
        b"IHDR",
        b"PLTE",
        b"IDAT",
        b"IEND",
        b"tRNS",
        b"gAMA",
        b"cHRM",
        b"sRGB",
        b"iCCP",
        b"pHYS",
        b"sBIT",
        b"bKGD",
    }
)
PNG = b"\x89PNG\r\n\x1a\n"
ORIENTATION = 0x0112


@dataclass(frozen=True, slots=True)
class Cleaned:
    """data: what is kept. original: SHA-256 of the bytes as they came."""

    data: bytes
    media_type: str
    suffix: str
    original: str


def cleaned(data: bytes, name: str) -> Cleaned:
    """Raises TongjianError for a file that is too large, of no accepted type, or broken."""
    if len(data) > MOST:
        raise TongjianError(
            "cases.attachment_too_large", _("%(name)s is larger than 20 MB. Make it smaller."), {"name": name}
        )
    original = sha256(data).hexdigest()
    try:
        if data[:3] == b"\xff\xd8\xff":
            return Cleaned(_jpeg(data), "image/jpeg", ".jpg", original)
        if data[:8] == PNG:
            return Cleaned(_png(data), "image/png", ".png", original)
    except (IndexError, struct.error):
        raise TongjianError(
            "cases.attachment_broken", _("%(name)s is a broken picture. Save it anew."), {"name": name}
        ) from None
    if data[:5] == b"%PDF-":
        return Cleaned(data, "application/pdf", ".pdf", original)
    if data[:4] == b"PK\x03\x04" and b"[Content_Types].xml" in data[:4096]:
        return Cleaned(data, "application/octet-stream", _office(data), original)
    raise TongjianError(
        "cases.attachment_type",
        _("%(name)s is no JPEG or PNG picture, PDF, docx or xlsx. Save it as one of these."),
        {"name": name},
    )


def _office(data: bytes) -> str:
    return ".xlsx" if b"xl/" in data else ".docx"


def _jpeg(data: bytes) -> bytes:
    """The picture's own segments, and how to turn it; what follows its end is dropped."""
    out, at, turned = bytearray(b"\xff\xd8"), 2, 1
    while True:
        if data[at] != 0xFF:
            raise IndexError
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0xD9:
            out += b"\xff\xd9"
            break
        size = struct.unpack(">H", data[at + 2 : at + 4])[0]
        body = data[at + 4 : at + 2 + size]
        if len(body) != size - 2:
            raise IndexError
        if marker == 0xE1 and body[:6] == b"Exif\x00\x00":
            turned = _orientation(body[6:]) or turned
        kept = not (0xE0 <= marker <= 0xEF or marker == 0xFE)
        if kept or marker in JPEG_KEPT or (marker == 0xE2 and body.startswith(ICC)):
            out += data[at : at + 2 + size]
        at += 2 + size
        if marker == 0xDA:
            end = _scan_end(data, at)
            out += data[at:end]
            at = end
    return _with_orientation(bytes(out), turned)


def _scan_end(data: bytes, at: int) -> int:
    """Where the next marker after a scan stands; in a scan FF is followed by 00 or a restart."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0:
            raise IndexError
        following = data[at + 1]
        if following and not 0xD0 <= following <= 0xD7:
            return at
        at += 2


def _orientation(tiff: bytes) -> int | None:
    """How the picture is to be turned, 1 to 8; None: it is not said."""
    order = "<" if tiff[:2] == b"II" else ">"
    start = struct.unpack(order + "I", tiff[4:8])[0]
    count = struct.unpack(order + "H", tiff[start : start + 2])[0]
    for n in range(count):
        entry = tiff[start + 2 + 12 * n : start + 14 + 12 * n]
        tag, _kind, _many, value = struct.unpack(order + "HHIH", entry[:10])
        if tag == ORIENTATION and 1 <= value <= 8:
            return int(value)
    return None


def _with_orientation(jpeg: bytes, turned: int) -> bytes:
    if turned == 1:
        return jpeg
    tiff = (
        b"MM\x00*\x00\x00\x00\x08\x00\x01" + struct.pack(">HHIHH", ORIENTATION, 3, 1, turned, 0) + b"\x00" * 4
    )
    body = b"Exif\x00\x00" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + jpeg[2:]


def _png(data: bytes) -> bytes:
    out, at = bytearray(PNG), 8
    while True:
        size = struct.unpack(">I", data[at : at + 4])[0]
        kind = data[at + 4 : at + 8]
        if at + 12 + size > len(data):
            raise IndexError
        if kind in PNG_KEPT:
            out += data[at : at + 12 + size]
        at += 12 + size
        if kind == b"IEND":
            return bytes(out)
