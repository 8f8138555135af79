"""What may stand in an entry, and what existing entries object to in a changed definition. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import jsonschema

from tongjian.records.registers.choices import AttributeKind
from tongjian.records.registers.problems import Problem, problem
from tongjian.records.registers.schema import Attribute, Register, json_schema

Value = str | int | bool | Decimal | date
Resolve = Callable[[str, str], "str | None"]  # (refers, what was written) → key; None: there is none
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)|(\d{2})(\d{2}))")
YES, NO = frozenset({"是", "yes", "true", "有"}), frozenset({"否", "no", "false", "无"})
MOST_DIGITS = 15  # what a workbook can hold exactly


class Wrong(Exception):
    """A value that is none of its attribute's: the problem."""

    def __init__(self, found: Problem) -> None:
        self.problem = found
        super().__init__(found.code)


def tidy(text: str) -> str:
    """As texts are kept: one kind of line end, no control characters, no blanks around."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


# One value


def value_of(attribute: Attribute, given: object, resolve: Resolve) -> Value | None:
    """A value as typed (text), sent (JSON) or kept, as what it means; None: not given. Raises Wrong."""
    if given is None or (isinstance(given, str) and not tidy(given)):
        return None
    return _READ[attribute.kind](attribute, given, resolve)


def stored(value: Value) -> str | int | bool:
    """As the JSON of an entry holds it: numbers as text with their places, days in ISO."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value


def loaded(attribute: Attribute, kept: Any) -> Value | None:
    """A kept value as what it means; None where it is none of its attribute's any more."""
    try:
        return value_of(attribute, kept, lambda _refers, key: key)
    except Wrong:
        return None


def _string(attribute: Attribute, given: object, _resolve: Resolve) -> str:
    if isinstance(given, bool | list | dict):
        raise Wrong(problem(attribute.key, "not_text", title=attribute.title, got=given))
    text = tidy(str(given))
    if len(text) > attribute.max_length:
        params = {"title": attribute.title, "got": len(text), "most": attribute.max_length}
        raise Wrong(problem(attribute.key, "too_long", **params))
    if attribute.pattern and not re.fullmatch(attribute.pattern, text):
        params = {"title": attribute.title, "got": text, "pattern": attribute.pattern}
        raise Wrong(problem(attribute.key, "pattern", **params))
    return text


def _integer(attribute: Attribute, given: object, _resolve: Resolve) -> int:
    found = _decimal(attribute, given, "not_integer")
    if found != found.to_integral_value():
        raise Wrong(problem(attribute.key, "not_integer", title=attribute.title, got=given))
    _bounded(attribute, found)
    return int(found)


def _number(attribute: Attribute, given: object, _resolve: Resolve) -> Decimal:
    """At exactly the places that the register declares. Raises Wrong for more, never rounds."""
    found = _decimal(attribute, given, "not_number")
    kept = found.quantize(Decimal(1).scaleb(-attribute.decimals))
    if kept != found:
        params = {"title": attribute.title, "decimals": attribute.decimals, "got": given}
        raise Wrong(problem(attribute.key, "too_precise", **params))
    _bounded(attribute, kept)
    return kept if kept else abs(kept)  # no minus zero


def _decimal(attribute: Attribute, given: object, code: str) -> Decimal:
    text = str(given).strip().replace(",", "").replace("，", "")
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal("NaN")
    if isinstance(given, bool) or not found.is_finite():
        raise Wrong(problem(attribute.key, code, title=attribute.title, got=given))
    if found.adjusted() >= MOST_DIGITS - attribute.decimals:
        raise Wrong(problem(attribute.key, "too_large", got=given))
    return found


def _bounded(attribute: Attribute, found: Decimal) -> None:
    if attribute.minimum is not None and found < attribute.minimum:
        params = {"title": attribute.title, "least": attribute.minimum, "got": found}
        raise Wrong(problem(attribute.key, "below", **params))
    if attribute.maximum is not None and found > attribute.maximum:
        params = {"title": attribute.title, "most": attribute.maximum, "got": found}
        raise Wrong(problem(attribute.key, "above", **params))


def _boolean(attribute: Attribute, given: object, _resolve: Resolve) -> bool:
    if isinstance(given, bool):
        return given
    text = str(given).strip().lower()
    if text in YES or text in NO:
        return text in YES
    raise Wrong(problem(attribute.key, "not_boolean", title=attribute.title, got=given))


def _date(attribute: Attribute, given: object, _resolve: Resolve) -> date:
    found = day_of(given)
    if found is None:
        raise Wrong(problem(attribute.key, "not_date", title=attribute.title, got=given))
    return found


