"""年终草稿: the closing of a plan as a report template, each figure a reference to the ledger, for planners to write on.

Chinese, as the report is. What owners wrote is quoted as it is: where it says numbers, inside of literals.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tongjian.plans.choices import PublicState
from tongjian.plans.closing.reading import Closing, Reason, TargetLine, TaskLine
from tongjian.plans.models import PlanSection
from tongjian.reports.flow import literal


def template(found: Closing) -> str:
    """The draft as text of the template language; see docs/reference/templates.md. It is written without problems as it stands."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Closing) -> Iterator[str]:
    plan = found.plan
    span = "上半年" if found.is_half else ""
    yield "%% 由年终收口生成的草稿：每个数字都指向台账，文字请自行修改。"
    yield f"# {literal(plan.subject.label)}[[{plan.year}年]]{span}计划执行情况（草稿）"
    yield f"## 一、[[{plan.year}年]]主要目标完成情况"
    yield from (f"{_figure(t)}，{_stands(t)}{_aim(t)}。" for t in found.kept)
    if found.done:
        yield f"## 二、[[{plan.year}年]]重点任务完成情况"
        yield from _by_section(found.done)
    yield "## 三、存在的差距和原因"
    yield from _gaps(found)
    if found.carried:
        yield "## 四、接续推进的任务"
        yield from _by_section(found.carried)
    yield f"## 附：[[{plan.year}年]]计划各项承诺落实情况"
    yield from _annex(found)


def _figure(line: TargetLine) -> str:
    value = line.judged.value
    assert value is not None  # only lines with a value are told as kept or missed
    return f"{{{{ name {value.ref} }}}}{{{{ {value.ref} | status }}}}"


def _stands(line: TargetLine) -> str:
    """A value of a part of the year keeps no promise yet."""
    return "实现年度目标" if line.state == PublicState.KEPT else "进度符合年度目标"


def _aim(line: TargetLine) -> str:
    return f"（{literal(line.obligation.words)}）"


def _gaps(found: Closing) -> Iterator[str]:
    for line in found.missed:
        yield f"{_figure(line)}，与目标{_aim(line)}有差距。{_because(line.reason)}"
    for line in found.unknown:
        yield f"{literal(line.obligation.series.metric.name)}{_aim(line)}尚无全年数据。"
    if not found.missed and not found.unknown:
        yield "各项目标均已实现。"


def _because(reason: Reason | None) -> str:
    if reason is None:
        return "原因待责任单位说明。"
    said = literal(reason.text.replace("\n", "").rstrip("。"))
    return f"原因：{said}。" + (f"（{literal(reason.unit)}）" if reason.unit else "")


def _by_section(lines: Sequence[TaskLine]) -> Iterator[str]:
    """A heading for each section, its tasks in one paragraph."""
    grouped: dict[PlanSection | None, list[TaskLine]] = {}
    for line in lines:
        grouped.setdefault(line.task.section, []).append(line)
    for section, own in grouped.items():
        if section is not None:
            yield f"### {literal(_bare(section.title))}"
        yield "；".join(literal(str(line.task)) for line in own) + "。"


def _bare(title: str) -> str:
    """Without the number that the writer would take for the heading's own."""
    return title.lstrip("（(一二三四五六七八九十0123456789）)、.． ")


def _annex(found: Closing) -> Iterator[str]:
    yield "| 承诺 | 责任单位 | 结果 |"
    for line in found.targets:
        value = line.judged.value
        result = f"{{{{ {value.ref} | plain }}}}，" if value is not None else ""
        owner = literal(str(line.obligation.series.metric.owner or "—"))
        name = literal(line.obligation.series.metric.name)
        yield f"| {name}{_aim(line)} | {owner} | {result}{_word(line)} |"
    for task in found.tasks:
        yield f"| {literal(str(task.task))} | {literal(str(task.task.lead or '—'))} | {_word(task)} |"


def _word(line: TargetLine | TaskLine) -> str:
    return {
        "kept": "已兑现",
        "nearly": "基本兑现",
        "on_way": "推进中",
        "behind": "进度滞后",
        "missed": "未兑现",
    }.get(line.state, "尚无进展填报")
