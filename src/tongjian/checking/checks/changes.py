"""K03: levels and growth rates that must fit each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from tongjian.checking.facts import SPECIAL, Facts
from tongjian.checking.intervals import Interval, exactly, meant, middle, printed, shown
from tongjian.checking.registry import bad, good, rule, trap
from tongjian.checking.say import RECOUNT, finding
from tongjian.checking.types import Context, Finding, Need, Severity
from tongjian.reading.types import Figure

HUNDRED = exactly(100)
_CONSTANT = re.compile(r"总值|增加值|GDP")  # their growth is in constant prices, their level in current ones
_REAL = re.compile(r"实际增长|实际|可比|不变价|年均")


def growth_of(now: Interval, before: Interval) -> Interval:
    """Growth in per cent from one level to another. Raises ZeroDivisionError."""
    return (now.over(before) - exactly(1)) * HUNDRED


def fits(expected: Interval, stated: Figure, slack: Decimal = Decimal(0)) -> bool:
    allowed = meant(stated)
    return Interval(expected.low - slack, expected.high + slack).meets(allowed)


def runs(figures: Sequence[Figure], kinds: Sequence[frozenset[str]]) -> Iterator[tuple[Figure, ...]]:
    """Figures that follow one another with these kinds."""
    for at in range(len(figures) - len(kinds) + 1):
        taken = tuple(figures[at : at + len(kinds)])
        if all(f.kind in kind and f.form == "digits" for f, kind in zip(taken, kinds, strict=True)):
            yield taken


AMOUNT = frozenset({"level", "count"})
GROWTH = frozenset({"growth"})
GAP = frozenset({"difference"})
PART = frozenset({"share", "rate"})
_FROM = re.compile(r"(?:由|从)(?:[^，。；]{0,24})$")
_TO = re.compile(
    r"(?:增加|增长|提高|提升|上升|下降|减少|降低|降|升|增|扩大|发展|调整)?(?:到|至|为)[^，。；]{0,16}$"
)
_NEAR = 30  # characters between figures that belong together


@rule(
    "K03",
    "由……增至……与增幅不符",
    "From, to and growth do not fit",
    Severity.ERROR,
    examples=(
        bad("财政收入由2021年的30.2亿元增加到2022年的33.5亿元，增长19.9%。"),
        bad("高新技术企业由120家增加到156家，增长13%。"),
        good("财政收入由2021年的30.2亿元增加到2022年的33.5亿元，增长10.9%。"),
        trap("地区生产总值由2015年的29.1亿元增加到2020年的50.1亿元，年均增长11.5%。"),
        trap("市场主体由2.1万户增加到4.2万户，翻一番。"),
    ),
)
def from_to_growth(context: Context) -> Iterator[Finding]:
    """由A增至B，增长C%; also years apart with 年均."""
    facts = context.this
    for _, _, found in facts.sentences():
        for a, b, g in runs(found, (AMOUNT, AMOUNT | GAP, GROWTH)):
            if is_from_to(facts, a, b) and _stands_by(facts, b, g) and facts.place(g) == "":
                yield from _judge_growth(facts, a, b, g)


AGAINST = re.compile(r"^，?(?:比|较)(?:上年|去年|上年同期|\d{4}年)(?:同期)?的$")


@rule(
    "K03",
    "比上年的某数增长，与增幅不符",
    "A level, last year's level and the growth do not fit",
    Severity.ERROR,
    examples=(
        bad("一般公共预算收入完成12.5亿元，比上年的10.2亿元增长12.5%。"),
        good("一般公共预算收入完成12.5亿元，比上年的10.2亿元增长22.5%。"),
        trap("一般公共预算收入完成12.5亿元，比上年增加2.3亿元，增长22.5%。"),
    ),
)
def against_last(context: Context) -> Iterator[Finding]:
    """B，比上年的A增长C%."""
    facts = context.this
    for _, _, found in facts.sentences():
        for b, a, g in runs(found, (AMOUNT, AMOUNT | GAP, GROWTH)):
            if AGAINST.match(facts.text[b.end : a.start]) and a.unit == b.unit and g.start - a.end < 6:
                yield from _judge_growth(facts, a, b, g)


def is_from_to(facts: Facts, a: Figure, b: Figure) -> bool:
    before, between = facts.text[max(0, a.start - 30) : a.start], facts.text[a.end : b.start]
    same = a.unit == b.unit or (printed(a).meets(printed(a)) and _dimension(a) == _dimension(b))
    return same and bool(_FROM.search(before)) and len(between) < _NEAR and bool(_TO.search(between))


def _dimension(f: Figure) -> str:
    from tongjian.checking.intervals import dimension

    return dimension(f.unit)


def _stands_by(facts: Facts, a: Figure, b: Figure) -> bool:
    between = facts.text[a.end : b.start]
    return len(between) <= 16 and not re.search(r"其中|[；;]|分别|占|全[市省国]|高于|利润|税收|贡献", between)


def _judge_growth(facts: Facts, a: Figure, b: Figure, g: Figure) -> Iterator[Finding]:
    annual = (g.basis or "") == "年均" or "年均" in facts.text[b.end : g.end]
    years = _years(a, b) if annual else 1
    if not years or not middle(a):
        return
    try:
        whole = growth_of(meant(b), meant(a))
    except ZeroDivisionError:
        return
    expected = _yearly(whole, years) if annual else whole
    real = bool(_CONSTANT.search(g.indicator)) or bool(SPECIAL.search(g.basis or ""))
    slack = Decimal("0.2") if annual else Decimal("0.05")
    if fits(expected, g, Decimal(5) if real and annual else slack):
        return
    point = (middle(b) / middle(a) - 1) * 100
    told = _annual_text(a, b, years) if annual else f"({b.text}÷{a.text}−1)×100% = {shown(point)}%"
    severity = Severity.QUESTION if real else Severity.ERROR
    yield finding(
        "K03",
        severity,
        facts.spans(g, a, b),
        f"“{b.indicator}”由{a.text}到{b.text}：{told}，报告为{g.text}",
        f"{b.indicator} from {a.text} to {b.text}: {told}, printed {g.text}",
        RECOUNT,
    )


def _annual_text(a: Figure, b: Figure, years: int) -> str:
    yearly = ((middle(b) / middle(a)) ** (Decimal(1) / years) - 1) * 100
    return f"(({b.text}÷{a.text})^(1/{years})−1)×100% = {shown(yearly)}%"


def _years(a: Figure, b: Figure) -> int:
    """Whole years between two figures' periods; 0 where unknown."""
    if not (re.match(r"\d{4}", a.period) and re.match(r"\d{4}", b.period)):
        return 0
    return max(0, int(b.period[:4]) - int(a.period[:4]))


