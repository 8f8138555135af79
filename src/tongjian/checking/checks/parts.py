"""K06, K09: wholes and parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from tongjian.checking.facts import Facts
from tongjian.checking.intervals import dimension, meant, middle, printed, shown, total
from tongjian.checking.registry import bad, good, rule, trap
from tongjian.checking.say import RECOUNT, finding
from tongjian.checking.types import Context, Finding, Severity
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
