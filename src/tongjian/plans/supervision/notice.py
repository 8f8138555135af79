"""通报: who did not report progress for a month, as a text to send and as a workbook to attach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tongjian.kernel import calendars
from tongjian.plans.sheets import Column, Table, workbook
from tongjian.plans.supervision.calls import OWED, Call, CallState, Round

COLUMNS = (
    Column("序号", 6, centred=True),
    Column("责任单位", 24),
    Column("任务", 44),
    Column("完成时限", 12, centred=True),
    Column("情况", 16, centred=True),
    Column("说明", 40),
)
SAID = {
    CallState.ON_TIME: "按时报送",
    CallState.LATE: "逾期报送",
    CallState.RETURNED: "退回未重报",
    CallState.MISSING: "未报",
    CallState.WAITING: "未到期",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice in Chinese, as it goes out."""

    title: str
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join((self.title, *self.paragraphs))


def notice(found: Round, today: date) -> Notice:
    """The notice for a month."""
    title = f"关于{found.month.label()}重点任务进展报送情况的通报"
    return Notice(title, (_sum(found, today), *_units(found), *_warnings(found)))


def _sum(found: Round, today: date) -> str:
    counted = found.tally()
    told = [f"{SAID[s]}{counted[s]}项" for s in CallState if counted[s]]
    due = f"{found.due.month}月{found.due.day}日"
    head = (
        f"截至{today.year}年{today.month}月{today.day}日，{found.month.label()}应报进展{len(found.calls)}项"
    )
    return f"{head}（报送截止{due}），{'，'.join(told)}。" if told else f"{head}。"


def _units(found: Round) -> list[str]:
    owing = found.by_unit(found.owing)
    if not owing:
        return [] if any(c.state == CallState.WAITING for c in found.calls) else ["各单位均已报送。"]
    lines = [f"{unit.subject.label}{len(calls)}项：{_names(calls)}。" for unit, calls in owing]
    return [f"未按要求报送的单位{len(owing)}家：", *lines, "请上述单位即日补报，并说明原因。"]


def _names(calls: Sequence[Call]) -> str:
    return "；".join(
        f"{c.task}（{SAID[c.state]}）" if c.state == CallState.RETURNED else str(c.task) for c in calls
    )


def _warnings(found: Round) -> list[str]:
    warning = calendars.warning(found.unknown_years)
    return [warning] if warning else []


def table(found: Round, today: date) -> bytes:
    """The same as a workbook: first those who did not report, then all others."""
    first = sorted(found.calls, key=lambda c: (c.state not in OWED, c.unit.order, c.unit.path, c.task.number))
    rows = [
        (n, c.unit.subject.label, str(c.task), c.task.due_month, SAID[c.state], _remark(c))
        for n, c in enumerate(first, 1)
    ]
    fills = {(n, 4): "F8D7D5" for n, c in enumerate(first) if c.state in OWED}
    made = notice(found, today)
    sheet = Table("报送情况", made.title, made.paragraphs[0], COLUMNS, rows, fills, _warnings(found))
    return workbook([sheet])


def _remark(call: Call) -> str:
    if call.check_in is None:
        return ""
    return call.check_in.note if call.state == CallState.RETURNED else call.check_in.text
