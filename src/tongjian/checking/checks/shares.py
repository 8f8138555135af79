"""K07: structures that make 100, shares of a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from tongjian.checking.checks.parts import alike
from tongjian.checking.facts import Facts
from tongjian.checking.intervals import Interval, exactly, meant, middle, printed, shown
from tongjian.checking.registry import bad, good, rule, trap
from tongjian.checking.say import RECOUNT, finding
from tongjian.checking.types import Context, Finding, Severity
from tongjian.reading.types import Figure

_RATIO = re.compile(
    r"(?<![\d.:：∶])(\d+(?:\.\d+)?)\s*[:：∶]\s*(\d+(?:\.\d+)?)\s*[:：∶]\s*(\d+(?:\.\d+)?)(?![\d.:：∶])"
)
_SHARES = re.compile(r"产业|结构|比重|占比|构成|比例")


@rule(
    "K07",
    "结构比之和不为100",
    "A ratio does not add up to 100",
    Severity.ERROR,
    examples=(
        bad("三次产业结构比为10.0:44.0:48.0。"),
        bad("三次产业结构由11.2:43.1:45.7调整为10.0:42.0:46.0。"),
        good("三次产业结构比为8.3:71.1:20.6。"),
        trap("三次产业结构比为8.3:71.1:20.5。"),
        trap("上午9:30:00开幕，产业论坛随后举行。"),
    ),
)
def ratio_sum(context: Context) -> Iterator[Finding]:
    """Three shares of a structure: 100, or 10 as some print it, give or take the rounding of three numbers."""
    facts = context.this
    for m in _RATIO.finditer(facts.text):
        if not _SHARES.search(facts.text[max(0, m.start() - 40) : m.start()]):
            continue
        parts = [Decimal(g) for g in m.groups()]
        added = sum(parts, Decimal(0))
        places = max(len(g.partition(".")[2]) for g in m.groups())
        slack = Decimal("1.5").scaleb(-places)
        if added < 20 or abs(added - 100) <= slack:
            continue
        yield finding(
            "K07",
            Severity.ERROR,
            (facts.span(*m.span()),),
            f"{'+'.join(m.groups())} = {added}，应为100",
            f"{' + '.join(m.groups())} = {added}, not 100",
            RECOUNT,
        )


_HOLDS = re.compile(r"占(?:[^，。；\d]{0,14})(?:的)?(?:比重|比例)?(?:为|达|达到)?$")


@rule(
    "K07",
    "占比与部分、总数不符",
    "A share is not part divided by whole",
    Severity.ERROR,
    examples=(
        bad("完成固定资产投资98.5亿元，占年度目标120亿元的92.1%。"),
        bad("全年财政支出56.0亿元，其中民生支出42.0亿元，占财政支出的85%。"),
        bad("全年评审项目120个，通过108个，占80%。"),
        good("完成固定资产投资98.5亿元，占年度目标120亿元的82.1%。"),
        trap("全年财政支出56.0亿元，其中民生支出42.0亿元，占财政支出的75%。"),
        trap("培育企业120家，高新技术产业增加值占规上工业的35%。"),
    ),
)
def share(context: Context) -> Iterator[Finding]:
    """占…的x%: with part and whole in the sentence."""
    facts = context.this
    for _start, _end, found in facts.sentences():
        for at, rate in enumerate(found):
            if (
                rate.unit != "%"
                or rate.form != "digits"
                or rate.kind not in {"share", "rate", "growth"}
                or at < 2
            ):
                continue
            a, b = found[at - 2], found[at - 1]
            if not alike(a, b) or a.bound != "eq" or b.bound != "eq" or not middle(a) or not middle(b):
                continue
            yield from _judge_share(facts, a, b, rate)


def _judge_share(facts: Facts, a: Figure, b: Figure, rate: Figure) -> Iterator[Finding]:
    between, before = facts.text[b.end : rate.start], facts.text[a.end : b.start]
    plan = re.search(r"，(?:完成|达到|实现|为|占)[^，。；]{0,10}(?:计划|目标|任务)[^，。；]{0,4}$", before)
    holds = plan or re.search(r"占[^，。；]{0,16}$", before)
    if holds and re.fullmatch(r"的|的比重为|目标的|任务的|计划的", between):
        part, whole = a, b
    elif re.match(r"，?占", between) and len(between) <= 14 and _whole_said(facts, a, b, between, before):
        part, whole = b, a
    else:
        return
    try:
        expected = printed(part).over(printed(whole)) * exactly(100)
    except ZeroDivisionError:
        return
    if not expected.meets(meant(rate)):
        point = shown(middle(part) / middle(whole) * 100)
        yield finding(
            "K07",
            Severity.ERROR,
            facts.spans(rate, part, whole),
            f"{part.text}÷{whole.text} = {point}%，报告为{rate.text}",
            f"{part.text} ÷ {whole.text} = {point}%, printed {rate.text}",
            RECOUNT,
        )


def _whole_said(facts: Facts, a: Figure, b: Figure, between: str, before: str) -> bool:
    """Whether the share names the whole again, or names nothing else."""
    named = between.lstrip("，").removeprefix("占").rstrip("的比重为例达到")
    if len(before) > 22 or "；" in before:
        return False
    subset = "其中" in before or not re.search(r"增|减|比上年|目标|总投资|完成", before)
    return subset and (named in {"", "总数", "全部", "总量", "总额"} or named in a.indicator)


_TRIPLE = re.compile(r"第一产业占|第二产业占|第三产业占")


@rule(
    "K07",
    "结构比与三次产业增加值不符",
    "The structure does not fit the industries' value added",
    Severity.QUESTION,
    examples=(
        bad(
            "2022年地区生产总值295.4亿元，第一产业增加值24.4亿元，第二产业增加值210.1亿元，第三产业增加值60.9亿元。"
            "三次产业结构为18.3:61.1:20.6。"
        ),
        good(
            "2022年地区生产总值295.4亿元，第一产业增加值24.4亿元，第二产业增加值210.1亿元，第三产业增加值60.9亿元。"
            "三次产业结构为8.3:71.1:20.6。"
        ),
    ),
)
def structure(context: Context) -> Iterator[Finding]:
    """第N产业's share of GDP against its value added."""
    facts = context.this
    whole = _single(facts, "地区生产总值")
    if whole is None or not middle(whole):
        return
    for name in ("第一产业", "第二产业", "第三产业"):
        part = _single(facts, f"{name}增加值")
        said = [
            f for n, fs in facts.by_name.items() if n.startswith(f"{name}占") for f in fs if f.kind == "share"
        ]
        for f in said:
            if (
                part is None
                or f.period != whole.period
                or part.period != whole.period
                or f.status != whole.status
            ):
                continue
            expected = printed(part).over(printed(whole)) * exactly(100)
            wide = Interval(expected.low - Decimal("0.1"), expected.high + Decimal("0.1"))
            if not wide.meets(meant(f)):
                point = shown(middle(part) / middle(whole) * 100)
                yield finding(
                    "K07",
                    Severity.QUESTION,
                    facts.spans(f, part, whole),
                    f"{name}：{part.text}÷{whole.text} = {point}%，结构比中为{f.text}",
                    f"{name}: {part.text} ÷ {whole.text} = {point}%, the structure says {f.text}",
                    RECOUNT,
                )


def _single(facts: Facts, name: str) -> Figure | None:
    """The one level of this name of the report's own area; None for none or several periods."""
    found = [
        f
        for f in facts.by_name.get(name, ())
        if f.kind == "level" and f.form == "digits" and not facts.place(f) and f.status == "actual"
    ]
    return found[0] if len(found) == 1 else None
