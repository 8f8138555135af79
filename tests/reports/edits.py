"""Edits of a docx as hands make them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

from reports.figures import written

PARAGRAPH = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
Edit = Callable[[str], str]


def edited(data: bytes, edit: Edit, part: str = "word/document.xml") -> bytes:
    """The docx with one part changed; the edit must change something."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == part:
                changed = edit(content.decode()).encode()
                assert changed != content
                content = changed
            new.writestr(name, content)
    return out.getvalue()


def replaced(old: str, new: str) -> Edit:
    def edit(xml: str) -> str:
        assert xml.count(old) == 1, (xml.count(old), old)
        return xml.replace(old, new)

    return edit


def anchor(shown: str) -> str:
    return next(a for a, f in written().manifest["figures"].items() if f["shown"] == shown)


def without_bookmark(name: str) -> Edit:
    def edit(xml: str) -> str:
        number = re.search(rf'<w:bookmarkStart w:id="(\d+)" w:name="{name}"/>', xml)
        assert number
        return xml.replace(number[0], "").replace(f'<w:bookmarkEnd w:id="{number[1]}"/>', "")

    return edit
