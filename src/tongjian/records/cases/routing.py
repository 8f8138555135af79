"""派单规则: dated rules as data, specialised before territorial before the fallback. Pure but for the reads at the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from tongjian.kernel import definitions
from tongjian.kernel.models import Organisation
from tongjian.records.cases.models import Case

KIND = "routing"
STEPS = ("specialised", "territorial", "fallback")
AREA, DESK = "unit_of_area", "desk"


class RoutingError(ValueError):
    """Rules that cannot be meant; all faults are listed."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(faults))


@dataclass(frozen=True, slots=True)
class Matter:
    """What a rule looks at. category: a path; area: its key; on: the day of receipt."""

    category: str
    area: str
    text: str
    tier: str
    on: date


@dataclass(frozen=True, slots=True)
class Rule:
    """to: an organisation's key, the unit of the case's area, or the desk. Conditions left out hold always."""

    key: str
    step: str
    to: str
    zh: str
    en: str
    category: str = ""
    areas: frozenset[str] = frozenset()
    tiers: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    joint: tuple[str, ...] = ()
    since: date = date.min
    until: date = date.max

    def fits(self, matter: Matter) -> bool:
        return (
            self.since <= matter.on <= self.until
            and (not self.category or _under(matter.category, self.category))
            and (not self.areas or matter.area in self.areas)
            and (not self.tiers or matter.tier in self.tiers)
            and (not self.words or any(w in matter.text for w in self.words))
        )


@dataclass(frozen=True, slots=True)
class Route:
    """Where a rule sends a case. unit None: the desk decides."""

    rule: Rule
    unit: int | None
    joint: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Places:
    """Units by key, and the unit that answers for each area, by the area's key."""

    units: Mapping[str, int]
    of_area: Mapping[str, int]


def _under(category: str, wanted: str) -> bool:
    return category == wanted or category.startswith(wanted + "/")


def read(bodies: Iterable[Mapping[str, Any]], case_type: str) -> tuple[Rule, ...]:
    """The rules of a type in the order in which they are tried. Raises RoutingError with every fault."""
    found = [r for b in bodies if b.get("type") == case_type for r in b.get("rules", ())]
    faults = [f for n, r in enumerate(found) for f in _lint(n, r)]
    if faults:
        raise RoutingError(faults)
    rules = [_rule(r) for r in found]
    return tuple(sorted(rules, key=lambda r: STEPS.index(r.step)))


def route(rules: Sequence[Rule], matter: Matter, places: Places) -> Route | None:
    """The first rule that fits and names somebody who is there."""
    for rule in rules:
        if not rule.fits(matter):
            continue
        unit = places.of_area.get(matter.area) if rule.to == AREA else places.units.get(rule.to)
        if unit is not None or rule.to == DESK:
            joint = tuple(places.units[k] for k in rule.joint if k in places.units)
            return Route(rule, unit, joint)
    return None


def _lint(number: int, body: Mapping[str, Any]) -> list[str]:
    where = f"routing/{body.get('key', number)}"
    faults = [f"{where}: {k} is missing" for k in ("key", "step", "to", "zh", "en") if not body.get(k)]
    if body.get("step") not in STEPS:
        faults.append(f"{where}: step is one of {', '.join(STEPS)}")
    for end in ("since", "until"):
        try:
            date.fromisoformat(str(body.get(end, "2000-01-01")))
        except ValueError:
            faults.append(f"{where}: {end} is no day")
    return faults


def _rule(body: Mapping[str, Any]) -> Rule:
    return Rule(
        key=str(body["key"]),
        step=str(body["step"]),
        to=str(body["to"]),
        zh=str(body["zh"]),
        en=str(body["en"]),
        category=str(body.get("category", "")),
        areas=frozenset(body.get("areas", ())),
        tiers=frozenset(body.get("tiers", ())),
        words=tuple(body.get("words", ())),
        joint=tuple(body.get("joint", ())),
        since=date.fromisoformat(str(body["since"])) if "since" in body else date.min,
        until=date.fromisoformat(str(body["until"])) if "until" in body else date.max,
    )


# With the database


def ruling(case_type: str) -> tuple[Rule, ...]:
    return read(definitions.bodies(KIND), case_type)


def places() -> Places:
    """Where two units answer for one area, the one lower in the tree does: the town's government, not the district's."""
    units = Organisation.objects.select_related("subject", "area__subject").order_by("path")
    of_area: dict[str, int] = {}
    for unit in sorted(units, key=lambda u: u.path.count("/")):
        if unit.area and unit.area.parent_id and unit.area.kind in TOWNS:
            of_area[unit.area.subject.key] = unit.pk
    return Places({u.subject.key: u.pk for u in units}, of_area)


TOWNS = frozenset({"street", "town", "township"})


def matter(case: Case) -> Matter:
    day = timezone.localtime(case.opened_at).date()
    area = case.area.subject.key if case.area else ""
    return Matter(case.category, area, f"{case.title}\n{case.text}", case.tier, day)


@dataclass(frozen=True, slots=True)
class DryRun:
    """Rules tried on cases that have been dispatched. by_rule: key → (cases, of them as it was dispatched)."""

    cases: int
    sent: int
    as_dispatched: int
    by_rule: Mapping[str, tuple[int, int]]
    examples: tuple[tuple[int, str, int | None, int], ...]  # case, rule, rule's unit, unit that had it last


def dry_run(
    case_type: str, since: datetime, until: datetime, rules: Sequence[Rule] | None = None, examples: int = 20
) -> DryRun:
    """What the rules would have done with the cases received in that time; nothing is written."""
    tried = ruling(case_type) if rules is None else rules
    where = places()
    counts: dict[str, list[int]] = {}
    total = sent = right = 0
    wrong: list[tuple[int, str, int | None, int]] = []
    dispatched = Case.objects.filter(
        type=case_type, opened_at__gte=since, opened_at__lt=until, lead__isnull=False
    )
    for case in dispatched.select_related("area__subject").iterator(chunk_size=2000):
        total += 1
        found = route(tried, matter(case), where)
        if found is None or found.unit is None or case.lead_id is None:
            continue
        same = found.unit == case.lead_id
        sent, right = sent + 1, right + same
        told = counts.setdefault(found.rule.key, [0, 0])
        told[0] += 1
        told[1] += same
        if not same and len(wrong) < examples:
            wrong.append((case.pk, found.rule.key, found.unit, case.lead_id))
    return DryRun(total, sent, right, {k: (a, b) for k, (a, b) in counts.items()}, tuple(wrong))
