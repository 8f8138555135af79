"""派单建议 on a simulated year: learned from ten months, asked about the two that follow; a part of bench/cases.py.

Beside the majority class and 属地优先 (the town where it is). The year is made up: each matter belongs to a bureau or to the
town, is told in one of several wordings, sometimes without its second category; one in sixteen ends elsewhere, and one
matter changes hands for the last two months, which the history cannot know.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from measured import Measured

from tongjian.kernel.directory import sync_directory
from tongjian.kernel.models import Area
from tongjian.records.cases import learning, routing, suggesting
from tongjian.records.cases.learning import Example
from tongjian.records.cases.models import Case, LearnedRouting

BEGIN = datetime(2021, 12, 31, 16, 0, tzinfo=UTC)  # midnight in China
DAYS, LEARNED = 365, 304
ELSEWHERE, NO_SECOND, NO_FIRST = 1 / 16, 0.25, 0.1
TOWN = "town"
# Matters: who has them, the category, how they are told.
MATTERS: Sequence[tuple[str, str, str, Sequence[str]]] = (
    ("water", "水务", "供水", ("家里一天没水", "水管里放不出水", "水压太低，六楼用不上水")),
    ("water", "水务", "排水", ("雨后路口积水没过脚面", "污水井往外冒水", "下水道堵了，异味很大")),
    ("transport", "交通", "公共交通", ("公交车等了四十分钟", "末班车提前收车", "站牌被撤，老人找不到车站")),
    ("human_resources", "劳动", "工资", ("干完活三个月没给钱", "单位欠薪不发", "包工头联系不上，工钱没结")),
    ("education", "教育", "入学", ("孩子升学登记不了", "学校通知的材料说法不一", "幼儿园收费没有公示")),
    ("health", "卫生", "就诊", ("社区医院挂不上号", "疫苗接种点总是关门", "卫生站药品长期缺货")),
    ("housing", "住房", "物业", ("物业不修单元门", "电梯坏了一周没人管", "公共区域灯不亮，物业推托")),
    (TOWN, "市容", "垃圾", ("桶站满了没人清", "楼道里堆着杂物", "建筑渣土倒在绿地边")),
    (TOWN, "市容", "摊贩", ("路边摆摊占了人行道", "早市散后满地菜叶", "烧烤摊夜里冒烟")),
    (TOWN, "邻里", "噪声", ("楼上夜里装修", "广场音响太吵", "商铺外放喇叭")),
    (TOWN, "设施", "道路", ("胡同路面坑洼", "井盖松动一响", "路灯几晚没亮")),
)  # fmt: skip
MOVED, MOVED_TO = "路灯几晚没亮", "housing"  # in the last two months


@dataclass(frozen=True, slots=True)
class Told:
    """An order of the year, and the unit that had it in the end."""

    at: datetime
    text: str
    category: str
    area: Area
    unit: int


def year(count: int, units: dict[str, int], towns: Sequence[tuple[Area, int]]) -> list[Told]:
    dice = random.Random(5)
    days = sorted(dice.randrange(DAYS) for _ in range(count))
    return [_told(dice, day, units, towns) for day in days]


def _told(dice: random.Random, day: int, units: dict[str, int], towns: Sequence[tuple[Area, int]]) -> Told:
    area, town = towns[int(len(towns) * dice.random() ** 1.5)]  # some towns have more than others
    owner, first, second, wordings = dice.choice(MATTERS)
    wording = dice.choice(wordings)
    if wording == MOVED and day >= LEARNED:
        owner = MOVED_TO
    unit = town if owner == TOWN else units[owner]
    if dice.random() < ELSEWHERE:
        unit = dice.choice([town, *units.values()])
    draw = dice.random()
    category = "" if draw < NO_FIRST else first if draw < NO_FIRST + NO_SECOND else f"{first}/{second}"
    text = f"{dice.choice('一二三四五六七八九')}号院{dice.randrange(1, 30)}号楼，{wording}，{dice.choice(['请处理', '望核实', '已反映过'])}"
    return Told(BEGIN + timedelta(days=day, hours=9), text, category, area, unit)


def places() -> tuple[dict[str, int], list[tuple[Area, int]]]:
    found = routing.places()
    named = {key: found.units[key] for key, *_rest in MATTERS if key != TOWN}
    areas = Area.objects.filter(subject__key__in=found.of_area, kind__in=["street", "town", "township"])
    return named, [(a, found.of_area[a.subject.key]) for a in areas.select_related("subject").order_by("pk")]


def measure(count: int = 20_000) -> list[Measured]:
    sync_directory(BEGIN)
    units, towns = places()
    told = year(count, units, towns)
    cut = BEGIN + timedelta(days=LEARNED)
    known, asked = [t for t in told if t.at < cut], [t for t in told if t.at >= cut]
    start = time.perf_counter()
    model = learning.train([Example(t.text, t.category, t.area.subject.key, t.unit) for t in known])
    trained = time.perf_counter() - start
    assert model is not None
    LearnedRouting.objects.create(
        type="complaint", cases=len(known), trained_at=cut, data=learning.dumped(model)
    )
    most = [unit for unit, _n in Counter(t.unit for t in known).most_common(3)]
    of_area = {a.pk: unit for a, unit in towns}
    size = f"{len(asked):,} of {count:,}"
    return [
        _row("routing: suggested (rules and history)", "ours", size, asked, _suggested, f"learned in {trained:.1f} s"),
        _row("routing: learned from history", "ours", size, asked, lambda c: [g.unit for g in suggesting.by_history(c)]),
        _row("routing: majority class", "peer", size, asked, lambda c: most),
        _row("routing: the town first, then majority", "peer", size, asked, lambda c: [of_area[c.area_id or 0], *most]),
    ]  # fmt: skip


def _suggested(case: Case) -> list[int]:
    return [s.unit for s in suggesting.suggest(case)]


def _row(
    what: str,
    engine: str,
    size: str,
    asked: Sequence[Told],
    says: Callable[[Case], list[int]],
    more: str = "",
) -> Measured:
    """The seconds are of one question."""
    first = three = 0
    start = time.perf_counter()
    for one in asked:
        case = Case(type="complaint", title="", text=one.text, category=one.category, area=one.area, opened_at=one.at)  # fmt: skip
        units = says(case)
        first += units[:1] == [one.unit]
        three += one.unit in units[:3]
    seconds = (time.perf_counter() - start) / len(asked)
    note = f"top-1 {first / len(asked):.3f}, top-3 {three / len(asked):.3f}" + (f"; {more}" if more else "")
    return Measured(what, size, engine, seconds, note=note)
