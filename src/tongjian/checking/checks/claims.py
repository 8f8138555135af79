"""K15–K18: words of praise, attainment and targets against the figures beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from tongjian.checking.checks.ranks import WORSE, known_of
from tongjian.checking.checks.stated import named
from tongjian.checking.facts import Facts
from tongjian.checking.intervals import dimension, meant, middle, printed, shown
from tongjian.checking.registry import bad, good, rule, trap
from tongjian.checking.say import CORRECT, finding
from tongjian.checking.types import Context, Example, Finding, LedgerFact, Need, Severity
from tongjian.reading.types import Figure

AMOUNT = frozenset({"level", "count"})
_RISES = re.compile(
    r"稳步增长|持续增长|较快增长|快速增长|平稳增长|稳定增长|保持增长|实现增长|正增长|高速增长|大幅增长|双增长|稳中有升|稳步提升|持续提升|由负转正|势头良好|增势良好|增长较快|逐季回升|均(?:实现)?增长"
)
_FALLS = re.compile(r"双下降|持续下降|稳步下降|大幅下降|明显下降|双降|稳中有降|逐年下降|持续降低|由正转负")
_TURN = re.compile(r"但|受[^，。；]{0,12}影响|除[^，。；]{0,12}外|有所|虽")


@rule(
    "K15",
    "定性表述与数据矛盾",
    "Words contradict the figures",
    Severity.QUESTION,
    examples=(
        bad("社会消费品零售总额稳步增长，同比下降3.2%。"),
        bad("安全生产事故起数、亡人数实现双下降，事故起数同比上升12.5%。"),
        bad("规上工业增加值增长3.1%，低于全市0.9个百分点，增速高于全市平均水平。"),
        bad("一般公共预算收入持续增长，达到89.4亿元，下降3.2%。"),
        good("社会消费品零售总额稳步增长，同比增长3.2%。"),
        trap("居民收入稳步增长，登记失业率下降0.3个百分点。"),
        trap("社会消费品零售总额下降3.2%，居民收入稳步增长。"),
    ),
)
def words_and_figures(context: Context) -> Iterator[Finding]:
    """稳步增长 right before a fall; 双下降 right before a rise; 高于全市 beside a negative gap."""
    facts = context.this
    for start, end, found in facts.sentences():
        for pattern, sign in ((_RISES, -1), (_FALLS, 1)):
            for m in pattern.finditer(facts.text, start, end):
                yield from _against(facts, found, m, sign)
        yield from _sides(facts, found)


def _against(facts: Facts, found: Sequence[Figure], m: re.Match[str], sign: int) -> Iterator[Finding]:
    """The first growth after the words, in the same stretch, of the same thing."""
    f = next((f for f in found if f.start >= m.end() and f.kind == "growth" and f.form == "digits"), None)
    if f is None or middle(f) * sign <= 0:
        return
    between = facts.text[m.end() : f.start]
    if len(between) > 40 or re.search(r"[；。]", between) or _TURN.search(between):
        return
    if sign < 0 and WORSE.search(f.indicator + between):
        return
    if not _same_subject(facts, m, f, between):
        return
    yield finding(
        "K15",
        Severity.QUESTION,
        (facts.span(*m.span()), *facts.spans(f)),
        f"称“{m.group()}”，而“{f.indicator}”为{shown(middle(f))}%",
        f"“{m.group()}” is said, but {f.indicator} changed by {shown(middle(f))}%",
        ("改正表述或数字。", "Correct the words or the figure."),
    )


def _same_subject(facts: Facts, m: re.Match[str], f: Figure, between: str) -> bool:
    """The figure names nothing new, or something the words' own clause holds."""
    before = re.split(r"[，。；！？\n]", facts.text[max(0, m.start() - 40) : m.start()])[-1]
    name = facts.indicator(f)
    pieces = {name[i : i + 2] for i in range(len(name) - 1)} if len(name) > 1 else {name}
    shared = sum(p in before for p in pieces)
    placed = f.indicator_start is not None and f.indicator_start < m.start()
    return placed or shared * 2 >= max(1, len(pieces)) or not before


