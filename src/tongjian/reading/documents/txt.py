"""Plain text: the file decoded, nothing changed."""

from __future__ import annotations

import codecs
import re

from tongjian.reading.documents.skips import skipped
from tongjian.reading.failures import failure
from tongjian.reading.types import Block, Document, Skipped, SourceKind

_LINE = re.compile(r"[^\r\n]+")
# Characters that no text file means: C0 controls (but tab, line ends, form feed) and the replacement character.
_NOISE = re.compile("[\x00-\x08\x0b\x0e-\x1b\x1d-\x1f\x7f�]")
_UTF8_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}",
)


def open_txt(data: bytes, name: str) -> Document:
    """UTF-8 (with or without a byte order mark), UTF-16 with a mark, or GB18030. Raises reading.undecodable."""
    text, left_out = _decode(data, name)
    return Document(text, lines(text), SourceKind.TXT, left_out)


def lines(text: str) -> tuple[Block, ...]:
    """One paragraph for each line that is not blank; the line end is outside."""
    return tuple(Block(*m.span(), "paragraph") for m in _LINE.finditer(text) if not m.group().isspace())


def _decode(data: bytes, name: str) -> tuple[str, tuple[Skipped, ...]]:
    mark = skipped("byte order mark", "marks the encoding, is not part of the text")
    if data.startswith(codecs.BOM_UTF8):
        return _strict(data[3:], "utf-8", name, 3), (mark,)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16-le" if data.startswith(codecs.BOM_UTF16_LE) else "utf-16-be"
        return _strict(data[2:], encoding, name, 2), (mark,)
    try:
        return _clean(data.decode("utf-8"), name), ()
    except UnicodeDecodeError as error:
        return _as_gb18030(data, name, error.start), ()


def _strict(data: bytes, encoding: str, name: str, offset: int) -> str:
    try:
        return _clean(data.decode(encoding), name)
    except UnicodeDecodeError as error:
        raise failure("reading.undecodable", name, at=error.start + offset) from error


def _as_gb18030(data: bytes, name: str, bad_byte: int) -> str:
    """GB18030 accepts nearly any bytes, so its result must look like Chinese, and the bytes not like UTF-8."""
    if _mostly_utf8(data):
        raise failure("reading.undecodable", name, at=bad_byte)
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError as error:
        raise failure("reading.undecodable", name, at=error.start) from error
    if not _looks_chinese(text):
        raise failure("reading.undecodable", name, at=bad_byte)
    return _clean(text, name)


def _clean(text: str, name: str) -> str:
    """The text itself; raises reading.undecodable when control characters say that it is none."""
    noise = _NOISE.search(text)
    if noise and ("\x00" in text or len(_NOISE.findall(text)) * 1000 > len(text)):
        raise failure("reading.undecodable", name, at=len(text[: noise.start()].encode("utf-8", "replace")))
    return text


def _mostly_utf8(data: bytes) -> bool:
    """UTF-8 with a few broken places (a file cut off): nine tenths of the high bytes stand in whole sequences."""
    high = sum(byte >= 0x80 for byte in data)
    whole = sum(len(sequence) for sequence in _UTF8_SEQUENCE.findall(data))
    return high > 0 and whole * 10 >= high * 9


def _looks_chinese(text: str) -> bool:
    """At least two thirds of the characters beyond ASCII are common Chinese ones (GB 2312 level 1) or marks."""
    beyond = [c for c in text if c > "\x7f"]
    return bool(beyond) and sum(map(_is_common, beyond)) * 3 >= len(beyond) * 2


def _is_common(character: str) -> bool:
    try:
        row = character.encode("gb2312")[0]
    except UnicodeEncodeError:
        return character in "—·…●■"
    return 0xA1 <= row <= 0xA9 or 0xB0 <= row <= 0xD7
