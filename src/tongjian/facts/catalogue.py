"""The catalogue of metrics: packs into rows, and the tables of printed words."""

from __future__ import annotations

import decimal
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongjian.facts import specs, type_checks
from tongjian.facts.assessment import defining as schemes
from tongjian.facts.assessment.scheme import SchemeError
from tongjian.facts.choices import Direction, Frequency, MetricKind, PeriodKind
from tongjian.facts.measured.checked import asked as measured_over
from tongjian.facts.measured.checked import measured_metrics
from tongjian.facts.measured.declaration import MeasuredError
from tongjian.facts.measured.declaration import parse as parse_measured
from tongjian.facts.measured.declaration import parts as measured_parts
from tongjian.facts.mirror.tables import all_tables, yielded_metrics
from tongjian.facts.models import Metric
from tongjian.facts.refs import RESERVED
from tongjian.kernel import definitions, track_packs
from tongjian.kernel.directory import sync_directory
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Area, Definition, Organisation
from tongjian.packs import entries
from tongjian.records.cases import defining as cases
from tongjian.records.registers import defining as registers
from tongjian.values import UnknownUnit, unit

Body = Mapping[str, Any]
# used as they are, through definitions.bodies
LOOSE_KINDS = (
    "words",
    "lights",
    "layouts",
    "documents",
    "calendars",
    "service_hours",
    "service_packages",
    "reply_templates",
    "supervision",
    "midterm",
    "projects",
    "collection",
    "validation",
)


class CatalogueError(TongjianError):
    """A pack entry that cannot be meant: which key, which field."""

    def __init__(self, key: str, problem: str) -> None:
        message = _("The definition of %(key)s cannot be used: %(problem)s")
        super().__init__("catalogue.bad_definition", message, {"key": key, "problem": problem})


@dataclass(frozen=True, slots=True)
class Synced:
    """What stands after a sync; changed: definitions that were new or different."""

    areas: int
    organisations: int
    metrics: int
    changed: int


@transaction.atomic
def sync(at: datetime, *more: Path) -> Synced:
    """Apply all packs: areas, organisations, tracks, registers, cases, metrics, words, lights; `more` folders lie over the
    installation's own.

    Twice changes nothing. Raises CatalogueError, DeriveError, DirectoryError, PackError; nothing is changed then.
    """
    directory = sync_directory(at, *more)
    _check_area_keys()
    records = [*track_packs.sync(at, *more), *registers.sync(at, *more)]
    records += cases.sync(at, *more)
    applied = definitions.apply([*definitions.changes("metrics", *more), *_yielded(*more)], at=at)
    if directory.changed or _behind():
        _project()
        _check_types(*more)
    loose = [d for kind in LOOSE_KINDS for d in definitions.apply(definitions.changes(kind, *more), at=at)]
    _check_measured()
    loose += _schemes(at, *more)
    changed = directory.changed + len(records) + len(applied) + len(loose)
    return Synced(directory.areas, directory.organisations, Metric.objects.count(), changed)


def _schemes(at: datetime, *more: Path) -> list[Definition]:
    """Assessment schemes. Raises CatalogueError with all that is wrong with the first bad one."""
    try:
        return schemes.sync(at, *more)
    except SchemeError as error:
        key = str(error).partition(":")[0]
        raise CatalogueError(key, "; ".join(error.faults)) from error


def _yielded(*more: Path) -> list[definitions.Change]:
    """What the records' own definitions yield and the rows do not hold. A pack's metric may not have such a key."""
    found, known = yielded_metrics(), definitions.newest("metrics")
    packed = {e.key for e in entries("metrics", *definitions.folders(), *more)} if found else set()
    for entry in found:
        if entry.key in packed:
            raise CatalogueError(
                entry.key, "a pack and the records both define it; give one of them another key"
            )
    return [
        definitions.Change(e, known.get(e.key))
        for e in found
        if e.key not in known or known[e.key].digest != definitions.digest(e.body)
    ]


def _behind() -> bool:
    """Whether a metric's row is not the projection of its newest definition."""
    rows = dict(Metric.objects.values_list("key", "version"))
    return any(rows.get(key) != found.version for key, found in definitions.newest("metrics").items())


def _check_area_keys() -> None:
    for key in Area.objects.filter(subject__key__in=RESERVED).values_list("subject__key", flat=True):
        raise CatalogueError(key, "the key is a word of fact references; give the area another")


