"""From quantities to figures: sentence by sentence, each number with its indicator, period, kind and status."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from tongjian.reading.figures.behind import fallen_short, in_list_behind
from tongjian.reading.figures.context import Clause, clause_of, right_of
from tongjian.reading.figures.dates import Dating, dating, end_of_change, start_of_change, years_kept
from tongjian.reading.figures.mention import Mention, Value
from tongjian.reading.figures.names import tidy
from tongjian.reading.figures.naming import name_group
from tongjian.reading.figures.relations import level_kind
from tongjian.reading.figures.topic import Named, Topic
from tongjian.reading.times import Frame
from tongjian.reading.types import Figure, Part

_EXPECTED = re.compile(r"预计|(?<!均)预期(?!目标|性|寿命)|有望|预测|预估")
_PLANNED = re.compile(
    r"(?:年度?|年内|全年|年初)?(?:计划|目标)(?:总|完成)?(?:投资|总投资|数|值|任务)?(?:为|是)?[（(]?$|投资任务$|(?:年度|年内|全年)计划[^，。；]{0,6}$|最低标准$"
)
_REACH = re.compile(r"(?:达到|达|增至|提高到|提高至|提升到|提升至|扩大到|扩大至|增加到|增加至)$")
_AGE = re.compile(r"\d+(?:[-—–~至]\d+)?(?:周)?岁(?:及?以[上下])?(?:人群|人口|老年人|老人|儿童)?")
_SINCE = re.compile(r"比((?:19|20)\d\d)年[^，。；]{0,8}$")
_JOINT = re.compile(r"\s?(?:、|和|及|与|以及)\s?")


@dataclass(slots=True)
class Walk:
    """What is carried from number to number through a section."""

    text: str
    frame: Frame
    part: Part
    section: str
    planned: int | None
    topic: Topic = field(default_factory=Topic)
    carried: str = ""
    outside: Topic | None = None  # the topic to come back to after a bracket


def sentence_figures(walk: Walk, start: int, end: int, mentions: Sequence[Mention]) -> Iterator[Figure]:
    """The figures of one sentence in reading order; `walk.topic` moves on."""
    times = dating(walk.text, start, end, walk.frame, walk.carried)
    at = 0
    while at < len(mentions):
        group = _group(walk.text, mentions, at)
        clause = clause_of(walk.text, start, end, mentions, at)
        after = right_of(walk.text, end, mentions, at + len(group) - 1)
        if clause.outside and walk.outside is None:
            walk.outside = walk.topic
        elif not clause.outside and walk.outside is not None:
            walk.topic, walk.outside = walk.outside, None
        naming = name_group(group, clause, after, walk.topic, start)
        walk.topic = naming.topic
        for named in naming.names:
            yield _figure(walk, times, start, clause, named)
        at += len(group)


def _group(text: str, mentions: Sequence[Mention], at: int) -> list[Mention]:
    """Numbers of one list (30670元和12945元, 7%、8%左右; 9.4:66.8:23.8)."""
    group = [mentions[at]]
    for m in mentions[at + 1 :]:
        last = group[-1]
        if m.sort != last.sort or m.sort not in ("amount", "ratio"):
            break
        if m.unit != last.unit and not _respective(text, group[0], m):
            break
        if m.sort == "ratio" and m.part != last.part + 1:
            break
        if m.sort == "amount" and not _JOINT.fullmatch(text, last.hi, m.lo):
            break
        group.append(m)
    return _alike_bounds(text, group)


def _respective(text: str, first: Mention, m: Mention) -> bool:
    """基站、机架分别达到3万个、9万架: numbers of one list although their measure words differ."""
    alike = m.sort == "amount" and level_kind(m.unit) == level_kind(first.unit) != "rate"
    return alike and "分别" in text[max(0, first.lo - 8) : first.lo]


def _alike_bounds(text: str, group: list[Mention]) -> list[Mention]:
    """分别增长7%、8%左右: the word after the last number holds for all of the list."""
    last = group[-1]
    shared = last.hi > last.end and all(m.bound == "eq" and m.lo == m.start for m in group[:-1])
    if len(group) > 1 and shared and "分别" in text[max(0, group[0].start - 12) : group[0].start]:
        return [*(replace(m, bound=last.bound, bound_word=last.bound_word) for m in group[:-1]), last]
    return group


def _figure(walk: Walk, times: Dating, start: int, clause: Clause, named: Named) -> Figure:
    m = named.mention
    period, stated = _period(walk, times, clause, m)
    status = _status(walk, start, clause, m, period)
    if status == "target" and walk.part is Part.REVIEW and "-" in period:
        period = period[:4]
    several = "/" in period and "-" not in period
    if status == "estimate" and several and period == walk.frame.period:
        period = period.rpartition("/")[2]
    bound, word = _bound(walk.text, m, status)
    scope = _AGE.search(clause.before)
    name = tidy(_ageless(named.indicator))
    place = _place(walk.text, name, m)
    return Figure(
        start=m.start,
        end=m.end,
        text=walk.text[m.start : m.end],
        value=_signed(m.value, named.sign),
        decimals=m.decimals,
        unit=m.unit,
        indicator=name,
        period=period,
        period_stated=stated,
        kind=named.kind,
        status=status,
        bound=bound,
        bound_word=word,
        basis=named.basis,
        comparator=named.comparator,
        scope=scope.group() if scope else None,
        form=m.form,
        section=walk.section,
        indicator_start=place,
        indicator_end=None if place is None else place + len(name),
    )


def _ageless(name: str) -> str:
    """The name without the age band, which is its scope (65岁及以上老年人|疫苗接种率)."""
    rest = _AGE.sub("", name, count=1)
    return rest if len(rest) >= 5 and name.endswith(rest) else name


def _place(text: str, name: str, m: Mention) -> int | None:
    """Where the indicator's words stand near the number, when they stand there as they are."""
    if not name:
        return None
    at = text.rfind(name, max(0, m.start - 160), m.start)
    at = at if at >= 0 else text.find(name, m.end, m.end + 60)
    return at if at >= 0 else None


