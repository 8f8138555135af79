"""The sentence behind a target's light, with its arithmetic, in 中文 and English. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from tongjian.facts.choices import Bound, FactStatus, Measure, MetricKind
from tongjian.plans import rules
from tongjian.plans.choices import PathKind
from tongjian.plans.lights import Book
from tongjian.plans.needed import Needed
from tongjian.plans.pace import Pace
from tongjian.plans.rules import Asked, Judgement, Seen, Side, is_strict
from tongjian.values import Period
from tongjian.values.unit_names import after_number

_BEFORE_ZH = {Bound.GT: "高于", Bound.OVER: "超", Bound.LT: "近"}
_AFTER_ZH = {Bound.APPROX: "左右", Bound.GE: "以上", Bound.LE: "以内"}
_BEFORE_EN = {
    Bound.APPROX: "about ",
    Bound.GT: "more than ",
    Bound.OVER: "over ",
    Bound.GE: "at least ",
    Bound.LE: "at most ",
    Bound.LT: "nearly ",
}
_STATUS_ZH = {FactStatus.ESTIMATE: "预计", FactStatus.FLASH: "快报"}
_STATUS_EN = {FactStatus.ESTIMATE: " (estimate)", FactStatus.FLASH: " (flash figure)"}


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence in both languages."""

    zh: str
    en: str


NOTHING = Said("", "")


def plain(value: Decimal) -> str:
    """Without trailing zeros that the arithmetic left: 2.40 → 2.4, 1E+3 → 1000."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def one_place(value: Decimal) -> str:
    """A per cent as people read it: half up to one place."""
    return f"{value.quantize(Decimal('0.1'), rounding=ROUND_HALF_UP):f}"


def target(asked: Asked) -> Said:
    """The target as a phrase: 6.5%左右, over 1000亿元; words alone where there is no number or only a direction."""
    if asked.number is None or (asked.number == 0 and asked.words):
        return Said(asked.words, _direction_en(asked))
    return bounded(asked.number, asked.unit, asked.bound)


def bounded(number: Decimal, unit: str, bound: Bound) -> Said:
    """A number with its unit and bound: 6.5%左右, over 1000亿元."""
    zh = f"{_BEFORE_ZH.get(bound, '')}{plain(number)}{unit}{_AFTER_ZH.get(bound, '')}"
    return Said(zh, f"{_BEFORE_EN.get(bound, '')}{plain(number)}{after_number(unit)}")


def band(asked: Asked, book: Book) -> Said:
    """What 左右 and 近 let pass, as a span: 6%—7%; empty for every other bound."""
    wide = rules.tolerance(asked, book)
    if asked.number is None or wide == 0:
        return NOTHING
    low, high = plain(asked.number - wide), plain(asked.number + wide)
    return Said(f"{low}—{high}{asked.unit}", f"{low} to {high}{after_number(asked.unit)}")


def _direction_en(asked: Asked) -> str:
    if asked.number is None:
        return f"as printed: {asked.words}"
    return "to grow" if asked.bound in {Bound.GT, Bound.OVER, Bound.GE} else "not to grow"


def reason(asked: Asked, seen: Seen, judged: Judgement) -> Said:
    """Why this light: the value, the target, the distance, and the year's progress where it counts."""
    if judged.stage == "during" and judged.completion is not None:
        return _against_time(asked, _value(asked, seen), target(asked), judged)
    return _with_gap(asked, seen, judged)


def against_itself(asked: Asked, seen: Seen, book: Book) -> Said:
    """The value, the target and the distance, with no regard to the year's progress."""
    return _with_gap(asked, seen, rules.judge(asked, seen, book))


def _with_gap(asked: Asked, seen: Seen, judged: Judgement) -> Said:
    head, aim = _value(asked, seen), target(asked)
    gap = _direction(seen) if asked.number == 0 and asked.words else _gap(asked, seen, judged)
    grace = _grace(asked, judged)
    return Said(
        f"{head.zh}，目标{aim.zh}，{gap.zh}{grace.zh}", f"{head.en}, target {aim.en}, {gap.en}{grace.en}"
    )


def _value(asked: Asked, seen: Seen) -> Said:
    """前三季度增长4.1% · Q1–Q3 2022: up 4.1%."""
    when_zh, when_en = when(seen.period, asked)
    status_zh, status_en = _STATUS_ZH.get(seen.status, ""), _STATUS_EN.get(seen.status, "")
    shown = f"{plain(abs(seen.number) if asked.measure == Measure.GROWTH else seen.number)}"
    before, after = _BEFORE_ZH.get(seen.bound, ""), _AFTER_ZH.get(seen.bound, "")
    amount_en = f"{_BEFORE_EN.get(seen.bound, '')}{shown}{after_number(asked.unit)}"
    if asked.measure == Measure.GROWTH:
        verb_zh, verb_en = ("下降", "down") if seen.number < 0 else ("增长", "up")
        zh = f"{status_zh}{when_zh}{verb_zh}{before}{shown}{asked.unit}{after}"
        return Said(zh, f"{when_en}{status_en}: {verb_en} {amount_en}")
    verb = "完成" if judged_as_flow(asked) else "为"
    zh = f"{status_zh}{when_zh}{verb}{before}{shown}{asked.unit}{after}"
    return Said(zh, f"{when_en}{status_en}: {amount_en}")


