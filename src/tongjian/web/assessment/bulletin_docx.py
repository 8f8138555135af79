"""The bulletin as a report template: each figure a reference to what was published, so that Word traces it. In Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from tongjian.facts.assessment.models import Adjustment
from tongjian.facts.assessment.scheme import Scheme
from tongjian.reports.resolver import LedgerResolver
from tongjian.reports.writing import write
from tongjian.web.assessment.asked import Chosen
from tongjian.web.assessment.shown import Line, Section

HEADINGS = "一二三四五六七八九"
_DIGITS = re.compile(r"[0-90-9零〇一二两三四五六七八九十百千万]")


@dataclass(frozen=True, slots=True)
class Said:
    """What the bulletin tells. entered, left, stays: of the watch list; points: unit's name and what was granted."""

    whole: Line
    sections: Sequence[Section]
    entered: Sequence[Line]
    left: Sequence[Line]
    stays: Sequence[Line]
    points: Sequence[tuple[str, Adjustment]]


def can_write(scheme: Scheme) -> bool:
    """Whether all of its figures go to the ledger."""
    own = [m.published for m in scheme.measures]
    return all([*own, scheme.score_metric, scheme.rank_metric, scheme.cases_metric])


def docx(asked: Chosen, said: Said, district: str, at: datetime) -> bytes:
    """Raises TemplateWrong where a figure cannot be written."""
    text = template(asked, said, district)
    return write(text, LedgerResolver(settings.DISTRICT, at), year=asked.span.end_year, at=at).docx


def template(asked: Chosen, said: Said, district: str) -> str:
    """The text that the writer fills in."""
    return "\n".join(_lines(asked, said, district)) + "\n"


def _lines(asked: Chosen, said: Said, district: str) -> Iterator[str]:
    assert asked.scheme is not None
    assert asked.edition is not None
    yield f"# {_literal(district)}{_literal(asked.scheme.name)}通报"
    yield f"> [[{asked.span.label('zh')}]]"
    yield f"> （[[第{asked.edition.number}版，{asked.edition.at:%Y年%-m月%-d日}公布]]）"
    parts = [
        ("总体情况", list(_overall(asked, said))),
        ("位次", list(_ranking(asked, said))),
        ("治理类街乡镇", list(_watched(asked, said))),
        ("加减分", [_point(name, a) for name, a in said.points]),
    ]
    for number, (title, lines) in zip(HEADINGS, [(t, ls) for t, ls in parts if ls], strict=False):
        yield f"## {number}、{title}"
        yield from lines
    yield from _notes(asked)


def _overall(asked: Chosen, said: Said) -> Iterator[str]:
    scheme, month = asked.scheme, asked.span
    assert scheme is not None
    if said.whole.hidden:
        return
    rates = "、".join(f"{m.name}{{{{ {m.published} @ {month} }}}}" for m in scheme.measures)
    yield f"{_when(asked)}，全区纳入考核办件{{{{ {scheme.cases_metric} @ {month} }}}}，{rates}。"
    told = [
        f"{m.name}{{{{ {m.official} @ {month} }}}}"
        for m, shown in zip(scheme.measures, said.whole.rates, strict=True)
        if shown.compared.official
    ]
    told += [f"综合得分{{{{ {scheme.official_score} @ {month} }}}}"] if said.whole.told_score else []
    told += [f"在全市排{{{{ {scheme.official_rank} @ {month} }}}}"] if said.whole.told_rank else []
    if told:
        yield f"市级公布的本区结果：{'、'.join(told)}。对外以市级结果为准。"


def _ranking(asked: Chosen, said: Said) -> Iterator[str]:
    for number, section in zip(HEADINGS, said.sections, strict=False):
        yield f"### （{number}）{section.name}"
        for line in section.lines:
            yield _town(asked, line)


def _town(asked: Chosen, line: Line) -> str:
    scheme, place = asked.scheme, f"[{line.key}] @ {asked.span}"
    assert scheme is not None
    name = _literal(line.name)
    if line.hidden:
        return f"{name}：人数过少，不公开。"
    told = [
        f"{m.name}{{{{ {m.published}{place} }}}}"
        for m, rate in zip(scheme.measures, line.row.rates, strict=True)
        if rate.percent is not None
    ]
    rates = "，".join([*told, *_told(scheme, line, place)]) or "本月无可计算的比率"
    if line.row.rank is None:
        return f"{name}：办件不足[[{scheme.min_n}件]]或缺少比率，不排位次；{rates}。"
    score = f"综合得分{{{{ {scheme.score_metric}{place} }}}}"
    return f"{{{{ {scheme.rank_metric}{place} }}}}：{name}，{score}，{rates}。"


def _told(scheme: Scheme, line: Line, place: str) -> Iterator[str]:
    """What the city says of the town."""
    said = [f"{{{{ {scheme.official_rank}{place} }}}}"] if line.told_rank else []
    said += [f"得分{{{{ {scheme.official_score}{place} }}}}"] if line.told_score else []
    if said:
        yield f"市级公布为{'、'.join(said)}"


def _watched(asked: Chosen, said: Said) -> Iterator[str]:
    assert asked.scheme is not None
    if asked.scheme.watch is None:
        return
    rows = (("本月列入", said.entered), ("本月退出", said.left), ("继续在列", said.stays))
    told = [f"{word}：{'、'.join(_literal(n.name) for n in lines)}" for word, lines in rows if lines]
    yield ("；".join(told) or "目前没有街乡镇在列") + "。"


def _point(name: str, row: Adjustment) -> str:
    word = "加" if row.hundredths > 0 else "减"
    return f"{_literal(name)}{word}[[{abs(row.hundredths) / 100:g}分]]：{_literal(row.reason)}"


def _notes(asked: Chosen) -> Iterator[str]:
    assert asked.scheme is not None
    if asked.scheme.illustrative:
        yield "注：各项权重与门槛为示意，非市级公布的数值。"
    if asked.kept.whole.counts.simulated:
        yield "注：所计办件含模拟数据，不是实际发生的诉求。"


def _when(asked: Chosen) -> str:
    return f"[[{asked.span.label('zh')}]]"


def _literal(text: str) -> str:
    """Words with a number in them are marked."""
    return f"[[{text}]]" if _DIGITS.search(text) and "[[" not in text and "{{" not in text else text
