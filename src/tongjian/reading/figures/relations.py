"""How a number relates to the phrase before it: level, growth, difference, share, completion of a plan."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tongjian.reading.figures.phrases import left_phrase, without_basis
from tongjian.reading.lexicon.units import DURATION_SET, LEVEL_SET, PLACES, POINTS, SCALES
from tongjian.reading.lexicon.words import AREAS, DOWN, GOALS, UP

_END = r"(?:了|约|近|超过|超|达到|达|为|分别|均|各|都|逾|仅|以|在|幅度|(?<=[增降])(?:速|率|幅)|\s)*"
_GAP = re.compile(
    rf"(?P<verb>高于|高出|高过|快于|快过|好于|优于|低于|慢于|落后于?|领先于?|超出|超过|超|大于|小于|塌|高|低|快)(?:了)?(?P<over>(?:{AREAS})(?:、(?:{AREAS}))*(?:[一-龥]{{0,6}}?)|{GOALS}|(?:上年|去年|前年)?同期|[一-龥]{{1,12}}?)(?:平均)?(?:水平|增速|增幅|增长|的|速度)*{_END}$"
)
_GAP_BEFORE = re.compile(
    rf"(?:比|较|与)(?P<over>(?:{AREAS})[一-龥、]{{0,8}}?|{GOALS})(?:平均)?(?:水平|增速|增幅)?(?:相比)?(?P<verb>高出?|低出?|快|慢|多|少){_END}$"
)
_CHANGE = re.compile(rf"(?<![新净])(?P<verb>{UP}|{DOWN}){_END}$")
_SHARE = re.compile(
    r"占(?!比)(?:到|了)?(?P<whole>[^，。；占]{1,24}?)(?:的)?(?:比重|比例|份额|比)?(?:的|为|达到|达|超过|超|约|近|提高到|提升到|上升到|稳定在|保持在|从|由|\s)*$"
)
_PART_OF = re.compile(
    r"(?P<noun>占比|比重|比例)(?:稳定|保持|维持|始终|继续)?(?:在|为|达到?)(?P<whole>[^，。；占\d]{3,20}?)的$"
)
_PLAN = re.compile(
    r"(?:完成|占|达到?|实现|为)(?:了)?(?P<plan>(?:年度?|全年|年初|本年|当年|既定|总|原|市|省|区|县|上级|下达|预定|调整后?)*(?:投资|预算|任务|目标|收入)*(?:计划|目标|任务|预算|指标)(?:任务|投资|数|值|开工)?)(?:的|为|达|\s)*$"
)
_FROM_YEAR = re.compile(r"(?:由|从)(?:\d{4}年|上年|去年|“?十[一二三四五六七]五”?)?(?:末|底)?的?$")
_MOVED_UP = re.compile(r"(?:上升|提升|下降|前移|前进|跃升|下滑|提高|进位|晋升|退后)(?:了)?$")
_SMALLER = re.compile(r"(?:降幅|跌幅)[^，。；]{0,6}$")
_PULLED_DOWN = re.compile(r"(?:下拉|拉低|拖累)[^，。；]{2,16}$")
_RAISED = re.compile(r"(?:标准|成本|费用|补助|补贴|工资|养老金|待遇|限额|门槛)$")
_GROWING = re.compile(r"拉动|带动[^，。；]{0,8}增长$")


@dataclass(frozen=True, slots=True)
class Relation:
    """kind and sign of the number; noun: its own phrase, empty when it inherits; tail: what the name ends with."""

    kind: str
    noun: str
    sign: int = 1
    tail: str = ""
    basis: str | None = None
    comparator: str | None = None


def relation(before: str, unit: str) -> Relation:
    """Read the words between the last comma (or number) and the number."""
    bare, basis = without_basis(_FROM_YEAR.sub("", before))
    points = unit in POINTS or unit in PLACES or (unit == "位" and bool(_MOVED_UP.search(before)))
    if gap := _gap(before, unit):
        return gap
    if points or unit in ("%", "倍", "成", "‰"):
        return _in_points(bare, basis) if points else _in_percent(bare, basis, unit)
    change = _CHANGE.search(bare)
    raised = change and _RAISED.search(re.sub(r"(?:人均|再|各|又|分别)+$", "", bare[: change.start()]))
    if change and (raised or basis not in (None, "累计")) and "到" not in bare[change.start() :]:
        return Relation("difference", left_phrase(bare[: change.start()]), _sign(change["verb"]), basis=basis)
    return Relation(level_kind(unit), left_phrase(bare), basis=basis)


def _gap(before: str, unit: str) -> Relation | None:
    found = _GAP_BEFORE.search(before) or _GAP.search(before)
    if found is None:
        return None
    over, verb = found["over"], found["verb"]
    measured = re.fullmatch(rf"(?:{AREAS}).*|{GOALS}|(?:上年|去年|前年)?同期", over)
    if unit not in POINTS and not (
        measured and unit not in ("%", "倍", "成") and verb not in ("超", "超过", "高", "低", "快")
    ):
        return None
    if not measured and verb in ("高", "低", "快", "超", "超过"):
        return None
    down = verb[0] in "低慢落小塌少"
    if _SMALLER.search(before[: found.start("verb")]):
        down = verb[0] not in "低小少"
    noun = re.sub(r"(?:降幅|跌幅)$", "增速", left_phrase(before[: found.start()]))
    noun = "" if noun in ("增速", "增幅", "涨幅") else noun
    basis = over if over.endswith("同期") else None
    return Relation("difference", noun, -1 if down else 1, basis=basis, comparator=None if basis else over)


def _in_points(bare: str, basis: str | None) -> Relation:
    change = _CHANGE.search(bare)
    if change is None:
        return Relation("difference", left_phrase(bare), -1 if _PULLED_DOWN.search(bare) else 1, basis=basis)
    head = bare[: change.start()]
    if _PULLED_DOWN.search(bare):
        return Relation("difference", left_phrase(bare), -1, basis=basis)
    if _GROWING.search(head):
        return Relation("difference", left_phrase(head) + change["verb"], basis=basis)
    return Relation("difference", left_phrase(head), _sign(change["verb"]), basis=basis)


def _in_percent(bare: str, basis: str | None, unit: str) -> Relation:
    change = _CHANGE.search(bare)
    if change:
        noun = re.sub(r"^(?:使|带动|推动|促进|拉动|推进)", "", left_phrase(bare[: change.start()]))
        return Relation("growth", noun, _sign(change["verb"]), basis=basis)
    if unit != "倍" and (plan := _PLAN.search(bare)):
        return Relation("rate", left_phrase(bare[: plan.start()]), tail=_plan_name(plan["plan"]), basis=basis)
    if share := _SHARE.search(bare):
        whole = _whole(share["whole"])
        comparator = share["whole"] if re.fullmatch(AREAS, share["whole"]) else None
        return Relation(
            "share",
            left_phrase(bare[: share.start()]),
            tail=f"占{whole}比重",
            basis=basis,
            comparator=comparator,
        )
    if part := _PART_OF.search(bare):
        held = f"占{_whole(part['whole'])}{part['noun']}"
        return Relation("share", left_phrase(bare[: part.start()]), tail=held, basis=basis)
    noun = left_phrase(bare)
    return Relation("share" if re.search(r"(?:占比|比重|份额|比例)$", noun) else "rate", noun, basis=basis)


def _whole(words: str) -> str:
    """What a share is taken of, as printed (全省…, 全部…), without times around it."""
    told = left_phrase(words)
    kept = (
        re.search(r"(?:全[国省市区县州部]|我[国省市区县]|本[省市区县])*" + re.escape(told) + "$", words)
        if told
        else None
    )
    return kept.group() if kept else told or words


def _plan_name(plan: str) -> str:
    return plan + "完成率"


def _sign(verb: str) -> int:
    return -1 if verb in DOWN.split("|") else 1


def level_kind(unit: str) -> str:
    """count for discrete things and persons, level for measured amounts, duration for times."""
    base = unit
    for scale in SCALES:
        if unit.startswith(scale) and len(unit) > len(scale):
            base = unit.removeprefix(scale)
            break
    if base in DURATION_SET:
        return "duration"
    if base.partition("/")[0] in LEVEL_SET or base in LEVEL_SET:
        return "level"
    return "rate" if base in ("倍", "%", "‰", "成") else "count"