def _yearly(whole: Interval, years: int) -> Interval:
    power = Decimal(1) / years
    low, high = (1 + whole.low / 100, 1 + whole.high / 100)
    if low <= 0:
        return Interval(Decimal(-100), Decimal(10000))
    return Interval((low**power - 1) * 100, (high**power - 1) * 100)


@rule(
    "K03",
    "水平、增减量与增幅不符",
    "Level, difference and growth do not fit",
    Severity.ERROR,
    examples=(
        bad("粮食总产量32.5万吨，比上年增加1.2万吨，增长8.3%。"),
        good("粮食总产量32.5万吨，比上年增加1.2万吨，增长3.8%。"),
        trap("优良天数286天，同比增加12天，PM2.5浓度下降8.1%。"),
    ),
)
def difference_and_growth(context: Context) -> Iterator[Finding]:
    """A level, its change, its growth: change ÷ (level − change)."""
    facts = context.this
    for _, _, found in facts.sentences():
        for level, change, g in runs(found, (AMOUNT, GAP, GROWTH)):
            if not _one_thing(facts, level, change, g) or not middle(change):
                continue
            expected = _relative(printed(level), printed(change))
            if expected is not None and not fits(expected, g, Decimal("0.05")):
                base = middle(level) - middle(change)
                point = shown(middle(change) / base * 100)
                yield finding(
                    "K03",
                    Severity.ERROR,
                    facts.spans(g, level, change),
                    f"“{level.indicator}”{change.text}÷({level.text}−{change.text}) = {point}%，报告为{g.text}",
                    f"{level.indicator}: {change.text} ÷ ({level.text} − {change.text}) = {point}%, printed {g.text}",
                    RECOUNT,
                )


