"""The section outline of a report: heading tree, what each section speaks of, and the time it means."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from tongjian.reading.frames import Years, heading_part, heading_period, place_of, years_of
from tongjian.reading.spans import clauses, paragraphs, sentences
from tongjian.reading.times import Frame
from tongjian.reading.types import Hints, Outline, Part, Section

__all__ = ["clauses", "frame_at", "outline", "paragraphs", "part_at", "sentences"]

_HAN = "一二三四五六七八九十"
# What opens a heading, with its level. A heading may run on into its paragraph: the title ends at 。
_OPENINGS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (1, re.compile(rf"(第[{_HAN}]+部分)[、：:\s]*")),
    (1, re.compile(r"(【)(?=[^】\n]{2,40}】\s*$)", re.M)),
    (2, re.compile(rf"([{_HAN}]{{1,3}})、")),
    (4, re.compile(rf"([（(][{_HAN}]{{1,3}}[）)])[、.]?")),
    (5, re.compile(r"(\d{1,2}[.．、])(?![\d])")),
    (6, re.compile(r"([（(]\d{1,2}[）)])[、.]?")),
)
_DASHED = re.compile(r"—{1,3}")
_VIEW = re.compile(r"从[“\"]?([^”\"，。]{1,8}?)[”\"]?(?:来)?看")
_MEETING = re.compile(r"\d年\d{1,2}月\d{1,2}日|会议上")
_BARE = re.compile(
    r"(?:关于)?(?:(?:20\d\d|今|过去[一三五两]|去)年?(?:和[“\"]?十[一二三四五六七]五[”\"]?(?:时期)?)?(?:的)?)"
    r"(?:主要|重点|政府|全区|全市|全县|经济社会发展|国民经济和社会发展)*(?:的)?"
    r"(?:工作|计划|发展|经济|目标|任务|总体)[^，。；：:,]{0,24}"
    r"|[※*【]?名\s?词\s?解\s?释[※*】]?|(?:全面|切实|大力|着力)?加强政府自身建设|附[件录表]?[：:]?名词解释"
)
# Paragraphs that speak of something else than the section they stand in.
_ASIDES: tuple[tuple[str, Part | None, re.Pattern[str]], ...] = (
    ("问题", Part.OTHER, re.compile(r"清醒(?:地)?(?:看到|认识|意识)|也(?:必须|要)(?:清醒|看到)|存在(?:的|一些)?(?:困难|问题|不足)|困难(?:和|与)(?:问题|挑战)")),
    ("目标", Part.TARGETS, re.compile(r"(?:预期|奋斗|发展|工作)目标(?:建议|初步|安排|设定|初定)?(?:[是为：:]|如下)|(?:主要)?指标安排(?:如下|[是为：:])")),
    ("思路", Part.OTHER, re.compile(r"(?:总体|工作|安排|基本|总)(?:要求|思路)(?:[是为：:])|指导思想[是为：:]")),
    ("结", None, re.compile(r"^各位代表[！!，,：:\s]")),
)  # fmt: skip
_AHEAD = {Part.TARGETS, Part.MEASURES}
# A numbered paragraph of figures is no heading: its words promise nothing about what follows.
_RUNNING = re.compile(r"[，,；;].*\d|\d.*[，,；;]")
_HEAD_CHARS = 110
_TITLE_CHARS = 60


@dataclass(frozen=True, slots=True)
class _Heading:
    start: int
    number: str
    title: str
    level: int
    key: str
    once: bool = False  # covers its own paragraph (and the list under it) only
    part: Part | None = None


def outline(text: str, hints: Hints | None = None) -> Outline:
    """The outline of a report. Works on plan and work reports, bulletins, analyses and excerpts alike.

    A text without headings has no sections; its `part` and `period` then stand for the whole.
    """
    hints = hints or Hints()
    headings = _headings(text)
    years = years_of(text, hints, [h.title for h in headings if h.level <= 2 and not h.once])
    sections = _sections(text, headings, years)
    return Outline(
        title=years.title,
        area=hints.area or place_of(years.title, text),
        report_kind=years.kind,
        given=years.given,
        reviewed=years.reviewed,
        planned=years.planned,
        sections=sections,
        part=years.part,
        period=years.period(years.part),
    )


def part_at(outline: Outline, offset: int) -> Part:
    """What the text at this offset speaks of."""
    section = outline.at(offset)
    return outline.part if section is None else section.part


def frame_at(outline: Outline, offset: int) -> Frame:
    """The time that unstated and relative periods mean at this offset."""
    section = outline.at(offset)
    period = outline.period if section is None else section.period
    year = int(period.rpartition("/")[2][:4]) if period else None
    return Frame(outline.given, year if section is None or section.year is None else section.year, period)


def _headings(text: str) -> list[_Heading]:
    found: list[_Heading] = []
    for start, end in paragraphs(text):
        made = _heading(text, start, end) or _aside(text, start, end)
        if made is not None:
            found.append(made)
    return found


def _heading(text: str, start: int, end: int) -> _Heading | None:
    for level, opening in _OPENINGS:
        if match := opening.match(text, start, end):
            number = match[1]
            title = _title(text, match.end(), end)
            key = re.sub(r"[.．、]$", "", number) if number != "【" else title.rstrip("】")
            return _Heading(start, number if number != "【" else "", title.rstrip("】"), level, key)
    if match := _DASHED.match(text, start, end):
        return _dashed(text, start, match.end(), end)
    if end - start <= 34 and _BARE.fullmatch(text, start, end):
        title = re.sub(r"\s", "", text[start:end])
        return _Heading(start, "", title, 2, title.strip("※*【】"))
    return None


def _dashed(text: str, start: int, body: int, end: int) -> _Heading | None:
    """——从“稳”来看 holds the headings under it; ——经济稳步增长。… is a heading beside （一）; a list item is none."""
    line = text[body:end]
    if _MEETING.search(line[:60]):
        return None
    if view := _VIEW.match(line):
        return _Heading(start, view.group(), view.group(), 3, view[1])
    stop = line.find("。")
    if not 0 <= stop < len(line) - 1:
        return None
    title = line[:stop][:_TITLE_CHARS]
    return _Heading(start, "——", title, 4, title[:8])


def _aside(text: str, start: int, end: int) -> _Heading | None:
    head = text[start : min(end, start + _HEAD_CHARS)]
    for key, part, pattern in _ASIDES:
        if pattern.search(head):
            return _Heading(start, key, "", 4, key, once=key != "结", part=part)
    return None


def _title(text: str, start: int, end: int) -> str:
    stop = text.find("。", start, end)
    return text[start : end if stop < 0 else stop].strip()[: _TITLE_CHARS * 2]


def _sections(text: str, headings: list[_Heading], years: Years) -> tuple[Section, ...]:
    made: list[Section] = []
    open_at: list[int] = []
    seen_plan = False
    for i, heading in enumerate(headings):
        while open_at and (
            made[open_at[-1]].level >= heading.level or made[open_at[-1]].end <= heading.start
        ):
            open_at.pop()
        parent = open_at[-1] if open_at else None
        above = made[parent] if parent is not None else None
        if _idle(heading, above):
            continue
        end = _end(text, headings, i, above)
        section = _section(heading, end, parent, above, years, seen_plan, text)
        seen_plan = seen_plan or section.part in (Part.TARGETS, Part.MEASURES)
        made.append(section)
        open_at.append(len(made) - 1)
    return tuple(_calm_ending(made, len(text)))


def _idle(heading: _Heading, above: Section | None) -> bool:
    """The salutation before the first heading; lookalikes of asides among notes; problems named in a plan."""
    if heading.key == "结":
        return above is None
    inside_notes = above is not None and "名词解释" in above.title
    in_plan = above is not None and above.part is not Part.REVIEW
    return (heading.once and inside_notes) or (heading.key == "问题" and in_plan)


def _section(
    heading: _Heading,
    end: int,
    parent: int | None,
    above: Section | None,
    years: Years,
    planning: bool,
    text: str,
) -> Section:
    outer_part = above.part if above else None
    body = text[heading.start : end]
    named = "" if _RUNNING.search(heading.title) else heading.title
    part = heading.part or heading_part(named, outer_part, years, planning, heading.level, body)
    lead = text[heading.start : heading.start + _TITLE_CHARS] if heading.key == "结" else heading.title
    alike = above is not None and (part in (above.part, Part.OTHER) or {part, above.part} <= _AHEAD)
    outer = above.period if above and alike else years.period(part)
    period = heading_period(lead, outer, years)
    year = int(period.rpartition("/")[2][:4]) if period else None
    path = f"{above.path}/{heading.key}" if above else heading.key
    return Section(
        heading.number, heading.title, heading.level, path, part, year, heading.start, end, parent, period
    )


def _end(text: str, headings: list[_Heading], i: int, above: Section | None) -> int:
    heading = headings[i]
    limit = above.end if above else len(text)
    later = (headings[k] for k in range(i + 1, len(headings)))
    following = next((h.start for h in later if not h.once and h.level <= heading.level), limit)
    return min(limit, _own_paragraph(text, heading.start, following) if heading.once else following)


def _own_paragraph(text: str, start: int, limit: int) -> int:
    """The end of this paragraph, with the dashed or semicolon list that it opens."""
    end = start
    for s, e in paragraphs(text, start, limit):
        if end == start or text[s] in "—-–" or text[end - 1] in "；;：:":
            end = e
        else:
            break
    return end


def _calm_ending(sections: list[Section], length: int) -> list[Section]:
    """The closing words (各位代表！新时代…) after the last measures promise nothing that can be checked."""
    notes = next((s.start for s in sections if "名词解释" in s.title), length)
    end = notes
    for i in range(len(sections) - 1, -1, -1):
        if sections[i].number == "结" and sections[i].end == end:
            if sections[i].part is Part.MEASURES:
                sections[i] = replace(sections[i], part=Part.OTHER)
            end = sections[i].start
    return sections
