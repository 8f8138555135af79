"""A draft's docx opened and written again: here, or in a limited child process for what others sent.

Only this touches the file; matching works on its text. Free of Django, as the child is.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from tongjian.reading.documents.package import open_package
from tongjian.reading.limited import run_limited
from tongjian.reports.drafts.places import Anchor, Body
from tongjian.reports.drafts.zipped import manifest_path, rewritten
from tongjian.reports.trace.stream import Mark

OPENED = "tongjian.reports.drafts.opening:opened_as_json"
ANCHORED = "tongjian.reports.drafts.opening:anchored_as_json"


@dataclass(frozen=True, slots=True)
class Opened:
    """The printed text of the body, our earlier anchors over it, and the manifest inside as JSON (empty: none)."""

    text: str
    marks: tuple[Mark, ...]
    manifest: str


class Files(Protocol):
    """How a docx is opened, and written with anchors. Both raise ReadingError."""

    def opened(self, data: bytes, name: str) -> Opened: ...

    def anchored(
        self, data: bytes, name: str, anchors: Sequence[Anchor], manifest: Mapping[str, Any]
    ) -> bytes: ...


class Here:
    """In this process: for one's own files."""

    def opened(self, data: bytes, name: str) -> Opened:
        package = open_package(data, name)
        body = Body(package)
        path = manifest_path(package)
        root = None if path is None else package.part(path)
        return Opened(body.text, body.earlier, "" if root is None else "".join(map(str, root.itertext())))

    def anchored(
        self, data: bytes, name: str, anchors: Sequence[Anchor], manifest: Mapping[str, Any]
    ) -> bytes:
        package = open_package(data, name)
        body = Body(package)
        body.anchor(anchors, kept=manifest.get("charts", {}))  # a chart stands where it did
        return rewritten(package, body.written(), manifest)


class Limited:
    """In a child process with bounded time and memory: for files that came in by a form."""

    def opened(self, data: bytes, name: str) -> Opened:
        found = run_limited(OPENED, data, name)
        return Opened(found["text"], tuple(Mark(*m) for m in found["marks"]), found["manifest"])

    def anchored(
        self, data: bytes, name: str, anchors: Sequence[Anchor], manifest: Mapping[str, Any]
    ) -> bytes:
        asked = json.dumps({"anchors": [asdict(a) for a in anchors], "manifest": manifest})
        return base64.b64decode(run_limited(ANCHORED, asked.encode() + b"\n" + data, name))


HERE, LIMITED = Here(), Limited()


# The child's side


def opened_as_json(data: bytes, name: str) -> dict[str, Any]:
    found = HERE.opened(data, name)
    marks = [(m.name, m.start, m.end) for m in found.marks]
    return {"text": found.text, "marks": marks, "manifest": found.manifest}


def anchored_as_json(data: bytes, name: str) -> str:
    """data: one line of JSON with anchors and manifest, then the docx."""
    head, _, docx = data.partition(b"\n")
    asked = json.loads(head)
    anchors = [Anchor(**a) for a in asked["anchors"]]
    return base64.b64encode(HERE.anchored(docx, name, anchors, asked["manifest"])).decode("ascii")
