"""What a promise is: its kind, the milestone it aims at, and whether the year's end can check it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tongjian.reading.clauses.acts import Act, Result
from tongjian.reading.clauses.lexicon import ABSTRACT, EFFORTS, EVENTS, FACILITIES, POLICIES, SOFTENING
from tongjian.reading.clauses.objects import Phrase
from tongjian.reading.clauses.quantity import amounts

_ASSURES = re.compile(r"确保|实现|力争|力促|保证|务必")
_BUILDS = re.compile(r"建设|工程|管网|扩容|扩建|新建|主体")
_GOING = frozenset(
    (
        "加快",
        "推进",
        "推动",
        "加快推进",
        "加快建设",
        "加快实施",
        "推动",
        "促进",
        "加速",
        "统筹推进",
        "继续实施",
        "继续",
        "支持",
    )
)
_INDICATOR = re.compile(r"(?:率|规模|比例|比重|占比|总量|质量|排名|数量|收入|产值|增加值)$")
_DOING = frozenset("开展 组织开展 开展好 实施 组织实施 抓好 突出抓好 重点抓好 推进 建设 滚动实施".split())


@dataclass(frozen=True, slots=True)
class Verdict:
    """kind, milestone, firmness, hedge in the field reference's words."""

    kind: str
    milestone: str | None
    firmness: str
    hedge: str | None


def judge(words: str, act: Act, said: Phrase, end_state: Result | None) -> Verdict:
    """Kind, milestone and firmness of an action on an object phrase."""
    noun = words[said.start : said.end]
    kind = _kind(noun, act, said)
    if end_state is not None:
        return _ended(kind, act, end_state, noun, words)
    if said.early is not None:
        return _early(kind, act)
    if act.verb.firmness == "hard":
        return _one_off(kind, act, noun, said)
    return _ongoing(kind, act, noun, said)


def _kind(noun: str, act: Act, said: Phrase) -> str:
    if act.verb.kind:
        return act.verb.kind
    if noun.endswith(EVENTS) and act.verb.milestone != "推进":
        return "event"
    if noun.endswith(POLICIES) and not (said.moved and "建设" in said.moved):
        return "policy"
    if noun.endswith(FACILITIES) or (said.moved and "建设" in said.moved and not noun.endswith(POLICIES)):
        return "project_milestone"
    return "target" if _INDICATOR.search(noun) else "task"


def _ended(kind: str, act: Act, end_state: Result, noun: str, words: str) -> Verdict:
    hedge = act.hedge or next((h for h in ("推进",) if act.first == h), None)
    soft = act.soon or bool(re.search(r"尽快|尽早|早日|条件", words)) and not _ASSURES.match(act.first)
    landing = end_state.milestone == "落地" and (act.first in SOFTENING or act.verb.milestone == "落地")
    firmness = "soft" if (soft and act.first != "确保") or landing else "hard"
    return Verdict("project_milestone" if kind == "task" else kind, end_state.milestone, firmness, hedge)


def _early(kind: str, act: Act) -> Verdict:
    hard = act.verb.firmness == "hard"
    milestone = "完成" if act.verb.milestone == "完成" else "前期"
    return Verdict(
        "project_milestone" if kind == "task" else kind, milestone, "hard" if hard else "soft", act.hedge
    )


def _one_off(kind: str, act: Act, noun: str, said: Phrase) -> Verdict:
    milestone = act.verb.milestone
    softened = act.first in SOFTENING and act.first != act.words
    if milestone in ("成立", "发布") and softened and act.first != "研究":
        return Verdict(kind, None, "soft", act.hedge)
    if milestone == "完成" and (said.moved or _BUILDS.search(noun)) and kind != "policy":
        milestone, kind = "完工", "project_milestone"
    hedge = act.hedge or ("研究" if act.first == "研究" and act.words != "研究" else None)
    return Verdict(kind, milestone, "soft" if softened and act.first != "研究" else "hard", hedge)


def _ongoing(kind: str, act: Act, noun: str, said: Phrase) -> Verdict:
    if amounts(noun) and act.first not in _GOING:
        milestone = None if kind == "target" else "完成"
        return Verdict("target" if kind == "task" else kind, milestone, "hard", act.hedge)
    return Verdict(kind, _stage(kind, act, noun, said), "soft", act.hedge)


def _stage(kind: str, act: Act, noun: str, said: Phrase) -> str | None:
    """推进 for projects and named efforts under way; nothing for improving and keeping."""
    if act.verb.milestone in ("前期", "落地"):
        return act.verb.milestone
    if kind == "project_milestone":
        return "推进"
    if act.verb.milestone != "推进" or kind in ("policy", "target"):
        return None
    return (
        "推进"
        if noun.endswith(EFFORTS) or said.moved or not noun.endswith(ABSTRACT) and act.first != "推动"
        else None
    )
