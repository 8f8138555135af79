"""K22: dates that do not exist, and dates outside the year a section speaks of."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator

from tongjian.checking.registry import bad, good, rule, trap
from tongjian.checking.say import finding
from tongjian.checking.types import Context, Finding, Severity
from tongjian.reading.types import Part

_DATE = re.compile(r"(?<![\d.])(?:(?P<y>\d{4})年)?(?P<m>\d{1,2})月(?:(?P<d>\d{1,2})日)?(?![\d])")
_MONTHS = re.compile(r"(?<![\d.])(?P<a>\d{1,2})[-—–至到~～](?P<b>\d{1,2})月(?!\d)")
_QUARTER = re.compile(r"(?<!第)(?:前|第)?(?P<q>[五六七八九])季度")


@rule(
    "K22",
    "日期不存在",
    "A date that does not exist",
    Severity.ERROR,
    examples=(
        bad("项目于2月30日开工。"),
        bad("截至13月底，完成投资12亿元。"),
        bad("11-9月完成投资12亿元。"),
        good("项目于2024年2月29日开工。"),
        trap("工期为18个月，5.12月度活动照常举行。"),
    ),
)
def no_such_date(context: Context) -> Iterator[Finding]:
    facts = context.this
    for m in _DATE.finditer(facts.text):
        month, day = int(m["m"]), int(m["d"] or 1)
        year = int(m["y"] or 2000)
        if not 1 <= month <= 12 or not 1 <= day <= monthrange(year or 2000, month)[1]:
            yield _no_date(facts.span(*m.span()), m.group())
    for m in _MONTHS.finditer(facts.text):
        a, b = int(m["a"]), int(m["b"])
        if (
            (
                a >= b
                and b <= 12
                and not re.search(r"次年|翌年|上年|去年", facts.text[max(0, m.start() - 8) : m.end()])
            )
            and a <= 12
            and not _crosses(facts.text, m.start())
        ):
            yield _no_date(facts.span(*m.span()), m.group())
    for m in _QUARTER.finditer(facts.text):
        yield _no_date(facts.span(*m.span()), m.group())


def _crosses(text: str, start: int) -> bool:
    """11月至次年3月, or a heating season."""
    return bool(re.search(r"供暖|采暖|冬|跨年", text[max(0, start - 20) : start + 20]))


def _no_date(span: object, words: str) -> Finding:
    from tongjian.checking.types import Span

    assert isinstance(span, Span)
    return finding(
        "K22",
        Severity.ERROR,
        (span,),
        f"“{words}”不是存在的日期或时段",
        f"{words} is no date or period that exists",
        ("改正日期。", "Correct the date."),
    )


_DUE = re.compile(
    r"(?P<y>20\d{2})年(?:\d{1,2}月)?(?:底|末|年底|年末)?(?:前|之前|内)?[^，。；\n\d]{0,8}?(?:将|要|力争|确保|计划|完成|建成|启动|开工|投用|竣工|实现|新建|新增)"
)
_SINCE = re.compile(
    r"自$|从$|截至$|以来|到$|至$|比$|较$|与$|对$|年$|[-—~～（(〔\[《“]$|和$|、$|已于$|在$|根据$|按照$|落实$"
)


@rule(
    "K22",
    "日期不在该部分所述年份",
    "A date outside the years a section speaks of",
    Severity.QUESTION,
    examples=(
        bad(
            "某县2023年政府工作报告\n一、2022年工作回顾\n新建学校3所。\n二、2023年工作安排\n2021年底前完成东环路建设。"
        ),
        bad(
            "某县2023年政府工作报告\n一、2022年工作回顾\n2024年新建学校3所，建成公园5处。\n二、2023年工作安排\n抓好项目。"
        ),
        good(
            "某县2023年政府工作报告\n一、2022年工作回顾\n2022年新建学校3所。\n二、2023年工作安排\n2023年底前完成东环路建设。"
        ),
        trap(
            "某县2023年政府工作报告\n一、2022年工作回顾\n2021年启动的东环路已通车。\n二、2023年工作安排\n2025年底前完成东环路建设。"
        ),
    ),
)
def outside_years(context: Context) -> Iterator[Finding]:
    """A deadline before the year planned; something done in the year planned or later, in the review."""
    facts = context.this
    frame = facts.reading.outline
    if frame.planned is None or frame.reviewed is None:
        return
    for m in _DUE.finditer(facts.text):
        section = facts.reading.outline.at(m.start())
        year = int(m["y"])
        if section is None or _SINCE.search(facts.text[max(0, m.start() - 2) : m.start()]):
            continue
        if section.part in {Part.MEASURES, Part.TARGETS} and year < frame.planned:
            words = facts.text[m.start() : m.end() + 12]
            if re.search(r"前|将|要|力争|确保|计划", m.group()) and not re.search(r"以来|年度", words):
                yield _outside(
                    facts.span(m.start("y"), m.end("y") + 1),
                    year,
                    f"计划年份为{frame.planned}",
                    f"the plan is of {frame.planned}",
                )
        elif (
            section.part is Part.REVIEW
            and year > frame.reviewed + 1
            and not re.search(r"将|要|力争|确保|计划|前", m.group())
        ):
            yield _outside(
                facts.span(m.start("y"), m.end("y") + 1),
                year,
                f"回顾年份为{frame.reviewed}",
                f"the review is of {frame.reviewed}",
            )


def _outside(span: object, year: int, zh: str, en: str) -> Finding:
    from tongjian.checking.types import Span

    assert isinstance(span, Span)
    return finding(
        "K22",
        Severity.QUESTION,
        (span,),
        f"此处为{year}年，而{zh}",
        f"{year} is printed, but {en}",
        ("核对年份。", "Check the year."),
    )
