"""A report's figures against a ledger: key first, then value. Pure: the ledger is a plain list of facts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tongjian.checking.facts import Facts, plain_indicator
from tongjian.checking.intervals import Interval, dimension, factor, meant, middle, printed
from tongjian.checking.types import LedgerFact, Span
from tongjian.reading.types import Figure, Reading


class Standing(StrEnum):
    """How a figure stands to the ledger."""

    SAME = "same"  # 一致
    ROUNDED = "rounded"  # 舍入内一致
    DIFFERENT = "different"  # 不一致
    OTHER_BASIS = "other_basis"  # 口径不同
    OTHER_PERIOD = "other_period"  # 期别不同
    SWAPPED = "swapped"  # 疑似串行: it is the value of another key
    NOT_KEPT = "not_kept"  # 无台账


ZH: Mapping[Standing, str] = {
    Standing.SAME: "一致",
    Standing.ROUNDED: "舍入内一致",
    Standing.DIFFERENT: "不一致",
    Standing.OTHER_BASIS: "口径不同",
    Standing.OTHER_PERIOD: "期别不同",
    Standing.SWAPPED: "疑似串行",
    Standing.NOT_KEPT: "无台账",
}
EN: Mapping[Standing, str] = {
    Standing.SAME: "same",
    Standing.ROUNDED: "same when rounded",
    Standing.DIFFERENT: "different",
    Standing.OTHER_BASIS: "other basis",
    Standing.OTHER_PERIOD: "other period",
    Standing.SWAPPED: "the value of another indicator",
    Standing.NOT_KEPT: "not on the ledger",
}
ALARMS = frozenset({Standing.DIFFERENT, Standing.SWAPPED, Standing.OTHER_BASIS, Standing.OTHER_PERIOD})
_MEASURES = {
    "level": ("level", "count", "rate", "index"),
    "count": ("level", "count"),
    "rate": ("level", "rate", "share", "completion"),
    "share": ("share", "level", "rate"),
    "growth": ("growth",),
    "difference": ("difference",),
    "rank": ("rank",),
    "index": ("level", "index"),
    "duration": ("level", "duration", "count"),
}


@dataclass(frozen=True, slots=True)
class Matched:
    """A figure with its standing; known: the fact of its key; near: the fact that explains it."""

    figure: Figure
    standing: Standing
    known: LedgerFact | None = None
    near: LedgerFact | None = None
    span: Span | None = None

    @property
    def wrong(self) -> bool:
        return self.standing in ALARMS


_VERBS = re.compile(
    r"^(?:新建|建成|启动|形成|完成|实施|实现|发放|投放(?:并纳入管理)?|新增|促进|规范|提供|累计|筹建|培育|引进|注册|开展|共|已|的)+"
    r"|(?:建成|做完|数量|户数|个数|总数|数|办|建设|目标|计划|完成|实施|落地|的)+$"
)
ALIKE = 0.8


def core(name: str) -> str:
    """A name without the verbs and counting words round it: 新建充电桩数量, 充电桩建成."""
    return _VERBS.sub("", _VERBS.sub("", name)) or name


def _pairs(name: str) -> frozenset[str]:
    return frozenset(name[i : i + 2] for i in range(len(name) - 1))


def _most_alike(name: str, known: Mapping[str, frozenset[str]]) -> str:
    own = _pairs(name)
    if len(own) < 3:
        return ""
    scored = sorted(((2 * len(own & p) / (len(own) + len(p)), n) for n, p in known.items()), reverse=True)[:2]
    best = scored[0] if scored else (0.0, "")
    rival = scored[1][0] if len(scored) > 1 else 0.0
    return best[1] if best[0] >= ALIKE and (best[0] > rival or best[0] == 1) else ""


class Ledger:
    """Ledger facts by name. area: of the reports, so that 甲区财政收入 and 财政收入 are one name."""

    def __init__(self, facts: Sequence[LedgerFact], area: str | None = None) -> None:
        self.by_name: dict[str, list[LedgerFact]] = defaultdict(list)
        self.by_value: dict[tuple[Decimal, str], list[LedgerFact]] = defaultdict(list)
        self.facts = facts
        for fact in facts:
            plain = {plain_indicator(n, area) for n in fact.names}
            for name in plain | {core(n) for n in plain} | {fact.key}:
                self.by_name[name].append(fact)
        self._pairs = {name: _pairs(name) for name in self.by_name if len(name) > 3 and not name.isascii()}
        self._nearest: dict[str, str] = {}

    def of(self, figure: Figure, name: str) -> Sequence[LedgerFact]:
        """Facts of the figure's indicator and measure, of any period and basis.

        Where several keys share a plain name (企业, 新增企业), those whose name is printed.
        """
        measures = _MEASURES.get(figure.kind, ())
        found = (
            self.by_name.get(name, ())
            or self.by_name.get(core(name), ())
            or self.by_name.get(self._alike(name), ())
        )
        fitting = [f for f in found if f.measure in measures and _same_dimension(f, figure)]
        printed = {f.key for f in fitting if figure.indicator in f.names}
        return [f for f in fitting if f.key in printed] if printed else fitting

    def _alike(self, name: str) -> str:
        """The one name that shares most pairs of characters with it, at least four in five; '' for none or several."""
        if name not in self._nearest:
            self._nearest[name] = _most_alike(core(name), self._pairs)
        return self._nearest[name]


def _same_dimension(fact: LedgerFact, figure: Figure) -> bool:
    return figure.kind == "rank" or dimension(fact.unit) == dimension(figure.unit)


def against_ledger(reading: Reading, ledger: Sequence[LedgerFact]) -> tuple[Matched, ...]:
    """Each figure printed in digits (and each rank) with its standing, in reading order."""
    facts, kept = Facts(reading), Ledger(ledger, reading.outline.area)
    return tuple(judge(facts, kept, f) for f in facts.figures if f.form == "digits" or f.kind == "rank")


def judge(facts: Facts, kept: Ledger, figure: Figure) -> Matched:
    """Key first: indicator, area, scope, period, measure, basis, status; then value."""
    span = facts.span(figure.start, figure.end)
    candidates = kept.of(figure, facts.indicator(figure))
    area = _area(facts, figure)
    here = [f for f in candidates if (f.area or "") == area and (f.scope or "") == (figure.scope or "")]
    if not here:
        return Matched(figure, Standing.NOT_KEPT, span=span)
    periods = [f for f in here if f.period == figure.period]
    exact = [f for f in periods if _same_basis(f, figure) and _same_status(f, figure)]
    current = [f for f in exact if not f.superseded] or exact
    for known in current:
        if agrees(known, figure) is not None:
            found = agrees(known, figure)
            assert found is not None
            return Matched(figure, found, known, span=span)
    return _explained(kept, figure, here, periods, current, span, area)


def _area(facts: Facts, figure: Figure) -> str:
    return figure.comparator or "" if figure.kind in {"rank", "difference"} else facts.place(figure)


def _explained(
    kept: Ledger,
    figure: Figure,
    here: Sequence[LedgerFact],
    periods: Sequence[LedgerFact],
    current: Sequence[LedgerFact],
    span: Span,
    area: str,
) -> Matched:
    """The nearest key whose value it is: another basis, another period, another indicator; else wrong or unknown."""
    known = current[0] if current else None
    for fact in periods:
        if fact not in current and _same_status(fact, figure) and agrees(fact, figure) is not None:
            return Matched(figure, Standing.OTHER_BASIS, known, fact, span)
    if known is None:
        return Matched(figure, Standing.NOT_KEPT, span=span)
    for fact in here:
        if fact not in periods and agrees(fact, figure) is not None:
            return Matched(figure, Standing.OTHER_PERIOD, known, fact, span)
    for fact in kept.facts:
        other = fact.key != known.key and fact.period == figure.period and (fact.area or "") == area
        if (
            other
            and _precise(figure)
            and _same_dimension(fact, figure)
            and agrees(fact, figure) is Standing.SAME
        ):
            return Matched(figure, Standing.SWAPPED, known, fact, span)
    return Matched(figure, Standing.DIFFERENT, known, span=span)


def _precise(figure: Figure) -> bool:
    """Enough digits that meeting another key's value is no accident."""
    digits = str(figure.value).replace(".", "").replace("-", "").lstrip("0")
    return len(digits) >= 2


