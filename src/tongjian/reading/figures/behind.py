"""Lists of tasks that lag: their numbers are what was to be reached, not what was.

未达到序时进度的任务有3项，分别为新建泵站4座、…; 滞后的2项工作是…; 未完成年度目标的有2个，即….
"""

from __future__ import annotations

import re

_N = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})\s?(?:大?项|个|件|条)"
_LAGS = (
    r"(?:(?:未|没有|未能|尚未)(?:按期|按时|如期)?(?:达到?|完成|实现|达成)[^，,。；;、：:]{0,8}?(?:进度|目标|任务|计划|要求|时序)"
    r"|(?:滞后|落后|慢)于?(?:[^，,。；;、：:]{0,6}?(?:进度|计划|目标|要求))?|进度滞后|进展(?:较慢|缓慢|滞后))"
)
_BEHIND = re.compile(
    rf"{_LAGS}的?(?P<what>[^，,。；;：:\d一二两三四五六七八九十]{{0,10}}?)(?:共?有|共计?|计)?\s?{_N}(?P<of>[^，,。；;：:、]{{0,8}})"
    r"(?:[、，,]\s?占[^，,。；;：:]{0,14}|（[^（）]*）|\([^()]*\))?"
    r"(?:[，,]?\s?(?:分别|具体|主要|依次)?(?:为|是|即|系|包括|有)[：:]?|[：:])"
)
# An item that says how far its task has come states no target.
_SO_FAR = re.compile(r"仅|只|实际|已经?|目前|截至|同比|低于|高于|相差|进度|占|还差|尚差|下降")
_SHORT = re.compile(r"(?:未|没有|未能|尚未)(?:按期|按时|如期)?(?:达到?|完成|实现|达成)$")


def fallen_short(text: str, start: int, at: int) -> bool:
    """Whether the goal named at `at` was missed: 未完成|年度目标2项 counts goals and plans nothing."""
    return bool(_SHORT.search(text, max(start, at - 8), at))


def in_list_behind(text: str, start: int, at: int) -> bool:
    """Whether the number at `at` names an item of such a list inside the sentence that begins at `start`.

    A list of indicators (…的2项指标，分别为…增长3%) gives their values, so it is none.
    """
    found = next(_BEHIND.finditer(text, start, at), None)
    if found is None:
        return False
    things = found["what"] + found["of"]
    said = text[found.end() : at]
    if ("指标" in things and "任务" not in things) or re.search("[；;]", said) or _in_bracket(said):
        return False
    return not _SO_FAR.search(re.split("[、，,]", said)[-1])


def _in_bracket(said: str) -> bool:
    return said.count("（") + said.count("(") > said.count("）") + said.count(")")
