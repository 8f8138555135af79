"""The bulletin as a report template: every figure is a reference, so that the docx traces each to its source. In Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.utils import translation

from tongjian.facts.resolved import Resolved
from tongjian.plans.choices import PlanState
from tongjian.plans.evaluation import Evaluation
from tongjian.reports.resolver import LedgerResolver
from tongjian.reports.writing import write
from tongjian.values import Period
from tongjian.web.analysis.bulletin import Bulletin, MetricLine
from tongjian.web.analysis.comparison import told_simulated
from tongjian.web.facts.peers import PeerTable
from tongjian.web.templatetags import pages

ENDS = 3  # areas named from the top and from the bottom
HEADINGS = "一二三四五六七八九"
_DIGITS = re.compile(r"[0-90-9零〇一二两三四五六七八九十百千万]")


def docx(found: Bulletin, district: str, at: datetime) -> bytes:
    """Raises TemplateWrong where a figure cannot be written."""
    with translation.override("zh-hans"):
        text = template(found, district, pages.day(at))
    resolver = LedgerResolver(settings.DISTRICT, at)
    return write(text, resolver, year=found.month.end_year, at=at).docx


def template(found: Bulletin, district: str, known_on: str) -> str:
    """The text that the writer fills in."""
    return "\n".join(_lines(found, district, known_on)) + "\n"


def _lines(found: Bulletin, district: str, known_on: str) -> Iterator[str]:
    parts = [
        ("计划目标进展", [_target(e) for e in found.targets]),
        ("主要指标", [_metric(m) for m in found.metrics]),
        ("乡镇街道", [_ranking(t) for t in found.rankings]),
        ("报送情况", _owing(found)),
    ]
    yield f"# {_literal(district)}计划执行月度监测"
    yield f"> [[{found.month.label('zh')}]]"
    yield f"> （截至[[{known_on}]]的台账）"
    for number, (title, lines) in zip(HEADINGS, [(t, ls) for t, ls in parts if ls], strict=False):
        yield f"## {number}、{title}"
        yield from lines
    if told := told_simulated(_values(found)):
        yield f"注：{told[0]}"


def _values(found: Bulletin) -> Iterator[Resolved | None]:
    """All values that the bulletin says."""
    yield from (e.value for e in found.targets)
    yield from (v for m in found.metrics for v in (m.value, m.growth))
    yield from (r.value for table in found.rankings for r in table.rows)


def _literal(text: str) -> str:
    """Names with a number in them are marked."""
    return f"[[{text}]]" if _DIGITS.search(text) else text


def _when(period: Period) -> str:
    return f"[[{period.label('zh')}]]"


def _target(e: Evaluation) -> str:
    """A target in words alone (稳步增长) is said in its words."""
    own = e.obligation
    name = f"{{{{ name {e.value.ref if e.value else own.series.metric.key + ' @ ' + own.due} }}}}"
    aim = _literal(own.words)
    if (
        _DIGITS.search(own.words)
        and own.number is not None
        and own.plan is not None
        and own.plan.state == PlanState.APPROVED
        and e.value
    ):
        aim = f"{{{{ target {e.value.ref.at(Period.parse(own.due))} }}}}"
    now = "尚无数据" if e.value is None else f"{_when(e.value.ref.period)}{{{{ {e.value.ref} | status }}}}"
    return f"{name}：{now}，全年目标{aim}，{e.light.label}。"


def _metric(m: MetricLine) -> str:
    said = [f"{{{{ {v.ref} | status }}}}" for v in (m.value, m.growth) if v is not None]
    return f"{_literal(m.metric.name)}：{_when(m.period)}{'，'.join(said)}。"


def _ranking(table: PeerTable) -> str:
    known = [r for r in table.rows if r.value is not None]
    lacking = len(table.rows) - len(known)
    head = f"{_literal(table.metric.name)}（{_when(table.period)}）："
    said = [f"{_literal(r.area.subject.label)}{{{{ {r.value.ref} }}}}" for r in known if r.value is not None]
    few = [f"靠前的有{'、'.join(said[:ENDS])}", f"靠后的有{'、'.join(said[-ENDS:])}"]
    body = "、".join(said) if len(said) <= 2 * ENDS else "；".join(few)
    note = f"；[[{lacking}个]]未报，不排位次" if lacking else ""
    return f"{head}{body}{note}。"


def _owing(found: Bulletin) -> list[str]:
    """Who owes what; one line a standing."""
    by_label: dict[str, list[str]] = {}
    for cell in found.owing:
        by_label.setdefault(cell.label, []).append(_literal(cell.organisation.subject.label))
    return [f"{label}：{'、'.join(names)}。" for label, names in by_label.items()]
