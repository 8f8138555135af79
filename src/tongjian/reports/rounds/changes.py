"""What changed: on the ledger since a report was signed, and from one edition to the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tongjian.facts.choices import FactStatus
from tongjian.facts.models import Fact
from tongjian.facts.refs import RefError, parse
from tongjian.reports.known import Known
from tongjian.reports.resolver import TARGET
from tongjian.reports.rounds import promises
from tongjian.reports.rounds.choices import EditionState
from tongjian.reports.rounds.models import ChangeNote, Edition
from tongjian.reports.verify.ledger import now as on_ledger

Entry = Mapping[str, Any]
PARTS = ("measure", "basis", "comparator", "breakdown", "of")


@dataclass(frozen=True, slots=True)
class Revised:
    """A figure of a signed report whose fact has another value now.

    old, new: values as kept, with unit; new empty: no longer on the ledger. file, at: of the fact that replaced it.
    """

    anchor: str
    label: str
    period: str
    shown: str
    expression: str
    old: str
    new: str
    old_status: str
    new_status: str
    file: str = ""
    at: datetime | None = None

    @property
    def status_changed(self) -> bool:
        return bool(self.new_status) and self.old_status != self.new_status

    @property
    def old_status_label(self) -> str:
        return _status(self.old_status)

    @property
    def new_status_label(self) -> str:
        return _status(self.new_status)


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that this edition says differently from the one before. new empty: left out. why: as explained."""

    expression: str
    label: str
    period: str
    old: str
    new: str
    why: str = ""


def _status(code: str) -> str:
    return str(FactStatus(code).label) if code in FactStatus.values else code


def since(manifest: Entry, subject: str, at: datetime) -> list[Revised]:
    """Figures of a manifest whose facts have another value at `at`, in the report's order. subject: key of its area."""
    figures: Mapping[str, Entry] = manifest.get("figures", {})
    asked = on_ledger(subject, at, [e["expression"] for e in figures.values()])
    moved = [(a, e, k) for a, e in figures.items() if _moved(e, k := asked(e["expression"]))]
    facts = _facts(k for _a, _e, k in moved if k is not None)
    return [_revised(a, e, k, facts) for a, e, k in moved]


def _moved(entry: Entry, known: Known | None) -> bool:
    if entry["value"] is None:
        return False
    return known is None or known.number is None or str(known.number) != entry["value"]


def _facts(known: Iterable[Known]) -> Mapping[int, Fact]:
    wanted = {pk for k in known for pk in k.facts}
    return Fact.objects.filter(pk__in=wanted).select_related("evidence__file").in_bulk()


def _revised(anchor: str, entry: Entry, known: Known | None, facts: Mapping[int, Fact]) -> Revised:
    behind = [facts[pk] for pk in (known.facts if known else ()) if pk in facts]
    newest = max(behind, key=lambda f: f.recorded_at, default=None)
    return Revised(
        anchor,
        label_of(entry),
        entry["period"],
        f"{entry['before']}{entry['shown']}{entry['after']}",
        entry["expression"],
        f"{entry['value']}{entry['unit']}",
        "" if known is None or known.number is None else f"{known.number}{known.unit}",
        entry["status"],
        "" if known is None else known.status,
        "" if newest is None else newest.evidence.file.name,
        None if newest is None else newest.recorded_at,
    )


def label_of(entry: Entry) -> str:
    """The figure's name; the page says measure and basis in its own words."""
    return str(entry["indicator"])


def against_previous(edition: Edition) -> list[Change]:
    """What the newest versions say differently from the frozen edition before, each with its explanation if it has one."""
    before = edition.previous
    if before is None:
        return []
    notes = {n.expression: n for n in ChangeNote.objects.filter(edition=edition)}
    return [
        _explained(c, notes) for c in _differences(before.manifest, _said_now(edition), edition.subject.key)
    ]


def _explained(change: Change, notes: Mapping[str, ChangeNote]) -> Change:
    """An explanation holds for the change that it was given for, not for a later one of the same figure."""
    note = notes.get(change.expression)
    fits = note is not None and (note.old, note.new) == (change.old, change.new)
    why = note.why if note is not None and fits else ""
    return Change(change.expression, change.label, change.period, change.old, change.new, why)


def _said_now(edition: Edition) -> dict[str, str]:
    """Expression → the number as printed, of what the edition says: as signed, else by its newest versions."""
    subject = edition.subject.key
    if edition.state in (EditionState.SIGNED, EditionState.FROZEN):
        figures = edition.manifest.get("figures", {})
        return {canonical(e["expression"], subject): e["shown"] for e in figures.values()}
    found: dict[str, str] = {}
    for version in promises.newest_versions(edition).values():
        for item in version.items:
            if item["meant"]:
                found.setdefault(canonical(item["meant"]["ref"], subject), item["shown"])
    return found


def _differences(before: Entry, now: Mapping[str, str], subject: str) -> Iterator[Change]:
    seen: set[str] = set()
    for entry in before.get("figures", {}).values():
        expression = canonical(entry["expression"], subject)
        new = now.get(expression, "")
        if expression not in seen and new.strip() != entry["shown"].strip():
            yield Change(expression, label_of(entry), entry["period"], entry["shown"], new)
        seen.add(expression)


def canonical(expression: str, subject: str) -> str:
    """One spelling of a reference: without the report's own subject, blanks single."""
    target = TARGET if expression.startswith(TARGET) else ""
    try:
        ref = parse(expression.removeprefix(TARGET))
    except RefError:
        return expression
    return f"{target}{replace(ref, subject='') if ref.subject == subject else ref}"