def day_of(given: object) -> date | None:
    """2022-03-01, 2022/3/1, 2022年3月1日, 20220301; None: no day."""
    if isinstance(given, date):
        return given
    found = _DAY.fullmatch(str(given).strip())
    if found is None:
        return None
    year, month, day = (int(g) for g in found.groups() if g is not None)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _enum(attribute: Attribute, given: object, _resolve: Resolve) -> str:
    text = str(given).strip()
    if text in attribute.option:
        return text
    for option in attribute.options:
        if text in {option.name, option.name_en}:
            return option.key
    known = "、".join(f"{o.name}" for o in attribute.options)
    raise Wrong(problem(attribute.key, "not_option", title=attribute.title, got=text, known=known))


def _reference(attribute: Attribute, given: object, resolve: Resolve) -> str:
    text = str(given).strip()
    found = resolve(attribute.refers, text)
    if found is None:
        raise Wrong(problem(attribute.key, "unknown_reference", title=attribute.title, got=text))
    return found


_READ: Mapping[AttributeKind, Callable[[Attribute, object, Resolve], Value]] = {
    AttributeKind.STRING: _string,
    AttributeKind.INTEGER: _integer,
    AttributeKind.NUMBER: _number,
    AttributeKind.BOOLEAN: _boolean,
    AttributeKind.DATE: _date,
    AttributeKind.ENUM: _enum,
    AttributeKind.REFERENCE: _reference,
}


# All values of an entry


def values_of(
    register: Register, given: Mapping[str, object], resolve: Resolve
) -> tuple[dict[str, Value], list[Problem]]:
    """What the attributes given mean, and everything that is wrong with them; use the first if the second is empty."""
    found: dict[str, Value] = {}
    problems = [problem(k, "unknown_attribute", got=k) for k in given if k not in register.attribute]
    for attribute in register.attributes:
        try:
            value = value_of(attribute, given.get(attribute.key), resolve)
        except Wrong as wrong:
            problems.append(wrong.problem)
            continue
        if value is not None:
            found[attribute.key] = value
        elif attribute.required:
            problems.append(problem(attribute.key, "required", title=attribute.title))
    return found, problems


def instance(values: Mapping[str, Value]) -> dict[str, Any]:
    """The values as other programs see them in JSON: numbers as numbers."""
    return {k: float(v) if isinstance(v, Decimal) else stored(v) for k, v in values.items()}


def validator(register: Register) -> jsonschema.Draft202012Validator:
    """The register's JSON Schema as an outside library judges by it: the same judgement as `values_of`."""
    formats = jsonschema.FormatChecker(["date"])
    return jsonschema.Draft202012Validator(json_schema(register), format_checker=formats)


def schema_problems(register: Register, values: Mapping[str, Value]) -> list[Problem]:
    """What the outside library objects to in the values."""
    return [
        problem(".".join(map(str, error.path)), "schema", why=error.message)
        for error in validator(register).iter_errors(instance(values))
    ]


# Entries that a changed definition meets


@dataclass(frozen=True, slots=True)
class Existing:
    """What an entry holds, as far as a definition can take it away. shape "": it is not on the map."""

    pk: int
    code: str
    name: str
    attributes: Mapping[str, Any]
    codes: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    shape: str = ""


@dataclass(frozen=True, slots=True)
class Objection:
    """One entry that stands against a definition, and everything that it objects to."""

    entry: Existing
    problems: tuple[Problem, ...]


def objections(
    new: Register, stages: frozenset[str], entries: Iterable[Existing], resolve: Resolve
) -> list[Objection]:
    """The entries that would lose something, or lack something, under a definition. stages: of its track."""
    found = ((e, tuple(_objects(new, stages, e, resolve))) for e in entries)
    return [Objection(e, problems) for e, problems in found if problems]


def restated(new: Register, kept: Mapping[str, Any], resolve: Resolve) -> dict[str, Any]:
    """Kept attributes as a definition that they do not object to keeps them: 12.5 → 12.50."""
    values, _problems = values_of(new, kept, resolve)
    return {k: stored(v) for k, v in values.items()}


def _objects(new: Register, stages: frozenset[str], entry: Existing, resolve: Resolve) -> Iterator[Problem]:
    for key in entry.attributes:
        if key not in new.attribute:
            yield problem(key, "attribute_lost", got=key)
    known = {k: v for k, v in entry.attributes.items() if k in new.attribute}
    yield from (_masked(new, p) for p in values_of(new, known, resolve)[1])
    for scheme in sorted(entry.codes - {c.scheme for c in new.codes}):
        yield problem(scheme, "code_lost", got=scheme)
    for need in new.codes:
        if need.required and need.scheme not in entry.codes:
            yield problem(need.scheme, "required", title=need.scheme)
    for stage in sorted(entry.stages - stages):
        yield problem(stage, "stage_lost", got=stage)
    if entry.shape and entry.shape != new.geometry:
        yield problem("geometry", "shape_lost", got=entry.shape, wanted=new.geometry.value)


def _masked(register: Register, found: Problem) -> Problem:
    """Without the value, where it is personal."""
    if found.cell not in register.personal or "got" not in found.params:
        return found
    return Problem(found.sheet, found.cell, found.code, {**found.params, "got": "***"})