def _same_basis(fact: LedgerFact, figure: Figure) -> bool:
    return _special(fact.basis) == _special(figure.basis)


def _special(basis: str | None) -> str:
    if not basis or _PLAIN.search(basis):
        return ""
    found = _KIND_OF_BASIS.search(basis)
    return found.group() if found else ("年均" if basis == "年均" else "")


_PLAIN = re.compile(
    r"自然口径|不变价|可比价|现价"
)  # as recorded; a real growth rate is the plain one of an output
_KIND_OF_BASIS = re.compile(r"还原|同口径|可比口径|扣除|剔除|新口径|老口径|口径")


def _same_status(fact: LedgerFact, figure: Figure) -> bool:
    """A target against targets; actual and estimate against either."""
    return (fact.status == "target") == (figure.status == "target")


def agrees(fact: LedgerFact, figure: Figure) -> Standing | None:
    """SAME, ROUNDED, or None where no rounding, cutting or bound word makes them agree."""
    value = fact.value if figure.kind == "rank" else fact.value * factor(fact.unit)
    if value == middle(figure):
        return Standing.SAME if figure.bound in {"eq", "ge", "le", "approx"} else Standing.ROUNDED
    if figure.bound == "eq":
        return Standing.ROUNDED if _rounds_to(value, figure) else None
    if figure.bound == "le":
        return Standing.ROUNDED if value <= middle(figure) else None
    return Standing.ROUNDED if _worded(value, figure) else None


def _rounds_to(value: Decimal, figure: Figure) -> bool:
    """Whether rounding or cutting the value gives the printed number; the far end of a cut is the next number."""
    found = printed(figure)
    far = found.high if middle(figure) >= 0 else found.low
    return found.low <= value <= found.high and (value != far or found.low == found.high)


def _worded(value: Decimal, figure: Figure) -> bool:
    """Whether 近, 超, 左右, 以上 of a round number may stand for the value: on its side, not a whole step away.

    The step is that of the last digit that is no zero: 超5000 may be 5,012 and not 6,100; 超5020 may not be 5,000.
    """
    said = abs(middle(figure))
    step = coarse(figure)
    away = abs(value) - said
    if figure.bound in {"over", "gt", "ge"}:
        return 0 <= away < step
    if figure.bound == "lt":
        return -step < away < 0
    return abs(away) < step and meant(figure).meets(Interval(value, value))


def coarse(figure: Figure) -> Decimal:
    """One of the last printed digit that is no zero, in the dimension's first unit."""
    value = figure.value[1] if isinstance(figure.value, tuple) else figure.value
    _, digits, exponent = value.normalize().as_tuple()
    place = exponent if isinstance(exponent, int) and any(digits) else 0
    return factor(figure.unit) * Decimal(1).scaleb(place)
