"""Find every figure of a text: quantities first, then names and periods, paragraph by paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tongjian.reading.figures.amounts import amounts, ratios
from tongjian.reading.figures.compose import Walk, sentence_figures
from tongjian.reading.figures.masks import Masks, masks
from tongjian.reading.figures.mention import Mention
from tongjian.reading.figures.phrases import left_phrase
from tongjian.reading.figures.ranks import ranks
from tongjian.reading.figures.tables import table_figures
from tongjian.reading.figures.topic import Topic
from tongjian.reading.figures.worded import worded
from tongjian.reading.outline import frame_at, paragraphs, part_at
from tongjian.reading.spans import LONGEST_SENTENCE, shortened
from tongjian.reading.times import Frame, times
from tongjian.reading.types import Figure, Outline, Part

_SENTENCE_END = re.compile(r"[。！？!?\n]+")
_NOTE = re.compile(r"[\[〔]\d{1,3}[\]〕]")
_CAPTION = 24
# Captions that say what a text is, not what it measures.
_FRAMES = re.compile("回顾|情况|工作|安排|综合|概况|目标|任务|措施|建议|报告|公报")
_ITEM = re.compile(
    r"[ \t　]*(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]|[一二三四五六七八九十]是|——|▶|●)*[ \t　]*"
)


def find_figures(text: str, outline: Outline) -> tuple[Figure, ...]:
    """All figures of the text in reading order. Notes on terms (名词解释) are left out."""
    tabled, covered = table_figures(text, outline)
    found = _mentions(text, covered)
    default = _opening_period(text, outline)
    default = "" if _within(default, outline.period) else default
    made = list(tabled)
    at = 0
    walk: Walk | None = None
    caption = ""
    for start, end in paragraphs(text):
        inside, at = _inside(found, at, start, end)
        if _NOTE.match(text, start, end) or _is_note(outline, start):
            continue
        if not inside:
            caption = text[start:end] if end - start <= _CAPTION else ""
            caption = "" if _FRAMES.search(caption) else caption
            continue
        walk = _entered(walk, text, outline, start, default)
        if caption and (name := left_phrase(caption)):
            walk.topic = Topic(names=(name,), things=(name,))
        caption = ""
        made += _paragraph(walk, start, end, inside)
    return tuple(sorted(made, key=lambda f: (f.start, f.end)))


def _mentions(text: str, covered: Sequence[tuple[int, int]]) -> list[Mention]:
    """Quantities of all sorts in order; where two overlap the one that starts first, then the longer, stays."""
    hidden = masks(text)
    found = [*amounts(text, hidden), *ratios(text, hidden), *ranks(text, hidden), *worded(text, hidden)]
    cells = Masks(covered)
    found = [m for m in found if not cells.hides(m.start)]
    kept: list[Mention] = []
    for m in sorted(found, key=lambda m: (m.start, -m.end)):
        if not kept or m.start >= kept[-1].end:
            kept.append(m)
    return kept


def _inside(found: Sequence[Mention], at: int, start: int, end: int) -> tuple[list[Mention], int]:
    inside: list[Mention] = []
    while at < len(found) and found[at].start < end:
        if found[at].start >= start:
            inside.append(found[at])
        at += 1
    return inside, at


def _entered(walk: Walk | None, text: str, outline: Outline, start: int, default: str) -> Walk:
    """The walk of this paragraph; within one section the topic is kept (two may bear one number)."""
    section = outline.at(start)
    path = section.path if section else ""
    frame = frame_at(outline, start)
    if default and outline.report_kind in ("bulletin", "other") and frame.period in ("", outline.period):
        frame = Frame(frame.given, frame.year, default)
    part = part_at(outline, start)
    if part is Part.OTHER and section is not None and section.parent is not None:
        part = outline.sections[section.parent].part
    if walk is not None and walk.section == path and walk.part is part:
        walk.frame, walk.carried = frame, ""
        return walk
    return Walk(text, frame, part, path, outline.planned)


def _paragraph(walk: Walk, start: int, end: int, mentions: Sequence[Mention]) -> Iterator[Figure]:
    walk.carried = ""
    opening = _ITEM.match(walk.text, start, end)
    first = next(iter(times(walk.text, start, min(end, start + 40), walk.frame)), None)
    at = 0
    for s, e in _sentences(walk.text, start, end):
        inside, at = _inside(mentions, at, s, e)
        yield from sentence_figures(walk, s, e, inside)
        if s == start and first is not None and first.start <= (opening.end() if opening else start) + 6:
            walk.carried = "" if first.words.startswith(("连续", "截", "至")) else first.period
        else:
            walk.carried = _reopened(walk, s, e)


def _reopened(walk: Walk, start: int, end: int) -> str:
    """What the sentences after one that opens with a time speak of.

    2021年完成…。 inside a review of 2017-2021 holds on; 上半年…。 ends what the paragraph's opening stated.
    """
    first_year, _, last = walk.frame.period.partition("/")
    if not walk.carried and (not last or "-" in first_year):
        return ""
    opening = next(iter(times(walk.text, start, min(end, start + 8), walk.frame)), None)
    if opening is None or opening.start > start + 1:
        return walk.carried
    if last and "-" not in first_year and opening.words.startswith(last):
        return last
    return "" if opening.period == walk.frame.period else walk.carried


def _within(month: str, period: str) -> bool:
    """Whether a month or months lie inside a longer period of months (2023-10 in 2023-01/2023-10)."""
    first, _, last = period.partition("/")
    if not month or not last or "-" not in first:
        return False
    return first <= month.partition("/")[0] and month.rpartition("/")[2] <= last


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for stop in _SENTENCE_END.finditer(text, start, end):
        yield from shortened(text, at, stop.start(), LONGEST_SENTENCE)
        at = stop.end()
    if at < end:
        yield from shortened(text, at, end, LONGEST_SENTENCE)


def _is_note(outline: Outline, offset: int) -> bool:
    section = outline.at(offset)
    while section is not None:
        if "名词解释" in section.title or "注释" in section.title:
            return True
        section = outline.sections[section.parent] if section.parent is not None else None
    return False


def _opening_period(text: str, outline: Outline) -> str:
    """The month or months that a bulletin's first sentence states (2017年3月，共办理…), else empty."""
    if outline.report_kind not in ("bulletin", "other") or outline.part is not Part.REVIEW:
        return ""
    for start, end in paragraphs(text, 0, min(len(text), 600)):
        if end - start < 20:
            continue
        frame = Frame(outline.given, outline.given, outline.period)
        opening = _ITEM.match(text, start, end)
        first = next(iter(times(text, start, min(end, start + 40), frame)), None)
        if first and first.words.startswith(("截", "至")):
            return ""
        if first and "-" in first.period and first.start <= (opening.end() if opening else start) + 8:
            return first.period
        return ""
    return ""
