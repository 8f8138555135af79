"""The words around a number: its clause on the left, what follows on the right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tongjian.reading.figures.mention import Mention
from tongjian.reading.figures.phrases import is_act, opens_with_act, without_opening_acts

_BREAK = re.compile(
    r"[，,；;：:。！!？?|\n\t▶●◆]|(?<=[^—])——|—{2}|(?<=[一-龥”])、(?=累计|力争|总投资|年均|预计|同比)"
)
_JOIN_FIRST = re.compile(r"\s?(?:、|和|及|与|以及|并)")
_JOIN_LAST = re.compile(r"(?:、|和|及|与|以及)\s?$")
_PARENS = re.compile(r"（[^（）]*）|\([^()]*\)")
_PLAN_BEFORE = re.compile(r"(?:计划|目标|任务|预算)[^，。；、]{0,4}$")
_LISTED = re.compile(r"[一-龥”）)](?:、|和|及|与|以及)\s?$")


@dataclass(frozen=True, slots=True)
class Clause:
    """The words around one number.

    before: those that belong to it, on its left; earlier: clauses between the number before and this one;
    outside: what stands before the bracket that holds it; start, end: of the clause between commas.
    joined: it follows a number of the same clause after 、; listed: a noun joined by 和 precedes it;
    named: the clauses since the number before hold none; planned: a plan's value in brackets.
    """

    before: str
    earlier: str
    outside: str
    start: int
    end: int
    joined: bool = False
    listed: bool = False
    named: bool = False
    planned: bool = False


def clause_of(text: str, start: int, end: int, mentions: Sequence[Mention], at: int) -> Clause:
    """The clause of `mentions[at]` inside the sentence `start:end`."""
    here = mentions[at].lo
    bracket = _open_bracket(text, start, here)
    limit = bracket + 1 if bracket >= 0 else start
    before = _number_before(text, limit, here, mentions, at)
    flat = _flat(text[limit:here])
    opened = limit + max((b.end() for b in _BREAK.finditer(flat)), default=0)
    stop = _BREAK.search(text, mentions[at].end, end)
    close = stop.start() if stop else end
    outside = text[start:bracket] if bracket >= 0 else ""
    planned = bool(outside and _PLAN_BEFORE.search(outside))
    if before is not None and before.hi > opened:
        between = _flat(text[before.hi : here])
        joined = bool(_JOIN_FIRST.match(between))
        return Clause(_bare(_joined(between)), "", outside, opened, close, joined, planned=planned)
    words = flat[opened - limit :]
    earlier = _bare(_flat(text[before.hi if before else limit : opened]))
    return Clause(
        _bare(words),
        earlier,
        outside,
        opened,
        close,
        False,
        bool(_LISTED.search(words)),
        bool(earlier.strip("，,；;：: ")),
        planned,
    )


def _number_before(text: str, limit: int, here: int, mentions: Sequence[Mention], at: int) -> Mention | None:
    """The last number on the left that stands in the same bracket, or in none as this one."""
    for m in reversed(mentions[:at]):
        if m.start < limit:
            return None
        if m.hi <= here and _open_bracket(text, limit, m.start) < 0:
            return m
    return None


def right_of(text: str, end: int, mentions: Sequence[Mention], at: int) -> str:
    """The words from `mentions[at]` to the next number or the end of the sentence.

    A number right behind a bare noun (43个|村|1.62万户|“气代煤”改造) is stepped over: both count the same works.
    """
    opened = max(mentions[at].hi, mentions[at].end)
    stop = mentions[at + 1].lo if at + 1 < len(mentions) else end
    said = text[opened : max(stop, opened)]
    if _JOIN_FIRST.match(said):
        return ""
    if at + 1 < len(mentions) and not _BREAK.search(said) and not _JOIN_LAST.search(said):
        thing, _, rest = said.rpartition("和")
        said = thing if thing and len(rest) <= 10 else said
    if at + 1 < len(mentions) and _steps_over(said, mentions[at + 1]):
        further = right_of(text, end, mentions, at + 1)
        if re.match(r"[一-龥“]", further):
            if said.endswith("等"):
                return said[: len(said) - len(without_opening_acts(said))] + further
            if said == "的" or is_act(said):
                return said + further
            return further + said if len(further) <= 16 and not _BREAK.search(further) else said + further
    return said


def _steps_over(said: str, following: Mention) -> bool:
    """52项 behind 10大类, 8个 in 总投资3亿元的8个…, 9公里 in 投资2亿元新建9公里…; 户 and 人 behind a bare 村."""
    if said in ("", "的") or is_act(said) or (said.endswith("等") and opens_with_act(said)):
        return following.sort == "amount"
    return bool(re.fullmatch(r"[一-龥]{1,2}(?:共计|合计|共)?", said)) and following.unit[-1:] in "户人"


def _bare(text: str) -> str:
    return text.replace("\u200b", "")


def _flat(text: str) -> str:
    """The same text with bracketed parts blanked, so that their marks do not cut."""
    return _PARENS.sub(lambda m: "\u200b" * len(m.group()), text)


def _joined(between: str) -> str:
    """Words between two numbers of one clause that belong to the second: after 、 or 和; none if they end in one."""
    if opening := _JOIN_FIRST.match(between):
        return between[opening.end() :]
    if _JOIN_LAST.search(between):
        return ""
    _, comma, rest = between.partition("、")
    if comma:
        return rest
    thing, _, rest = between.rpartition("和")
    return rest if thing and len(rest) <= 10 else between


def _open_bracket(text: str, start: int, here: int) -> int:
    """Index of the bracket that is open at `here`, or -1."""
    depth = 0
    for i in range(here - 1, start - 1, -1):
        if text[i] in ")）":
            depth += 1
        elif text[i] in "(（":
            if depth == 0:
                return i
            depth -= 1
    return -1
