"""双过半: whether a target stands at half or better in the middle of its year, and the sentence that counts. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tongjian.facts.choices import Measure, MetricKind
from tongjian.plans import rules, sentences
from tongjian.plans.lights import Book
from tongjian.plans.rules import Asked, Seen, Side
from tongjian.plans.sentences import Said
from tongjian.values import Period

HALF = Decimal(50)


class Half(StrEnum):
    """How a target stands at mid-year."""

    MET = "met"
    MISSED = "missed"
    NO_DATA = "no_data"
    BY_PERSON = "by_person"  # words only
    NOT_YEARLY = "not_yearly"


@dataclass(frozen=True, slots=True)
class Mark:
    """A target's half-year. share: per cent of the target reached, where that is what counts; said: the arithmetic."""

    half: Half
    said: Said
    share: Decimal | None = None


def middle(due: Period) -> Period:
    """January to June of the target's year."""
    return Period.to_date(due.end_year, 6)


def is_yearly(due: Period) -> bool:
    return due == Period.year(due.end_year)


def mark(asked: Asked, seen: Seen | None, base: Decimal | None, book: Book) -> Mark:
    """The half-year of one target. seen: its value of January to June; base: a stock's value at the end of last year.

    Amounts: at least half of the target reached, or under a limit at most half of it used. Stocks with a known base: half
    of the way from it. Growth, ratios, caps and stocks without a base are held against the target itself, 左右 granted.
    """
    if not is_yearly(asked.due):
        return Mark(Half.NOT_YEARLY, Said("不是年度目标", "no target for a year"))
    if asked.number is None:
        return Mark(Half.BY_PERSON, sentences.no_number(asked))
    if seen is None:
        return Mark(Half.NO_DATA, Said("没有1—6月数据", "no value for January to June"))
    stick = rules.yardstick(asked)
    if stick in {"flow", "cap_flow"} and asked.number > 0:
        return _of_share(rules.completion(seen.number, asked.number) or Decimal(0), cap=stick == "cap_flow")
    if _has_way(asked, base):
        assert base is not None  # _has_way looked
        return _of_share((seen.number - base) * 100 / (asked.number - base), cap=False, way=True)
    return _of_itself(asked, seen, book)


def _has_way(asked: Asked, base: Decimal | None) -> bool:
    """A stock that is to rise from a known base."""
    is_level = asked.kind == MetricKind.STOCK and asked.measure == Measure.LEVEL
    return (
        is_level
        and base is not None
        and asked.number is not None
        and asked.number > base
        and (rules.side(asked) == Side.AT_LEAST)
    )


def _of_share(share: Decimal, *, cap: bool, way: bool = False) -> Mark:
    shown = sentences.one_place(share)
    good = share <= HALF if cap else share >= HALF
    if cap:
        said = Said(f"已用去全年控制数的{shown}%", f"{shown}% of the year's limit used")
    elif way:
        said = Said(f"走完全年增量的{shown}%", f"{shown}% of the year's increase reached")
    else:
        said = Said(f"完成全年目标的{shown}%", f"{shown}% of the year's target reached")
    return Mark(Half.MET if good else Half.MISSED, said, share)


def _of_itself(asked: Asked, seen: Seen, book: Book) -> Mark:
    margin = rules.distance(asked, seen) + rules.tolerance(asked, book)
    good = margin > 0 or (margin == 0 and not rules.is_strict(asked, seen))
    return Mark(Half.MET if good else Half.MISSED, sentences.against_itself(asked, seen, book))


def count(marks: Sequence[Mark]) -> Said:
    """N项指标中M项未完成双过半; those without a verdict are named, not counted."""
    tally = {half: sum(m.half == half for m in marks) for half in Half}
    judged = tally[Half.MET] + tally[Half.MISSED]
    if not judged:
        return Said("没有可判断双过半的指标", "No target can be judged at mid-year yet")
    missed = tally[Half.MISSED]
    verdict_zh = f"{missed}项未完成双过半" if missed else "全部完成双过半"
    verdict_en = f"{missed} of {judged} targets are below half at mid-year"
    rest = _rest(tally[Half.NO_DATA], tally[Half.BY_PERSON])
    return Said(f"{judged}项指标中{verdict_zh}{rest.zh}", f"{verdict_en}{rest.en}")


def _rest(no_data: int, by_person: int) -> Said:
    zh = [f"{no_data}项暂无半年数据"] if no_data else []
    en = [f"{no_data} without a half-year value"] if no_data else []
    if by_person:
        zh.append(f"{by_person}项需由人判断")
        en.append(f"{by_person} to be judged by a person")
    return Said(f"（另有{'、'.join(zh)}）", f" ({', '.join(en)})") if zh else Said("", "")
