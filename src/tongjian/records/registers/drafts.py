"""An entry as it is to be, checked: from a form, the API or a row of a workbook. Everything wrong is told at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tongjian.kernel import codes, geometry
from tongjian.kernel.choices import CodeScheme
from tongjian.kernel.codes import State, Verdict
from tongjian.kernel.geometry import GeometryError
from tongjian.kernel.models import Area, Organisation
from tongjian.records.registers import rules
from tongjian.records.registers.choices import Geometry
from tongjian.records.registers.names import Names
from tongjian.records.registers.problems import Problem, problem
from tongjian.records.registers.rules import Value
from tongjian.records.registers.schema import Register

LONGEST_CODE, LONGEST_NAME = 64, 128


@dataclass(frozen=True, slots=True)
class Given:
    """What is said of an entry. code "": the next free number. area, owner: key or name, "": none, the register's own.

    attributes: key → as typed or as JSON; codes: scheme → as written; geometry: GeoJSON, None: not on the map.
    """

    name: str
    code: str = ""
    area: str = ""
    owner: str = ""
    attributes: Mapping[str, object] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    geometry: object = None
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry that may be written."""

    code: str
    name: str
    area: Area | None
    owner: Organisation | None
    values: Mapping[str, Value]
    codes: Mapping[str, Verdict]
    shape: geometry.Geometry | None = None
    simulated: bool = False

    @property
    def attributes(self) -> dict[str, Any]:
        """As an entry keeps them."""
        return {k: rules.stored(v) for k, v in self.values.items()}

    def numbered(self, code: str) -> Draft:
        return replace(self, code=code)


def check(register: Register, given: Given, names: Names) -> tuple[Draft, list[Problem]]:
    """The entry that is meant, and everything wrong with it; use the first only when the second is empty."""
    values, problems = rules.values_of(register, given.attributes, names.resolve)
    verdicts, wrong = _codes(register, given.codes)
    shape, misplaced = _shape(register, given.geometry)
    area, owner = names.areas.get(given.area), names.organisations.get(given.owner or register.owner)
    code, name = rules.tidy(given.code), rules.tidy(given.name)
    problems += [*wrong, *misplaced, *_own(given, code, name, area, owner)]
    return Draft(code, name, area, owner, values, verdicts, shape, given.simulated), problems


def _own(
    given: Given, code: str, name: str, area: Area | None, owner: Organisation | None
) -> Iterator[Problem]:
    """The fields that every entry has."""
    if not name:
        yield problem("name", "name_missing")
    for key, text, most in (("name", name, LONGEST_NAME), ("code", code, LONGEST_CODE)):
        if len(text) > most:
            yield problem(key, "too_long", title=text[:20] + "…", got=len(text), most=most)
    if given.area and area is None:
        yield problem("area", "unknown_reference", title="地区", got=given.area)
    if given.owner and owner is None:
        yield problem("owner", "unknown_reference", title="责任单位", got=given.owner)


def _codes(register: Register, given: Mapping[str, str]) -> tuple[dict[str, Verdict], list[Problem]]:
    found: dict[str, Verdict] = {}
    known = {c.scheme for c in register.codes}
    problems = [problem(s, "unknown_attribute", got=s) for s in given if s not in known]
    for need in register.codes:
        written = rules.tidy(str(given.get(need.scheme) or ""))
        if not written:
            if need.required:
                title = str(CodeScheme(need.scheme).label)
                problems.append(problem(need.scheme, "required", title=title))
            continue
        verdict = codes.check(need.scheme, written)
        if verdict.state == State.BAD:
            why = {"got": written, "why": verdict.message.zh}
            said = {"zh": f"“{written}”：{verdict.message.zh}", "en": f"“{written}”: {verdict.message.en}"}
            problems.append(problem(need.scheme, "code_bad", **why, **said))
        found[need.scheme] = verdict
    return found, problems


def _shape(register: Register, given: object) -> tuple[geometry.Geometry | None, list[Problem]]:
    if given is None:
        return None, []
    if register.geometry == Geometry.NONE:
        return None, [problem("geometry", "unknown_attribute", got="geometry")]
    try:
        found = geometry.parse(given)
    except GeometryError as error:
        return None, [Problem("", "geometry", error.code, error.params)]
    if found.kind != register.geometry.value:
        wanted = {"wanted": str(register.geometry.label), "got": str(found.kind.label)}
        return None, [problem("geometry", "geometry_kind", **wanted)]
    return found, []
