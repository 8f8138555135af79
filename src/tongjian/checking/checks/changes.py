"""K03, K04, K05, K08: levels, growth rates, gaps and changes that must fit each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

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
            if _is_from_to(facts, a, b) and _stands_by(facts, b, g) and facts.place(g) == "":
                yield from _judge_growth(facts, a, b, g)


_AGAINST = re.compile(r"^，?(?:比|较)(?:上年|去年|上年同期|\d{4}年)(?:同期)?的$")


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
            if _AGAINST.match(facts.text[b.end : a.start]) and a.unit == b.unit and g.start - a.end < 6:
                yield from _judge_growth(facts, a, b, g)


def _is_from_to(facts: Facts, a: Figure, b: Figure) -> bool:
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
            before = _level_before(this, last, level)
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


def _level_before(this: Facts, last: Facts, level: Figure) -> Figure | None:
    """The plain level of the same indicator one year earlier in last year's report."""
    if not re.fullmatch(r"\d{4}", level.period):
        return None
    key = this.keys[level]
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
            and k.period == str(int(level.period) - 1)
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
            if points and near and _is_from_to(facts, a, b):
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
            if points and _AGAINST.match(facts.text[b.end : a.start]):
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
            before = _level_before(this, last, now)
            if (
                before is None
                or change.unit != "个百分点"
                or change.start - now.end > 12
                or change.comparator
            ):
                continue
            if not _TABLED.search(this.text[now.end : change.start]):
                continue
            if not (printed(now) - printed(before)).meets(meant(change)):
                point = shown(middle(now) - middle(before))
                yield finding(
                    "K08",
                    Severity.QUESTION,
                    (*this.spans(change, now), *last.spans(before)),
                    f"“{now.indicator}”上年报告为{before.text}：{now.text}−{before.text} = {point}，报告为{change.text}",
                    f"{now.indicator} was {before.text}: {now.text} − {before.text} = {point}, printed {change.text}",
                )


def disagree(figures: Sequence[Figure]) -> Iterator[tuple[Figure, Figure]]:
    """Pairs whose intervals do not meet."""
    return ((a, b) for a, b in combinations(figures, 2) if not meant(a).meets(meant(b)))
