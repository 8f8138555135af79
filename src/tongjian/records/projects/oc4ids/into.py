"""An OC4IDS package into the library: validated, turned into the sheets of the workbook, and taken in as one.

What we write ourselves comes back whole. Of a package that others made, areas and public authorities have to be known
here by their keys. Not carried by the standard: problems, photographs, older versions of rows, reopenings.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import User
from tongjian.reading.grids import Grid
from tongjian.records.projects.oc4ids import words
from tongjian.records.projects.oc4ids.valid import Fault, faults
from tongjian.records.projects.rules.identities import AMOUNTS
from tongjian.records.projects.sheets import layouts, taking
from tongjian.records.projects.sheets.problems import Problem
from tongjian.records.projects.sheets.tables import Layout
from tongjian.records.projects.sheets.taking import ImportRefused, Taken

Json = Mapping[str, Any]
MAX_BYTES = 200 * 1024 * 1024
NATURES = {code: nature for nature, code in reversed(list(words.TYPES.items()))}
DOCUMENTS = {code: kind for kind, code in words.DOCUMENTS.items()}
SHEETS = {layout.sheet: layout for layout in layouts.ALL}


class PackageRefused(TongjianError):
    """A file that is no valid package. faults: each with its JSON pointer."""

    def __init__(self, code: str, message: Any, found: Iterable[Fault] = ()) -> None:
        self.faults = tuple(found)
        said = " ".join(str(f) for f in self.faults[:20])
        super().__init__(code, message, {"count": len(self.faults), "faults": said})


def take(data: bytes, name: str, *, by: User | None, at: datetime) -> Taken:
    """Take over a package; the same one again changes nothing.

    Raises NotAllowed, PackageRefused for an invalid one, ImportRefused naming every bad place by its JSON pointer.
    """
    taking.check_may(by)
    package = read(data)
    rows = _Rows()
    for number, project in enumerate(package["projects"]):
        _project(rows, f"/projects/{number}", project)
    try:
        return taking.write(rows.grids(), data, name, by=by, at=at, locate=rows.locate)
    except ImportRefused as refused:
        raise ImportRefused([rows.named(p) for p in refused.problems]) from refused


def read(data: bytes) -> Any:
    """The package, valid. Raises PackageRefused."""
    if len(data) > MAX_BYTES:
        raise PackageRefused(
            "oc4ids.too_large", _("The package is larger than 200 MB. Split it and send the parts.")
        )
    try:
        package = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise PackageRefused("oc4ids.not_json", _("The file is not JSON text in UTF-8.")) from error
    found = faults(package)
    if found:
        raise PackageRefused(
            "oc4ids.invalid", _("The package is not valid OC4IDS: %(count)s fault(s): %(faults)s"), found
        )
    return package


@dataclass(slots=True)
class _Rows:
    """Rows for the sheets, and which place of the package each came from."""

    sheets: dict[str, list[list[str]]] = field(default_factory=dict)
    pointers: dict[str, list[str]] = field(default_factory=dict)

    def add(self, layout: Layout, pointer: str, values: Mapping[str, object]) -> None:
        line = [_cell(values.get(name)) for name in layout.columns]
        self.sheets.setdefault(layout.sheet, []).append(line)
        self.pointers.setdefault(layout.sheet, []).append(pointer)

    def grids(self) -> list[Grid]:
        """The headings stand in row 0, so that the nth entry is row n."""
        return [
            Grid(name, [(0, [f"t{c.label}" for c in SHEETS[name].columns.values()]), *enumerate(rows, 1)])
            for name, rows in self.sheets.items()
        ]

    def locate(self, sheet: str, reference: str) -> str:
        """The pointer of a cell; of a whole sheet its name, for rows of many projects."""
        row = "".join(c for c in reference if c.isdigit())
        return self.pointers[sheet][int(row) - 1] if row else f"/projects#{sheet}"

    def named(self, problem: Problem) -> Problem:
        """At its place in the package instead of its cell."""
        if problem.sheet not in self.pointers or not problem.cell:
            return problem
        pointer = self.locate(problem.sheet, problem.cell)
        return Problem("", pointer, problem.code, problem.params)


def _cell(value: object) -> str:
    """As a workbook's cell would be: a letter for its kind, and its content."""
    if value is None or value == "":
        return ""
    return (
        f"n{value:f}"
        if isinstance(value, Decimal)
        else f"n{value}"
        if isinstance(value, int)
        else f"t{value}"
    )


# One project


def _project(rows: _Rows, at: str, project: Json) -> None:
    key = _key(project["id"])
    rows.add(layouts.PROJECTS, at, {"key": key, **_details(project)})
    for pointer, values in _all(project):
        layout = values.pop("layout")
        rows.add(layout, at + pointer, {"key": key, **values})


def _key(project_id: str) -> str:
    """Ours, without the publisher's prefix."""
    return project_id.split("-", 2)[2].lower()