def _project() -> None:
    owners = {o.key: o for o in Organisation.objects.select_related("subject")}
    for order, (key, found) in enumerate(definitions.newest("metrics").items()):
        try:
            values = _values(found, owners)
        except (specs.SpecError, UnknownUnit, ValueError, KeyError) as error:
            raise CatalogueError(key, str(error)) from error
        Metric.objects.update_or_create(key=key, defaults={**values, "order": order})


def _check_types(*more: Path) -> None:
    """Raises DeriveError for the first derive line whose types do not fit, naming its pack file."""
    files = {e.key: e.file for e in entries("metrics", *definitions.folders(), *more)}
    found = definitions.newest("metrics")
    all_metrics = [type_checks.declared(key, d.body, files.get(key, "")) for key, d in found.items()]
    for problem in type_checks.check(all_metrics):
        raise problem


def _check_measured() -> None:
    """Every declaration names a table and columns that the mirror has. Raises CatalogueError."""
    metrics = measured_metrics()
    tables = all_tables() if metrics else {}
    for metric in metrics:
        try:
            measured_over(metric, tables)
        except MeasuredError as error:
            raise CatalogueError(metric.key, f"measured: {error}") from error


def _values(found: Definition, owners: Mapping[str, Organisation]) -> dict[str, object]:
    body: Body = found.body
    specs.collected(body.get("collect", []))
    specs.derived(body.get("derive", []))
    specs.bases(body)
    specs.source_state(body)
    unit(body["unit"])
    return {
        "name": body["name"],
        "name_en": body["name_en"],
        "aliases": [str(a) for a in body.get("aliases", [])],
        "unit": body["unit"],
        "kind": MetricKind(body["kind"]),
        "direction": Direction(body.get("direction", "none")),
        "decimals": int(body.get("decimals", 0)),
        "growth_decimals": int(body.get("growth_decimals", 1)),
        "bounds": _bounds(body),
        "rounding": _rounding(body),
        "owner": _owner(body, owners),
        "theme": body["theme"],
        "definition": body.get("definition", ""),
        "source": body.get("source", ""),
        "collect": body.get("collect", []),
        "derive": body.get("derive", []),
        "measured": _measured(body),
        **_timing(body),
        "version": found.version,
    }


def _measured(body: Body) -> Body:
    """The `measured:` entry as it stands; empty for a metric that is not measured. Raises MeasuredError."""
    if "measured" not in body:
        return {}
    try:
        for part in measured_parts(body["measured"]).values():
            parse_measured(part, body["kind"])
    except MeasuredError as error:
        raise MeasuredError(f"measured: {error}") from None
    return dict(body["measured"])


def _timing(body: Body) -> dict[str, object]:
    """How often it is reported, from which month of the year on, and until which day of the month after."""
    day, first = body.get("due_day"), int(body.get("first_month", 1))
    if not 1 <= first <= 12 or (day is not None and not 1 <= int(day) <= 31):
        raise ValueError("first_month is a month, due_day a day of the month")
    return {
        "frequency": Frequency(body.get("frequency", "month")),
        "counted": PeriodKind(body.get("counted", "cumulative")),
        "due_day": None if day is None else int(day),
        "first_month": first,
    }


def _bounds(body: Body) -> list[str]:
    """Lowest and highest level that can be; a rate in percent lies between 0 and 100 unless it says otherwise."""
    if "range" in body:
        low, high = body["range"]
        return [str(low), str(high)]
    return ["0", "100"] if body["kind"] == "ratio" and body["unit"] == "%" else []


def _rounding(body: Body) -> str:
    name = str(body.get("rounding", "ROUND_HALF_UP"))
    if not name.startswith("ROUND_") or not hasattr(decimal, name):
        raise ValueError(f"rounding {name} is none of Python's decimal module")
    return name


def _owner(body: Body, owners: Mapping[str, Organisation]) -> Organisation | None:
    key = body.get("owner")
    if key and key not in owners:
        raise ValueError(f"the owner {key} is not among the organisations")
    return owners[key] if key else None


def words(key: str) -> dict[str, str]:
    """Printed word → code, of one table of the packs (`basis`, `status`, `bound` …); empty where there is none."""
    tables = [b for b in definitions.bodies("words") if b["key"] == key]
    return {str(printed): str(code) for t in tables for printed, code in t.get("words", {}).items()}
