"""A section's text examined: references written out, numbers bound to the ledger, the checking package's rules run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tongjian.checking import check
from tongjian.reading.api import read_text
from tongjian.reading.types import Hints
from tongjian.reports.drafts import binding, stored
from tongjian.reports.drafts.opening import Opened
from tongjian.reports.drafts.places import Anchor
from tongjian.reports.drafts.stored import Stored
from tongjian.reports.drafts.types import Item
from tongjian.reports.problems import Problem
from tongjian.reports.resolver import LedgerResolver
from tongjian.reports.rounds import findings, references, texts
from tongjian.reports.rounds.findings import Found
from tongjian.reports.rounds.models import Edition, Section, SectionVersion
from tongjian.reports.rounds.references import Written


class Typed:
    """Text for binding that is no docx: nothing is opened, nothing written."""

    def opened(self, data: bytes, name: str) -> Opened:
        return Opened(data.decode(), (), "")

    def anchored(
        self, data: bytes, name: str, anchors: Sequence[Anchor], manifest: Mapping[str, Any]
    ) -> bytes:
        return b""


TYPED = Typed()


@dataclass(frozen=True, slots=True)
class Examined:
    """text: with references written out. items, findings: as JSON, places counted in the text. answers: of the section,
    with those that references gave. problems: of references, by line."""

    text: str
    items: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    answers: dict[str, str]
    problems: tuple[Problem, ...]


def examine(section: Section, typed: str, at: datetime) -> Examined:
    """What saving this text would find, against the ledger as known at `at`. Writes nothing."""
    edition = section.edition
    found = references.expanded(texts.tidy(typed), LedgerResolver(edition.subject.key, at))
    head = f"{edition.title}\n{section.title}\n"
    said = binding.Said(section.answers, frozenset(), _bonds(section))
    items = _bound(edition, head + found.text, said, at)
    given = _given(items, found.written, len(head))
    if given:
        said = replace(said, answers={**section.answers, **given})
        items = _bound(edition, head + found.text, said, at)
    reading = read_text(head + found.text, Hints(area=edition.subject.label))
    return Examined(
        found.text,
        stored.as_json(_moved(items, len(head))),
        findings.as_json(check(reading).findings, len(head)),
        {**section.answers, **given},
        found.problems,
    )


def _bonds(section: Section) -> Mapping[str, Any]:
    newest = section.versions.first()
    return {} if newest is None else stored.bonds(items(newest, section))


def _bound(edition: Edition, text: str, said: binding.Said, at: datetime) -> Sequence[Item]:
    draft = binding.Draft(text.encode(), "", edition.subject, edition.year)
    return binding.bind(draft, known_at=at, said=said, files=TYPED).items


def _given(items: Sequence[Item], written: Iterable[Written], offset: int) -> dict[str, str]:
    """Answers that references give: each number that was written for one means its fact, unless the words say so."""
    said = {}
    for one in written:
        start, end = one.start + offset, one.end + offset
        item = next((i for i in items if i.start < end and i.end > start), None)
        if item is not None and (item.known is None or item.known.expression != one.expression):
            said[item.key] = one.expression
    return said


def _moved(items: Iterable[Item], offset: int) -> list[Item]:
    """Those of the section itself, their places counted from its first character."""
    return [replace(i, start=i.start - offset, end=i.end - offset) for i in items if i.start >= offset]


# What stands


def items(version: SectionVersion, section: Section) -> list[Stored]:
    """A version's numbers as they stand after the section's answers, in reading order."""
    return stored.standing(version.items, section.answers, ())


def found(version: SectionVersion, section: Section) -> list[Found]:
    """A version's findings, each with the reason why it stays, if one was given."""
    return list(findings.standing(version.findings, section.waivers))
