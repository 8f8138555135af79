"""Checking in one call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tongjian.checking.facts import Facts
from tongjian.checking.registry import rules
from tongjian.checking.types import Checked, Context, Finding, LedgerFact, Need, Rule, Severity, Skipped
from tongjian.reading.types import Reading

_WHY = {
    Need.PREVIOUS: ("未提供上年报告", "no report of last year was given"),
    Need.SIBLING: ("未提供同期另一份报告", "no other report of the session was given"),
    Need.LEDGER: ("未提供台账", "no ledger was given"),
}


def check(
    reading: Reading,
    *,
    previous: Reading | None = None,
    sibling: Reading | None = None,
    ledger: Sequence[LedgerFact] | None = None,
) -> Checked:
    """All rules that can run. previous: last year's report; sibling: another of the session; ledger: known facts."""
    context = Context(
        Facts(reading),
        Facts(previous, "previous") if previous is not None else None,
        Facts(sibling, "sibling") if sibling is not None else None,
        ledger,
    )
    return run(context, rules())


def run(context: Context, chosen: Sequence[Rule]) -> Checked:
    """The chosen rules on a context."""
    able = [r for r in chosen if r.need is None or context.has(r.need)]
    missing = [Skipped(r.name, *_WHY[r.need]) for r in chosen if r.need is not None and r not in able]
    found = sorted(
        _judged(context, able), key=lambda f: (f.spans[0].source != "this", f.spans[0].start, f.code)
    )
    return Checked(tuple(found), tuple(r.name for r in able), tuple(missing))


def _judged(context: Context, chosen: Sequence[Rule]) -> Iterator[Finding]:
    """Findings, each place once for each code: of two alike the one that shows what it is held against."""
    kept: dict[tuple[str, int, int], Finding] = {}
    for each in chosen:
        for finding in each.judge(context):
            first = finding.spans[0]
            place = (finding.code, first.start, first.end)
            before = kept.get(place)
            if before is None or (finding.severity is before.severity and _shows_more(finding, before)):
                kept[place] = finding
    yield from kept.values()


def _shows_more(finding: Finding, other: Finding) -> bool:
    return len({s.source for s in finding.spans}) > len({s.source for s in other.spans})


def worst(findings: Sequence[Finding]) -> Severity | None:
    """The gravest severity among them."""
    for severity in Severity:
        if any(f.severity is severity for f in findings):
            return severity
    return None