def _details(project: Json) -> dict[str, object]:
    classes = {c["scheme"]: c["id"] for c in project.get("additionalClassifications", ())}
    codes = {i.get("scheme"): i["id"] for i in project.get("identifiers", ())}
    parties = {r: p for p in project.get("parties", ()) for r in p.get("roles", ())}
    period = project.get("implementationPeriod") or project.get("period") or {}
    where = (project.get("locations") or [{}])[0]
    return {
        "name": project["title"],
        "name_en": project.get("title_en"),
        "kind": classes.get(words.KIND),
        "nature": classes.get(words.NATURE) or NATURES.get(project.get("type", "")),
        "industry": classes.get(words.INDUSTRY),
        "code": codes.get(words.PROJECT_CODE),
        "builder": parties.get(words.BUILDER, {}).get("name"),
        "area": where.get("id") if where.get("id") != "place" else None,
        "owner": (project.get("publicAuthority") or parties.get(words.AUTHORITY) or {}).get("id"),
        "scope": project.get("description"),
        "planned_total": _yuan(project.get("budget", {}).get("amount")),
        "planned_start": _month(period.get("startDate")),
        "planned_finish": _month(period.get("endDate")),
        "reserved_on": _reserved(project),
        "parent": next(
            (_key(r["identifier"]) for r in project.get("relatedProjects", ()) if _is_whole(r)), None
        ),
        "sensitivity": project.get("x_sensitivity", "public"),
        "place": json.dumps(where["geometry"]) if "geometry" in where else None,
    }


def _is_whole(related: Json) -> bool:
    return related.get("relationship") == words.PART_OF and "identifier" in related


def _reserved(project: Json) -> str | None:
    first = project.get("identificationPeriod") or project.get("period") or {}
    return _day(first.get("startDate") or project.get("updated"))


def _all(project: Json) -> Iterator[tuple[str, dict[str, Any]]]:
    """Everything that happens to a project: the pointer below it, the layout and the values."""
    yield from _documents(project)
    yield from _milestones(project)
    yield from _funding(project)
    yield from _pairing(project)
    for n, metric in enumerate(project.get("metrics", ())):
        tell = {"financialProgress": _investment, "physicalProgress": _progress}.get(metric["id"])
        for m, seen in enumerate(metric.get("observations", ())):
            if tell is not None:
                yield f"/metrics/{n}/observations/{m}", tell(seen)


def _documents(project: Json) -> Iterator[tuple[str, dict[str, Any]]]:
    for n, d in enumerate(project.get("documents", ())):
        kind = DOCUMENTS.get(d.get("documentType", ""), "other")
        title, dated = d.get("title") or d["id"], _day(d.get("datePublished"))
        yield f"/documents/{n}", {"layout": layouts.DOCUMENTS, "kind": kind, "title": title, "dated": dated}


def _milestones(project: Json) -> Iterator[tuple[str, dict[str, Any]]]:
    """Those of ours, whose id is track/stage; others have no stage here and stay in the file."""
    for n, m in enumerate(project.get("milestones", ())):
        track, _slash, stage = m["id"].partition("/")
        if not stage or m.get("type") != f"x_{track}":
            continue
        named = {"track": track, "stage": stage}
        if "dateMet" in m:
            yield f"/milestones/{n}", {"layout": layouts.PASSAGES, "on": _day(m["dateMet"]), **named}
        if "dueDate" in m:
            reason = m.get("description")
            yield (
                f"/milestones/{n}",
                {"layout": layouts.PLAN, "on": _day(m["dueDate"]), "reason": reason, **named},
            )


def _funding(project: Json) -> Iterator[tuple[str, dict[str, Any]]]:
    groups = project.get("budget", {}).get("budgetBreakdowns", ())
    for n, group in enumerate(groups):
        for m, line in enumerate(group.get("budgetBreakdown", ())):
            source, _dash, year = line["id"].rpartition("-")
            yield (
                f"/budget/budgetBreakdowns/{n}/budgetBreakdown/{m}",
                {
                    "layout": layouts.FUNDING,
                    "source": source,
                    "year": year,
                    "state": group["id"],
                    "amount": _yuan(line.get("amount")),
                },
            )


def _pairing(project: Json) -> Iterator[tuple[str, dict[str, Any]]]:
    for n, s in enumerate(project.get("x_pairing", ())):
        yield f"/x_pairing/{n}", {"layout": layouts.PAIRING, **s}


def _investment(seen: Json) -> dict[str, Any]:
    held = {name: seen.get("dimensions", {}).get(words.DIMENSIONS[name]) for name in AMOUNTS[1:]}
    return {
        "layout": layouts.INVESTMENT,
        "month": seen["id"],
        "this_month": _yuan(seen.get("value")),
        **{name: None if v is None else _ten_thousand(v) for name, v in held.items()},
        "reason": seen.get("notes"),
    }


def _progress(seen: Json) -> dict[str, Any]:
    return {
        "layout": layouts.PROGRESS,
        "month": seen["id"],
        "state": seen.get("dimensions", {}).get("state"),
        "percent": seen.get("measure"),
        "text": seen.get("notes"),
    }


# Values


def _yuan(value: Json | None) -> Decimal | None:
    """A Value in yuan as 万元."""
    return None if value is None else _ten_thousand(value["amount"])


def _ten_thousand(amount: object) -> Decimal:
    found = Decimal(str(amount)).scaleb(-words.YUAN).normalize()
    return found.quantize(Decimal(1)) if found == found.to_integral_value() else found


def _day(moment: str | None) -> str | None:
    return None if moment is None else moment[:10]


def _month(moment: str | None) -> str | None:
    return None if moment is None else moment[:7]