def judged_as_flow(asked: Asked) -> bool:
    return asked.kind == MetricKind.FLOW and asked.measure == Measure.LEVEL


def when(period: Period, asked: Asked) -> tuple[str, str]:
    """The period in short: 前三季度, 1—11月, 全年, 11月末; English keeps the year."""
    label, year = period.label(), f"{period.end_year}年"
    if asked.kind == MetricKind.STOCK and asked.measure == Measure.LEVEL:
        return _moment(period, asked)
    if str(period) == str(period.end_year):
        return ("全年" if period.end_year == asked.due.end_year else year, period.label("en"))
    short = label.removeprefix(year) if period.end_year == asked.due.end_year else label
    return short, period.label("en")


def _moment(period: Period, asked: Asked) -> tuple[str, str]:
    """The end of a month or year: 11月末, 年末; the year named where it is not the target's own."""
    month, own = period.end % 12 + 1, period.end_year == asked.due.end_year
    zh = "年末" if month == 12 else f"{month}月末"
    if month == 12:
        return (zh if own else f"{period.end_year}{zh}"), f"End of {period.end_year}"
    en = Period(period.end, period.end).label("en")
    return (zh if own else f"{period.end_year}年{zh}"), f"End of {en}"


def _against_time(asked: Asked, head: Said, aim: Said, judged: Judgement) -> Said:
    done, passed = judged.completion or Decimal(0), judged.elapsed or Decimal(0)
    share = one_place(done)
    lead = Decimal(share) - Decimal(one_place(passed))
    time = _time(passed, judged.pace)
    zh_way = "快" if lead >= 0 else "慢"
    en_way = "ahead" if lead >= 0 else "behind"
    gap = plain(abs(lead))
    cap = judged.side == Side.AT_MOST
    zh_time = "与之持平" if lead == 0 else f"{zh_way}{gap}个百分点"
    en_time = "level with it" if lead == 0 else f"{gap} percentage points {en_way}"
    used_zh, used_en = ("已用去", "used") if cap else ("完成", "of it done")
    return Said(
        f"{head.zh}，目标{aim.zh}，{used_zh}{share}%，{time.zh}，{zh_time}",
        f"{head.en}, target {aim.en}, {share}% {used_en}, {time.en}, {en_time}",
    )


def _time(passed: Decimal, pace: Pace | None) -> Said:
    """What should be reached by then, and beside it what the other reckonings say: months always, history if known."""
    if pace is None:
        return Said(f"时间进度{one_place(passed)}%", f"{one_place(passed)}% of the time passed")
    first = pace.judged_by
    told = [PACE_SAID[first](pace)]
    beside = [PACE_SAID[k](pace) for k in _ALWAYS if k != first and (k != PathKind.SHARE or pace.share)]
    if not beside:
        return told[0]
    zh, en = "，".join(b.zh for b in beside), "; ".join(b.en for b in beside)
    return Said(f"{told[0].zh}（{zh}）", f"{told[0].en} ({en})")


def _linear(pace: Pace) -> Said:
    at = one_place(pace.linear)
    return Said(f"时间进度{at}%", f"{at}% of the time passed")


def _usual(pace: Pace) -> Said:
    if pace.share is None:
        return NOTHING
    at, years = one_place(pace.share.percent), len(pace.share.years)
    zh_years = {1: "上年", 2: "近两年"}.get(years, "近三年")
    en_years = "last year" if years == 1 else f"the last {years} years"
    return Said(f"{zh_years}同期{at}%", f"{at}% by the course of {en_years}")


def _worked(pace: Pace) -> Said:
    at = one_place(pace.working or Decimal(0))
    return Said(f"工作日进度{at}%", f"{at}% of the working days passed")


def _set(pace: Pace) -> Said:
    at = one_place(pace.typed or Decimal(0))
    return Said(f"序时进度{at}%", f"{at}% by the path set for it")


PACE_SAID: Mapping[PathKind, Callable[[Pace], Said]] = {
    PathKind.LINEAR: _linear,
    PathKind.SHARE: _usual,
    PathKind.WORKING_DAYS: _worked,
    PathKind.TYPED: _set,
}
_ALWAYS = (PathKind.LINEAR, PathKind.SHARE)


def _direction(seen: Seen) -> Said:
    """Whether a promise of growth without a number is kept."""
    return Said("实现增长", "it grew") if seen.number > 0 else Said("没有实现增长", "it did not grow")


