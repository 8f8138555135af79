"""Rows for the tests of plans, made without chance."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tongjian.facts.choices import Bound
from tongjian.facts.models import Metric, Series
from tongjian.kernel import definitions, evidence
from tongjian.kernel.choices import AreaKind, Role, SubjectKind
from tongjian.kernel.models import Area, Definition, EvidenceFile, Organisation, Subject, User
from tongjian.plans.choices import Firmness, PlanState
from tongjian.plans.models import Obligation, PlanSection, PlanYear, Task

AT = datetime(2022, 1, 10, 9, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


def district(key: str = "tongzhou") -> Subject:
    plate, made = Subject.objects.get_or_create(
        key=key, defaults={"kind": SubjectKind.AREA, "label": "通州区", "label_en": "Tongzhou"}
    )
    if made:
        Area.objects.create(subject=plate, path=f"/{key}/", kind=AreaKind.DISTRICT)
    return plate


def organisation(key: str, label: str = "", parent: str = "government") -> Organisation:
    plate, made = Subject.objects.get_or_create(
        key=key, defaults={"kind": SubjectKind.ORGANISATION, "label": label or key}
    )
    if not made:
        return Organisation.objects.get(subject=plate)
    return Organisation.objects.create(subject=plate, path=f"/{parent}/{key}/")


def user(name: str, role: Role, unit: Organisation | None = None) -> User:
    return User.objects.create_user(name, password="a long password", role=role, organisation=unit)


def file(text: str = "a report of our own", name: str = "report.txt") -> EvidenceFile:
    return evidence.keep(text.encode(), name, by=None, at=AT)


def plan(year: int = 2022, state: PlanState = PlanState.APPROVED) -> PlanYear:
    made, _ = PlanYear.objects.get_or_create(
        subject=district(), year=year, defaults={"title": f"{year}年计划", "state": state, "document": file()}
    )
    return made


def section(of: PlanYear, path: str, title: str, order: int = 0) -> PlanSection:
    return PlanSection.objects.create(plan=of, path=path, title=title, order=order)


def task(
    of: PlanYear,
    number: int,
    text: str = "建成滨河公园",
    *,
    lead: Organisation | None = None,
    due: str = "",
    in_section: PlanSection | None = None,
) -> Task:
    origin = evidence.span(file(), number * 10, number * 10 + 8, text)
    return Task.objects.create(
        plan=of,
        number=number,
        object=text[2:],
        action=text[:2],
        text=text,
        kind="project_milestone",
        milestone="完工",
        firmness=Firmness.HARD,
        due_month=due,
        lead=lead,
        section=in_section,
        origin=origin,
    )


def metric(key: str, unit: str = "亿元", kind: str = "flow", direction: str = "up", **more: object) -> Metric:
    fields: dict[str, object] = {
        "name": key,
        "name_en": key,
        "unit": unit,
        "kind": kind,
        "direction": direction,
        "decimals": 1,
        "theme": "economy",
    }
    return Metric.objects.create(key=key, **(fields | more))


def series(of: Metric, measure: str = "level", basis: str = "natural", period_kind: str = "") -> Series:
    unit = {"growth": "%", "completion": "%"}.get(measure, of.unit)
    kind = period_kind or ("point" if of.kind == "stock" else "cumulative")
    found, _ = Series.objects.get_or_create(
        subject=district(),
        metric=of,
        measure=measure,
        basis=basis,
        period_kind=kind,
        defaults={"unit": unit},
    )
    return found


def obligation(
    of: PlanYear,
    owed: Series,
    mantissa: int | None,
    decimals: int = 0,
    bound: Bound = Bound.GE,
    words: str = "",
) -> Obligation:
    return Obligation.objects.create(
        plan=of,
        series=owed,
        bound=bound,
        words=words,
        mantissa=mantissa,
        decimals=decimals,
        due=str(of.year),
        origin=evidence.span(file(), 0, 12, "目标一句"),
        recorded_at=AT,
    )


def definition(kind: str, body: dict[str, Any], *, version: int, at: datetime) -> Definition:
    return Definition.objects.create(
        kind=kind,
        key=body["key"],
        version=version,
        body=body,
        digest=definitions.digest(body),
        applied_at=at,
    )
