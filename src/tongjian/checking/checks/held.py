"""K33, K34: figures against the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tongjian.checking.intervals import shown
from tongjian.checking.ledger import EN, ZH, Ledger, Matched, Standing, agrees, judge
from tongjian.checking.registry import rule
from tongjian.checking.say import finding
from tongjian.checking.types import Context, Example, Finding, LedgerFact, Need, Severity

_KNOWN = (
    LedgerFact("revenue", ("一般公共预算收入",), "2022", "level", Decimal("89.43"), "亿元"),
    LedgerFact("revenue", ("一般公共预算收入",), "2021", "level", Decimal("92.39"), "亿元"),
    LedgerFact("retail", ("社会消费品零售总额",), "2022", "level", Decimal("540.12"), "亿元"),
)
_OLD = (
    LedgerFact("retail", ("社会消费品零售总额",), "2022", "level", Decimal("539.8"), "亿元", superseded=True),
    LedgerFact("retail", ("社会消费品零售总额",), "2022", "level", Decimal("540.6"), "亿元"),
)


@rule(
    "K33",
    "与台账不符",
    "The ledger says otherwise",
    Severity.ERROR,
    need=Need.LEDGER,
    examples=(
        Example("fail", "2022年一般公共预算收入89.34亿元。", "", _KNOWN),
        Example("fail", "2022年一般公共预算收入540.12亿元。", "", _KNOWN),
        Example("fail", "2022年一般公共预算收入92.39亿元。", "", _KNOWN),
        Example("pass", "2022年一般公共预算收入89.4亿元。", "", _KNOWN),
        Example("trap", "2022年一般公共预算支出189.4亿元。", "", _KNOWN),
    ),
)
def held(context: Context) -> Iterator[Finding]:
    facts, kept = context.this, Ledger(context.ledger or (), context.this.area)
    for f in facts.figures:
        if f.form != "digits" or f.kind == "rank":
            continue
        found = judge(facts, kept, f)
        if found.wrong and not (found.known is not None and _stale(found)):
            yield _finding(found)


def _stale(found: Matched) -> bool:
    """K34 tells it."""
    return found.near is not None and found.near.superseded


def _finding(found: Matched) -> Finding:
    assert found.span is not None
    f = found.figure
    soft = found.standing in {Standing.OTHER_BASIS, Standing.OTHER_PERIOD}
    zh, en = _lines(found)
    return finding(
        "K33",
        Severity.QUESTION if soft else Severity.ERROR,
        (found.span,),
        f"“{f.indicator}”（{f.period}）{f.text}：{zh}",
        f"{f.indicator} ({f.period}) {f.text}: {en}",
        ("按台账改正，或更新台账。", "Correct it by the ledger, or update the ledger."),
    )


def _lines(found: Matched) -> tuple[str, str]:
    zh, en = ZH[found.standing], EN[found.standing]
    if found.known is not None:
        zh, en = f"{zh}，台账为{_value(found.known)}", f"{en}; the ledger has {_value(found.known)}"
    if found.near is not None:
        near = f"{found.near.names[0]} {found.near.period} {found.near.basis or ''}".strip()
        zh, en = (
            f"{zh}；与“{near}”的{_value(found.near)}相同",
            f"{en}; it is the value of {near}, {_value(found.near)}",
        )
    return zh, en


def _value(fact: LedgerFact) -> str:
    return f"{shown(fact.value, 6)}{fact.unit}"


@rule(
    "K34",
    "引用了已更新的台账数",
    "A value that the ledger has since replaced",
    Severity.QUESTION,
    need=Need.LEDGER,
    examples=(
        Example("fail", "2022年社会消费品零售总额539.8亿元。", "", _OLD),
        Example("pass", "2022年社会消费品零售总额540.6亿元。", "", _OLD),
    ),
)
def stale(context: Context) -> Iterator[Finding]:
    """It agrees with a superseded fact of its key and not with the one that holds."""
    facts, kept = context.this, Ledger(context.ledger or (), context.this.area)
    for f in facts.figures:
        if f.form != "digits":
            continue
        known = [
            k
            for k in kept.of(f, facts.indicator(f))
            if k.period == f.period and (k.area or "") == facts.place(f)
        ]
        old = [k for k in known if k.superseded and agrees(k, f) is not None]
        new = [k for k in known if not k.superseded]
        if old and new and not any(agrees(k, f) is not None for k in new):
            yield finding(
                "K34",
                Severity.QUESTION,
                facts.spans(f),
                f"“{f.indicator}”{f.text}为旧数，台账已更新为{_value(new[0])}",
                f"{f.indicator}: {f.text} is an old value; the ledger now has {_value(new[0])}",
                ("按新数改正。", "Use the new value."),
            )
