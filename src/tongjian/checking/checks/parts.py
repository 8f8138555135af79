"""K06, K07, K09, K10, K11: wholes, parts, shares, new and cumulated."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from tongjian.checking.facts import Facts
from tongjian.checking.intervals import Interval, dimension, exactly, meant, middle, printed, shown, total
from tongjian.checking.registry import bad, good, rule, trap
from tongjian.checking.say import RECOUNT, finding
from tongjian.checking.types import Context, Finding, Need, Severity
from tongjian.reading.types import Figure

AMOUNT = frozenset({"level", "count"})
# Parts that make up a whole, by the words that name them.
COMPLETE: Sequence[Sequence[str]] = (
    ("第一产业", "第二产业", "第三产业"),
    ("一产", "二产", "三产"),
    ("农业", "工业", "服务业"),
    ("出口", "进口"),
    ("新开工", "续建", "竣工"),
    ("新建", "续建", "改造"),
    ("新开工", "续建"),
    ("新建", "续建"),
    ("新建", "改扩建"),
    ("新建", "改造"),
    ("税收收入", "非税收入"),
    ("城镇", "农村"),
    ("城市", "农村"),
    ("产业项目", "基础设施", "民生"),
    ("国有", "民营"),
    ("境内", "境外"),
    ("城镇职工", "城乡居民"),
)
_SUM = re.compile(r"(?:合计|共计|总计|总共|一共)(?:[^\d，。；]{0,8})$")


def alike(a: Figure, b: Figure) -> bool:
    """Whether two amounts can stand in one sum."""
    units = {dimension(a.unit), dimension(b.unit)}
    return len(units) == 1 and a.kind in AMOUNT and b.kind in AMOUNT and a.form == b.form == "digits"


@rule(
    "K06",
    "分项之和不等于总数",
    "The parts do not add up to the whole",
    Severity.ERROR,
    examples=(
        bad(
            "地区生产总值456.6亿元，其中，第一产业增加值45.6亿元，第二产业增加值221.0亿元，第三产业增加值210.0亿元。"
        ),
        bad("实施重点项目120个，其中新开工45个、续建60个、竣工25个。"),
        bad("外贸进出口总额86.5亿元，其中出口52.1亿元，进口24.4亿元。"),
        bad("新建学校3所、改扩建5所，共计9所。"),
        good(
            "地区生产总值456.6亿元，其中，第一产业增加值45.6亿元，第二产业增加值201.0亿元，第三产业增加值210.0亿元。"
        ),
        trap("实施重点项目120个，其中省级重点项目45个、市级重点项目60个。"),
        trap(
            "第一产业增加值24.4亿元，第二产业增加值210.1亿元，第三产业增加值60.9亿元，地区生产总值295.4亿元。"
        ),
    ),
)
def sums(context: Context) -> Iterator[Finding]:
    """Parts named as a complete set, after a whole in the same sentence; lists closed by 共计; parts above the whole."""
    facts = context.this
    for _start, _end, found in facts.sentences():
        amounts = [
            f for f in found if f.kind in AMOUNT and f.form == "digits" and not isinstance(f.value, tuple)
        ]
        if len(amounts) < 3:
            continue
        yield from _complete(facts, amounts)
        yield from _listed(facts, amounts)
        yield from _closed(facts, amounts)
    yield from _industries(facts)


def _complete(facts: Facts, amounts: Sequence[Figure]) -> Iterator[Finding]:
    """A whole followed by parts whose names are a complete set."""
    for at, whole in enumerate(amounts[:-2]):
        rest = [f for f in amounts[at + 1 :] if alike(whole, f)]
        for words in COMPLETE:
            parts = rest[: len(words)]
            if len(parts) == len(words) and _named(facts, whole, parts, words):
                yield from judge_sum(facts, whole, parts)
                return


def _named(facts: Facts, whole: Figure, parts: Sequence[Figure], words: Sequence[str]) -> bool:
    """Each part's own clause holds its word, and the whole's does not."""
    if (
        any(w in _own(facts, whole).replace("进出口", "") for w in words)
        or "其中" not in facts.text[whole.end : parts[0].start]
    ):
        return False
    return sorted(w for p in parts for w in words if w in _own(facts, p)) == sorted(words)


def _own(facts: Facts, figure: Figure) -> str:
    """The words that name a figure: from the figure before it, at most one clause."""
    clause = re.split(r"[、和]", facts.clause(figure))[-1]
    return clause if len(clause) > 1 else figure.indicator


def _listed(facts: Facts, amounts: Sequence[Figure]) -> Iterator[Finding]:
    """其中A n个、B m个、C k个: a run of short items whose sum is above the whole, or that nearly fill it."""
    for at, whole in enumerate(amounts[:-2]):
        between = facts.text[whole.end : amounts[at + 1].start]
        if "其中" not in between or re.search(r"[。]", between):
            continue
        parts = _run(facts, whole, amounts[at + 1 :])
        if len(parts) >= 2 and not _overlapping(facts, whole, parts):
            yield from _over(facts, whole, parts)


def _run(facts: Facts, whole: Figure, rest: Sequence[Figure]) -> list[Figure]:
    """Figures of the whole's unit that follow one another in one list."""
    parts: list[Figure] = []
    last = whole.end
    for f in rest:
        between = facts.text[last : f.start]
        if f.unit != whole.unit or len(between) > 22 or (parts and re.search(r"其中|；|累计|总|共", between)):
            break
        if parts and between.count("，") + between.count("、") != 1:
            break
        parts.append(f)
        last = f.end
    return parts


