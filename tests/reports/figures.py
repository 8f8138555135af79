"""Figures for tests of the writer, without a ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from tongjian.reports.known import Known, Unresolved, Where
from tongjian.reports.writing import Written, write
from tongjian.values import Bound, Number

AT = datetime(2023, 1, 4, 4, 0, tzinfo=UTC)
CELL = Where("统计.xlsx", "ab" * 32, "cell", "填报!H7", "1200.5")


def known(value: str | None, unit: str = "亿元", measure: str = "level", **more: Any) -> Known:
    fields: dict[str, Any] = {
        "expression": "output @ 2022",
        "metric": "output",
        "indicator": "总产出",
        "subject": "河东区",
        "period": "2022",
        "place": CELL,
        **more,
    }
    number = None if value is None else Number.parse(value)
    return Known(
        number=number, unit=unit, measure=measure, **{**fields, "bound": Bound(more.get("bound", "eq"))}
    )


def growth(value: str, **more: Any) -> Known:
    return known(value, "%", "growth", **more)


def gap(own: str, city: str, value: str) -> Known:
    inputs = (growth(own), growth(city, subject="都城"))
    return known(
        value, "个百分点", "difference", comparator="city", derived="difference", inputs=inputs, place=None
    )


@dataclass
class Book:
    """A resolver over a dict: reference → figure; targets under `target …`. loops: what a `%for` runs over."""

    facts: dict[str, Known] = field(default_factory=dict)
    loops: dict[str, list[dict[str, str]]] = field(default_factory=dict)

    def read_ahead(self, refs: Sequence[str]) -> None:
        """A dict has all at hand."""

    def fact(self, ref: str) -> Known:
        if ref not in self.facts:
            raise Unresolved("template.fact_missing", {"ref": ref})
        return replace(self.facts[ref], expression=ref)

    def target(self, ref: str) -> Known:
        return replace(self.fact(f"target {ref}"), expression=ref)

    def name(self, ref: str) -> str:
        return self.fact(ref).indicator

    def rows(self, said: str) -> list[dict[str, str]]:
        if said not in self.loops:
            raise Unresolved("template.flow_rows", {"text": said})
        return self.loops[said]


TEMPLATE = """\
%% 样例
# 关于河东区[[2022年]]计划执行情况的报告
> ——[[2023年1月4日]]在区人民代表大会上
< 各位代表：
## 一、[[2022年]]执行情况
### （一）经济平稳
全区总产出完成{{ output @ 2022 }}，同比{{ output[growth] @ 2022 }}，{{ output[difference, city] @ 2022 }}，居全市{{ output[rank] @ 2022 | ordinal }}。
零售额同比{{ retail[growth] @ 2022 }}，{{ retail[difference, city] @ 2022 }}。
"""


def book(**changed: Known) -> Book:
    facts = {
        "output @ 2022": known("1200.5"),
        "output[growth] @ 2022": growth("4.1"),
        "output[difference, city] @ 2022": gap("4.1", "0.8", "3.3"),
        "output[rank] @ 2022": known("4", "位", "rank"),
        "retail[growth] @ 2022": growth("-3.2"),
        "retail[difference, city] @ 2022": gap("-3.2", "-6.3", "3.1"),
    }
    return Book({**facts, **changed})


def written(template: str = TEMPLATE, resolver: Book | None = None) -> Written:
    return write(template, resolver or book(), year=2022, at=AT)
