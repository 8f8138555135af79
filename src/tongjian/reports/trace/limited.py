"""Tracing a docx that others sent: opened in a limited child process, its trace as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from tongjian.reading.limited import run_limited
from tongjian.reports.trace.check import Finding, Trace, trace
from tongjian.reports.trace.stream import Mark

TARGET = "tongjian.reports.trace.limited:traced_as_json"


def trace_limited(data: bytes, name: str) -> Trace:
    """As `trace`. Raises ReadingError."""
    found = run_limited(TARGET, data, name)
    marks = {anchor: tuple(Mark(**m) for m in marks) for anchor, marks in found["marks"].items()}
    problems = tuple(Finding(**p) for p in found["problems"])
    return Trace(found["title"], found["figures"], found["literals"], problems, found["text"], marks)


def traced_as_json(data: bytes, name: str) -> dict[str, Any]:
    """The child's side."""
    return asdict(trace(data, name))
