"""Promised indicators: the figure of this year's review that reports them, and whether it decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tongjian.comparing.amounts import Reached, reached
from tongjian.comparing.types import Finer, Outcome, Said
from tongjian.reading.types import Commitment, Figure, Reading

ALIKE = 0.75  # twice the longest common part over both names, from which two indicators are the same
WHOLE = ("全区", "全县", "全市", "全省", "全国", "全州", "全旗", "全社会", "地区")


@dataclass(frozen=True, slots=True)
class Reported:
    """figure: index into this year's figures; amounts: None where the figure does not decide."""

    figure: int
    amounts: Reached | None

    def outcome(self) -> tuple[Outcome, Finer | None, Said]:
        if self.amounts is None:
            return (
                Outcome.NOT_MENTIONED,
                Finer.UNDECIDED,
                Said(
                    "报告了该指标，但口径或形式不同，无法判定",
                    "the indicator is reported, but not in a way that decides",
                ),
            )
        finer = Finer.CHANGED_BASIS if _basis_differs(self.amounts) else None
        over = self.amounts.over
        if over < 0:
            return Outcome.PARTLY, finer, self.amounts.said
        exceeded = over > 0 and self.amounts.promised.bound == "eq" and self.amounts.promised.kind == "count"
        return (Outcome.EXCEEDED if exceeded else Outcome.DONE), finer, self.amounts.said


def reported(promise: Commitment, last: Reading, this: Reading, year: int | None) -> Reported | None:
    """The figure that reports a promised indicator: one that decides if there is one."""
    if not promise.figures:
        return None
    undecided: Reported | None = None
    for target in _own(promise, last):
        for n in _same_indicator(target, this.figures, year):
            amounts = reached([target], [this.figures[n]])
            if amounts is not None:
                return Reported(n, amounts)
            undecided = undecided or Reported(n, None)
    return undecided


def _own(promise: Commitment, last: Reading) -> list[Figure]:
    """The promise's figures that bear its object's name, else all."""
    figures = [last.figures[n] for n in promise.figures]
    mine = [f for f in figures if alike(f.indicator, promise.object) >= ALIKE]
    return mine or figures


def _same_indicator(target: Figure, figures: Sequence[Figure], year: int | None) -> Iterator[int]:
    for n, figure in enumerate(figures):
        if figure.status == "target" or not _in_year(figure, year):
            continue
        if alike(target.indicator, figure.indicator) >= ALIKE:
            yield n


def _in_year(figure: Figure, year: int | None) -> bool:
    """Whether its period is the promised year or inside it."""
    return year is None or (figure.period[:4] == str(year) and figure.period[-7:][:4] in (str(year), ""))


def _basis_differs(amounts: Reached) -> bool:
    """Both growth, but on bases that are named and differ (同比 apart: it is the usual one)."""
    one, other = amounts.promised.basis, amounts.reported.basis
    usual = (None, "同比", "比上年")
    return amounts.promised.kind == "growth" and one != other and not (one in usual and other in usual)


def alike(one: str, other: str) -> float:
    """Twice the longest common part over the sum of lengths, words for the whole area apart."""
    a, b = _bare(one), _bare(other)
    if not a or not b:
        return 0.0
    best = 0
    for i in range(len(a)):
        while i + best < len(a) and a[i : i + best + 1] in b:
            best += 1
    return 2 * best / (len(a) + len(b))


def _bare(name: str) -> str:
    for word in WHOLE:
        name = name.replace(word, "")
    return name.strip('“”"（）() ')
