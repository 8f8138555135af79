"""K19, K22 (mixed periods), K31: units that do not fit what they measure, growth without a level."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from tongjian.checking.checks.stated import named, slip
from tongjian.checking.facts import Facts
from tongjian.checking.intervals import dimension, middle, shown
from tongjian.checking.registry import bad, good, rule, trap
from tongjian.checking.say import finding
from tongjian.checking.types import Context, Finding, Need, Severity
from tongjian.reading.types import Figure

AMOUNT = frozenset({"level", "count"})
_POINTS_OF_LEVEL = re.compile(
    r"(?P<x>地区生产总值|生产总值|GDP|(?:工业|产业|服务业|建筑业|制造业|农业)增加值|固定资产投资|(?:工业|民间|基础设施|房地产)投资|(?:预算|财政|税收)收入|支出"
    r"|零售总额|总产量|进出口(?:总额|总值)?|可支配收入|贷款余额|存款余额|用电量|销售额|总产值)"
    r"(?P<mid>(?:完成|达到|达|为)?[\d.]*(?:万亿元|亿元|万元|元|万吨)?[，、]?)(?P<verb>(?:同比|比上年|较上年)?(?:实际|名义)?(?:增长|下降|减少|增加))(?P<n>\d[\d.]*)个?百分点"
)
_GAP_IN_PERCENT = re.compile(
    r"(?P<word>(?:(?:增速|增幅)?比(?:全国|全省|全市|全区|省|市)(?:平均水平|平均)?(?:高出|低出|高|低|快|慢))|(?:增速|增幅|降幅)?(?:高于|低于|快于|慢于|高出|高|低)(?:于)?(?:全国|全省|全市|全区|全县|省|市|国家)(?:平均水平|平均|增速|水平)?)(?P<n>\d[\d.]*)[%％]"
)
_RATE_MOVES = re.compile(
    r"(?P<x>(?:城镇化|覆盖|失业|合格|满意|普及|参保|入园|入学|绿化|绿地|达标|优良|就业|自给)率)"
    r"(?:比上年|较上年|同比|比去年)?(?:提高|提升|上升|下降|降低)了?(?P<n>\d[\d.]*)[%％]"
)
_RATE_IN_PERCENT = re.compile(
    r"(?P<x>(?<!增长)(?<!汇)率|占比|比重)"
    r"(?P<mid>(?:达到|达|为)?(?P<level>\d[\d.]*)[%％][，、])(?P<verb>(?:比上年|较上年|同比|比去年)?(?:提高|提升|上升|下降|降低|增加))(?:了)?(?P<n>\d[\d.]*)[%％]"
)


@rule(
    "K19",
    "百分点与百分比混用",
    "Points and per cent are mixed up",
    Severity.QUESTION,
    examples=(
        bad("地区生产总值456.7亿元，增长5.2个百分点。"),
        bad("规上工业增加值增长8.2%，高于全市3.1%。"),
        bad("森林覆盖率达到34.2%，比上年提高1.3%。"),
        good("地区生产总值456.7亿元，增长5.2%，高于全市1.1个百分点。"),
        trap("森林覆盖率高于全市平均水平34.2%。"),
        trap("固定资产投资增速提高5.2个百分点。"),
    ),
)
def points_or_per_cent(context: Context) -> Iterator[Finding]:
    """An amount that grows by points; a gap between rates, or a change of a rate, in per cent."""
    facts = context.this
    for m in _POINTS_OF_LEVEL.finditer(facts.text):
        if not re.search(r"占|率|比重|增速|增幅", facts.text[max(0, m.start() - 10) : m.start()]):
            yield _points(
                facts,
                m,
                f"“{m['x']}”为总量，{m['verb']}应以%表示",
                f"{m['x']} is an amount: it changes by per cent",
            )
    for m in _GAP_IN_PERCENT.finditer(facts.text):
        before = facts.text[max(0, m.start() - 16) : m.start()]
        if re.search(r"\d[%％][，、（(]?(?:分别)?$|\d[%％]，[^，。；\d]{0,6}$", before):
            yield _points(facts, m, "两个百分率之差应以百分点表示", "a gap between two rates is in points")
    for m in _RATE_MOVES.finditer(facts.text):
        yield _points(facts, m, f"“{m['x']}”的变化应以百分点表示", f"a change of {m['x']} is in points")
    for m in _RATE_IN_PERCENT.finditer(facts.text):
        yield _points(facts, m, "率或比重的变化应以百分点表示", "a change of a rate or share is in points")


def _points(facts: Facts, m: re.Match[str], zh: str, en: str) -> Finding:
    end = m.end()
    return finding(
        "K19",
        Severity.QUESTION,
        (facts.span(m.start("n"), end),),
        f"{m['n']}：{zh}",
        f"{m['n']}: {en}",
        ("核对“%”与“个百分点”。", "Check per cent and percentage points."),
    )


@rule(
    "K19",
    "部分与总数相差悬殊，疑似单位错误",
    "Part and whole are orders of magnitude apart",
    Severity.QUESTION,
    examples=(
        bad("地区生产总值456.7亿元，第一产业增加值45.6万元，第二产业增加值201亿元。"),
        bad("固定资产投资98.5亿元，其中工业投资52.3万元。"),
        good("固定资产投资98.5亿元，其中工业投资52.3亿元。"),
        trap("完成投资98.5亿元，其中奖励资金52.3万元。"),
    ),
)
def magnitude(context: Context) -> Iterator[Finding]:
    """Value added, investment and the like in 万元 beside sisters in 亿元."""
    facts = context.this
    for _, _, found in facts.sentences():
        money = [
            f
            for f in found
            if f.kind == "level" and f.form == "digits" and dimension(f.unit) == "money" and middle(f)
        ]
        for a in money:
            if a.unit != "万元" or abs(middle(a)) >= 10**8 or not _MACRO.search(facts.indicator(a)):
                continue
            near = [
                b
                for b in money
                if b.unit == "亿元" and abs(b.start - a.start) < 70 and _MACRO.search(facts.indicator(b))
            ]
            if near and "人均" not in facts.clause(a) and middle(near[0]) / middle(a) > 500:
                b = near[0]
                yield finding(
                    "K19",
                    Severity.QUESTION,
                    facts.spans(a, b),
                    f"{b.text}÷{a.text} = {shown(middle(b) / middle(a), 0)}倍，相差悬殊，疑似单位写错",
                    f"{b.text} ÷ {a.text} = {shown(middle(b) / middle(a), 0)}: far apart, one unit may be wrong",
                    ("核对单位。", "Check the unit."),
                )


_MACRO = re.compile(
    r"(?:总值|增加值|投资|零售总额|预算收入|预算支出|税收收入|财政收入|余额|进出口总额|出口|进口)$"
)


@rule(
    "K19",
    "与上年报告相差整十倍数",
    "A power of ten from last year's value",
    Severity.QUESTION,
    need=Need.PREVIOUS,
    examples=(
        bad("2022年固定资产投资98.5万元。", "2021年固定资产投资92.3亿元。"),
        good("2022年固定资产投资98.5亿元。", "2021年固定资产投资92.3亿元。"),
    ),
)
def magnitude_of_last(context: Context) -> Iterator[Finding]:
    """A level 100 times above or below last year's."""
    this, last = context.this, context.previous
    assert last is not None
    for name, group in this.by_name.items():
        theirs = [
            f for f in last.by_name.get(name, ()) if f.kind in AMOUNT and f.form == "digits" and middle(f)
        ]
        for f in group:
            if f.kind not in AMOUNT or f.form != "digits" or not middle(f) or not named(name):
                continue
            pool = [
                b
                for b in theirs
                if dimension(b.unit) == dimension(f.unit) and last.keys[b].scope == this.keys[f].scope
            ]
            if pool and all(_far(f, b) for b in pool):
                yield finding(
                    "K19",
                    Severity.QUESTION,
                    (*this.spans(f), *last.spans(pool[0])),
                    f"“{f.indicator}”{f.text}，上年报告为{pool[0].text}，相差百倍以上",
                    f"{f.indicator}: {f.text}, last year {pool[0].text}: more than a hundredfold",
                    ("核对单位。", "Check the unit."),
                )


