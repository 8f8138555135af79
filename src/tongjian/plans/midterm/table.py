"""The workbook of a five-year plan's indicators: what it looks like, and what each row says. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.facts.choices import Bound, Direction
from tongjian.facts.collection.workbook import Sheet
from tongjian.kernel.cells import CellProblem
from tongjian.plans import rows
from tongjian.plans.choices import MidtermRule, Nature
from tongjian.plans.rows import Form, Row
from tongjian.values import Number

SHEET = "规划指标"
COLUMNS: Mapping[str, str] = {
    "number": "序号",
    "name": "指标",
    "unit": "单位",
    "base": "基期值",
    "target": "目标值",
    "rule": "计算方式",
    "nature": "属性",
    "bound": "界定",
    "direction": "方向",
    "metric": "指标编码",
}
NEEDED = ("number", "name", "unit", "base", "target", "rule", "nature")
RULES: Mapping[str, MidtermRule] = {
    "期末值": MidtermRule.LEVEL,
    "年均增速": MidtermRule.AVERAGE_GROWTH,
    "五年累计": MidtermRule.CUMULATIVE,
    "每年保持": MidtermRule.HOLD,
}
NATURES: Mapping[str, Nature] = {"预期性": Nature.ANTICIPATED, "约束性": Nature.BINDING}
BOUNDS: Mapping[str, Bound] = {
    "": Bound.EQ,
    "左右": Bound.APPROX,
    "以上": Bound.GE,
    "以内": Bound.LE,
    "超过": Bound.OVER,
}
DIRECTIONS: Mapping[str, Direction] = {"": Direction.UP, "升": Direction.UP, "降": Direction.DOWN}
WORD = "word_unknown"

MESSAGES: Mapping[str, str | Promise] = {
    **rows.MESSAGES,
    "no_rows": _("The sheet has no indicators."),
    "not_whole": _("“%(got)s” is no running number. Write 1, 2, 3 …"),
    "not_a_number": _("“%(got)s” is not a number. Write the number alone."),
    "word_unknown": _("“%(got)s” is not understood. Choose %(known)s."),
    "base_zero_way": _("The target is the base value itself. Choose 每年保持 for what is to be held."),
    "metric_unknown": _("No metric has the key %(got)s."),
    "metric_unit": _("The metric %(metric)s is kept in %(kept)s, which %(got)s does not convert into."),
}


class Problem(CellProblem):
    """What is wrong with a cell of such a workbook."""

    __slots__ = ()
    messages = MESSAGES


FORM = Form(SHEET, COLUMNS, NEEDED, Problem)


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator. metric: the key that the row names, or empty. cell: of the target."""

    row: Row
    number: int
    name: str
    unit: str
    base: Number | None
    target: Number
    rule: MidtermRule
    nature: Nature
    bound: Bound
    direction: Direction
    metric: str
    words: str
    cell: str


def check(sheets: Sequence[Sheet]) -> tuple[list[Line], list[CellProblem]]:
    """The indicators of a workbook, and every problem; use the first only when the second is empty."""
    found, problems = rows.rows(sheets, FORM)
    if problems:
        return [], problems
    seen: set[int] = set()
    lines = [line for row in found if (line := _line(row, seen)) is not None]
    return lines, [p for row in found for p in row.problems]


def _line(row: Row, seen: set[int]) -> Line | None:
    number = _whole(row, seen)
    name, written = row.needed("name"), row.needed("unit")
    rule, nature = row.word("rule", RULES, WORD), row.word("nature", NATURES, WORD)
    bound, direction = row.word("bound", BOUNDS, WORD), row.word("direction", DIRECTIONS, WORD)
    base, target = _number(row, "base"), _number(row, "target")
    if not row.text("target"):
        row.wrong("target", "empty")
    if rule == MidtermRule.LEVEL and base is not None and base == target:
        row.wrong("base", "base_zero_way")
    if row.problems or number is None or target is None or rule is None or nature is None:
        return None
    if bound is None or direction is None:
        return None
    words = f"{target}{written}{row.text('bound')}"
    key = row.text("metric")
    cell = row.where("target")
    return Line(row, number, name, written, base, target, rule, nature, bound, direction, key, words, cell)


def _whole(row: Row, seen: set[int]) -> int | None:
    written = row.needed("number")
    if not written:
        return None
    if not (written.isascii() and written.isdigit() and len(written) < 5):
        row.wrong("number", "not_whole", got=written)
        return None
    number = int(written)
    if number in seen:
        row.wrong("number", "number_twice", got=number)
    seen.add(number)
    return number


def _number(row: Row, name: str) -> Number | None:
    written = row.text(name).removesuffix("%")
    if not written or written in {"—", "-", "–"}:
        return None
    try:
        return Number.parse(written)
    except ValueError:
        row.wrong(name, "not_a_number", got=written)
        return None
