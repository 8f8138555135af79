"""Which years a report speaks of, what its headings promise, and the period that each heading means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tongjian.reading.dated import given_year, is_late, own_title, subject_of
from tongjian.reading.times import TIME, Frame, meaning
from tongjian.reading.types import Hints, Part

_PLAN_TITLE = re.compile(
    r"计划(?:执行情况)?(?:与|及|和).{0,30}计划|计划.{0,8}执行情况|国民经济和社会发展计划"
)
_WORK_TITLE = re.compile(
    r"政府工作报告(?!》)|向大会.{0,6}报告.{0,12}工作|年.{0,6}工作(?:的)?回顾|过去.年.{0,4}回顾"
)
_BULLETIN_TITLE = re.compile(
    r"公报|通报|督查|经济运行|进展|完成情况|推进情况|落实情况|发展情况|发展报告|执行情况|简析|分析"
)
_REVIEW = re.compile(
    r"执行情况|回顾|完成情况|进展|推进情况|落实情况|运行|基本情况|过去.年|过去一年|回访情况|发展情况|重大成就|总结"
    r"|(?:与|同|对照)[^，]{0,8}(?:目标|计划|任务)[^，]{0,8}(?:比较|对比|相比)|(?:目标|计划|任务)[^，]{0,8}(?:比较|对比)$"
    r"|^关于20\d\d年政府工作$|取得.{0,8}(?:成就|成效|成绩|进步|突破|业绩)"
)
_MEASURES = re.compile(
    r"措施|工作安排|重点工作|工作重点|任务|工作建议|主要工作|部署|建议|安排意见|自身建设|举措|下[一半].{0,3}(?:步|阶段|年)|打算|今后"
)
_TARGETS = re.compile(r"目标|总体要求|总体思路|工作思路|总体安排|政策取向|计划安排|工作要求")
_OTHER = re.compile(
    r"(?:存在|主要|面临|遇到)的?.{0,6}(?:问题|困难|挑战)|困难[和与](?:问题|挑战)|体会|启示|指导思想|基本原则"
)
_PLANNING = re.compile(r"预期目标|做好(?:今年|新一年|明年)")
_PLACE = r"(?P<place>(?:[一-龥]{2,7}?(?:自治[区州县旗]|省|市|地区|盟|州|新区|区|县|旗))+)"
_TITLED = re.compile(rf"^(?:关于)?(?:(?:19|20)\d\d年)?{_PLACE}(?!域)")
_REPORTING = re.compile(rf"代表{_PLACE}人民政府")
_CONGRESS = re.compile(rf"在{_PLACE}(?:第[一二三四五六七八九十]+届)?(?:人民代表大会|人大常委会)")
_NO_PLACE = re.compile(
    r"^[全我本各该一这]|城市|(?:园|社|小|景|灾|校|街|片|厂|库|矿|林|郊|山|牧|军|战|辖)区$|^(?:主|老|新|中心)?城区$|建成区$|市区$|人民|关于|工作|经济"
)
_STATED = re.compile(r"上半年|下半年|季度|\d月|稳步|有序|成效")
# Words of plans and words of results, for texts without a title.
_AHEAD = re.compile(
    r"力争|计划(?=新|建|完成|实施|投)|确保|将(?!近)|总体要求|预期目标|到20\d\d年|不低于|不少于|控制在|(?:增长|达到)[^，。；]{1,12}(?:左右|以上)"
)
_BEHIND = re.compile(r"已|累计|同比|比上年|较上年|完成(?!率)|实现|共[办受接]|截[至止]|居全|受理")
_SAMPLE = 3000
_NOTES = re.compile(r"名词解释|注释")
_PROMISE = re.compile(r"目标|[任义]务|计划$|民生.{0,6}实事|要点|方案|安排")


@dataclass(frozen=True, slots=True)
class Years:
    """The time frame of a text: kind, the years given, reviewed and planned, and the period of its review."""

    kind: str
    title: str
    given: int | None
    reviewed: int | None
    planned: int | None
    review_period: str
    part: Part

    def period(self, part: Part) -> str:
        if part in (Part.TARGETS, Part.MEASURES) and self.planned is not None:
            return str(self.planned)
        if part is Part.OTHER and self.kind in ("plan", "work") and self.review_period == "":
            return "" if self.given is None else str(self.given)
        return self.review_period


def years_of(text: str, hints: Hints, top_titles: Sequence[str]) -> Years:
    """Read kind and years from hints, title, the meeting's date and the first headings, in that order."""
    title = hints.title or own_title(text)
    said = title or subject_of(text)
    head = re.sub(r"\s", "", (hints.title or "") + text[:400])
    kind = _kind(head, said, top_titles)
    given = hints.year or given_year(text, said, top_titles, kind, hints.name or "", _REVIEW)
    part = _whole_part(said, kind, text)
    promised = part is Part.MEASURES
    if kind in ("bulletin", "other") or promised:
        reviewed, planned = (None if promised else given), given
    else:
        before = given - (0 if kind == "work" and is_late(text, given) else 1) if given else None
        reviewed = _titled_year(top_titles, head) or before
        planned = given if given is None or reviewed != given else given + 1
    period = _stated_review(said, given) if kind != "work" else None
    return Years(kind, title, given, reviewed, planned, period or _text(reviewed), part)


