"""The pack of mid-term evaluation: classes by margin, their lights, the second opinion's. Parsed and linted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, TypeVar

from tongjian.kernel import definitions
from tongjian.plans.choices import IndexClass, Light, MidtermClass, Nature
from tongjian.plans.lights import WORSE, coverage_faults

LISTS = ("progress", "growth", "hold")
C = TypeVar("C", MidtermClass, IndexClass)


class MidtermPackError(ValueError):
    """The pack has faults; all are listed."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Span(Generic[C]):
    """The class of every margin with low <= margin < high; None: open on that side."""

    klass: C
    low: Decimal | None
    high: Decimal | None


@dataclass(frozen=True, slots=True)
class Pack:
    """All lists; achieved_at: progress in per cent at which a target counts as reached early."""

    lists: Mapping[str, tuple[Span[MidtermClass], ...]]
    achieved_at: Decimal
    lights: Mapping[MidtermClass, Light]
    binding: Mapping[MidtermClass, Light]
    index: tuple[Span[IndexClass], ...]

    def klass(self, name: str, margin: Decimal) -> MidtermClass:
        return pick(self.lists[name], margin)

    def light(self, klass: MidtermClass, nature: Nature) -> Light:
        """The light of a class; binding targets may have a worse one."""
        usual = self.lights[klass]
        return self.binding.get(klass, usual) if nature == Nature.BINDING else usual


def pick(spans: Sequence[Span[C]], margin: Decimal) -> C:
    """The class of a margin; a linted list covers the line."""
    return next(s.klass for s in spans if s.low is None or margin >= s.low)


def current() -> Pack:
    """The ruling pack. Raises MidtermPackError."""
    return read(definitions.bodies("midterm"))


def read(bodies: Iterable[Mapping[str, Any]]) -> Pack:
    """Raises MidtermPackError naming every fault."""
    by_key = {str(b["key"]): b for b in bodies}
    faults = lint(by_key.values())
    if faults:
        raise MidtermPackError(faults)
    lights = by_key["lights"]
    return Pack(
        lists={name: _spans(by_key[name]["rules"], MidtermClass) for name in LISTS},
        achieved_at=Decimal(str(by_key["progress"].get("achieved_at", 100))),
        lights={MidtermClass(k): Light(v) for k, v in lights["lights"].items()},
        binding={MidtermClass(k): Light(v) for k, v in lights.get("binding", {}).items()},
        index=_spans(by_key["index"]["rules"], IndexClass),
    )


def lint(bodies: Iterable[Mapping[str, Any]]) -> list[str]:
    """Every way in which the pack cannot be meant; empty: it can."""
    by_key = {str(b["key"]): b for b in bodies}
    missing = [f"midterm/{k}: missing" for k in (*LISTS, "lights", "index") if k not in by_key]
    if missing:
        return missing
    faults = [f for name in LISTS for f in _lint_list(name, by_key[name].get("rules"), MidtermClass)]
    return [
        *faults,
        *_lint_list("index", by_key["index"].get("rules"), IndexClass),
        *_lint_lights(by_key["lights"]),
    ]


def _lint_list(name: str, rows: object, kind: type[C]) -> list[str]:
    if not isinstance(rows, list) or not rows:
        return [f"midterm/{name}: no rules"]
    try:
        spans = _spans(rows, kind)
    except (ValueError, TypeError, KeyError, AttributeError, InvalidOperation) as error:
        return [f"midterm/{name}: {error}"]
    return [f"midterm/{name}: {code} {detail}" for code, detail in coverage_faults(spans)]


def _lint_lights(body: Mapping[str, Any]) -> list[str]:
    try:
        usual = {MidtermClass(k): Light(v) for k, v in body["lights"].items()}
        binding = {MidtermClass(k): Light(v) for k, v in body.get("binding", {}).items()}
    except (ValueError, KeyError, AttributeError) as error:
        return [f"midterm/lights: {error}"]
    faults = [f"midterm/lights: no light for {c.value}" for c in MidtermClass if c not in usual]
    milder = [
        c
        for c, light in binding.items()
        if usual.get(c) in WORSE and WORSE.index(light) < WORSE.index(usual[c])
    ]
    return [*faults, *(f"midterm/lights: binding {c.value} is milder" for c in milder)]


def _spans(rows: Sequence[Mapping[str, Any]], kind: type[C]) -> tuple[Span[C], ...]:
    return tuple(Span(kind(r["class"]), _open(r.get("from")), _open(r.get("below"))) for r in rows)


def _open(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))
