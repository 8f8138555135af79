"""K01, K02, K19 (a slip between two places), K20, K21, K30: one fact said in several places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from tongjian.checking.facts import SPECIAL, Facts, Key
from tongjian.checking.intervals import Agreement, agreement, meant, middle, printed, step
from tongjian.checking.registry import bad, good, rule, trap
from tongjian.checking.say import CORRECT, SAY_BASIS, finding
from tongjian.checking.types import Context, Finding, Need, Severity
from tongjian.reading.types import Figure

_MEASURE = re.compile(
    r"(?:总值|增加值|收入|支出|投资|总额|余额|存款|贷款|产量|产值|面积|里程|率|浓度|比重|占比|数量|人数|户数|总量|指数|消费"
    r"|销售额|成交额|交易额|贸易额|进出口|出口|进口|外资|利润|税收|人口|用电量|能耗|排放|主体|企业|床位|学位|岗位|就业|基站|天数)"
    r"(?:总数|数|额)?$"
)
_VAGUE = re.compile(
    r"^(?:[省市区县]?(?:重点|重大)(?:建设)?项目(?:年度|计划|总|完成|建设)*(?:投资)?|惠及企业|销售收入|营业收入|主营业务收入|推进总投资|种植(?:总)?面积(?:发展)?|新增|新建|其中|总?投资|企业|项目|资金|收入|支出|面积|人口|主体|增加|减少|提高|完成率|覆盖率)$"
)
_SMALLER = re.compile(r"其中|平均|每|人均|单日|日均|最高|最低|分别|以上|以下|各")
MANY = 40  # statements of one fact that are compared with each other


def named(name: str) -> bool:
    """Whether an indicator is precise enough that two of it are one thing."""
    return len(name) >= 4 and not _VAGUE.match(name) and (bool(_MEASURE.search(name)) or len(name) >= 7)


def repeated(facts: Facts) -> Iterator[tuple[Key, Sequence[Figure]]]:
    """Figures of one key, printed in digits, in more than one sentence."""
    for key, group in facts.by_key.items():
        said = [f for f in group if f.form == "digits" and f.kind not in {"rank", "threshold", "duration"}]
        if len(said) > 1 and named(key.indicator):
            yield key, said[:MANY]


def pairs(facts: Facts) -> Iterator[tuple[Key, Figure, Figure]]:
    """Two statements of one fact in different sentences."""
    for key, group in repeated(facts):
        for a, b in combinations(group, 2):
            if facts.sentence_bounds(a.start) != facts.sentence_bounds(b.start) and not loose(facts, a, b):
                yield key, a, b


def loose(facts: Facts, a: Figure, b: Figure) -> bool:
    """Whether words before one of them say that it is of a part, an average or a class."""
    new = [bool(re.search(r"新增|净增|新认定|再", facts.clause(f) + f.indicator)) for f in (a, b)]
    return new[0] != new[1] or any(_of_a_part(facts, f) for f in (a, b))


def _of_a_part(facts: Facts, f: Figure) -> bool:
    """Words before it, beside its own name, or brackets around it."""
    start, _ = facts.sentence_bounds(f.start)
    before = facts.text[max(start, f.start - 60) : f.start]
    inside = max(before.rfind("（"), before.rfind("(")) > max(before.rfind("）"), before.rfind(")"))
    return inside or bool(_SMALLER.search(facts.clause(f).replace(f.indicator, "")))


def slip(a: Figure, b: Figure) -> int:
    """The power of ten between two numbers of the same digits: 4 for 3.2亿 and 3.2万; else 0."""
    low, high = sorted((abs(middle(a)), abs(middle(b))))
    if not low or high / low < 900:
        return 0
    ratio = high / low
    power = ratio.adjusted()
    near = ratio.scaleb(-power)
    if near > 5:
        near, power = near / 10, power + 1
    return power if Decimal("0.98") <= near <= Decimal("1.02") else 0


def close(a: Figure, b: Figure) -> bool:
    """Whether they differ by no more than two of the coarser place: a slip of rounding."""
    return a.decimals != b.decimals and abs(middle(a) - middle(b)) <= 2 * max(step(a), step(b))


@rule(
    "K01",
    "同一数据前后不一致",
    "The same fact is stated twice with different values",
    Severity.ERROR,
    examples=(
        bad("2022年，全区森林覆盖率为34.2%。\n生态更好。全区森林覆盖率34.7%，绿意更浓。"),
        bad("2022年粮食总产量32.5万吨，获得丰收。\n农业稳固，粮食总产量35.2万吨。"),
        good("2022年，全区森林覆盖率为34.2%。\n生态更好。全区森林覆盖率34.2%，绿意更浓。"),
        trap("2022年粮食总产量32.5万吨。\n2023年粮食总产量达到33万吨以上。"),
        trap("建成28个智慧城市标杆示范项目。\n28项智慧城市标杆示范项目全部上线。"),
    ),
)
def same_fact(context: Context) -> Iterator[Finding]:
    """Two places state one fact, and no rounding makes them agree."""
    for _, a, b in pairs(context.this):
        cells = _is_cell(context.this, a) != _is_cell(context.this, b)
        bounded = a.bound != "eq" or b.bound != "eq"
        if differ(a, b) and not bounded and not slip(a, b) and not close(a, b) and not cells:
            yield _two(context.this, "K01", a, b)


@rule(
    "K01",
    "同一目标前后不一致",
    "The same target is stated twice with different values",
    Severity.QUESTION,
    examples=(
        bad(
            "二、2022年主要目标\n固定资产投资达到185亿元以上。\n三、2022年主要任务\n固定资产投资达到155亿元以上。"
        ),
        good(
            "二、2022年主要目标\n固定资产投资达到185亿元以上。\n三、2022年主要任务\n固定资产投资达到185亿元以上。"
        ),
        trap("二、2022年主要目标\n固定资产投资增长5%左右。\n三、2022年主要任务\n固定资产投资达到155亿元。"),
    ),
)
def same_target(context: Context) -> Iterator[Finding]:
    """Two targets of one key and one bound word with different numbers."""
    for key, a, b in pairs(context.this):
        both = key.status == "target" and {a.bound, b.bound} in (
            {"ge"},
            {"ge", "eq"},
            {"approx"},
            {"le"},
            {"over"},
        )
        if both and not printed(a).meets(printed(b)) and not close(a, b):
            yield _two(context.this, "K01", a, b, Severity.QUESTION)


def differ(a: Figure, b: Figure) -> bool:
    return agreement(a, b) is Agreement.DIFFERENT


def _two(facts: Facts, code: str, a: Figure, b: Figure, severity: Severity = Severity.ERROR) -> Finding:
    name = b.indicator
    return finding(
        code,
        severity,
        facts.spans(b, a),
        f"“{name}”（{b.period or '同期'}）此处为{b.text}，另一处为{a.text}：{a.text} ≠ {b.text}",
        f"{name} ({b.period or 'same period'}) is {b.text} here and {a.text} elsewhere: {a.text} ≠ {b.text}",
        CORRECT,
    )


@rule(
    "K01",
    "与同期另一份报告不一致",
    "The other report of the session gives another value",
    Severity.ERROR,
    need=Need.SIBLING,
    examples=(
        bad("2022年一般公共预算收入89.43亿元。", "2022年一般公共预算收入89.34亿元。"),
        good("2022年一般公共预算收入89.4亿元。", "2022年一般公共预算收入89.43亿元。"),
        trap("2022年一般公共预算收入增长3.2%。", "2022年一般公共预算收入增长0.3%（还原口径）。"),
    ),
)
def same_in_sibling(context: Context) -> Iterator[Finding]:
    """The work report and the budget or plan report of one session state one fact differently."""
    this, other = context.this, context.sibling
    assert other is not None
    for key, group in this.by_key.items():
        theirs = [f for f in other.by_key.get(key, ()) if f.form == "digits"]
        for a in group:
            if a.form != "digits" or not named(key.indicator) or _of_a_part(this, a):
                continue
            if theirs and all(differ(a, b) for b in theirs):
                yield _across(this, other, a, theirs[0])


def _across(this: Facts, other: Facts, a: Figure, b: Figure) -> Finding:
    return finding(
        "K01",
        Severity.ERROR,
        (*this.spans(a), *other.spans(b)),
        f"“{a.indicator}”（{a.period}）本报告为{a.text}，同期另一份报告为{b.text}：{a.text} ≠ {b.text}",
        f"{a.indicator} ({a.period}) is {a.text} here, {b.text} in the other report: {a.text} ≠ {b.text}",
    )


@rule(
    "K02",
    "两种口径并用而未注明",
    "Two bases are used and one is not named",
    Severity.QUESTION,
    examples=(
        bad("2022年一般公共预算收入下降3.2%。\n一般公共预算收入同口径增长0.3%。"),
        bad("2022年固定资产投资增长8.9%。\n固定资产投资按可比口径增长5.3%，后劲增强。"),
        good("2022年一般公共预算收入下降3.2%（自然口径），同口径增长0.3%。"),
        trap("2022年一般公共预算收入同口径增长0.3%。\n一般公共预算收入同口径增长0.3%。"),
    ),
)
def two_bases(context: Context) -> Iterator[Finding]:
    """A growth without a basis beside one of a special basis elsewhere; two values of one special basis."""
    facts = context.this
    for group in facts.by_name.values():
        growths = [f for f in group if f.kind == "growth" and f.form == "digits"][:MANY]
        for a, b in combinations(growths, 2):
            if a.period[-4:] == b.period[-4:] and a.status == b.status and _clash(facts, a, b):
                yield _basis(facts, a, b)


def _clash(facts: Facts, a: Figure, b: Figure) -> bool:
    marked = [bool(SPECIAL.search(facts.basis(f) or "")) for f in (a, b)]
    if not any(marked) or not differ(a, b) or facts.keys[a].scope != facts.keys[b].scope:
        return False
    if facts.sentence_bounds(a.start) == facts.sentence_bounds(b.start) or facts.place(a) != facts.place(b):
        return False
    if all(marked) or "年均" in {a.basis, b.basis}:
        return False  # the same special basis twice is K01, two of them are two facts
    loose_one = b if marked[0] else a
    start, end = facts.sentence_bounds(loose_one.start)
    return not SPECIAL.search(facts.text[start:end]) and "自然" not in facts.text[start:end]


def _basis(facts: Facts, a: Figure, b: Figure) -> Finding:
    return finding(
        "K02",
        Severity.QUESTION,
        facts.spans(b, a),
        f"“{b.indicator}”增速两处不同：{a.text}（{a.basis or '未注明口径'}），{b.text}（{b.basis or '未注明口径'}）",
        f"Two growth rates of {b.indicator}: {a.text} ({a.basis or 'no basis'}), {b.text} ({b.basis or 'no basis'})",
        SAY_BASIS,
    )


@rule(
    "K19",
    "疑似单位错误（两处相差整十倍数）",
    "A unit slip: two places differ by a power of ten",
    Severity.ERROR,
    examples=(
        bad("2022年固定资产投资98.5亿元。\n产业强劲，固定资产投资98.5万元。"),
        good("2022年固定资产投资98.5亿元。\n产业强劲，固定资产投资98.5亿元。"),
        trap("2022年耕地面积6公顷。\n耕地面积90亩。"),
    ),
)
def unit_slip(context: Context) -> Iterator[Finding]:
    for _, a, b in pairs(context.this):
        if power := slip(a, b):
            yield finding(
                "K19",
                Severity.ERROR,
                context.this.spans(b, a),
                f"“{b.indicator}”两处{a.text}与{b.text}相差10的{power}次方倍，疑似单位写错",
                f"{b.indicator}: {a.text} and {b.text} differ by 10^{power}; one unit is probably wrong",
                ("核对单位。", "Check the unit."),
            )


@rule(
    "K20",
    "精度不一致",
    "The same fact is rounded in two ways that do not agree",
    Severity.QUESTION,
    examples=(
        bad("2022年全区市场主体总量18.1万户。\n活力增强，市场主体总量18.25万户。"),
        good("2022年全区接种覆盖率92.92%。\n接种覆盖率93%。"),
        trap("2022年全区市场主体总量18.1万户。\n活力增强，市场主体总量18.15万户。"),
    ),
)
def precision(context: Context) -> Iterator[Finding]:
    """Printed with different places, and neither rounding nor cutting leads from one to the other."""
    for _, a, b in pairs(context.this):
        apart = not printed(a).meets(printed(b))
        plain = a.bound == b.bound == "eq" or (
            a.status == b.status == "target" and {a.bound, b.bound} <= {"eq", "ge"}
        )
        if apart and plain and close(a, b):
            yield finding(
                "K20",
                Severity.QUESTION,
                context.this.spans(b, a),
                f"“{b.indicator}”两处精度不同：{a.text}与{b.text}，四舍五入或截断均不能相互得到",
                f"{b.indicator} is {a.text} and {b.text}: neither rounding nor cutting leads from one to the other",
                ("按同一精度书写。", "Use one precision."),
            )


@rule(
    "K21",
    "界限词与数值矛盾",
    "A bound word contradicts the value",
    Severity.ERROR,
    examples=(
        bad("2022年累计发放贷款总额近4亿元。\n全年累计发放贷款总额4.02亿元。"),
        bad("2022年累计建成通信基站超5000座。\n全年累计建成通信基站4998座。"),
        good("2022年累计发放贷款总额近4亿元。\n全年累计发放贷款总额3.92亿元。"),
        trap("2022年累计发放贷款总额超4亿元。\n全年累计发放贷款总额4.02亿元。"),
    ),
)
def bound_words(context: Context) -> Iterator[Finding]:
    """近, 超, 以上, 以内 against the same fact printed elsewhere."""
    for _, a, b in pairs(context.this):
        if (a.bound == "eq") == (b.bound == "eq") or slip(a, b):
            continue
        words, value = (b, a) if a.bound == "eq" else (a, b)
        if words.status == value.status and breaks(words, value):
            yield finding(
                "K21",
                Severity.ERROR,
                context.this.spans(words, value),
                f"“{words.indicator}”此处称“{words.bound_word or ''}{words.text}”，另一处为{value.text}，两者矛盾",
                f"{words.indicator}: “{words.bound_word or ''} {words.text}” contradicts {value.text} elsewhere",
            )


def breaks(words: Figure, value: Figure) -> bool:
    """Whether a plain value lies outside what a bounded one allows."""
    limit, inside = middle(words), printed(value)
    match words.bound:
        case "lt":
            return inside.low >= limit or not inside.meets(meant(words))
        case "ge":
            return inside.high < limit
        case "gt" | "over":
            return inside.high <= limit or (value.value == words.value and value.unit == words.unit)
        case "le":
            return inside.low > limit
    return not inside.meets(meant(words))


_DOUBLE = re.compile(
    r"(?:(?P<low>接近|将近|近)|(?P<over>超过|超|突破))(?P<n>\d[\d.]*(?:万|亿|万亿)?)(?P<tail>余|多(?![年种个]))?"
    r"(?:亿|万)?[%元吨亩公里米个家项人户座]{0,3}(?P<end>左右|上下|以上|以内|以下)?"
)


@rule(
    "K21",
    "界限词重叠矛盾",
    "Two bound words of one number contradict each other",
    Severity.QUESTION,
    examples=(
        bad("全年接待游客近400万人以上。"),
        bad("全年完成投资超30亿元左右。"),
        good("全年接待游客近400万人。"),
        trap("全年完成投资超过30亿元。"),
    ),
)
def double_words(context: Context) -> Iterator[Finding]:
    for m in _DOUBLE.finditer(context.this.text):
        wrong = (m["low"] and (m["tail"] or m["end"])) or (m["over"] and m["end"])
        if wrong:
            yield finding(
                "K21",
                Severity.QUESTION,
                (context.this.span(*m.span()),),
                f"“{m.group()}”前后两个界限词相互矛盾",
                f"The two bound words of “{m.group()}” contradict each other",
                ("保留一个界限词。", "Keep one bound word."),
            )


_UPON = re.compile(
    r"(?P<word>接近|将近|近|超过|超|突破|不少于)(?P<a>\d[\d,.]*)(?P<ua>[万亿]*[^\d，。；、\s]{0,3}?)，(?:已|实际[^，。；\d]{0,6}|(?:已|实际)?(?:达到|达|为))(?P<b>\d[\d,.]*)(?P<ub>[万亿]*[^\d，。；、\s]{0,3})"
)


@rule(
    "K21",
    "界限词与紧随数值矛盾",
    "A bound word contradicts the number right after it",
    Severity.ERROR,
    examples=(
        bad("累计建成基站近5000座，达到5012座。"),
        good("累计建成基站近5000座，达到4989座。"),
        trap("累计建成基站超5000座，达到5012座。"),
    ),
)
def bound_then_value(context: Context) -> Iterator[Finding]:
    facts = context.this
    for m in _UPON.finditer(facts.text):
        found = facts.within(m.start(), m.end())
        if len(found) == 2 and found[0].unit == found[1].unit and breaks(found[0], found[1]):
            yield finding(
                "K21",
                Severity.ERROR,
                facts.spans(*found),
                f"称“{m['word']}{found[0].text}”，随后为{found[1].text}，两者矛盾",
                f"“{m['word']} {found[0].text}” is followed by {found[1].text}",
            )


def _is_cell(facts: Facts, figure: Figure) -> bool:
    return facts.kind_at(figure.start) == "cell"


@rule(
    "K30",
    "正文与附表不一致",
    "Text and table disagree",
    Severity.ERROR,
    examples=(
        trap("2022年，全区森林覆盖率为34.2%。\n生态更好。全区森林覆盖率34.7%，绿意更浓。"),
        good("2022年，全区森林覆盖率为34.2%。"),
    ),
)
def text_and_table(context: Context) -> Iterator[Finding]:
    """One fact in a paragraph and in a table cell."""
    facts = context.this
    for _, a, b in pairs(facts):
        if _is_cell(facts, a) != _is_cell(facts, b) and differ(a, b):
            yield _two(facts, "K30", a, b)
