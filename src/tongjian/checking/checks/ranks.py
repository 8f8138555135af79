"""K14: ranks against gaps, each other and the ledger."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

from tongjian.checking.facts import Facts, plain_indicator
from tongjian.checking.intervals import middle, shown
from tongjian.checking.registry import bad, good, rule, trap
from tongjian.checking.say import finding
from tongjian.checking.types import Context, Example, Finding, LedgerFact, Need, Severity
from tongjian.reading.types import Figure

WORSE = re.compile(
    r"失业|能耗|排放|浓度|事故|死亡|发案|降幅|投诉|负债|不良|贫困|赤字|成本|亡人|PM|火灾|案件|信访|逾期"
)


@rule(
    "K14",
    "位次与数值矛盾",
    "A rank contradicts the values",
    Severity.ERROR,
    examples=(
        bad("规上工业增加值增长3.2%，低于全市1.1个百分点，增速居全市首位。"),
        bad("地区生产总值增速居全市第四。\n地区生产总值增速全市第六。"),
        good("规上工业增加值增长5.2%，高于全市1.1个百分点，增速居全市首位。"),
        trap("地区生产总值增速居全市第四。\n固定资产投资增速居全市第六。"),
        trap("登记失业率2.1%，低于全市0.3个百分点，为全市最低。"),
    ),
)
def ranks(context: Context) -> Iterator[Finding]:
    """First of all and yet below the average; two ranks of one thing."""
    facts = context.this
    for _, _, found in facts.sentences():
        yield from _first_below(facts, found)
    for key, group in facts.by_key.items():
        said = [f for f in group if f.kind == "rank" and len(key.indicator) > 3]
        for f in said[1:]:
            apart = facts.sentence_bounds(f.start) != facts.sentence_bounds(said[0].start)
            if f.value != said[0].value and apart and not re.search(r"单月|当月|季度", facts.clause(f)):
                yield _two_ranks(facts, f, said[0])


_TOP = re.compile(r"首位|第一|榜首|第1|最高|最快|领跑|前列|前茅")


def _first_below(facts: Facts, found: Sequence[Figure]) -> Iterator[Finding]:
    for at, f in enumerate(found):
        if f.kind != "rank" or not isinstance(f.value, Decimal) or f.value != 1:
            continue
        for gap in (*found[:at], *found[at + 1 : at + 2]):
            close = (
                max(f.start - gap.end, gap.start - f.end) < 24
                and gap.comparator
                and (f.comparator or gap.comparator)[:2] == gap.comparator[:2]
            )
            if close and gap.kind == "difference" and middle(gap) < 0 and not WORSE.search(gap.indicator):
                first, last = sorted((f, gap), key=lambda x: x.start)
                beside = gap in found[max(0, at - 1) : at + 2]
                if re.search(r"；|其中", facts.text[first.end : last.start]) or not beside:
                    continue
                yield finding(
                    "K14",
                    Severity.ERROR,
                    facts.spans(f, gap),
                    f"位次为{f.text}，却低于{gap.comparator}{abs(middle(gap))}个百分点",
                    f"Ranked {f.text}, yet {abs(middle(gap))} points below {gap.comparator}",
                )


def _two_ranks(facts: Facts, f: Figure, first: Figure) -> Finding:
    return finding(
        "K14",
        Severity.QUESTION,
        facts.spans(f, first),
        f"“{f.indicator}”位次两处不同：{first.text} ≠ {f.text}",
        f"Two ranks of {f.indicator}: {first.text} ≠ {f.text}",
    )


_KNOWN = (
    LedgerFact("industry", ("规模以上工业增加值",), "2022", "rank", Decimal(4), "", "全市", superseded=True),
    LedgerFact("industry", ("规模以上工业增加值",), "2022", "rank", Decimal(5), "", "全市"),
)


@rule(
    "K14",
    "位次与台账不符",
    "A rank differs from the ledger's",
    Severity.ERROR,
    need=Need.LEDGER,
    examples=(
        Example("fail", "2022年规上工业增加值增速居全市第三。", "", _KNOWN),
        Example("fail", "规上工业增加值增长5.2%，居全市第2位。", "", _KNOWN),
        Example("pass", "2022年规上工业增加值增速居全市第五。", "", _KNOWN),
        Example("trap", "2022年规上工业增加值增速居全省第三十二位。", "", _KNOWN),
        Example("trap", "2021年规上工业增加值增速居全市第三。", "", _KNOWN),
        Example("trap", "2022年规上工业增加值总量居全市第三。", "", _KNOWN),
    ),
)
def ledger_ranks(context: Context) -> Iterator[Finding]:
    """A rank that none of the ledger's gives: of its name and period, among the same areas where they are named."""
    facts = context.this
    for f in facts.figures:
        if f.kind != "rank" or not isinstance(f.value, Decimal) or f.status == "target":
            continue
        known = [
            k
            for k in known_of(context.ledger or (), facts, f, "rank")
            if k.period == f.period and (k.area is None or k.area == f.comparator)
        ]
        if known and all(k.value != f.value for k in known):
            yield finding(
                "K14",
                Severity.ERROR,
                facts.spans(f),
                f"“{f.indicator}”位次{f.text}，台账为第{shown(known[0].value)}",
                f"{f.indicator}: rank {f.text}, the ledger says {shown(known[0].value)}",
            )


def known_of(ledger: Sequence[LedgerFact], facts: Facts, f: Figure, measure: str) -> Iterator[LedgerFact]:
    name, area = facts.indicator(f), facts.area
    return (
        k for k in ledger if k.measure == measure and not k.superseded and name in _plain_names(k.names, area)
    )


@lru_cache(maxsize=16_384)
def _plain_names(names: tuple[str, ...], area: str | None) -> frozenset[str]:
    """A metric's names in the spelling in which figures are named: 规模以上工业增加值 is 规上工业增加值."""
    return frozenset(plain_indicator(n, area) for n in names)
