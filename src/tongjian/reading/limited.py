"""Parse files that strangers made in a child process: bounded time and memory, no environment, no network.

    run_limited("tongjian.reading.documents.open:open_as_json", data, "report.docx")

The child reads the file from its standard input and replies in JSON on its standard output. A target is a
function of this package named `tongjian.<module>:<function>` that takes (data: bytes, name: str) and returns
a JSON value. Whatever goes wrong arrives as a ReadingError: the target's own, or reading.parser_failed.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import tongjian
from tongjian.reading.documents.office import as_docx, needs_office
from tongjian.reading.documents.open import load
from tongjian.reading.errors import ReadingError
from tongjian.reading.failures import Detail, failure
from tongjian.reading.types import Block, Document, Skipped, SourceKind

TARGET = re.compile(r"tongjian(?:\.[a-z_][a-z0-9_]*)+:[a-z][a-z0-9_]*")
OPEN_DOCUMENT = "tongjian.reading.documents.open:open_as_json"
OPEN_SCAN = "tongjian.reading.documents.open:open_scan_as_json"
START = "import sys; sys.path.append(sys.argv[1]); from tongjian.reading.limited import child; child(sys.argv[2:])"
# What a child must not do; audit events of Python (https://docs.python.org/3/library/audit_events.html).
FORBIDDEN: tuple[str, ...] = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "os.remove",
)
FORBIDDEN += (
    "os.rename",
    "os.rmdir",
    "os.kill",
    "shutil.",
    "ftplib.",
    "http.client.",
    "smtplib.",
    "urllib.Request",
)
STOPPED_BY_TIME = ("it took too long", "用时过长")
SIGXCPU = -24  # how a process ends that used up its processor time
STOPPED = ("it broke down", "异常退出")


@dataclass(frozen=True, slots=True)
class Limits:
    """cpu_seconds and wall_seconds per file; memory_bytes of address space (where the system can limit it)."""

    cpu_seconds: int = 20
    wall_seconds: float = 60.0
    memory_bytes: int = 1536 * 1024 * 1024


# Text recognition takes seconds a page and loads models.
OCR_LIMITS = Limits(cpu_seconds=1800, wall_seconds=1800.0, memory_bytes=8 * 1024**3)


def open_limited(
    data: bytes, name: str, limits: Limits = Limits(), *, office: bool = False, ocr: bool = False
) -> Document:
    """`open_document` in a child process. Raises ReadingError.

    office: let LibreOffice turn doc, wps, rtf and odt into docx first (a process of its own, not for anonymous
    visitors); ocr: recognise scanned pages, with limits of their own.
    """
    if office and needs_office(data):
        document = document_of(run_limited(OPEN_DOCUMENT, as_docx(data, name), name, limits))
        return replace(document, source=SourceKind.DOC)
    if ocr:
        return document_of(run_limited(OPEN_SCAN, data, name, OCR_LIMITS))
    return document_of(run_limited(OPEN_DOCUMENT, data, name, limits))


def open_file(path: Path) -> Document:
    """A file of the caller's own, opened in a child process; doc and wps through LibreOffice where installed.

    Scanned pages are recognised where the extra `tongjian[ocr]` is installed. Raises ReadingError.
    """
    data = load(path)
    try:
        return open_limited(data, path.name, office=True)
    except ReadingError as error:
        if error.code != "reading.pdf_scanned" or not ocr_available():
            raise
    return open_limited(data, path.name, ocr=True)


def ocr_available() -> bool:
    return any(importlib.util.find_spec(name) for name in ("rapidocr", "rapidocr_onnxruntime"))


def document_of(value: Any) -> Document:
    """The document that `open_as_json` wrote."""
    return Document(
        text=value["text"],
        blocks=tuple(Block(start, end, kind, page) for start, end, kind, page in value["blocks"]),
        source=SourceKind(value["source"]),
        skipped=tuple(Skipped(what, reason, characters) for what, reason, characters in value["skipped"]),
        name=value.get("name", ""),
    )


def run_limited(target: str, data: bytes, name: str, limits: Limits = Limits()) -> Any:
    """The JSON value that `target(data, name)` returns in a limited child process.

    Raises ValueError when the target is not one of ours; ReadingError with the target's own code, or
    reading.parser_failed when the child ran out of time or memory or broke down.
    """
    _check_target(target)
    try:
        done = subprocess.run(
            _command(target, name, limits),
            input=data,
            capture_output=True,
            timeout=limits.wall_seconds,
            env=_environment(),
            check=False,
            close_fds=True,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired as error:
        raise failure("reading.parser_failed", name, detail=STOPPED_BY_TIME) from error
    return _answer(done, name)


def _command(target: str, name: str, limits: Limits) -> list[str]:
    """-I keeps the child apart from the caller's folder and environment, -B from writing compiled modules."""
    source = str(Path(tongjian.__file__).resolve().parent.parent)
    numbers = [str(limits.cpu_seconds), str(limits.memory_bytes)]
    return [sys.executable, "-I", "-B", "-X", "utf8", "-c", START, source, target, _argument(name), *numbers]


