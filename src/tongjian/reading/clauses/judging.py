"""What a promise is: its kind, the milestone it aims at, and whether the year's end can check it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from tongjian.reading.clauses.acts import Act, Result
from tongjian.reading.clauses.lexicon import DEEDS, EFFORTS, EVENTS, FACILITIES, POLICIES, SOFTENING
from tongjian.reading.clauses.lexicon import words as _listed
from tongjian.reading.clauses.objects import Phrase
from tongjian.reading.clauses.quantity import amounts, noun_span
from tongjian.reading.wordlist import WordList

_ASSURES = re.compile(r"确保|实现|力争|力促|保证|务必")
_SLOW = re.compile(r"尽快|尽早|早日|条件")
_GOING = frozenset(
    (
        "加快",
        "推进",
        "推动",
        "加快推进",
        "加快建设",
        "加快实施",
        "加速",
        "统筹推进",
        "继续实施",
        "继续",
        "支持",
    )
)
_INDICATOR = re.compile(r"(?:率|规模|比例|比重|占比|总量|质量|排名|数量|收入|产值|增加值)$")
_PEOPLE = re.compile(r"\d(?:余|多)?万?(?:余|多)?(?:人|人次|名)|就业|亿元|万元")
_HOSTING = ("举办", "承办", "办好", "开展", "启动", "组织", "召开", "谋划", "举行")
_LOOSELY = frozenset(_listed("开展 组织开展 开展好"))
_SPREADING = re.compile(r"(?:宣传|示范|招商|化解|研究|合作|交流|帮扶|服务|教育|培训|对接)$")
_DRAWING = re.compile(r"(?:项目|企业|龙头|总部)$")
_SETTLING = re.compile(r"落户|落地|入驻|转移")
_SEATING = frozenset(_listed("争取 推动 吸引 引导 支持 对接争取 努力争取 促进"))


_ON_COUNTED = _listed("提供 实施 开展 安装 配备 发放")
MARKED = _listed("全覆盖 达标 达标排放 脱贫 全部脱贫 出列 清零 动态清零")
_HOSTED = WordList([*EVENTS, "会", "节", "赛", "展", "周", "月", "季", "仪式", "庆典", "盛会"])
_WORKS = WordList([*DEEDS, *FACILITIES])
_EFFORTS_OR_PLACES = WordList([*EFFORTS, *FACILITIES])
_BUILT_ENDS = frozenset(_listed("完工 投用 开工 过半"))
_KEPT_UP = _listed("体系 网络 管理 责任 监管")
_WORKING = _listed(
    "改造 新建 建设 建成 打造 增设 安装 硬化 修缮 更新 铺设 治理 整治 修复 实施 绿化 拓宽 加装 拆除 取缔"
)
_QUOTA = re.compile(r"(?:节能减排|约束性|减排)[^，]{0,6}(?:任务|目标|指标)$|(?:脱贫|就业|再就业|参保)$")


@dataclass(frozen=True, slots=True)
class Verdict:
    """kind, milestone, firmness, hedge in the field reference's words."""

    kind: str
    milestone: str | None
    firmness: str
    hedge: str | None


def judge(words: str, act: Act, said: Phrase, end_state: Result | None) -> Verdict:
    """Kind, milestone and firmness of an action on an object phrase."""
    verdict = _judge(words, act, said, end_state)
    lo, hi = noun_span(words, said.start, said.end)
    kind = _settled(verdict, act, words[lo:hi], said)
    return verdict if kind == verdict.kind else replace(verdict, kind=kind)


def _settled(verdict: Verdict, act: Act, noun: str, said: Phrase) -> str:
    """The kind once the milestone is known: what is built is a project, what only gets better is a task."""
    if verdict.kind == "event" or (act.verb.kind and not act.words.endswith("办好")):
        return verdict.kind
    if verdict.kind == "policy":
        early = verdict.milestone == "前期" and said.early is not None
        kept_up = noun.endswith(_KEPT_UP) and "机制" not in noun and not noun.endswith("责任体系")
        moved = noun.endswith("标准") and act.words.startswith(("提高", "提升", "上调", "下调", "降低"))
        return "task" if early or kept_up or moved else "policy"
    if verdict.milestone in _BUILT_ENDS:
        return "project_milestone"
    if verdict.milestone is None:
        return "task" if verdict.kind == "project_milestone" else verdict.kind
    if verdict.milestone == "完成" and verdict.firmness == "hard":
        return _completed(verdict.kind, act, noun)
    if said.moved and "建设" in said.moved and noun[0] == "“" and noun[-1] == "”":
        return "task"
    project = bool(said.moved and "项目" in said.moved)
    begun = verdict.milestone == "启动" and _WORKS.ending(noun) is not None
    return "project_milestone" if verdict.kind == "task" and (project or begun) else verdict.kind


def _completed(kind: str, act: Act, noun: str) -> str:
    """完成 of works is a project, of quotas a target."""
    if _QUOTA.search(noun):
        return "target"
    worked = act.words.endswith(_WORKING) or _WORKS.ending(noun) is not None
    return "project_milestone" if worked else kind


def _judge(words: str, act: Act, said: Phrase, end_state: Result | None) -> Verdict:
    noun = words[said.start : said.end]
    counted = act.framed and bool(amounts(words[: act.start])) and act.words.endswith(_ON_COUNTED)
    kind = _kind(noun.strip("“”"), act, said)
    if end_state is not None:
        return _ended(kind, act, end_state, words)
    if said.early is not None:
        return _early(kind, act, said.early)
    if act.words.endswith("办好") and _HOSTED.ending(noun.strip("“”")) is None:
        return Verdict("task", None, "soft", act.hedge)
    if act.verb.firmness == "hard":
        return _one_off(kind, act, words[act.end :], said)
    if act.first == "打造" and kind == "event":
        return Verdict("event", "举办", "hard", act.hedge)
    if act.words in ("实施", "执行", "推行") and noun.endswith(("办法", "条例", "细则")):
        return Verdict("policy", None, "hard", act.hedge)
    if counted and not amounts(noun):
        return Verdict(kind, "完成", "hard", act.hedge)
    return _ongoing(kind, act, noun, said)