def _far(a: Figure, b: Figure) -> bool:
    low, high = sorted((abs(middle(a)), abs(middle(b))))
    return (high / low > 200 and a.unit != b.unit) or bool(slip(a, b))


_SMALL = Decimal(200)


@rule(
    "K31",
    "增幅很大而未给出基数",
    "A very large growth without a level",
    Severity.HINT,
    examples=(
        bad("2022年高技术制造业投资增长263.7%。"),
        good("2022年高技术制造业投资12.3亿元，增长263.7%。"),
        trap("2022年高技术制造业投资由3.4亿元增加到12.3亿元，增长262%。"),
    ),
)
def bare_growth(context: Context) -> Iterator[Finding]:
    """Growth of 200 per cent and more where neither the sentence nor the report gives a level."""
    facts = context.this
    for f in facts.figures:
        if (
            f.kind != "growth"
            or f.form != "digits"
            or (middle(f) < _SMALL and not (f.unit == "倍" and middle(f) >= 2))
            or f.status == "target"
        ):
            continue
        if "/" in f.period and f.period[:4] != f.period[5:9]:
            continue
        sentence = facts.within(*facts.sentence_bounds(f.start))
        if not _has_level(facts, f, sentence):
            yield finding(
                "K31",
                Severity.HINT,
                facts.spans(f),
                f"“{f.indicator}”增长{f.text}，基数可能很小，文中未给出绝对数",
                f"{f.indicator} grew by {f.text}; the base may be small and no level is given",
                ("补充绝对数。", "Add the level."),
            )