def _argument(name: str) -> str:
    """A file's name as an argument can hold it."""
    return name.replace("\x00", "").encode("utf-8", "replace").decode()[:300]


def _environment() -> dict[str, str]:
    """Nothing of ours. Windows starts no program without SYSTEMROOT."""
    return {name: value for name, value in os.environ.items() if name.upper() == "SYSTEMROOT"}


def _answer(done: subprocess.CompletedProcess[bytes], name: str) -> Any:
    try:
        reply = json.loads(done.stdout)
    except ValueError as error:
        raise failure("reading.parser_failed", name, detail=_why(done)) from error
    if "error" in reply:
        code, en, zh = reply["error"]
        raise ReadingError(code, en, zh)
    if done.returncode != 0 or "value" not in reply:
        raise failure("reading.parser_failed", name, detail=_why(done))
    return reply["value"]


def _why(done: subprocess.CompletedProcess[bytes]) -> Detail:
    if b"MemoryError" in done.stderr:
        return ("it needed too much memory", "占用内存过多")
    return STOPPED_BY_TIME if done.returncode == SIGXCPU else STOPPED


# The child's side


def child(arguments: list[str]) -> None:
    """Read standard input, call the target under limits, write the reply. arguments: target, name, seconds, bytes."""
    target, name, cpu_seconds, memory_bytes = arguments
    data = sys.stdin.buffer.read()
    answers = os.dup(1)
    os.dup2(2, 1)  # what a library prints must not get into the reply
    limit(int(cpu_seconds), int(memory_bytes))
    reply = json.dumps(_reply(target, data, name), ensure_ascii=True)
    with os.fdopen(answers, "wb") as out:
        out.write(reply.encode("ascii"))


def _reply(target: str, data: bytes, name: str) -> dict[str, Any]:
    function = _resolve(target)
    sys.addaudithook(_refuse)
    try:
        return {"value": function(data, name)}
    except ReadingError as error:
        return {"error": [error.code, error.en, error.zh]}


def _resolve(target: str) -> Callable[[bytes, str], Any]:
    _check_target(target)
    module, _, function = target.partition(":")
    found: Callable[[bytes, str], Any] = getattr(importlib.import_module(module), function)
    return found


def _check_target(target: str) -> None:
    if not TARGET.fullmatch(target):
        raise ValueError(f"not a function of tongjian: {target!r}")


def limit(cpu_seconds: int, memory_bytes: int) -> None:
    """Bound this process: processor time, address space, no files written, no core dump. Nothing on Windows."""
    try:
        import resource
    except ImportError:
        return
    wanted = (
        (resource.RLIMIT_CPU, cpu_seconds, cpu_seconds + 1),  # first SIGXCPU, then SIGKILL
        (resource.RLIMIT_AS, memory_bytes, memory_bytes),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
    )
    for kind, soft, hard in wanted:
        _, most = resource.getrlimit(kind)
        ends = [hard] if most == resource.RLIM_INFINITY else [hard, most]
        with suppress(ValueError, OSError):  # a system that cannot limit this one
            resource.setrlimit(kind, (min(soft, *ends), min(ends)))


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """Audit hook: a parser has no business with the network, other programs or the file system."""
    if event.startswith(FORBIDDEN):
        raise PermissionError(f"refused while reading a file: {event}")
