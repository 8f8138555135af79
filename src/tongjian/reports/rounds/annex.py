"""承诺落实情况表: every promise of the year's plan and what became of it, as docx."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tongjian.reports.consultation.tables import Heading, docx_table
from tongjian.reports.rounds.choices import Became
from tongjian.reports.rounds.models import Edition
from tongjian.reports.rounds.promises import Promise, of_edition

SAID: Mapping[str, str] = {
    Became.DONE: "已完成",
    Became.ONGOING: "推进中",
    Became.CARRIED: "结转下年",
    Became.CHANGED: "已调整",
    Became.DROPPED: "未完成",
}
COLUMNS = (
    Heading("序号", 700),
    Heading("类别", 900),
    Heading("承诺", 4200),
    Heading("责任单位", 2000),
    Heading("结果", 1400),
    Heading("说明", 5000),
)


def docx(edition: Edition) -> bytes:
    """The annex of an edition as it stands."""
    found = of_edition(edition)
    open_ = sum(not p.is_answered for p in found)
    below = f"共{len(found)}项，已交代{len(found) - open_}项" + (f"，未交代{open_}项。" if open_ else "。")
    return docx_table(f"{edition.year}年计划承诺落实情况表", below, COLUMNS, list(rows(found)))


def rows(found: Iterable[Promise]) -> Iterable[tuple[str, ...]]:
    """One line a promise, in the plan's order."""
    for number, promise in enumerate(found, 1):
        kind = "目标" if promise.obligation else "任务"
        yield str(number), kind, promise.label, str(promise.owner or ""), *outcome(promise)


def outcome(promise: Promise) -> tuple[str, str]:
    """What became of it, and in whose words: a unit's answer tells the outcome, the report's sentence where to read it."""
    if promise.answer is not None:
        return SAID[Became(promise.answer.became)], promise.answer.text
    return ("见正文", promise.sentence) if promise.sentence else ("未交代", "")