_LAYERS = re.compile(r"以上|国家级|省级|市级|省、市|重点|亿元以上|规上|上市|高新")


def _overlapping(facts: Facts, whole: Figure, parts: Sequence[Figure]) -> bool:
    return bool(_LAYERS.search(facts.text[whole.end : parts[-1].end]))


def _over(facts: Facts, whole: Figure, parts: Sequence[Figure]) -> Iterator[Finding]:
    added = total([printed(p) for p in parts])
    if whole.bound != "eq":
        return
    high = printed(whole).high
    nearly = (
        len(parts) >= 3
        and added.high < printed(whole).low
        and added.high > printed(whole).low * Decimal("0.8")
    )
    if added.low > high:
        yield _sum(facts, whole, parts, Severity.ERROR)
    elif nearly:
        yield _sum(facts, whole, parts, Severity.QUESTION)


def _closed(facts: Facts, amounts: Sequence[Figure]) -> Iterator[Finding]:
    """A n所、B m所，共计k所."""
    for at in range(2, len(amounts)):
        whole = amounts[at]
        if not _SUM.search(facts.clause(whole)):
            continue
        parts: list[Figure] = []
        for f in reversed(amounts[:at]):
            joined = facts.text[f.end : parts[-1].start if parts else whole.start]
            if f.unit != whole.unit or len(joined) > 16 or "其中" in joined or "累计" in facts.clause(f):
                break
            parts.append(f)
        if len(parts) >= 2:
            yield from judge_sum(facts, whole, parts[::-1])


def judge_sum(facts: Facts, whole: Figure, parts: Sequence[Figure]) -> Iterator[Finding]:
    """Error where the sum of parts cannot be the whole."""
    if any(p.bound != "eq" for p in (whole, *parts)) or total([printed(p) for p in parts]).meets(
        printed(whole)
    ):
        return
    yield _sum(facts, whole, parts, Severity.ERROR)


def _sum(facts: Facts, whole: Figure, parts: Sequence[Figure], severity: Severity) -> Finding:
    by = middle(whole) / Decimal(str(whole.value)) if middle(whole) else Decimal(1)
    added = shown(sum((middle(p) for p in parts), Decimal(0)) / by, 3)
    line = "+".join(p.text for p in parts)
    return finding(
        "K06",
        severity,
        facts.spans(whole, *parts),
        f"{line} = {added}{whole.unit}，报告总数为{whole.text}",
        f"{line} = {added}{whole.unit}, but the whole is printed as {whole.text}",
        RECOUNT,
    )