def _signed(value: Value, sign: int) -> Value:
    if isinstance(value, tuple):
        return (value[0] * sign, value[1] * sign)
    return value * sign if value > 0 else Decimal(value)


def _period(walk: Walk, times: Dating, clause: Clause, m: Mention) -> tuple[str, bool]:
    if kept := years_kept(walk.text, clause.start, m.start, m.end, walk.frame):
        return kept, True
    if "番" in walk.text[m.start : m.end] and (
        since := _SINCE.search(walk.text, max(0, m.start - 14), m.start)
    ):
        return f"{since[1]}/{walk.frame.period.rpartition('/')[2][:4]}", True
    period, stated = times.at(walk.text, m.start, m.end, (clause.start, clause.end))
    if not stated or period == walk.frame.period:
        moved = start_of_change(walk.text, m.start, m.end, walk.frame) or end_of_change(
            walk.text, m.start, walk.frame
        )
        if moved:
            return moved, True
    return period, stated


def _status(walk: Walk, start: int, clause: Clause, m: Mention, period: str) -> str:
    text = walk.text
    if walk.part in (Part.TARGETS, Part.MEASURES):
        last = period.rpartition("/")[2][:4]
        return (
            "actual" if last.isdigit() and walk.planned is not None and int(last) < walk.planned else "target"
        )
    if (
        m.sort == "amount"
        and m.unit not in ("%", "个百分点")
        and (planned := _PLANNED.search(text, max(start, m.lo - 12), m.lo))
        and not fallen_short(text, start, planned.start())
    ):
        return "target"
    if in_list_behind(text, start, m.lo):
        return "target"
    opened = max(text.rfind("；", start, m.start), text.rfind(";", start, m.start), start - 1) + 1
    return "estimate" if _EXPECTED.search(text, opened, m.start) else "actual"


def _bound(text: str, m: Mention, status: str) -> tuple[str, str | None]:
    if (
        m.bound == "eq"
        and status == "target"
        and m.sort == "amount"
        and (found := _REACH.search(text[max(0, m.lo - 3) : m.lo]))
    ):
        return "ge", found.group()
    return m.bound, m.bound_word