def _sides(facts: Facts, found: Sequence[Figure]) -> Iterator[Finding]:
    """A gap in digits, then a gap in words of the other sign, against the same comparator."""
    for at, said in enumerate(found):
        if said.form != "implied" or said.kind != "difference" or said.bound not in {"gt", "lt"}:
            continue
        for gap in found[max(0, at - 3) : at]:
            name, of = facts.indicator(said), facts.indicator(gap)
            same = (gap.comparator or "")[:2] == (said.comparator or "-")[:2] and (
                name in "增速增幅" or name[:4] == of[:4]
            )
            if (
                gap.kind == "difference"
                and gap.form == "digits"
                and same
                and (middle(gap) > 0) != (said.bound == "gt")
            ):
                yield finding(
                    "K15",
                    Severity.QUESTION,
                    facts.spans(said, gap),
                    f"称“{said.text}”，而差距为{shown(middle(gap))}个百分点",
                    f"“{said.text}” is said, but the gap is {shown(middle(gap))} points",
                )


_AVERAGE = re.compile(
    r"增长(?P<own>\d[\d.]*)%，(?:增速)?(?P<word>高于|低于|快于|慢于)(?P<who>全市|全省|全国)(?:平均水平)?[（(，](?:其|全[市省国])(?:平均|增速)?(?:为|增长)?(?P<their>\d[\d.]*)%"
)


@rule(
    "K15",
    "“高于”“低于”与数值矛盾",
    "Above or below contradicts the two values",
    Severity.ERROR,
    examples=(
        bad("规上工业增加值增长3.1%，高于全市（全市增长4.2%）。"),
        good("规上工业增加值增长5.1%，高于全市（全市增长4.2%）。"),
        trap("规上工业增加值增长5.1%，高于全市0.9个百分点（全市增长4.2%）。"),
    ),
)
def above_or_below(context: Context) -> Iterator[Finding]:
    facts = context.this
    for m in _AVERAGE.finditer(facts.text):
        own, their = Decimal(m["own"].rstrip(".")), Decimal(m["their"].rstrip("."))
        if (m["word"] in {"高于", "快于"} and own < their) or (m["word"] in {"低于", "慢于"} and own > their):
            yield finding(
                "K15",
                Severity.ERROR,
                (facts.span(m.start("word"), m.end("who")), facts.span(m.start("own"), m.end("own") + 1)),
                f"称“{m['word']}{m['who']}”，而{own}%对{their}%",
                f"“{m['word']}{m['who']}” is said, but the values are {own}% and {their}%",
            )


_GOAL = re.compile(r"(?:目标|任务|计划)(?:数|值|任务)?(?:为|的)?$")
_DONE = re.compile(r"超额完成|超额实现|圆满完成|全面完成|如期完成|顺利完成|提前完成|完成")
_SURPLUS = re.compile(r"超额完成|超额实现|超过|超出|突破")
_AIMED = re.compile(
    r"(?P<a>\d[\d,.]*)(?P<u>[万亿]*[^\d，。；、\s]{1,3}?)，(?P<word>超额完成|超额实现|全面完成|圆满完成|如期完成|提前完成|完成|超过|未完成|低于)(?:了)?"
    r"(?:全年|年度|年初|市下达|省下达|上级下达|预期|既定|计划|下达|目标)*(?P<b>\d[\d,.]*)(?P=u)(?:以上)?的?(?:年度|全年|计划|预期)?(?:目标|任务|计划)"
)
_PERCENT = re.compile(
    r"(?P<word>超额完成|全面完成|圆满完成|提前完成|未完成|未能完成)[^。；\d]{0,24}?(?:任务|目标|计划)?的(?P<p>\d[\d.]*)%"
    r"|完成[^。；，\d]{0,10}(?:任务|目标|计划)[^。；，\d]{0,4}的?(?P<q>\d[\d.]*)%，(?P<after>超额完成|未完成)"
)


