"""K04, K05, K08: gaps to other areas and to targets, changes in points."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from tongjian.checking.checks.changes import (
    AGAINST,
    AMOUNT,
    GAP,
    GROWTH,
    PART,
    is_from_to,
    level_before,
    runs,
)
from tongjian.checking.facts import Facts
from tongjian.checking.intervals import Interval, meant, middle, printed, shown
from tongjian.checking.registry import bad, good, rule, trap
from tongjian.checking.say import RECOUNT, finding
from tongjian.checking.types import Context, Finding, Need, Severity
from tongjian.reading.types import Figure


@rule(
    "K04",
    "与上级差距不符",
    "A gap to a wider area does not fit both values",
    Severity.ERROR,
    examples=(
        bad("全年规上工业增加值增长5.2%，高于全市2.1个百分点，全市规上工业增加值增长4.1%。"),
        bad("居民收入增长4.2%，低于全省0.5个百分点（全省为3.7%）。"),
        good("全年规上工业增加值增长5.2%，高于全市1.1个百分点，全市规上工业增加值增长4.1%。"),
        trap("社会消费品零售总额下降3.2%，降幅小于全市3.1个百分点，全市下降6.3%。"),
    ),
)
def gap_to_area(context: Context) -> Iterator[Finding]:
    """Own value − gap = the wider area's value, where the text gives all three."""
    facts = context.this
    for _, _, found in facts.sentences():
        for at, gap in enumerate(found):
            own = _own_value(facts, found, at)
            if gap.comparator and own is not None:
                for other in _others(facts, found, gap, own):
                    yield from _judge_gap(facts, "K04", own, gap, other)


def _own_value(facts: Facts, found: Sequence[Figure], at: int) -> Figure | None:
    """The per cent right before a gap in points."""
    gap = found[at]
    if gap.kind != "difference" or gap.unit != "个百分点" or gap.form != "digits" or not at:
        return None
    own = next((f for f in reversed(found[:at]) if f.kind != "rank"), None)
    if own is None or own.unit != "%" or own.form != "digits" or gap.start - own.end > 16 or facts.place(own):
        return None
    return own


def _others(facts: Facts, found: Sequence[Figure], gap: Figure, own: Figure) -> Iterator[Figure]:
    """Values of the gap's comparator for the same indicator: after the gap, or elsewhere with the same name."""
    words = gap.comparator or ""
    for f in found:
        if f.start > gap.end and f.unit == "%" and f.start - gap.end < 24 and _is_of(facts, f, words):
            yield f
    for f in facts.by_name.get(facts.indicator(own), ()):
        if (
            f.unit == "%"
            and f.period == own.period
            and facts.place(f)[:2] == words[:2]
            and f.kind == own.kind
        ):
            yield f


def _is_of(facts: Facts, figure: Figure, words: str) -> bool:
    before = facts.clause(figure)
    return words[:2] in before and not re.search(r"高于|低于|快于|小于|大于|比", before)


def _judge_gap(facts: Facts, code: str, own: Figure, gap: Figure, other: Figure) -> Iterator[Finding]:
    expected = printed(own) - printed(gap)
    if expected.meets(meant(other)):
        return
    point = shown(middle(own) - middle(gap))
    sign = "−" if middle(gap) >= 0 else "+"
    size = f"{abs(middle(gap))}"
    yield finding(
        code,
        Severity.ERROR,
        facts.spans(gap, own, other),
        f"“{own.indicator}”{middle(own)}{sign}{size} = {point}，而{gap.comparator or '目标'}为{middle(other)}",
        f"{own.indicator}: {middle(own)} {sign} {size} = {point}, but {gap.comparator or 'the target'} is {middle(other)}",
        RECOUNT,
    )