def _industries(facts: Facts) -> Iterator[Finding]:
    """Value added of the three industries against GDP of the same period, wherever they stand."""
    by_period: dict[tuple[str, str], dict[str, list[Figure]]] = {}
    for name, figures in facts.by_name.items():
        slot = _INDUSTRY.get(name)
        if slot is None:
            continue
        for f in figures:
            if (
                f.kind == "level"
                and f.form == "digits"
                and not facts.place(f)
                and dimension(f.unit) == "money"
            ):
                by_period.setdefault((f.period, f.status), {}).setdefault(slot, []).append(f)
    for slots in by_period.values():
        if len(slots) == 4 and all(len(found) == 1 for found in slots.values()):
            whole, *parts = (slots[s][0] for s in ("whole", "1", "2", "3"))
            yield from judge_sum(facts, whole, parts)


_INDUSTRY = {
    "地区生产总值": "whole",
    "第一产业增加值": "1",
    "第二产业增加值": "2",
    "第三产业增加值": "3",
    "一产增加值": "1",
    "二产增加值": "2",
    "三产增加值": "3",
    "一产": "1",
    "二产": "2",
    "三产": "3",
    "第一产业": "1",
    "第二产业": "2",
    "第三产业": "3",
}
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


@rule(
    "K09",
    "“其中”大于总数",
    "A part is larger than its whole",
    Severity.ERROR,
    examples=(
        bad("交流轮岗教师984名，其中骨干教师1208名。"),
        bad("新增市场主体1.2万户，其中企业3.2万户。"),
        bad("签约项目12个，落地17个。"),
        good("交流轮岗教师984名，其中骨干教师208名。"),
        trap("新增12个结对项目，落地7个，注册资金13.2亿元。"),
        trap("完成投资12亿元，其中引进项目37个。"),
    ),
)
def subset(context: Context) -> Iterator[Finding]:
    """其中 after a whole of the same unit; 签约n个、落地m个 with m above n."""
    facts = context.this
    for _, _, found in facts.sentences():
        for at, part in enumerate(found[1:], 1):
            whole = _whole(facts, found, at)
            if whole is not None and alike(whole, part) and _exceeds(part, whole):
                yield finding(
                    "K09",
                    Severity.ERROR,
                    facts.spans(part, whole),
                    f"部分大于总数：{part.text} > {whole.text}",
                    f"The part is larger than the whole: {part.text} > {whole.text}",
                )


def _exceeds(part: Figure, whole: Figure) -> bool:
    if whole.bound not in {"eq", "lt", "le", "approx"} or part.bound in {"le"}:
        return False
    return printed(part).low > meant(whole).high


_FUNNEL = re.compile(
    r"^[，、][^，。；、\d]{0,6}(?:落地|开工|竣工|投产|完工|办结|解决|通过|建成|投用|成功|已)[^，。；、\d]{0,2}$"
)
_FUNNEL_WHOLE = re.compile(r"签约|引进|实施|谋划|受理|接收|评审|申报|计划|安排|筹建|洽谈|新增[^，]*项目|收集")


def _whole(facts: Facts, found: Sequence[Figure], at: int) -> Figure | None:
    part, before = found[at], found[at - 1]
    between = facts.text[before.end : part.start]
    if "其中" in between and "；" not in between and len(between) < 40:
        # the whole is the nearest amount of the part's unit before 其中, in the clause or the one before
        for f in reversed(found[:at]):
            if part.start - f.end > 60:
                return None
            if alike(f, part) and f.unit[-1:] == part.unit[-1:]:
                gap = facts.text[f.end : part.start]
                return (
                    f
                    if gap.count("其中") == 1 and not re.search(r"增加|增长|减少|比上年|同比", gap)
                    else None
                )
        return None
    if before.unit == part.unit and _FUNNEL.match(between) and _FUNNEL_WHOLE.search(facts.clause(before)):
        return before
    return None


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
        told = [f for f in group if _cumulated(facts, f) and len(name) > 3]
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
                    one = last.keys[a].scope == this.keys[b].scope and "/" not in a.period + b.period
                    later = _cumulated(last, a) and a.period[:4] < b.period[:4]
                    if one and later and alike(a, b) and _fell(a, b):
                        yield _fall(last, this, a, b)