@rule(
    "K16",
    "完成情况表述与目标矛盾",
    "A claim of attainment contradicts the target",
    Severity.ERROR,
    examples=(
        bad("完成造林0.8万亩，超额完成1万亩的任务。"),
        bad("完成年度计划任务的92.5%，超额完成。"),
        bad("新增就业2.3万人，超额完成年度2.5万人的目标任务。"),
        good("完成造林1.2万亩，超额完成1万亩的任务。"),
        trap("新增就业2.3万人，低于年度2.5万人的目标。"),
    ),
)
def attained(context: Context) -> Iterator[Finding]:
    """超额完成 with less than the target; 未完成 with more."""
    facts = context.this
    for m in _AIMED.finditer(facts.text):
        a, b = (Decimal(m[n].replace(",", "").rstrip(".")) for n in ("a", "b"))
        worse = WORSE.search(facts.text[max(0, m.start() - 20) : m.start()])
        short, over = a < b, a > b
        wrong = m["word"] in {"未完成", "低于"} and over if m["word"] in {"未完成", "低于"} else short
        if m["word"].startswith("超") and a == b:
            wrong = True
        if wrong and not worse:
            sign = "<" if a < b else (">" if a > b else "=")
            yield finding(
                "K16",
                Severity.ERROR,
                (
                    facts.span(m.start("word"), m.end("word")),
                    facts.span(m.start("a"), m.end("u")),
                    facts.span(m.start("b"), m.end("b")),
                ),
                f"称“{m['word']}”，而{a}{m['u']} {sign} 目标{b}{m['u']}",
                f"“{m['word']}” is said, but {a} {sign} the target of {b} {m['u']}",
                ("改正表述或数字。", "Correct the words or the figure."),
            )
    yield from _percent(facts)


def _percent(facts: Facts) -> Iterator[Finding]:
    for m in _PERCENT.finditer(facts.text):
        word, value = m["word"] or m["after"], Decimal((m["p"] or m["q"]).rstrip("."))
        short = not word.startswith("未")
        if (short and value < 100) or (not short and value >= 100):
            yield finding(
                "K16",
                Severity.ERROR,
                (facts.span(*m.span()),),
                f"称“{word}”，而完成比例为{value}%",
                f"“{word}” is said, but {value}% was attained",
                ("改正表述或数字。", "Correct the words or the figure."),
            )


@rule(
    "K16",
    "未达上年报告所定目标",
    "Last year's target was not reached, or the claim contradicts it",
    Severity.QUESTION,
    need=Need.PREVIOUS,
    examples=(
        bad(
            "2022年社会消费品零售总额增长3.2%，超额完成年度目标。",
            "某区2022年政府工作报告\n二、2022年主要目标\n社会消费品零售总额增长5%。",
        ),
        good(
            "2022年社会消费品零售总额增长5.2%，超额完成年度目标。",
            "某区2022年政府工作报告\n二、2022年主要目标\n社会消费品零售总额增长5%。",
        ),
    ),
)
def attained_last(context: Context) -> Iterator[Finding]:
    """超额完成, 完成目标 in a sentence whose figure is below what last year's report promised for its period."""
    this, last = context.this, context.previous
    assert last is not None
    for start, end, found in this.sentences():
        claim = re.search(
            r"(?:超额|全面|圆满|如期)?完成(?:了)?(?:全年|年度|预期|计划|既定)*(?:目标|任务|计划)",
            this.text[start:end],
        )
        if claim is None:
            continue
        for f in found:
            target = _target(this, last, f)
            near = 0 <= start + claim.start() - f.end < 30
            if target is not None and near and f.form == "digits" and meant(f).high < printed(target).low:
                yield _missed(this, last, f, target, claim.group())


def _target(this: Facts, last: Facts, f: Figure) -> Figure | None:
    key = this.keys[f]
    for t in last.by_name.get(key.indicator, ()):
        same = t.status == "target" and t.kind == f.kind and dimension(t.unit) == key.dimension
        if same and t.period[:4] == f.period[:4] and t.form == "digits" and last.keys[t].scope == key.scope:
            return t
    return None


def _missed(this: Facts, last: Facts, f: Figure, target: Figure, claim: str) -> Finding:
    return finding(
        "K16",
        Severity.QUESTION,
        (*this.spans(f), *last.spans(target)),
        f"称“{claim}”，而{f.text}低于上年报告所定目标{target.text}",
        f"“{claim}” is said, but {f.text} is below last year's target of {target.text}",
        ("说明是否调整过目标。", "Say whether the target was changed."),
    )