def _one_thing(facts: Facts, level: Figure, change: Figure, g: Figure) -> bool:
    if (
        _dimension(level) != _dimension(change)
        or change.comparator
        or _REAL.search(facts.text[change.end : g.end])
    ):
        return False
    if re.search(r"其中|；|利润|税收|分别", facts.text[level.end : g.start]) or _CONSTANT.search(
        level.indicator
    ):
        return False
    near = change.start - level.end < 14 and g.start - change.end < 8
    return near and (change.value > 0) == (g.value > 0)  # type: ignore[operator]  # single values by `runs`


def _relative(level: Interval, change: Interval) -> Interval | None:
    try:
        return change.over(level - change) * HUNDRED
    except ZeroDivisionError:
        return None


@rule(
    "K03",
    "水平、增速与上年数不符",
    "Level and growth do not lead back to last year's level",
    Severity.QUESTION,
    need=Need.PREVIOUS,
    examples=(
        bad("2022年固定资产投资98.5亿元，同比增长15.2%。", "2021年固定资产投资92.3亿元。"),
        good("2022年固定资产投资98.5亿元，同比增长6.7%。", "2021年固定资产投资92.3亿元。"),
        trap("2022年一般公共预算收入89.4亿元，同口径增长0.3%。", "2021年一般公共预算收入92.39亿元。"),
    ),
)
def prior_level(context: Context) -> Iterator[Finding]:
    """This year's level and growth against the level last year's report gave."""
    this, last = context.this, context.previous
    assert last is not None
    for _, _, found in this.sentences():
        for level, g in runs(found, (AMOUNT, GROWTH)):
            before = level_before(this, last, level)
            if (
                before is None
                or g.start - level.end > 12
                or this.keys[g].basis
                or _CONSTANT.search(level.indicator)
            ):
                continue
            if level.bound != "eq" or g.bound != "eq" or level.status != "actual":
                continue
            expected = growth_of(printed(level), printed(before))
            if not fits(expected, g, Decimal("0.3")):
                yield _prior(this, last, level, g, before)


def level_before(this: Facts, last: Facts, level: Figure) -> Figure | None:
    """The plain level of the same indicator one year earlier in last year's report."""
    key = this.keys[level]
    if not re.fullmatch(r"\d{4}", key.period):
        return None
    for f in last.by_name.get(key.indicator, ()):
        k = last.keys[f]
        same = (
            k.kind == key.kind
            and k.area == key.area
            and k.scope == key.scope
            and k.dimension == key.dimension
        )
        if (
            same
            and k.period == str(int(key.period) - 1)
            and f.form == "digits"
            and f.bound == "eq"
            and middle(f) > 0
        ):
            return f
    return None


def _prior(this: Facts, last: Facts, level: Figure, g: Figure, before: Figure) -> Finding:
    point = shown((middle(level) / middle(before) - 1) * 100)
    return finding(
        "K03",
        Severity.QUESTION,
        (*this.spans(g, level), *last.spans(before)),
        f"“{level.indicator}”上年报告为{before.text}：({level.text}÷{before.text}−1)×100% = {point}%，报告为{g.text}",
        f"{level.indicator} was {before.text} in last year's report: growth would be {point}%, printed {g.text}",
        (
            "核对上年数是否修订、口径是否一致。",
            "See whether last year's value was revised or the basis changed.",
        ),
    )