def heading_part(title: str, outer: Part | None, years: Years, planning: bool, level: int, body: str) -> Part:
    """What a section speaks of, from its title; else as its parent, else as the sections before it.

    body: the section's text, asked only where the title says nothing and no plan section came before.
    """
    if _NOTES.search(title):
        return Part.OTHER
    if outer is not None and level > 2:
        inner = (
            Part.OTHER if outer is Part.REVIEW and re.search("存在.{0,4}问题|困难和问题", title) else outer
        )
        if outer is Part.TARGETS and years.kind == "work" and not _TARGETS.search(title):
            return Part.MEASURES
        return (
            Part.REVIEW
            if outer is Part.MEASURES and re.search("(?:回顾|执行情况|完成情况)$", title)
            else inner
        )
    plan_year = (
        years.planned is not None and years.planned != years.reviewed and f"{years.planned}年" in title
    )
    if _REVIEW.search(title) and not plan_year:
        return Part.REVIEW
    if _OTHER.search(title) and years.kind in ("plan", "work"):
        return Part.OTHER
    for part, pattern in ((Part.MEASURES, _MEASURES), (Part.TARGETS, _TARGETS)):
        if pattern.search(title) and years.kind != "bulletin":
            return part
    reports = years.kind in ("plan", "work")
    if plan_year or (reports and (planning or (outer is None and _PLANNING.search(body)))):
        return Part.MEASURES
    return years.part if outer is None or years.kind == "bulletin" else outer


def heading_period(title: str, outer: str, years: Years) -> str:
    """The period that a heading states (2020年, “十三五”时期, 这五年), else that of the section around it."""
    found = TIME.search(title[:40])
    if found and (found["cut"] or (found.start() > 12 and len(title) > 60)):
        found = None
    year = int(outer.rpartition("/")[2][:4]) if outer else None
    if re.search("(?:过去|这|近)五年|五年来", title) and years.reviewed is not None:
        return f"{years.reviewed - 4}/{years.reviewed}" if "/" not in outer or "-" in outer else outer
    if re.match(r"各位代表|[^，。]{0,6}(?:过去一年|一年来)", title) and not (found and found["digits"]):
        return outer
    stated = meaning(found, Frame(years.given, year, outer)) if found else None
    if found and stated and found["digits"] and not found["sub"]:
        return _inside_year(title[found.end() : 40], int(stated), outer, years)
    return stated or outer


def _inside_year(rest: str, year: int, outer: str, years: Years) -> str:
    """2024年计划|上半年执行情况: the part of the stated year that the heading or the text around it reviews."""
    part = next((m for m in TIME.finditer(rest) if m["alone"]), None)
    if part and re.search("执行情况|运行|完成情况|进展", rest[part.end() :]):
        return meaning(part, Frame(years.given, year, str(year))) or str(year)
    reviewed = outer.startswith(f"{year}-") and re.search("执行情况$|完成情况$", rest)
    return outer if reviewed else str(year)


def place_of(title: str, text: str) -> str | None:
    """The place that the title names, or the government that reports, or the congress it is given to; else None."""
    head = re.sub(r"\s", "", text[:800])
    for pattern, words in ((_TITLED, re.sub(r"\s", "", title)), (_REPORTING, head), (_CONGRESS, head)):
        if (found := pattern.search(words)) and not _NO_PLACE.search(found["place"]):
            return found["place"]
    return None


def _kind(head: str, title: str, top_titles: Sequence[str]) -> str:
    if _PLAN_TITLE.search(re.sub(r"\s", "", title)) or _PLAN_TITLE.search(head[:120]):
        return "plan"
    if _WORK_TITLE.search(title) or any(_WORK_TITLE.search(t) for t in top_titles):
        return "work"
    if _BULLETIN_TITLE.search(title):
        return "bulletin"
    if _WORK_TITLE.search(head) and "督查" not in head:
        return "work"
    return "bulletin" if _BULLETIN_TITLE.search(head) else "other"


def _titled_year(top_titles: Sequence[str], head: str) -> int | None:
    """The year named with 执行情况 or 回顾."""
    pattern = re.compile(r"(20\d\d|19\d\d)年(?:(?!20\d\d年)[^，。月]){0,30}?(?:执行情况|工作(?:的)?回顾)")
    for text in (*top_titles, head):
        if found := pattern.search(text):
            return int(found[1])
    return None


def _stated_review(title: str, given: int | None) -> str | None:
    """A period inside the year that the title states: 2023年上半年, 8月份, 1-11月."""
    for found in TIME.finditer(re.sub(r"\s", "", title)):
        if (found["sub"] or found["alone"]) and given is not None:
            return meaning(found, Frame(given, given, str(given)))
    return None


def _whole_part(title: str, kind: str, text: str) -> Part:
    """What a text speaks of where no heading says it: its title, else what most of its verbs do."""
    if kind in ("plan", "work"):
        plan_only = kind == "plan" and title and not re.search("执行|与", title)
        return Part.MEASURES if plan_only else Part.REVIEW
    if _BULLETIN_TITLE.search(title):
        return Part.REVIEW
    if title:
        done = _STATED.search(title) and not re.search("安排|计划|部署|方案", title)
        return Part.MEASURES if _PROMISE.search(title) and not done else Part.REVIEW
    ahead, behind = len(_AHEAD.findall(text[:_SAMPLE])), len(_BEHIND.findall(text[:_SAMPLE]))
    return Part.MEASURES if ahead > behind else Part.REVIEW


def _text(year: int | None) -> str:
    return "" if year is None else str(year)
