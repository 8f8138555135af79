"""The pack of supervision: due day of the monthly call, what may be opened, the stages of an order. Parsed and linted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongjian.kernel import definitions
from tongjian.plans.choices import Light, Stage


class SupervisionPackError(ValueError):
    """The pack of supervision has faults; all are listed."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class StageRule:
    """The stage of an order that is `days_over` days late or more and was returned `returns` times or more."""

    stage: Stage
    days_over: int = 0
    returns: int = 0

    @property
    def is_bare(self) -> bool:
        return not (self.days_over or self.returns)


@dataclass(frozen=True, slots=True)
class Pack:
    """due_day: of the month after the one reported on. rolls: a due day that is not worked moves on."""

    due_day: int
    rolls: bool
    opening: frozenset[Light]
    working_days: int
    stages: tuple[StageRule, ...]


def current() -> Pack:
    """The ruling pack. Raises SupervisionPackError."""
    return read(definitions.bodies("supervision"))


def read(bodies: Iterable[Mapping[str, Any]]) -> Pack:
    """Raises SupervisionPackError naming every fault."""
    by_key = {str(b["key"]): b for b in bodies}
    faults = lint(by_key.values())
    if faults:
        raise SupervisionPackError(faults)
    call, opening = by_key["call"], by_key["opening"]
    return Pack(
        due_day=call["due_day"],
        rolls=call["holiday"] == "next",
        opening=frozenset(Light(w) for w in opening["lights"]),
        working_days=opening["working_days"],
        stages=tuple(_rule(r) for r in by_key["stages"]["rules"]),
    )


def lint(bodies: Iterable[Mapping[str, Any]]) -> list[str]:
    """Every way in which the pack cannot be meant; empty: it can."""
    by_key = {str(b["key"]): b for b in bodies}
    missing = [f"supervision/{k}: missing" for k in ("call", "opening", "stages") if k not in by_key]
    if missing:
        return missing
    return [
        *_lint_call(by_key["call"]),
        *_lint_opening(by_key["opening"]),
        *_lint_stages(by_key["stages"].get("rules")),
    ]


def _lint_call(body: Mapping[str, Any]) -> list[str]:
    faults = []
    if not (isinstance(body.get("due_day"), int) and 1 <= body["due_day"] <= 28):
        faults.append("supervision/call: due_day is a day from 1 to 28")
    if body.get("holiday") not in {"next", "same"}:
        faults.append("supervision/call: holiday is next or same")
    return faults


def _lint_opening(body: Mapping[str, Any]) -> list[str]:
    faults = [
        f"supervision/opening: {w} is no light" for w in body.get("lights", []) if w not in Light.values
    ]
    if not body.get("lights"):
        faults.append("supervision/opening: no lights")
    if not (isinstance(body.get("working_days"), int) and body["working_days"] > 0):
        faults.append("supervision/opening: working_days is a number above 0")
    return faults


def _lint_stages(rows: object) -> list[str]:
    if not isinstance(rows, list) or not rows:
        return ["supervision/stages: no rules"]
    try:
        rules = [_rule(r) for r in rows]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        return [f"supervision/stages: {error}"]
    faults = [
        f"supervision/stages: rule {n} fits everything, those below it are never read"
        for n, rule in enumerate(rules[:-1], 1)
        if rule.is_bare
    ]
    return (
        faults
        if rules[-1].is_bare
        else [*faults, "supervision/stages: the last rule must have no conditions"]
    )


def _rule(row: Mapping[str, Any]) -> StageRule:
    strange = set(row) - {"stage", "days_over", "returns"}
    if strange:
        raise ValueError(f"unknown condition {', '.join(sorted(strange))}")
    return StageRule(Stage(row["stage"]), int(row.get("days_over", 0)), int(row.get("returns", 0)))