def _gap(asked: Asked, seen: Seen, judged: Judgement) -> Said:
    """低2.4个百分点, 余1.08个百分点, 持平; in points where the target is a per cent, else in its unit."""
    amount = plain(abs(judged.distance))
    percent = asked.unit in {"%", "个百分点"}
    unit_zh = "个百分点" if percent else asked.unit
    unit = " percentage points" if percent else after_number(asked.unit)
    if judged.distance == 0 and is_strict(asked, seen):
        return Said("与目标数相同，而目标要求超过它", "the number named, where more is asked")
    if judged.distance == 0:
        return Said("正好达到目标数", "exactly the number named")
    if judged.side == Side.NEAR:
        return Said(f"相差{amount}{unit_zh}", f"{amount}{unit} away from it")
    good = judged.distance > 0
    if judged.side == Side.AT_MOST:
        if asked.measure == Measure.GROWTH:
            return Said(
                f"{'好于' if good else '差'}目标{amount}{unit_zh}",
                f"{amount}{unit} {'better' if good else 'short'}",
            )
        zh = f"余{amount}{unit_zh}" if good else f"超出上限{amount}{unit_zh}"
        return Said(zh, f"{amount}{unit} {'below the cap' if good else 'above the cap'}")
    return Said(
        f"{'高' if good else '低'}{amount}{unit_zh}", f"{amount}{unit} {'above' if good else 'short'}"
    )


def _grace(asked: Asked, judged: Judgement) -> Said:
    """Says when only the tolerance of 左右 makes the difference, or that even it does not."""
    if judged.tolerance == 0 or judged.distance >= 0:
        return NOTHING
    percent = asked.unit in {"%", "个百分点"}
    width = plain(judged.tolerance)
    zh_width = f"±{width}{'个百分点' if percent else asked.unit}"
    en_width = f"±{width}{' percentage points' if percent else after_number(asked.unit)}"
    if judged.distance + judged.tolerance >= 0:
        return Said(f"，在“左右”的范围（{zh_width}）之内", f", within the range of “about” ({en_width})")
    return NOTHING


def on_the_way(said: Said, asked: Asked) -> Said:
    """Adds what the year is to come to, where a month's own target was judged."""
    whole = target(asked)
    return Said(
        f"{said.zh}（序时目标；全年{whole.zh}）", f"{said.en} (as set for the month; the year: {whole.en})"
    )


def no_value(asked: Asked, *, due_later: bool) -> Said:
    """未到期 or 暂无数据, never a judgement."""
    aim = target(asked)
    if due_later:
        return Said(f"目标{aim.zh}，未到期，尚无数据", f"Target {aim.en}; not due yet, no data so far")
    return Said(f"目标{aim.zh}，已到期，暂无数据", f"Target {aim.en}; due, but there is no data")


def no_number(asked: Asked) -> Said:
    return Said(
        f"目标“{asked.words}”没有数值，需由人判断",
        f"The target “{asked.words}” names no number; a person has to judge it",
    )


def rest(asked: Asked, made: Needed) -> Said:
    """What the months left have to bring, and whether any year before brought as much."""
    amount, growth = _rest_amount(asked, made), _rest_growth(made)
    parts = [p for p in (amount, growth) if p is not NOTHING]
    if not parts:
        return Said("上年同期数据不全，无法测算", "Last year's months are not known; it cannot be told")
    return Said("，".join(p.zh for p in parts), "; ".join(p.en for p in parts))


def _rest_amount(asked: Asked, made: Needed) -> Said:
    if made.amount is None or made.per_month is None:
        return NOTHING
    cap, unit, unit_words = made.side == Side.AT_MOST, asked.unit, after_number(asked.unit)
    if made.amount <= 0:
        over = plain(abs(made.amount))
        if cap:
            return Said(f"已超出全年控制数{over}{unit}", f"{over}{unit_words} above the year's limit already")
        return Said("全年目标数已达到", "the year's number has been reached")
    left, monthly = plain(made.amount), one_place(made.per_month)
    if cap:
        return Said(
            f"后{made.months_left}个月还可用{left}{unit}，月均{monthly}{unit}",
            f"{made.months_left} months left with {left}{unit_words} to use, {monthly} a month",
        )
    return Said(
        f"后{made.months_left}个月需完成{left}{unit}，月均{monthly}{unit}",
        f"{made.months_left} months left to bring {left}{unit_words}, {monthly} a month",
    )


def _rest_growth(made: Needed) -> Said:
    if made.growth is None or (made.amount is not None and made.amount <= 0):
        return NOTHING
    rate = one_place(abs(made.growth))
    cap = made.side == Side.AT_MOST
    zh_way, en_way = ("下降", "fall") if made.growth < 0 else ("增长", "growth")
    most_zh = "至多" if cap else "需"
    zh = f"后{made.months_left}个月{most_zh}{zh_way}{rate}%"
    en = f"{'at most ' if cap else ''}a {en_way} of {rate}% {'allowed' if cap else 'needed'} for the rest"
    if made.best is None:
        return Said(f"{zh}，无历史数据可比", f"{en}; no earlier year to compare with")
    best = one_place(made.best)
    extreme_zh, extreme_en = ("历史最低", "the lowest") if cap else ("历史最高", "the best")
    verdict_zh = "，历史上没有做到过" if made.is_infeasible else ""
    verdict_en = ", which no year on the ledger brought" if made.is_infeasible else ""
    return Said(
        f"{zh}（{extreme_zh}{made.best_year}年同期{best}%）{verdict_zh}",
        f"{en} ({extreme_en} of history: {best}% in {made.best_year}){verdict_en}",
    )
