"""K10, K11: what was added, and what there is in all."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from decimal import Decimal

from tongjian.checking.checks.parts import AMOUNT, alike
from tongjian.checking.facts import Facts
from tongjian.checking.intervals import meant, middle, printed
from tongjian.checking.registry import bad, good, rule, trap
from tongjian.checking.say import finding
from tongjian.checking.types import Context, Finding, Need, Severity
from tongjian.reading.types import Figure


@rule(
    "K10",
    "新增大于累计",
    "More was added than there is in all",
    Severity.ERROR,
    examples=(
        bad("新增高新技术企业256家，累计达到159家。"),
        bad("新增养老床位3400张，养老床位总数达到2400张。"),
        good("新增高新技术企业56家，累计达到159家。"),
        trap("新增就业2.3万人，累计发放补贴1.2万人次。"),
    ),
)
def new_and_all(context: Context) -> Iterator[Finding]:
    """新增n，累计m: n ≤ m."""
    facts = context.this
    for _, _, found in facts.sentences():
        for a, b in itertools.pairwise(found):
            if is_new(facts, a) and is_all(facts, a, b) and alike(a, b) and meant(a).low > printed(b).high:
                if b.bound in {"over", "ge", "gt"} and meant(a).low <= middle(b) * Decimal("1.1"):
                    continue
                yield finding(
                    "K10",
                    Severity.ERROR,
                    facts.spans(a, b),
                    f"新增{a.text} > 累计{b.text}",
                    f"{a.text} were added, but there are {b.text} in all",
                )


_NEW = re.compile(r"新增|新建|新认定|净增|新培育|新注册|新引进|新发展|新建成|新设")
_ALL = re.compile(r"累计|总数|总量|总计|达到|达|增至|增加到|保有量|共有")


def is_new(facts: Facts, figure: Figure) -> bool:
    return bool(_NEW.search(facts.clause(figure) + figure.indicator))


def is_all(facts: Facts, a: Figure, b: Figure) -> bool:
    """Whether b is the total after a was added: 累计…, 总数达…; the same unit, right after."""
    between = facts.text[a.end : b.start]
    head = re.match(
        r"^[，,、]?(?:[^，。；\d]{0,12}?)(累计|总数|总量|保有量|增至|增加到|达到|达)[^，。；\d]{0,8}$",
        between,
    )
    return a.unit[-1:] == b.unit[-1:] and head is not None and not re.search(r"投资|发放|人次|完成", between)


@rule(
    "K10",
    "累计与上年累计、本年新增不符",
    "All = last year's all + new does not hold",
    Severity.QUESTION,
    need=Need.PREVIOUS,
    examples=(
        bad("2022年新增专精特新企业159家，累计达到256家。", "2021年专精特新企业累计达到197家。"),
        good("2022年新增专精特新企业159家，累计达到256家。", "2021年专精特新企业累计达到97家。"),
    ),
)
def added_up(context: Context) -> Iterator[Finding]:
    this, last = context.this, context.previous
    assert last is not None
    for _, _, found in this.sentences():
        for a, b in itertools.pairwise(found):
            if (
                not (is_new(this, a) and is_all(this, a, b) and alike(a, b))
                or a.bound != "eq"
                or b.bound != "eq"
            ):
                continue
            name = _thing(this.indicator(b))
            for f in last.figures:
                if (
                    _thing(last.indicator(f)) == name
                    and alike(f, b)
                    and _is_total(last, f)
                    and f.bound == "eq"
                ):
                    expected = printed(f) + printed(a)
                    if not expected.meets(printed(b)) and middle(f) + middle(a) > middle(b):
                        yield _added(this, last, a, b, f)


def _thing(name: str) -> str:
    return re.sub(r"^(?:新增|新建|新认定|净增|累计|建成|培育)+|(?:总数|总量|累计|数量)$", "", name)


def _is_total(facts: Facts, figure: Figure) -> bool:
    return figure.basis == "累计" or bool(re.search(r"累计|总数|总量|保有量", facts.clause(figure)))


def _added(this: Facts, last: Facts, a: Figure, b: Figure, f: Figure) -> Finding:
    return finding(
        "K10",
        Severity.QUESTION,
        (*this.spans(b, a), *last.spans(f)),
        f"上年累计{f.text}+新增{a.text} > 本年累计{b.text}",
        f"Last year's {f.text} + {a.text} new is more than {b.text} in all",
        ("核对累计数，或说明减少的原因。", "Check the total, or say why some went."),
    )


@rule(
    "K11",
    "累计数随时间减少",
    "A cumulated number falls with time",
    Severity.ERROR,
    examples=(
        bad(
            "一、2022年工作回顾\n商务区累计完工面积440万平方米。\n二、2023年主要任务\n商务区累计完工面积达到410万平方米。"
        ),
        good(
            "一、2022年工作回顾\n商务区累计完工面积440万平方米。\n二、2023年主要任务\n商务区累计完工面积达到470万平方米。"
        ),
        trap("一、2022年工作回顾\n全年新增学位900个。\n二、2023年主要任务\n新增学位800个。"),
    ),
)
def monotone(context: Context) -> Iterator[Finding]:
    """累计 of an earlier period above 累计 of a later one, in one report."""
    facts = context.this
    for name, group in facts.by_name.items():
        told = [f for f in group if _cumulated(facts, f) and len(name) > 3][:40]
        for a in told:
            for b in told:
                if (
                    _later(a, b)
                    and alike(a, b)
                    and facts.keys[a].scope == facts.keys[b].scope
                    and _fell(a, b)
                ):
                    yield _fall(facts, facts, a, b)


def _cumulated(facts: Facts, f: Figure) -> bool:
    return f.kind in AMOUNT and f.form == "digits" and (f.basis == "累计" or "累计" in f.indicator)


def _later(a: Figure, b: Figure) -> bool:
    return bool(a.period and b.period) and a.period[-4:] != b.period[-4:] and a.period[:4] < b.period[:4]


def year_end(f: Figure) -> str:
    """The year in which a figure's period ends."""
    return f.period.split("/")[-1][:4]


def _fell(a: Figure, b: Figure) -> bool:
    return printed(a).low > printed(b).high and a.bound in {"eq", "over", "ge", "gt"} and b.bound != "gt"


def _fall(earlier: Facts, later: Facts, a: Figure, b: Figure) -> Finding:
    return finding(
        "K11",
        Severity.ERROR,
        (*later.spans(b), *earlier.spans(a)),
        f"“{b.indicator}”累计数减少：{a.period}为{a.text}，{b.period}为{b.text}",
        f"{b.indicator} is cumulated but falls: {a.text} in {a.period}, {b.text} in {b.period}",
    )


@rule(
    "K11",
    "累计数低于上年报告",
    "A cumulated number is below last year's",
    Severity.QUESTION,
    need=Need.PREVIOUS,
    examples=(
        bad("2022年底，商务区累计完工面积410万平方米。", "2021年底，商务区累计完工面积440万平方米。"),
        good("2022年底，商务区累计完工面积440万平方米。", "2021年底，商务区累计完工面积410万平方米。"),
    ),
)
def monotone_years(context: Context) -> Iterator[Finding]:
    this, last = context.this, context.previous
    assert last is not None
    for name, group in this.by_name.items():
        for b in group:
            if len(name) > 3 and _cumulated(this, b) and b.status == "actual":
                for a in last.by_name.get(name, ()):
                    one = last.keys[a].scope == this.keys[b].scope
                    later = _cumulated(last, a) and year_end(a) < year_end(b)
                    if one and later and alike(a, b) and _fell(a, b):
                        yield _fall(last, this, a, b)
