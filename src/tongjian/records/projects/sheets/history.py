"""Sheets of what happens to projects: documents, stages, stops of their clocks, plans, progress, funds, problems, pairing. Rows into values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongjian.kernel.models import Organisation
from tongjian.kernel.tracks import Track
from tongjian.records.projects.choices import (
    DocumentKind,
    FundingSource,
    FundingState,
    ProblemKind,
    ProblemLevel,
    WorkState,
)
from tongjian.records.projects.models import Project
from tongjian.records.projects.rules.pairing import Share
from tongjian.records.projects.sheets import parsing
from tongjian.records.projects.sheets.ground import Ground
from tongjian.records.projects.sheets.problems import Bad
from tongjian.records.projects.sheets.tables import Line, Table
from tongjian.records.projects.sheets.words import labels
from tongjian.values import Number

NO_DAY = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Document:
    line: Line
    project: Project
    kind: str
    title: str
    dated: date | None


@dataclass(frozen=True, slots=True)
class Staged:
    """A stage entered, or a planned day of one. note: remark, or the reason of another day."""

    line: Line
    project: Project
    track: Track
    stage: str
    on: date
    note: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """The clock of a stage stood still. until: None, it does still."""

    line: Line
    project: Project
    track: Track
    stage: str
    reason: str
    since: date
    until: date | None
    note: str


@dataclass(frozen=True, slots=True)
class Seen:
    line: Line
    project: Project
    month: int
    state: str
    percent: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Funds:
    line: Line
    project: Project
    source: str
    year: int
    state: str
    amount: Number


@dataclass(frozen=True, slots=True)
class Trouble:
    line: Line
    project: Project
    kind: str
    text: str
    owner: Organisation
    opened_on: date
    due_on: date
    level: int
    closed_on: date | None
    answer: str


@dataclass(frozen=True, slots=True)
class Paired:
    line: Line
    project: Project
    share: Share


def project(line: Line, ground: Ground) -> Project | None:
    key = line.get("key", parsing.key, "")
    found = ground.projects.get(key)
    if key and found is None:
        line.wrong("key", "project_unknown", got=key)
    return found


def documents(table: Table, ground: Ground) -> Iterator[Document]:
    for line in table.lines():
        here = project(line, ground)
        kind = line.get("kind", parsing.choice(labels(DocumentKind)), "")
        title, dated = line.get("title", parsing.upto(200), ""), line.get("dated", parsing.day, None)
        if line.ok and here is not None:
            yield Document(line, here, kind, title, dated)


def staged(table: Table, ground: Ground, note: str) -> Iterator[Staged]:
    """Sheets 阶段 and 节点计划. note: which column holds the remark."""
    for line in table.lines():
        here, track = project(line, ground), _track(line, ground)
        stage = line.get("stage", _stage(track), "") if track is not None else ""
        on, said = line.get("on", parsing.day, NO_DAY), line.get(note, parsing.upto(200), "")
        if line.ok and here is not None and track is not None:
            yield Staged(line, here, track, stage, on, said)


def stopped(table: Table, ground: Ground) -> Iterator[Stopped]:
    """Sheet 计时暂停."""
    for line in table.lines():
        here, track = project(line, ground), _track(line, ground)
        stage = line.get("stage", _stage(track), "") if track is not None else ""
        reason, note = line.get("reason", parsing.upto(32), ""), line.get("note", parsing.upto(200), "")
        since, until = line.get("since", parsing.day, NO_DAY), line.get("until", parsing.day, None)
        if line.ok and until is not None and until < since:
            line.wrong("until", "ends_before", end=until.isoformat(), begin=since.isoformat())
        if line.ok and here is not None and track is not None:
            yield Stopped(line, here, track, stage, reason, since, until, note)


def _track(line: Line, ground: Ground) -> Track | None:
    def parse(cell: str) -> Track:
        found = ground.tracks.get(parsing.text(cell))
        if found is None:
            names = "、".join(dict.fromkeys(t.name for t in ground.tracks.values()))
            raise Bad("track_unknown", got=parsing.text(cell), choices=names)
        return found

    return line.get("track", parse, None)


def _stage(track: Track) -> Callable[[str], str]:
    known = {word: s.key for s in track.stages for word in (s.key, s.name, s.name_en)}

    def parse(cell: str) -> str:
        found = known.get(parsing.text(cell))
        if found is None:
            names = "、".join(s.name for s in track.stages)
            raise Bad("stage_unknown", got=parsing.text(cell), track=track.name, choices=names)
        return found

    return parse


def progress(table: Table, ground: Ground) -> Iterator[Seen]:
    for line in table.lines():
        here, month = project(line, ground), line.get("month", parsing.month, 0)
        state = line.get("state", parsing.choice(labels(WorkState)), "")
        percent = line.get("percent", parsing.percent, None)
        text = line.get("text", parsing.upto(2000), "")
        if line.ok and here is not None:
            yield Seen(line, here, month, state, percent, text)


def funding(table: Table, ground: Ground) -> Iterator[Funds]:
    for line in table.lines():
        here, year = project(line, ground), line.get("year", parsing.whole, 0)
        source = line.get("source", parsing.choice(labels(FundingSource)), "")
        state = line.get("state", parsing.choice(labels(FundingState)), "")
        amount = line.get("amount", parsing.amount, Number(0))
        if line.ok and here is not None:
            yield Funds(line, here, source, year, state, amount)


def problems(table: Table, ground: Ground) -> Iterator[Trouble]:
    for line in table.lines():
        here = project(line, ground)
        unit: Any = line.get("owner", parsing.one_of(ground.units, "unit_unknown"), None)
        opened, due = line.get("opened_on", parsing.day, NO_DAY), line.get("due_on", parsing.day, NO_DAY)
        closed = line.get("closed_on", parsing.day, None)
        for name, day in (("due_on", due), ("closed_on", closed)):
            if line.ok and day is not None and day < opened:
                line.wrong(name, "ends_before", end=day.isoformat(), begin=opened.isoformat())
        kind = line.get("kind", parsing.choice(labels(ProblemKind)), "")
        text, said = line.get("text", parsing.upto(2000), ""), line.get("answer", parsing.upto(2000), "")
        level = int(line.get("level", parsing.choice(labels(ProblemLevel)), "1"))
        if line.ok and here is not None:
            yield Trouble(line, here, kind, text, unit, opened, due, level, closed, said)


def pairing(table: Table, ground: Ground) -> Iterator[Paired]:
    for line in table.lines():
        here = project(line, ground)
        party: Any = line.get("party", parsing.one_of(ground.parties, "party_unknown"), "")
        share = line.get("share", parsing.share, Number(0))
        since, until = line.get("since", parsing.day, None), line.get("until", parsing.day, None)
        if since is not None and until is not None and until < since:
            line.wrong("until", "ends_before", end=until.isoformat(), begin=since.isoformat())
        if line.ok and here is not None:
            yield Paired(line, here, Share(party, share, since, until))