@rule(
    "K05",
    "与目标差距不符",
    "A gap to a target does not fit the target",
    Severity.ERROR,
    examples=(
        bad("城镇登记失业率3.92%，低于5%的控制目标2.08个百分点。"),
        bad("城镇登记失业率控制目标为5%，实际为3.92%，低于控制目标0.08个百分点。"),
        good("城镇登记失业率3.92%，低于5%的控制目标1.08个百分点。"),
        trap("城镇登记失业率3.92%，低于控制目标1.08个百分点。"),
    ),
)
def gap_to_target(context: Context) -> Iterator[Finding]:
    """Own value − gap = target, where a target of the same indicator and period is given."""
    facts = context.this
    for _, _, found in facts.sentences():
        yield from _inside(facts, found)
    for gap in facts.figures:
        if gap.kind == "difference" and "目标" in (gap.comparator or "") and gap.form == "digits":
            yield from _elsewhere(facts, gap)


_AIM = re.compile(
    r"(?P<own>\d[\d.]*)%[，、]?(?:仅)?(?P<side>低于|高于|超过|超出|比)(?:(?:年度|全年|年初|预期|计划|控制)*目标)?(?P<aim>\d[\d.]*)%"
    r"(?:以内|左右)?的?[^，。；\d]{0,10}?(?P<more>低|高|少|多|下降|上升)?(?P<gap>\d[\d.]*)个?百分点"
)
_SET = re.compile(
    r"目标[^，。；\d]{0,6}(?P<aim>\d[\d.]*)%(?:以内|左右)?，[^，。；\d]{0,12}(?P<own>\d[\d.]*)%，(?P<side>低于|高于|超过)[^，。；\d]{0,8}(?P<more>)(?P<gap>\d[\d.]*)个?百分点"
)


_THEN_SET = re.compile(
    r"(?P<own>\d[\d.]*)%，(?P<side>低于|高于|超过)(?:年度|全年|年初|预期|计划|控制)*目标(?P<more>)(?P<gap>\d[\d.]*)个?百分点"
    r"[，。；（(](?:年度|全年|年初|预期|计划|控制|其)*目标(?:值)?(?:为|是)?(?P<aim>\d[\d.]*)%"
)


def _inside(facts: Facts, found: Sequence[Figure]) -> Iterator[Finding]:
    start, end = facts.sentence_bounds(found[0].start)
    patterns = (_AIM, _SET, _THEN_SET)
    for m in (m for pattern in patterns for m in pattern.finditer(facts.text, start, end)):
        own, aim, gap = (Decimal(m[n].rstrip(".")) for n in ("own", "aim", "gap"))
        away = abs(own - aim)
        places = max(m[n][::-1].find(".") for n in ("own", "aim", "gap"))
        allowed = Decimal("1.01").scaleb(-max(places, 0)) if places >= 0 else Decimal(0)
        wrong_way = (m["side"] == "低于" or m["more"] == "低") == (own > aim) and own != aim
        if abs(away - gap) > allowed or wrong_way:
            yield finding(
                "K05",
                Severity.ERROR,
                (facts.span(m.start("gap"), m.end()), facts.span(m.start("own"), m.end("own") + 1)),
                f"{own}%与目标{aim}%相差|{own}−{aim}| = {shown(away)}个百分点，报告为{m['side']}{gap}个百分点",
                f"{own}% against a target of {aim}%: |{own} − {aim}| = {shown(away)} points, printed {gap}",
                RECOUNT,
            )


def _elsewhere(facts: Facts, gap: Figure) -> Iterator[Finding]:
    near = [
        f for f in facts.within(*facts.sentence_bounds(gap.start)) if f.end <= gap.start and f.unit == "%"
    ]
    if not near or gap.unit != "个百分点":
        return
    own = near[-1]
    aims = [
        f
        for f in facts.by_name.get(facts.indicator(own), ())
        if f.status == "target" and f.unit == "%" and f.period[:4] == own.period[:4] and f.kind == own.kind
    ]
    for aim in aims:
        if aim is not own and not (printed(own) - printed(gap)).meets(printed(aim)):
            yield from _judge_gap(facts, "K05", own, gap, aim)