def _has_level(facts: Facts, f: Figure, sentence: Sequence[Figure]) -> bool:
    near = [
        g
        for g in sentence
        if (g.kind in AMOUNT and -4 < f.start - g.end < 20)
        or (g.kind == "difference" and abs(g.start - f.end) < 12)
    ]
    named_ones = [g for g in facts.by_name.get(facts.indicator(f), ()) if g.kind in AMOUNT]
    return bool(near or named_ones)


@rule(
    "K22",
    "不同时段的数据相比",
    "Values of different periods are compared",
    Severity.QUESTION,
    examples=(
        bad("1-11月规上工业增加值增长5.2%，高于全市前三季度1.1个百分点。"),
        good("1-11月规上工业增加值增长5.2%，高于全市1.1个百分点。"),
        trap("1-11月规上工业增加值增长5.2%，前三季度居民收入增长4.2%，高于全市0.5个百分点。"),
    ),
)
def mixed_periods(context: Context) -> Iterator[Finding]:
    """A gap whose comparator is of another period than the value."""
    facts = context.this
    for m in _MIXED.finditer(facts.text):
        if _plain(m["a"]) != _plain(m["b"]):
            yield finding(
                "K22",
                Severity.QUESTION,
                (facts.span(m.start("b"), m.end("b")), facts.span(m.start("a"), m.end("a"))),
                f"“{m['a']}”的数与{m['who']}“{m['b']}”的数相比，时段不同",
                f"A value of {m['a']} is compared with {m['who']}'s of {m['b']}",
                ("改用同一时段的数据。", "Use values of one period."),
            )


_WHEN = r"(?:1[-—–至到]\d{1,2}月(?:份)?|前三季度|上半年|一季度|全年|前\d{1,2}个月)"
_MIXED = re.compile(
    rf"(?P<a>{_WHEN})[^。；]{{2,40}}?\d[\d.]*%，(?:增速)?(?:高于|低于|快于|慢于)(?P<who>全市|全省|全国)(?P<b>{_WHEN})"
)


def _plain(words: str) -> str:
    return re.sub(r"[-—–至到]", "-", words.removesuffix("份"))
