"""K12, K13: rates that cannot be, and 全覆盖, 100% beside counts that say otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from tongjian.checking.facts import Facts
from tongjian.checking.intervals import dimension, exactly, meant, middle, printed, shown
from tongjian.checking.registry import bad, good, rule, trap
from tongjian.checking.say import RECOUNT, finding
from tongjian.checking.types import Context, Finding, Severity
from tongjian.reading.types import Figure

# Rates whose numerator is a part of the denominator.
_PART = re.compile(
    r"(?:覆盖|合格|达标|优良|参保|入学|巩固|就业|失业|普及|满意|解决|响应|办结|受理|及时|利用|回收|处理|无害化|绿化|绿地|自给|投放"
    r"|城镇化|化|入园|升学|毕业|中签|签约|入住|接种|治愈|破案|命中|检出|发生|死亡|贫困|知晓|好评|安装|通达|硬化|贯通|接入|在线|控制"
    r"|正确|准确|安置|履约|结案|调解成功|按时|见面|整改|修复|完好|集中供养|标准化|上线|网办)(?:普及)?率|优良天数比率|占比|比重|比例|份额|满意度"
)
_FREE = re.compile(
    r"完成比例|目标|任务|增长|增速|增幅|完成率|负债|存贷|贡献|产销|杠杆|抵押|拨备|担保|周转|利用率提高|达成|兑现|超额|同比|增值|收益|回报|储备|复种|上座|配比|开工率"
)
_ACTUAL_OVER = {"over", "gt", "ge"}


@rule(
    "K12",
    "比率超出可能范围",
    "A rate outside what is possible",
    Severity.QUESTION,
    examples=(
        bad("城乡居民医保参保率达到101.5%。"),
        bad("农村公路硬化率达到123%。"),
        bad("空气质量优良天数比率为113.2%。"),
        good("城乡居民医保参保率达到98.5%。"),
        trap("一般公共预算收入完成率为101.5%。"),
        trap("高技术制造业投资增长263.7%。"),
    ),
)
def impossible_rate(context: Context) -> Iterator[Finding]:
    """Above 100 per cent where the numerator is part of the denominator; below 0."""
    facts = context.this
    for f in facts.figures:
        if f.unit != "%" or f.form != "digits" or f.kind not in {"rate", "share", "level"}:
            continue
        value = middle(f)
        over = value > 100 or (value == 100 and f.bound in {"over", "gt"})
        words = f.indicator + facts.clause(f)
        if (over and _PART.search(words) and not _FREE.search(words)) or value < 0:
            limit = "> 100%" if over else "< 0"
            yield finding(
                "K12",
                Severity.QUESTION,
                facts.spans(f),
                f"“{f.indicator}”{f.bound_word or ''}{f.text} {limit}，分子应包含于分母",
                f"{f.indicator}: {f.text} {limit}; the numerator should be part of the denominator",
                ("核对数字；若属实，说明分母。", "Check the number; if it is right, name the denominator."),
            )


@rule(
    "K12",
    "知名指标数值超出常理",
    "A well-known indicator far outside its usual range",
    Severity.QUESTION,
    examples=(
        bad("细颗粒物年均浓度3400微克/立方米。"),
        bad("城镇登记失业率39.2%。"),
        good("细颗粒物年均浓度34微克/立方米。"),
        trap("城镇登记失业率3.92%。"),
    ),
)
def unusual(context: Context) -> Iterator[Finding]:
    """PM2.5, unemployment: wide ranges that hold from township to nation."""
    return _outside(context.this, "K12", money=False)


@rule(
    "K19",
    "金额的单位疑误：超出常见范围",
    "An amount of money far outside its usual range: the unit is probably wrong",
    Severity.QUESTION,
    examples=(
        bad("城镇居民人均可支配收入39778万元。"),
        bad("地区生产总值达到456.7万元。"),
        good("城镇居民人均可支配收入39778元。"),
        trap("人均可支配收入突破5万元。"),
    ),
)
def unusual_money(context: Context) -> Iterator[Finding]:
    """Income per head, GDP, budget revenue, investment, retail sales."""
    return _outside(context.this, "K19", money=True)


def _outside(facts: Facts, code: str, *, money: bool) -> Iterator[Finding]:
    for f in facts.figures:
        if f.form != "digits" or f.status == "target" or f.scope or f.kind not in {"level", "rate"}:
            continue
        measured = dimension(f.unit)
        for pattern, kind, low, high, zh, en in _USUAL:
            fits = kind == measured and (kind == "money") == money
            if fits and pattern.search(facts.indicator(f)) and not low <= abs(middle(f)) <= high:
                yield finding(
                    code,
                    Severity.QUESTION,
                    facts.spans(f),
                    f"“{f.indicator}”{f.text}超出常见范围{zh}",
                    f"{f.indicator}: {f.text} is outside the usual range, {en}",
                    ("核对数字和单位。", "Check number and unit."),
                )


_USUAL = (
    (
        re.compile(r"人均可支配收入$|人均纯收入$"),
        "money",
        Decimal(500),
        Decimal(300_000),
        "500元～30万元",
        "500–300,000 yuan",
    ),
    (
        re.compile(r"^地区生产总值$"),
        "money",
        Decimal(10**7),
        Decimal(3 * 10**14),
        "1000万元～300万亿元",
        "10 million–300 trillion yuan",
    ),
    (
        re.compile(r"^(?:一般公共预算收入|固定资产投资|社会消费品零售总额|财政收入|一般公共预算支出)$"),
        "money",
        Decimal(10**6),
        Decimal(10**14),
        "100万元～100万亿元",
        "1 million–100 trillion yuan",
    ),
    (
        re.compile(r"(?:PM2\.?5|细颗粒物).{0,4}浓度$"),
        "concentration",
        Decimal(2),
        Decimal(300),
        "2～300微克/立方米",
        "2–300 µg/m³",
    ),
    (re.compile(r"失业率$"), "ratio", Decimal("0.1"), Decimal(25), "0.1%～25%", "0.1–25%"),
)


_PAIR = re.compile(
    r"(?P<a>\d[\d,]*)(?P<u>[个家户所处座项件条名人台套])(?P<x>[^，。；、\d]{0,10})(?:中)?，?(?:其中|有|已有|已|目前)?[^，。；、\d]{0,10}?"
    r"(?P<b>\d[\d,]*)(?P=u)[^，。；\d]{0,12}[，、]?[^，。；\d]{0,12}?(?P<all>全覆盖|全部(?:完成|达标|通过|建成|实现|覆盖|到位|竣工)|实现100%|达到100%|率(?:为|达到|达)?100%|百分之百)"
)
_RATED = re.compile(
    r"(?P<a>\d[\d,.]*)(?P<u>[万]?[个家户所处座项件条名人台套])[^，。；、\d]{0,10}[，、][^，。；\d]{0,10}?(?P<b>\d[\d,.]*)(?P=u)[^，。；\d]{0,6}[，、]"
    r"[^，。；\d]{0,10}(?P<stem>[\u4e00-\u9fff]{2})率(?:为|达到|达)?(?P<r>\d[\d.]*)[%％]"
)
_DONE_RATES = frozenset(
    {"完成", "覆盖", "办结", "解决", "合格", "开工", "通过", "就业", "落地", "竣工", "达标", "整改", "入住"}
)
_UNIVERSE = re.compile(
    r"全[县区市省镇乡域](?:共有|共|有|的|所有)?(?P<n>\d+)个(?P<x>行政村|村|乡镇|镇|乡|街道|社区|街乡镇|贫困村|县区|县市区|村居)"
)
_COVERED = re.compile(
    r"(?P<n>\d+)个(?P<x>行政村|村|乡镇|镇|乡|街道|社区|街乡镇|贫困村|县区|县市区|村居)[^，。；\d]{0,14}(?:全覆盖|全部覆盖|实现全)"
)


@rule(
    "K13",
    "全覆盖、100%与个数不符",
    "“All” or 100% beside a count that says otherwise",
    Severity.ERROR,
    examples=(
        bad("改造老旧小区120个，已有108个完工，实现全覆盖。"),
        bad("全县共有209个行政村。\n光纤网络实现198个行政村全覆盖。"),
        bad("受理诉求1200件，办结900件，办结率95%。"),
        good("受理诉求1200件，办结900件，办结率75%。"),
        trap("全县共有209个行政村。\n光纤网络实现209个行政村全覆盖。"),
        trap("改造老旧小区120个，已有120个完工，实现全覆盖。"),
    ),
)
def all_of_them(context: Context) -> Iterator[Finding]:
    facts = context.this
    yield from _pairs(facts)
    yield from _rated(facts)
    yield from _universe(facts)


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", "").rstrip("."))


def _pairs(facts: Facts) -> Iterator[Finding]:
    """Of n things m are done, and all are said to be."""
    for m in _PAIR.finditer(facts.text):
        a, b = _number(m["a"]), _number(m["b"])
        linked = re.search(r"其中|已|目前|完成|建成|通过|中有|，有", facts.text[m.end("u") : m.start("b")])
        if b < a and linked and not re.search(r"新增|再|另|和", facts.text[m.start() : m.start("b")]):
            yield finding(
                "K13",
                Severity.ERROR,
                (facts.span(m.start("all"), m.end("all")), facts.span(m.start("b"), m.end("b"))),
                f"{b}÷{a} = {shown(b / a * 100)}%，不是“{m['all']}”",
                f"{b} ÷ {a} = {shown(b / a * 100)}%, which is not all of them",
                RECOUNT,
            )


def _rated(facts: Facts) -> Iterator[Finding]:
    """n received, m done, a rate that is not m ÷ n."""
    for m in _RATED.finditer(facts.text):
        found = facts.within(m.start(), m.end())
        if len(found) != 3:
            continue
        a, b, rate = found
        told = m["stem"] in facts.text[a.end : b.end] or m["stem"] in _DONE_RATES
        if not told or not middle(a) or not middle(b) or middle(b) > middle(a):
            continue
        expected = printed(b).over(printed(a)) * exactly(100)
        if not expected.meets(meant(rate)):
            point = shown(middle(b) / middle(a) * 100)
            yield finding(
                "K13",
                Severity.ERROR,
                facts.spans(rate, b, a),
                f"{b.text}÷{a.text} = {point}%，报告为{rate.text}",
                f"{b.text} ÷ {a.text} = {point}%, printed {rate.text}",
                RECOUNT,
            )


def _universe(facts: Facts) -> Iterator[Finding]:
    """全县共有n个行政村, and elsewhere m个行政村全覆盖."""
    wholes = {m["x"]: m for m in _UNIVERSE.finditer(facts.text)}
    for m in _COVERED.finditer(facts.text):
        whole = wholes.get(m["x"])
        if whole is None or whole["n"] == m["n"] or whole.start("n") == m.start("n"):
            continue
        yield finding(
            "K13",
            Severity.QUESTION,
            (facts.span(m.start("n"), m.end()), facts.span(*whole.span())),
            f"全部{m['x']}为{whole['n']}个，“全覆盖”处为{m['n']}个：{m['n']} ≠ {whole['n']}",
            f"There are {whole['n']} in all, but {m['n']} are said to be all: {m['n']} ≠ {whole['n']}",
        )


def part_rate(figure: Figure) -> bool:
    """Whether an indicator is a rate that cannot exceed 100."""
    return bool(_PART.search(figure.indicator)) and not _FREE.search(figure.indicator)