@rule(
    "K17",
    "目标低于上年实绩",
    "A target below what was already reached",
    Severity.HINT,
    examples=(
        bad(
            "一、2022年工作回顾\n促进城乡劳动力就业2.36万人。\n二、2023年主要目标\n促进城乡劳动力就业1.5万人以上。"
        ),
        good(
            "一、2022年工作回顾\n促进城乡劳动力就业1.36万人。\n二、2023年主要目标\n促进城乡劳动力就业1.5万人以上。"
        ),
        trap("一、2022年工作回顾\n登记失业率3.92%。\n二、2023年主要目标\n登记失业率控制在3.5%以内。"),
    ),
)
def low_target(context: Context) -> Iterator[Finding]:
    """A target of an amount below the actual of the year reviewed, by the same words."""
    facts = context.this
    for name, group in facts.by_name.items():
        if not (named(name) or len(name) > 4) or WORSE.search(name):
            continue
        targets = [f for f in group if f.status == "target" and f.kind in AMOUNT and f.form == "digits"]
        for t in targets:
            a = next((f for f in group if _before(facts, f, t)), None)
            if a is not None and meant(t).low < printed(a).low and printed(t).high < printed(a).low:
                yield finding(
                    "K17",
                    Severity.HINT,
                    facts.spans(t, a),
                    f"“{t.indicator}”目标{t.text} < 上年实绩{a.text}",
                    f"{t.indicator}: target {t.text} < {a.text} already reached",
                    ("说明目标较低的原因。", "Say why the target is lower."),
                )


def _before(facts: Facts, actual: Figure, target: Figure) -> bool:
    """An actual or estimate of the year before, of the same scope and unit."""
    one = (
        actual.kind == target.kind
        and dimension(actual.unit) == dimension(target.unit)
        and actual.form == "digits"
    )
    years = re.fullmatch(r"\d{4}", actual.period) and re.fullmatch(r"\d{4}", target.period)
    if (
        actual.status == "target"
        or not one
        or not years
        or facts.keys[actual].scope != facts.keys[target].scope
    ):
        return False
    return int(actual.period) + 1 == int(target.period)


_AIMS = (
    LedgerFact(
        "industry", ("规上工业增加值",), "2023", "growth", Decimal("6.5"), "%", "全市", status="target"
    ),
    LedgerFact("industry", ("规上工业增加值",), "2023", "growth", Decimal("7.2"), "%", status="target"),
    LedgerFact("retail", ("社会消费品零售总额",), "2023", "growth", Decimal(9), "%", "全市"),
)
_PLAN = "某区2023年政府工作报告\n一、2022年工作回顾\n{}\n二、2023年主要目标\n{}"


@rule(
    "K18",
    "目标低于上级目标",
    "A target below the wider area's",
    Severity.QUESTION,
    need=Need.LEDGER,
    examples=(
        Example("fail", _PLAN.format("抓好民生。", "规上工业增加值增长5%。"), "", _AIMS),
        Example("pass", _PLAN.format("抓好民生。", "规上工业增加值增长6.5%。"), "", _AIMS),
        Example("trap", _PLAN.format("规上工业增加值增长5%。", "抓好项目。"), "", _AIMS),
        Example("trap", _PLAN.format("抓好民生。", "规上工业增加值增长6.5%以上。"), "", _AIMS),
        Example("trap", _PLAN.format("抓好民生。", "社会消费品零售总额增长8%。"), "", _AIMS),
    ),
)
def below_wider(context: Context) -> Iterator[Finding]:
    """A target against the wider area's target of the same metric and year on the ledger."""
    facts = context.this
    for f in facts.figures:
        if (
            f.status != "target"
            or f.kind not in {"growth", "rate"}
            or f.form != "digits"
            or WORSE.search(f.indicator)
        ):
            continue
        for known in known_of(context.ledger or (), facts, f, f.kind):
            if (
                known.area
                and known.status == "target"
                and known.period == f.period
                and meant(f).high < known.value
            ):
                yield finding(
                    "K18",
                    Severity.QUESTION,
                    facts.spans(f),
                    f"“{f.indicator}”目标{f.text} < {known.area}目标{shown(known.value)}%",
                    f"{f.indicator}: target {f.text} < {shown(known.value)}%, the target of {known.area}",
                    CORRECT,
                )
