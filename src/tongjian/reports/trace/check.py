"""Holding a docx against its own manifest, character by character."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tongjian.reading.documents.package import Package, open_package
from tongjian.reports.manifest import NAMESPACE, VERSION
from tongjian.reports.numerals import without_source
from tongjian.reports.trace.drawn import Drawn, drawn, same_value, texts_changed, values
from tongjian.reports.trace.messages import told
from tongjian.reports.trace.stream import Mark, Stream, read_stream

Entry = TypeVar("Entry")
PREFIX = "tj_"
CONTEXT = 12  # characters shown on either side of a number without source
BLANKS = str.maketrans("", "", " \u00a0\u3000\t\n\u200b")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong. params: found, shown, indicator … as the message needs them."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)

    def message(self, language: str = "zh") -> str:
        return told(self.code, self.params, language)


@dataclass(frozen=True, slots=True)
class Trace:
    """figures: anchor → manifest entry, in reading order of those found; problems: empty when all holds.

    text: all that is printed; marks: anchor → where it stands in the text, for each time that it does.
    """

    title: str
    figures: Mapping[str, Mapping[str, Any]]
    literals: Mapping[str, str]
    problems: tuple[Finding, ...]
    text: str = ""
    marks: Mapping[str, Sequence[Mark]] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        return not self.problems


def trace(data: bytes, name: str = "", *, beside: str | None = None) -> Trace:
    """Every figure of a docx with its source, and every number without one.

    beside: the manifest as JSON, for a docx that holds none (saved as doc in between, or a clean copy).
    Raises ReadingError when the bytes are no readable docx. A docx without manifest is a problem, not an error.
    """
    package = open_package(data, name)
    stream = read_stream(package)
    entries, problems = _manifest(list(_manifest_texts(package)) if beside is None else [beside])
    figures: dict[str, Any] = entries.get("figures", {})
    literals: dict[str, str] = entries.get("literals", {})
    checker = _Checker(stream, figures, literals, list(problems), entries.get("charts", {}))
    checker.drawings = list(drawn(package, stream.charts))
    checker.run()
    title = str(entries.get("title", ""))
    found = (checker.ordered(figures), checker.ordered(literals), tuple(checker.problems))
    return Trace(title, *found, stream.text, checker.marks)


# The manifest


def _manifest(found: Sequence[str]) -> tuple[dict[str, Any], list[Finding]]:
    """The one manifest among those found, or an empty one and why."""
    if len(found) != 1:
        code = "trace.manifest_twice" if found else "trace.no_manifest"
        return {}, [Finding(code, {"count": len(found)})]
    try:
        entries = json.loads(found[0])
        _require_shape(entries)
    except (ValueError, TypeError, KeyError) as error:
        return {}, [Finding("trace.bad_manifest", {"detail": str(error) or type(error).__name__})]
    return entries, []


def manifest_text(data: bytes, name: str = "") -> str:
    """The manifest inside a docx as JSON; empty where there is none. Raises ReadingError."""
    return next(_manifest_texts(open_package(data, name)), "")


def _manifest_texts(package: Package) -> Iterator[str]:
    """Word may renumber the part, so it is known by its namespace."""
    for path in sorted(package.archive.NameToInfo):
        if path.startswith("customXml/") and path.endswith(".xml"):
            root = package.part(path)
            if root is not None and root.tag == f"{{{NAMESPACE}}}manifest":
                yield "".join(str(t) for t in root.itertext())


def _require_shape(entries: Any) -> None:
    """Raises for anything that is not a manifest of our version."""
    if entries["version"] != VERSION:
        raise ValueError(f"version {entries['version']}")
    for anchor, entry in entries["figures"].items():
        if not anchor.startswith(PREFIX) or not isinstance(entry["shown"], str):
            raise ValueError(f"figure {anchor}")
    if not all(isinstance(text, str) for text in entries["literals"].values()):
        raise ValueError("literals")
    for anchor, chart in entries.get("charts", {}).items():
        if not {*_points(chart)} <= entries["figures"].keys() or not isinstance(chart["names"], list):
            raise ValueError(f"chart {anchor}")


# The checks


@dataclass
class _Checker:
    stream: Stream
    figures: Mapping[str, Mapping[str, Any]]
    literals: Mapping[str, str]
    problems: list[Finding]
    charts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    drawings: Sequence[Drawn | None] = ()
    marks: dict[str, list[Mark]] = field(default_factory=dict)

    def run(self) -> None:
        for mark in self.stream.marks:
            if mark.name.startswith(PREFIX):
                self.marks.setdefault(mark.name, []).append(mark)
        covered = [False] * len(self.stream.text)
        for anchor, entry in self.figures.items():
            if "chart" not in entry:
                self.figure(anchor, entry, covered)
        for drawing in self.drawings:
            self.drawing(drawing)
        self.undrawn()
        for anchor, shown in self.literals.items():
            self.literal(anchor, shown, covered)
        for start, end in self.stream.contents:
            self.contents(start, end, covered)
        self.strangers()
        self.numbers(covered)
        self.problems += [Finding("trace.not_seen", {"found": what}) for what in self.stream.foreign]

    def ordered(self, entries: Mapping[str, Entry]) -> dict[str, Entry]:
        """Entries by their anchor's place in the document, those that are gone at the end."""
        rank: dict[str, int] = {}  # points stand where their chart does, in its order
        for anchor, chart in self.charts.items():
            for number, point in enumerate(_points(chart)):
                self.marks.setdefault(point, self.marks.get(anchor, []))
                rank[point] = number

        def place(anchor: str) -> tuple[int, int]:
            marks = self.marks.get(anchor)
            return (marks[0].start if marks else len(self.stream.text)), rank.get(anchor, 0)

        return {anchor: entries[anchor] for anchor in sorted(entries, key=place)}

    def figure(self, anchor: str, entry: Mapping[str, Any], covered: list[bool]) -> None:
        marks = self.marks.get(anchor, [])
        about = {"shown": entry["shown"], "indicator": entry.get("indicator", ""), "anchor": anchor}
        if not marks or all(m.start == m.end for m in marks):
            self.problems.append(Finding("trace.anchor_missing", about))
        elif len(marks) > 1:
            self.problems.append(Finding("trace.anchor_twice", {**about, "count": len(marks)}))
        else:
            self.held(marks[0], about, covered, "trace.anchor_changed")
            self.words(marks[0], entry, about)
        if not _placed(entry):
            self.problems.append(Finding("trace.no_place", about))

    def drawing(self, found: Drawn | None) -> None:
        """The chart draws what the manifest says, or problems."""
        entry = None if found is None else self.charts.get(found.anchor)
        if found is None or entry is None:
            self.problems.append(Finding("trace.not_seen", {"found": "chart"}))
            return
        for expected, read in texts_changed(found, entry):
            about = {"caption": entry["caption"], "expected": expected, "found": read}
            self.problems.append(Finding("trace.chart_changed", about))
        for anchor, value in values(found, entry):
            self.point(anchor, value)

    def point(self, anchor: str | None, value: str | None) -> None:
        shown = "" if anchor is None else str(self.figures[anchor]["shown"])
        if anchor is None:
            if value is not None:
                self.problems.append(Finding("trace.number", {"found": value, "context": value, "at": 0}))
        elif not same_value(value, shown):
            about = {"shown": shown, "indicator": self.figures[anchor].get("indicator", ""), "anchor": anchor}
            self.problems.append(Finding("trace.anchor_changed", {**about, "found": value or ""}))

    def undrawn(self) -> None:
        """Points of charts that are gone, and points without a file."""
        there = {d.anchor for d in self.drawings if d is not None}
        for anchor, entry in self.figures.items():
            if "chart" not in entry:
                continue
            about = {"shown": entry["shown"], "indicator": entry.get("indicator", ""), "anchor": anchor}
            if entry["chart"] not in there:
                self.problems.append(Finding("trace.anchor_missing", about))
            if not _placed(entry):
                self.problems.append(Finding("trace.no_place", about))

    def literal(self, anchor: str, shown: str, covered: list[bool]) -> None:
        """One that is gone is no problem by itself: its number, if still there, has no source."""
        about = {"shown": shown, "anchor": anchor}
        for mark in self.marks.get(anchor, []):
            if mark.start < mark.end:
                self.held(mark, about, covered, "trace.literal_changed")

    def held(self, mark: Mark, about: Mapping[str, object], covered: list[bool], code: str) -> None:
        """The text under the bookmark is what the manifest says, or a problem."""
        found = self.stream.text[mark.start : mark.end]
        if not _same(found, str(about["shown"])):
            self.problems.append(Finding(code, {**about, "found": found.strip()}))
        # Said once is enough: the digits of an altered figure are not told again as numbers without a source.
        covered[mark.start : mark.end] = [True] * (mark.end - mark.start)

    def words(self, mark: Mark, entry: Mapping[str, Any], about: Mapping[str, object]) -> None:
        """The direction and bound words still stand around the figure."""
        before, after = str(entry.get("before", "")), str(entry.get("after", ""))
        left = self.stream.text[max(0, mark.start - len(before) - 4) : mark.start].translate(BLANKS)
        right = self.stream.text[mark.end : mark.end + len(after) + 4].translate(BLANKS)
        if left.endswith(before) and right.startswith(after):
            return
        shown = str(about["shown"])
        found = left[-len(before) or len(left) :] + shown + right[: len(after)]
        self.problems.append(
            Finding("trace.word_changed", {**about, "expected": before + shown + after, "found": found})
        )

    def contents(self, start: int, end: int, covered: list[bool]) -> None:
        """A line of a table of contents that repeats a line of the text says nothing new."""
        text = self.stream.text
        lines = {line.translate(BLANKS) for line in (text[:start] + text[end:]).split("\n")}
        at = start
        for line in text[start:end].split("\n"):
            if line.translate(BLANKS) in lines:
                covered[at : at + len(line)] = [True] * len(line)
            at += len(line) + 1

    def strangers(self) -> None:
        """Anchors that the manifest does not know cover nothing."""
        for name in self.marks.keys() - self.figures.keys() - self.literals.keys() - self.charts.keys():
            mark = self.marks[name][0]
            found = self.stream.text[mark.start : mark.end].strip()
            self.problems.append(Finding("trace.anchor_unknown", {"anchor": name, "found": found}))

    def numbers(self, covered: Sequence[bool]) -> None:
        text = self.stream.text
        for start, end in without_source(text, covered):
            around = text[max(0, start - CONTEXT) : end + CONTEXT].strip().replace("\n", " ")
            self.problems.append(
                Finding("trace.number", {"found": text[start:end], "context": around, "at": start})
            )


def _points(chart: Mapping[str, Any]) -> Iterator[str]:
    return (point for series in chart["series"] for point in series["points"] if point)


def _same(found: str, shown: str) -> bool:
    """Equal but for blanks that an editor may have put in."""
    return found.translate(BLANKS) == shown.translate(BLANKS)


def _placed(entry: Mapping[str, Any]) -> bool:
    """Whether every recorded figure under this one has its file."""
    inputs = entry.get("inputs") or []
    if inputs:
        return all(_placed(i) for i in inputs)
    place = entry.get("place") or {}
    return bool(place.get("sha256"))
