"""Sheet 项目: each row a project, new or known by its key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from tongjian.kernel import codes
from tongjian.kernel.choices import CodeScheme, Sensitivity, Verdict
from tongjian.kernel.geometry import Geometry, GeometryError
from tongjian.kernel.models import Organisation
from tongjian.records.projects.actions.registering import Details
from tongjian.records.projects.choices import Nature, ProjectKind
from tongjian.records.projects.sheets import parsing
from tongjian.records.projects.sheets.ground import Ground
from tongjian.records.projects.sheets.problems import Bad, both
from tongjian.records.projects.sheets.tables import Line, Table
from tongjian.records.projects.sheets.words import labels

NO_DAY = date(1900, 1, 1)


def check(table: Table, ground: Ground) -> list[tuple[Details, Geometry | None]]:
    """The rows in which nothing is wrong, with where they lie; what is wrong stands in table.problems."""
    seen: dict[str, int] = {}
    own = {key for key in (_key_of(line) for line in table.lines()) if key}
    found = []
    for line in table.lines():
        made, where = _details(line, ground, seen, own), _where(line)
        if line.ok:
            found.append((made, where))
    return found


def _key_of(line: Line) -> str:
    try:
        return parsing.key(line.raw("key") or "t")
    except Bad:
        return ""


def _details(line: Line, ground: Ground, seen: dict[str, int], own: set[str]) -> Details:
    key = line.get("key", parsing.key, "")
    if key in seen:
        line.wrong("key", "key_twice", got=key, first=seen[key])
    elif key in ground.taken:
        line.wrong("key", "key_of_another", got=key)
    seen.setdefault(key, line.row)
    start, finish = (
        line.get("planned_start", parsing.month, None),
        line.get("planned_finish", parsing.month, None),
    )
    if start is not None and finish is not None and finish < start:
        line.wrong("planned_finish", "ends_before", end=_month(finish), begin=_month(start))
    return Details(
        key=key,
        name=line.get("name", parsing.upto(128), ""),
        reserved_on=line.get("reserved_on", parsing.day, NO_DAY),
        kind=line.get("kind", parsing.choice(labels(ProjectKind)), ProjectKind.OTHER.value),
        nature=line.get("nature", parsing.choice(labels(Nature)), Nature.NEW.value),
        industry=_code(line, "industry", CodeScheme.GB4754),
        builder=line.get("builder", parsing.upto(128), ""),
        scope=line.get("scope", parsing.upto(2000), ""),
        planned_total=line.get("planned_total", parsing.amount, None),
        planned_start=start,
        planned_finish=finish,
        area=line.get("area", _named(ground.areas, "area_unknown"), None),
        owner=_owner(line, ground),
        parent=_parent(line, ground, own, key),
        sensitivity=line.get("sensitivity", parsing.choice(labels(Sensitivity)), Sensitivity.INTERNAL.value),
        code=_code(line, "code", CodeScheme.PROJECT),
        name_en=line.get("name_en", parsing.upto(128), ""),
        row=line.row,
    )


def _where(line: Line) -> Geometry | None:
    try:
        return line.get("place", parsing.place, None)
    except GeometryError as error:
        line.wrong("place", "not_place", got=line.raw("place")[1:40], **both(error))
        return None


def _month(index: int) -> str:
    return f"{index // 12}-{index % 12 + 1:02d}"


def _named(known: Any, code: str) -> Callable[[str], Any]:
    return parsing.one_of(known, code)


def _owner(line: Line, ground: Ground) -> Organisation | None:
    found: Organisation | None = line.get("owner", _named(ground.units, "unit_unknown"), None)
    if found is not None and ground.own_units is not None and found.pk not in ground.own_units:
        line.wrong("owner", "not_your_unit", got=str(found))
    return found


def _parent(line: Line, ground: Ground, own: set[str], key: str) -> str:
    parent = line.get("parent", parsing.key, "")
    if parent and (parent == key or (parent not in own and parent not in ground.projects)):
        line.wrong("parent", "project_unknown", got=parent)
    return parent


def _code(line: Line, name: str, scheme: CodeScheme) -> str:
    """A code as it should be written; one that its scheme calls wrong is told with the reason."""
    written = line.get(name, parsing.upto(64), "").removesuffix(".0")
    if not written:
        return ""
    verdict = codes.check(scheme, written)
    if verdict.state == Verdict.BAD:
        said = verdict.message
        line.wrong(name, "code_bad", got=written, en=f"{written}: {said.en}", zh=f"{written}：{said.zh}")
    return verdict.normalised
