"""Parts → a zip: the same parts give the same bytes on every system."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
LONG_AGO = (1980, 1, 1, 0, 0, 0)


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """Texts are XML without their head; bytes go in as they are."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            archive.writestr(entry, content if isinstance(content, bytes) else (HEAD + content).encode())
    return out.getvalue()
