"""A short plan report in our own words, for tests of clauses: places and firms are invented."""

from __future__ import annotations

from tongjian.reading.clauses import find_achievements, find_commitments
from tongjian.reading.outline import outline
from tongjian.reading.types import Achievement, Commitment, Hints

TITLE = "关于青禾县2022年国民经济和社会发展计划执行情况与2023年计划草案的报告"


def plan(*lines: str) -> str:
    """A report whose plan part holds these lines."""
    return "\n".join(
        [TITLE, "一、2022年计划执行情况", "全县经济平稳运行。", "二、2023年主要措施", *lines, ""]
    )


def review(*lines: str) -> str:
    """A report whose review part holds these lines."""
    return "\n".join([TITLE, "一、2022年计划执行情况", *lines, "二、2023年主要措施", "建成柳河大桥。", ""])


def promised(*lines: str) -> tuple[Commitment, ...]:
    text = plan(*lines)
    return find_commitments(text, outline(text, Hints()))


def done(*lines: str) -> tuple[Achievement, ...]:
    text = review(*lines)
    return find_achievements(text, outline(text, Hints()))


def objects(rows: tuple[Commitment, ...] | tuple[Achievement, ...]) -> list[str]:
    return [row.object for row in rows]
