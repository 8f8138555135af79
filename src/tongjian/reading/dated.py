"""Title and year of a text: what its first lines, its meeting, its headings, its sentences and its file name say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

MEETING = re.compile(r"(20\d\d|19\d\d)\s?年\s?(\d{1,2})\s?月\s?\d{1,2}\s?日")
_HAN_DIGITS = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | {"○": "0", "零": "0", "Ｏ": "0"}
_MEETING_HAN = re.compile(r"(二[〇○零Ｏ][〇○零Ｏ一二三四五六七八九]{2})年\s?([一二三四五六七八九十]{1,2})月")
# A date whose 年 and 月 were lost when the text was pasted: ——2022112日在…会议上.
_MEETING_WORN = re.compile(r"(?:^|\n)[ \t\u3000]{0,9}[—-]{1,2}\s?(20\d\d)\d{2,4}日?在")
_BODY = re.compile(
    r"[。；;！!]|^(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十][)）]|\d{1,2}[、.．])|^各位代表"
)
_OPENING = re.compile(r"[一二三四]、|各位代表|来源|——")
_SUBJECTS = (
    re.compile(r"(?:现将|我将|现就|将)(?P<what>[^。；！\n]{6,110}?)[,，]?(?:的)?(?:报告|提请|汇报|通报)"),
    re.compile(r"向[^，。,]{1,20}?报告(?P<what>[^。；！\n]{6,110}?)[,，]请"),
)
_TITLE_ENDS = re.compile(r"报告(?:[（(][^（）()]{1,12}[）)])?$")  # 报告, 报告（书面）
_TITLED = re.compile(r"(20\d\d|19\d\d)(?:\s?年|(?=\s?(?:$|[）)—\-_])|(?=1?\d月)))")
_YEAR = re.compile(r"(20\d\d|19\d\d)年")
# A year that an amount is held against (比2007年增加, 从2007年的…提高到) is not the one that is spoken of.
_SPOKEN = re.compile(r"(?<![到以比从较由自])(?<!(?<!截)至)(?<![\d.])(20\d\d)年(?!代|底前|以前|以来)")
# The year that a text about a report names as planned, not as done (提出了2020年工作主要任务).
_PLANNED = re.compile(
    r"(?<!完成)(?<!落实)(20\d\d)年(?:政府)?工作的?(?:主要|重点|总体)?(?:任务|安排|思路|要求|目标)"
)
_NAMED = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=\D|$|(?:0[1-9]|1[0-2])(?:[0-3]\d)?(?!\d))")
_SPAN = 6000
_LATE = 11


def own_title(text: str) -> str:
    """The first lines up to the meeting's date or the salutation, joined; at most three; no sentences."""
    lines: list[str] = []
    for raw in text[:600].split("\n"):
        line = raw.strip()
        if not line:
            continue
        if _BODY.search(line) or (len(line) > 45 and re.search("[，,]", line)) or len(line) > 80:
            break
        if MEETING.search(line) or (lines and (_OPENING.match(line) or len(line) > 40)):
            break
        lines.append(line)
        if len(lines) == 3 or _TITLE_ENDS.search(line):
            break
    return re.sub(r"\s+", "", "".join(lines))


def subject_of(text: str) -> str:
    """What an opening sentence says is reported (现将…情况报告如下), for texts whose title is lost; else empty."""
    head = re.sub(r"\s", "", text[:800])
    found = next((m for pattern in _SUBJECTS if (m := pattern.search(head))), None)
    return found["what"] if found else ""


def meeting_of(text: str) -> tuple[int, int] | None:
    """Year and month of the meeting that the head of a report names; month 0 when it cannot be read."""
    head = text[:500]
    if found := MEETING.search(head):
        return int(found[1]), int(found[2])
    if found := _MEETING_HAN.search(head):
        tens, _, ones = found[2].partition("十")
        month = int("0" + "".join(_HAN_DIGITS.get(c, "") for c in ones)) + (10 if "十" in found[2] else 0)
        return int("".join(_HAN_DIGITS[c] for c in found[1])), month or int(_HAN_DIGITS.get(tens, "0"))
    worn = _MEETING_WORN.search(head)
    return (int(worn[1]), 0) if worn else None


def is_late(text: str, given: int) -> bool:
    """Whether the meeting is held so late in the year that the report reviews that very year."""
    meeting = meeting_of(text)
    return meeting is not None and meeting[0] == given and meeting[1] >= _LATE


def given_year(
    text: str, title: str, top_titles: Sequence[str], kind: str, name: str, reviews: re.Pattern[str]
) -> int | None:
    """The year in which a plan or work report is given, or which a bulletin covers; None when nothing says it.

    The file's name is asked only where title, meeting and headings are silent.
    """
    reports = kind in ("plan", "work")
    if not reports and (titled := _TITLED.search(title)):
        return int(titled[1])
    if reports and (meeting := meeting_of(text)):
        return meeting[0]
    if reports and (top := _from_headings(top_titles, reviews)):
        return top
    if years := [int(year) for year in _TITLED.findall(title)]:
        return max(years) if kind == "plan" else years[0]
    if reports and (said := named_year(name)):
        return said
    return _spoken_year(text, kind, name)


def named_year(name: str) -> int | None:
    """The year that a file's name holds: 2023年政府工作报告.docx, bulletin_2022.txt, 20230104.pdf."""
    found = _NAMED.search(name)
    return int(found[1]) if found else None


def _from_headings(top_titles: Sequence[str], reviews: re.Pattern[str]) -> int | None:
    for i, top in enumerate(top_titles):
        if year := _YEAR.search(top):
            part = re.search("半年|季度|月", top[year.end() :])
            return int(year[1]) + (1 if reviews.search(top) and i == 0 and not part else 0)
    return None


def _spoken_year(text: str, kind: str, name: str) -> int | None:
    """The year that sentences name most (the first of two); one said once counts less than the file's name."""
    counted = Counter(int(year) for year in _SPOKEN.findall(text[:_SPAN]))
    often = {year: n for year, n in counted.items() if n >= 2}
    later = 1 if kind == "work" else 0
    planned = _PLANNED.search(text[:_SPAN]) if later else None
    if planned and int(planned[1]) >= max(counted, default=0):
        return int(planned[1])
    if often:
        return max(often, key=lambda year: often[year]) + later
    if said := named_year(name):
        return said
    if counted:
        return next(iter(counted)) + later
    numbered = re.search(r"[〔\[](20\d\d)[〕\]]\s?\d{1,4}\s?号", text[:_SPAN])
    return int(numbered[1]) if numbered else None