def _kind(noun: str, act: Act, said: Phrase) -> str:
    if act.verb.kind:
        return act.verb.kind
    hosted = act.first in ("打造", *_HOSTING) and act.verb.milestone not in ("推进", "落地")
    if hosted and EVENTS.ending(noun):
        return "event"
    if POLICIES.ending(noun):
        return "policy"
    if FACILITIES.ending(noun) or (said.moved and "建设" in said.moved):
        return "project_milestone"
    return "target" if _INDICATOR.search(noun) else "task"


def _ended(kind: str, act: Act, end_state: Result, words: str) -> Verdict:
    """推动甲园投用: hard, for it is true or false at the year's end; 尽快 and 落地 stay soft behind 推动."""
    hedge = act.hedge or ("推进" if act.first == "推进" else None)
    slow = (act.soon or bool(_SLOW.search(words))) and not _ASSURES.match(act.first)
    landing = end_state.milestone == "落地" and not _ASSURES.match(act.first)
    firmness = "soft" if slow or landing else "hard"
    kind = "target" if end_state.words.endswith(MARKED) else "project_milestone" if kind == "task" else kind
    return Verdict(kind, end_state.milestone, firmness, hedge)


def _early(kind: str, act: Act, early: str) -> Verdict:
    """前期工作, 规划编制: begun or finished is an act, the rest is early work."""
    kind = "project_milestone" if kind == "task" else kind
    if act.verb.firmness != "hard":
        return Verdict(kind, "前期", "soft", act.hedge)
    milestone = "前期" if act.verb.milestone == "启动" and early.startswith("前期") else act.verb.milestone
    return Verdict(kind, milestone, "hard", act.hedge)


def _one_off(kind: str, act: Act, rest: str, said: Phrase) -> Verdict:
    """完成, 建成, 启动 …; behind 探索, 加快 and the like the act stays soft."""
    softened = act.first in SOFTENING and act.first != act.words
    if softened:
        kept = act.verb.milestone if act.verb.milestone in ("完成", "完工", "投用", "开工") else None
        return Verdict(kind, kept, "soft", act.hedge)
    hedge = act.hedge or ("研究" if act.first == "研究" and act.words != "研究" else None)
    milestone = act.verb.milestone
    if milestone == "完成" and _built(rest, said, kind):
        milestone, kind = "完工", "project_milestone"
    return Verdict(kind, milestone, "hard", hedge)


def _built(rest: str, said: Phrase, kind: str) -> bool:
    """完成 of something built (…建设, …工程) is 完工; of tasks, papers and areas of land it is 完成."""
    if kind == "policy" or re.search(r"各项|任务|目标|[\d万](?:亩|户)|编制|登记|验收|规划", rest):
        return False
    return bool(said.moved and "建设" in said.moved) or bool(
        re.search(r"工程$|工程建设$|扩建$|管网|扩容|主体|封顶", rest)
    )


def _ongoing(kind: str, act: Act, noun: str, said: Phrase) -> Verdict:
    if amounts(noun) and not act.words.endswith(tuple(_GOING)) and act.first not in _GOING:
        return _amounted(kind, act, noun)
    if act.verb.milestone is None and re.search(r"年度.{0,4}任务$", noun):
        return Verdict("task", "完成", "hard", act.hedge)
    if "遏制" in act.words or "杜绝" in act.words:
        return Verdict("target", None, "hard", act.hedge)
    return Verdict(kind, _stage(kind, act, noun, said), "soft", act.hedge)


def _amounted(kind: str, act: Act, noun: str) -> Verdict:
    """A number makes it checkable: works and things are 完成, people and money are a plain target."""
    milestone = None if _PEOPLE.search(noun) or kind == "target" else "完成"
    return Verdict("target" if kind == "task" else kind, milestone, "hard", act.hedge)


def _stage(kind: str, act: Act, noun: str, said: Phrase) -> str | None:
    """推进 for projects and named efforts under way; nothing for improving and keeping."""
    wanted = act.verb.milestone
    if act.words in _SEATING and _SETTLING.search(noun):
        return "落地"
    if wanted == "落地":
        drawn = _DRAWING.search(noun) and not act.words.endswith(("跟进", "导入", "集聚", "培育"))
        return "落地" if drawn or "在谈" in noun else None
    if wanted == "前期":
        plain = noun[: -len("项目")] if noun.endswith("项目") else noun
        return "前期" if FACILITIES.ending(plain) else None
    if said.moved and "项目" in said.moved and kind == "project_milestone":
        return "推进"
    if said.moved and "建设" in said.moved and kind == "project_milestone":
        return "推进" if wanted == "推进" or FACILITIES.ending(noun) or act.first == "加大" else None
    if wanted != "推进" or kind == "target":
        return None
    if kind == "policy":
        return (
            "推进" if ("推进" in act.words and said.end - said.start <= 14) or noun.endswith("试点") else None
        )
    return _under_way(act, noun)


def _under_way(act: Act, noun: str) -> str | None:
    if act.words in _LOOSELY:
        return "推进" if not _SPREADING.search(noun) or noun.startswith("“") else None
    if act.first == "推动":
        return "推进" if _EFFORTS_OR_PLACES.ending(noun) else None
    return None if noun.endswith(("发展", "研究", "融合", "管理")) and "均衡" not in noun else "推进"
