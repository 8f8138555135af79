"""What may be attached to a check-in: photographs, PDF, Word and Excel files up to 20 MB, known by their content. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.reading.failures import MAX_BYTES as MAX_BYTES

MAX_FILES = 10

_IMAGES: Mapping[str, Callable[[bytes], bool]] = {
    "jpg": lambda b: b.startswith(b"\xff\xd8\xff"),
    "jpeg": lambda b: b.startswith(b"\xff\xd8\xff"),
    "png": lambda b: b.startswith(b"\x89PNG\r\n\x1a\n"),
    "webp": lambda b: b[:4] == b"RIFF" and b[8:12] == b"WEBP",
    "gif": lambda b: b.startswith((b"GIF87a", b"GIF89a")),
    "heic": lambda b: b[4:8] == b"ftyp",
}
KNOWN: Mapping[str, Callable[[bytes], bool]] = {
    **_IMAGES,
    "pdf": lambda b: b"%PDF-" in b[:1024],
    "docx": lambda b: b.startswith(b"PK\x03\x04") and b"word/" in b,
    "xlsx": lambda b: b.startswith(b"PK\x03\x04") and b"xl/" in b,
}

MESSAGES: Mapping[str, str | Promise] = {
    "plans.file_empty": _("%(name)s is empty. Choose the file again."),
    "plans.file_too_large": _("%(name)s is larger than 20 MB. Make it smaller, or split it."),
    "plans.file_type": _(
        "%(name)s is not of a kind that can be attached. Attach photographs (jpg, png, webp, gif, heic), "
        "pdf, docx or xlsx."
    ),
    "plans.file_content": _(
        "%(name)s is not what its name says: its content is not %(kind)s. Save it anew and attach it again."
    ),
    "plans.too_many_files": _("%(count)s files are too many for one check-in: attach at most 10."),
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it arrived."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one file: a code of MESSAGES and its parameters."""

    code: str
    params: Mapping[str, object]

    @property
    def message(self) -> str:
        return str(MESSAGES[self.code]) % self.params


def problem(upload: Upload) -> Problem | None:
    """Why this file cannot be attached; None: it can."""
    name = PurePath(upload.name).name
    kind = PurePath(name).suffix.lower().removeprefix(".")
    if not upload.data:
        return Problem("plans.file_empty", {"name": name})
    if len(upload.data) > MAX_BYTES:
        return Problem("plans.file_too_large", {"name": name})
    if kind not in KNOWN:
        return Problem("plans.file_type", {"name": name})
    if not KNOWN[kind](upload.data):
        return Problem("plans.file_content", {"name": name, "kind": kind})
    return None
