"""A result as plain JSON and back, the digest over it and its cases, and what moved between two of them. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import zip_longest
from typing import Any

from tongjian.facts.assessment.casework import Assessed
from tongjian.facts.assessment.results import Counts, Rate, Row
from tongjian.facts.assessment.watch import Standing

Sealed = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """What an edition says. names: unit → Chinese and English name, as they were then; watch: as of `Assessment`."""

    rows: tuple[Row, ...]
    whole: Row
    watch: Mapping[str, Standing]
    names: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class CaseMoved:
    """A case that another edition counts otherwise. before, after: None where it was, or is, not among the cases."""

    id: int
    before: Assessed | None
    after: Assessed | None


@dataclass(frozen=True, slots=True)
class UnitMoved:
    """A unit whose numbers are others now."""

    unit: str
    before: Row | None
    after: Row | None

    @property
    def rates(self) -> list[tuple[Decimal | None, Decimal | None]]:
        """Of each measure the printed rate before and after."""
        old, new = (() if r is None else tuple(x.percent for x in r.rates) for r in (self.before, self.after))
        return list(zip_longest(old, new))


def as_json(kept: Kept) -> dict[str, Any]:
    return {
        "rows": [_row(r) for r in kept.rows],
        "whole": _row(kept.whole),
        "watch": {k: [s.listed, s.moved, s.months, s.run] for k, s in kept.watch.items()},
        "names": {k: list(v) for k, v in kept.names.items()},
    }


def _row(row: Row) -> dict[str, Any]:
    counts = row.counts
    return {
        "unit": row.unit,
        "group": row.group,
        "counts": [counts.n, counts.excluded, counts.simulated],
        "parts": [list(p) for p in counts.parts],
        "score": None if row.score is None else str(row.score),
        "rank": row.rank,
        "volume_rank": row.volume_rank,
        "points": str(row.points),
    }


def from_json(sealed: Sealed) -> Kept:
    return Kept(
        tuple(_kept_row(r) for r in sealed["rows"]),
        _kept_row(sealed["whole"]),
        {k: Standing(*v) for k, v in sealed["watch"].items()},
        {k: (v[0], v[1]) for k, v in sealed["names"].items()},
    )


def _kept_row(body: Mapping[str, Any]) -> Row:
    parts = tuple((a, b) for a, b in body["parts"])
    n, excluded, simulated = body["counts"]
    return Row(
        body["unit"],
        body["group"],
        Counts(n, excluded, simulated, parts),
        tuple(Rate(a, b) for a, b in parts),
        None if body["score"] is None else Fraction(body["score"]),
        body["rank"],
        body["volume_rank"],
        Fraction(body["points"]),
    )


def digest(scheme: str, version: int, month: str, result: Sealed, cases: Iterable[Assessed]) -> str:
    """SHA-256 over the result and each of its cases, by ascending id."""
    head = json.dumps([scheme, version, month, result], ensure_ascii=False, sort_keys=True)
    made = hashlib.sha256(head.encode())
    for case in sorted(cases, key=lambda c: c.id):
        made.update(f"\n{case.id} {case.unit} {int(case.excluded)} {case.verdicts}".encode())
    return made.hexdigest()


def cases_moved(before: Iterable[Assessed], after: Iterable[Assessed]) -> list[CaseMoved]:
    """By ascending id."""
    old, new = ({c.id: c for c in some} for some in (before, after))
    return [
        CaseMoved(key, old.get(key), new.get(key))
        for key in sorted(old.keys() | new.keys())
        if _counted_as(old.get(key)) != _counted_as(new.get(key))
    ]


def _counted_as(case: Assessed | None) -> tuple[str, bool, str] | None:
    return None if case is None else (case.unit, case.excluded, case.verdicts)


def units_moved(before: Sequence[Row], after: Sequence[Row]) -> list[UnitMoved]:
    """Units whose counts, score or rank changed, in the order of `after`, those that are gone last."""
    old = {r.unit: r for r in before}
    found = [UnitMoved(r.unit, old.get(r.unit), r) for r in after if _said(old.get(r.unit)) != _said(r)]
    gone = old.keys() - {r.unit for r in after}
    return [*found, *(UnitMoved(u, old[u], None) for u in old if u in gone)]


def _said(row: Row | None) -> tuple[object, ...] | None:
    if row is None:
        return None
    return row.counts.n, row.counts.excluded, row.counts.parts, row.score, row.rank, row.points


def touched(moved: Iterable[CaseMoved]) -> Iterator[str]:
    """Units that these cases were or are of."""
    yield from dict.fromkeys(c.unit for m in moved for c in (m.before, m.after) if c is not None)
