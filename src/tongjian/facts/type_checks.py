"""The types of derive lines: what may be summed, divided, ranked, held against what. Checked when packs are applied.

An operator takes metrics of certain kinds, on one basis, in units of one dimension. What does not fit is told with the
pack file, the metric and the line, before any figure is computed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.facts import specs
from tongjian.kernel.errors import TongjianError
from tongjian.values import unit

OVER_MONTHS = frozenset({"single", "year_to_date", "quarter", "rolling_12"})
OF_PARTS = frozenset({"share", "contribution", "pull"})
OF_CHANGES = frozenset({"year_on_year", "average_2y"})
ADDS_UP = frozenset({"flow", "stock"})

MESSAGES: Mapping[str, str | Promise] = {
    "derive.ratio_summed": _(
        "%(file)s: %(key)s, derive line %(line)s: %(operator)s adds up, and a metric of kind %(kind)s does not. "
        "Add up its numerator and its denominator, and divide then."
    ),
    "derive.stock_over_months": _(
        "%(file)s: %(key)s, derive line %(line)s: %(operator)s reckons over months, and a stock is a value at a moment."
    ),
    "derive.cumulated_twice": _(
        "%(file)s: %(key)s, derive line %(line)s: %(operator)s counts up figures that already count up. "
        "Say counted: single where the owner reports single months."
    ),
    "derive.already_single": _(
        "%(file)s: %(key)s, derive line %(line)s: its figures are single months already (counted: single)."
    ),
    "derive.since_start": _(
        "%(file)s: %(key)s, derive line %(line)s: on the basis since_start figures count from their own start, "
        "not from January; %(operator)s does not apply."
    ),
    "derive.basis_mixed": _(
        "%(file)s: %(key)s, derive line %(line)s: %(operator)s on the basis %(basis)s needs %(measure)s of %(input)s "
        "on that basis, which is declared on %(bases)s only. Bases are not mixed."
    ),
    "derive.unit_mixed": _(
        "%(file)s: %(key)s, derive line %(line)s: %(key)s is kept in %(unit)s and its whole %(input)s in %(other)s; "
        "they do not convert."
    ),
    "derive.growth_of_ratio": _(
        "%(file)s: %(key)s, derive line %(line)s: a metric in %(unit)s changes by points or places, it has no "
        "rate of growth. Use gap with comparator: last_year."
    ),
    "derive.ceiling": _(
        "%(file)s: %(key)s, derive line %(line)s: less of %(key)s is better, its target is a ceiling that is not "
        "completed. Use gap with comparator: target."
    ),
    "derive.growth_completed": _(
        "%(file)s: %(key)s, derive line %(line)s: a rate of growth is not completed in percent. Use gap with "
        "comparator: target."
    ),
    "derive.no_direction": _(
        "%(file)s: %(key)s, derive line %(line)s: places need a direction; say direction: up or down."
    ),
    "derive.no_rank": _(
        "%(file)s: %(key)s, derive line %(line)s: a change of place needs the rank itself; declare it for the same "
        "basis and group."
    ),
    "derive.no_stock": _(
        "%(file)s: %(key)s, derive line %(line)s: heads has to be a stock, and %(input)s is of kind %(kind)s."
    ),
    "derive.unknown_metric": _("%(file)s: %(key)s, derive line %(line)s: no metric has the key %(input)s."),
}


class DeriveError(TongjianError):
    """A derive line whose types do not fit."""

    def __init__(self, code: str, where: Mapping[str, object]) -> None:
        super().__init__(code, MESSAGES[code], where)


@dataclass(frozen=True, slots=True)
class Declared:
    """A metric as a pack declares it. counted: `single` where the owner reports single months of a flow."""

    key: str
    file: str
    unit: str
    kind: str
    direction: str
    counted: str
    collect: tuple[specs.Collected, ...]
    derive: tuple[specs.Derived, ...]

    def bases(self, measure: str) -> set[str]:
        """The bases that a plain measure of it is declared on, collected or derived."""
        plain = [c.basis for c in self.collect if c.measure == measure and not c.comparator]
        return {*plain, *(d.basis for d in self.derive if d.measure == measure and not d.comparator)}


def declared(key: str, body: Mapping[str, Any], file: Path | str = "") -> Declared:
    """From a pack entry. Raises SpecError, KeyError."""
    return Declared(
        key,
        Path(file).name if file else "–",
        str(body["unit"]),
        str(body["kind"]),
        str(body.get("direction", "none")),
        str(body.get("counted", "cumulative")),
        specs.collected(body.get("collect", [])),
        specs.derived(body.get("derive", [])),
    )


@dataclass(frozen=True, slots=True)
class Checker:
    """All metrics together, since operators look at others."""

    metrics: Mapping[str, Declared]
    found: list[DeriveError] = field(default_factory=list)

    def check(self) -> Sequence[DeriveError]:
        for metric in self.metrics.values():
            for number, line in enumerate(metric.derive, 1):
                where = {"file": metric.file, "key": metric.key, "line": number, "operator": line.operator}
                self.found.extend(DeriveError(c, where | more) for c, more in self._problems(metric, line))
        return self.found

    def _problems(self, metric: Declared, line: specs.Derived) -> Iterator[tuple[str, dict[str, object]]]:
        unknown = [key for key in line.inputs if key not in self.metrics]
        if unknown:
            yield "derive.unknown_metric", {"input": unknown[0]}
            return
        yield from _of_kind(metric, line)
        yield from _of_months(metric, line)
        yield from _of_direction(metric, line)
        yield from self._of_inputs(metric, line)

    def _of_inputs(self, metric: Declared, line: specs.Derived) -> Iterator[tuple[str, dict[str, object]]]:
        for key, measure in _looked_at(metric, line):
            bases = self.metrics[key].bases(measure)
            if bases and line.basis not in bases:
                yield (
                    "derive.basis_mixed",
                    {
                        "basis": line.basis,
                        "measure": measure,
                        "input": key,
                        "bases": ", ".join(sorted(bases)),
                    },
                )
        if line.operator in OF_PARTS and line.whole:
            whole = self.metrics[line.whole]
            if unit(whole.unit).dimension != unit(metric.unit).dimension:
                more = {"unit": metric.unit, "input": whole.key, "other": whole.unit}
                yield "derive.unit_mixed", dict(more)
        if line.heads and self.metrics[line.heads].kind != "stock":
            yield "derive.no_stock", {"input": line.heads, "kind": self.metrics[line.heads].kind}


def _looked_at(metric: Declared, line: specs.Derived) -> Iterator[tuple[str, str]]:
    """Metrics and measures that a line takes on its own basis."""
    if line.operator in {"ratio", "per_head"}:
        yield from ((key, "level") for key in (line.numerator, line.denominator, line.amount) if key)
        return
    yield metric.key, line.of or "level"
    if line.whole:
        yield line.whole, "level"


def _of_kind(metric: Declared, line: specs.Derived) -> Iterator[tuple[str, dict[str, object]]]:
    kind: dict[str, object] = {"kind": metric.kind}
    adds = line.operator in OVER_MONTHS | OF_PARTS | {"total"}
    if adds and metric.kind not in ADDS_UP:
        yield "derive.ratio_summed", kind
    if line.operator in OVER_MONTHS and metric.kind == "stock":
        yield "derive.stock_over_months", {}
    by_points = metric.kind == "rank" or metric.unit in {"%", "‰"}
    if line.operator in OF_CHANGES and by_points and line.of != "growth":
        yield "derive.growth_of_ratio", {"unit": metric.unit}


def _of_months(metric: Declared, line: specs.Derived) -> Iterator[tuple[str, dict[str, object]]]:
    if line.operator in OVER_MONTHS and line.basis == "since_start":
        yield "derive.since_start", {}
    elif line.operator == "year_to_date" and metric.counted != "single":
        yield "derive.cumulated_twice", {}
    elif line.operator == "single" and metric.counted == "single":
        yield "derive.already_single", {}


def _of_direction(metric: Declared, line: specs.Derived) -> Iterator[tuple[str, dict[str, object]]]:
    if line.operator == "completion" and line.of == "growth":
        yield "derive.growth_completed", {}
    elif line.operator == "completion" and metric.direction == "down":
        yield "derive.ceiling", {}
    if line.operator in {"rank", "change_of_place"} and metric.direction not in {"up", "down"}:
        yield "derive.no_direction", {}
    if line.operator == "change_of_place" and not _has_rank(metric, line):
        yield "derive.no_rank", {}


def _has_rank(metric: Declared, line: specs.Derived) -> bool:
    reported = any(c.measure == "rank" and (c.of, c.basis) == (line.of, line.basis) for c in metric.collect)
    wanted = (line.of, line.basis, line.among)
    return reported or any(d.operator == "rank" and (d.of, d.basis, d.among) == wanted for d in metric.derive)


def check(metrics: Sequence[Declared]) -> Sequence[DeriveError]:
    """All that does not fit, in the order of metrics and lines; none: the packs are sound."""
    return Checker({m.key: m for m in metrics}).check()