@rule(
    "K08",
    "比重或比率变化不符",
    "A change in points does not fit the two rates",
    Severity.ERROR,
    examples=(
        bad("服务业占比由44.1%提高到46.3%，提高3.2个百分点。"),
        bad("森林覆盖率从41.07%提高到49.18%，上升7.11个百分点。"),
        good("服务业占比由44.1%提高到46.3%，提高2.2个百分点。"),
        trap("城镇化率由52.4%提高到58.3%，年均提高1.2个百分点。"),
        trap("服务业占比由44.1%提高到46.3%，高于全省2.2个百分点。"),
    ),
)
def change_of_share(context: Context) -> Iterator[Finding]:
    """由a%提高到b%，提高c个百分点: b − a = c."""
    facts = context.this
    for _, _, found in facts.sentences():
        for a, b, change in runs(found, (PART | GROWTH | AMOUNT, PART | GROWTH | AMOUNT, GAP)):
            points = a.unit == b.unit == "%" and change.unit == "个百分点"
            between = facts.text[b.end : change.start]
            near = not change.comparator and "均" not in between and len(between) < 12
            if points and near and is_from_to(facts, a, b):
                yield from _judge_change(facts, a, b, change)


def _judge_change(facts: Facts, a: Figure, b: Figure, change: Figure) -> Iterator[Finding]:
    difference = printed(b) - printed(a)
    stated = meant(change)
    if difference.meets(stated) or Interval(-difference.high, -difference.low).meets(stated):
        return
    point = shown(abs(middle(b) - middle(a)))
    yield finding(
        "K08",
        Severity.ERROR,
        facts.spans(change, a, b),
        f"“{b.indicator}”|{b.text}−{a.text}| = {point}个百分点，报告为{change.text}",
        f"{b.indicator}: |{b.text} − {a.text}| = {point} points, printed {change.text}",
        RECOUNT,
    )


@rule(
    "K08",
    "比上年的比率提高，与变化不符",
    "A rate, last year's rate and the change in points do not fit",
    Severity.ERROR,
    examples=(
        bad("常住人口城镇化率达到58.3%，比上年的56.2%提高3.1个百分点。"),
        good("常住人口城镇化率达到58.3%，比上年的56.2%提高2.1个百分点。"),
        trap("常住人口城镇化率达到58.3%，比全省的56.2%高2.1个百分点。"),
    ),
)
def change_against_last(context: Context) -> Iterator[Finding]:
    """b%，比上年的a%提高c个百分点."""
    facts = context.this
    rates = PART | GROWTH | AMOUNT | GAP
    for _, _, found in facts.sentences():
        for b, a, change in runs(found, (rates, rates, GAP)):
            points = a.unit == b.unit == "%" and change.unit == "个百分点" and change.start - a.end < 6
            if points and AGAINST.match(facts.text[b.end : a.start]):
                yield from _judge_change(facts, a, b, change)


_TABLED = re.compile(r"比上年|较上年|比去年|较去年|同比")


@rule(
    "K08",
    "比率变化与上年数不符",
    "A change in points does not lead back to last year's rate",
    Severity.QUESTION,
    need=Need.PREVIOUS,
    examples=(
        bad("2022年城镇化率61.3%，比上年提高2.9个百分点。", "2021年城镇化率60.1%。"),
        good("2022年城镇化率61.3%，比上年提高1.2个百分点。", "2021年城镇化率60.1%。"),
    ),
)
def change_from_last(context: Context) -> Iterator[Finding]:
    this, last = context.this, context.previous
    assert last is not None
    for _, _, found in this.sentences():
        for now, change in runs(found, (PART, GAP)):
            before = level_before(this, last, now)
            if (
                before is None
                or change.unit != "个百分点"
                or change.start - now.end > 12
                or change.comparator
            ):
                continue
            if not _TABLED.search(this.text[now.end : change.start]):
                continue
            moved = printed(now) - printed(before)
            if not (moved.meets(meant(change)) or Interval(-moved.high, -moved.low).meets(meant(change))):
                point = shown(middle(now) - middle(before))
                yield finding(
                    "K08",
                    Severity.QUESTION,
                    (*this.spans(change, now), *last.spans(before)),
                    f"“{now.indicator}”上年报告为{before.text}：{now.text}−{before.text} = {point}，报告为{change.text}",
                    f"{now.indicator} was {before.text}: {now.text} − {before.text} = {point}, printed {change.text}",
                )
