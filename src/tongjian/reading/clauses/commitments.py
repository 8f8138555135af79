"""Promises of a text: one row for each action and object, as the label rules of this project have it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tongjian.reading.clauses import leads
from tongjian.reading.clauses.acts import OPENINGS, Act, Result, act, front, result, verb_at
from tongjian.reading.clauses.deadlines import deadline
from tongjian.reading.clauses.judging import MARKED, Verdict, judge
from tongjian.reading.clauses.lexicon import DEEDS, FACILITIES, LEADING, SOFTENING, STRICT
from tongjian.reading.clauses.objects import Phrase, Thing, phrase, things
from tongjian.reading.clauses.quantity import amounts
from tongjian.reading.clauses.shape import Piece, depths, pieces
from tongjian.reading.clauses.targets import Target, targets
from tongjian.reading.clauses.worked import worked_on
from tongjian.reading.spans import inside
from tongjian.reading.types import Commitment, Figure, Outline, Part

_AHEAD = frozenset((Part.TARGETS, Part.MEASURES))
_ASSURING = re.compile(r"(?:力争|确保|实现|力促|务必|保证|力求)+")
_BEFORE_STATE = re.compile(
    r"(?:尽快|尽早|早日|年内|年底前|上半年|下半年|\d{1,2}月(?:份|底)?前?|要|将|力争|确保|务必|计划|争取"
    r"|全面|基本|全部|如期|按期|实现|达成|顺利|正式|建设|陆续|有序)+$"
)
_REACHED = re.compile(r"全覆盖|覆盖$|目标$|清零|“")
# 确保顺利通过中期评估; 确保不发生…: an examination passed, an event that may not come.
_PROVABLE = re.compile("通过|不|无|零|对|将")
_PASSED = re.compile(
    r"(?:确保|力争|争取|实现|如期|顺利|圆满|高质量|一次性|年内)*通过(?P<what>[^，]{2,}(?:验收|考核|评估|复审|复核|复查|认定|评审|检查))$"
)
_AVERTED = re.compile(r"(?:坚决|务必|力争)?(?:确保|做到|实现)(?:不发生|不出现|无|零发生)(?P<what>[^，]{3,})$")
# 稳面积、提单产、增效益: words of effort in a row.
_EFFORTS = re.compile(
    r"(?:着力|全力|努力)?(?:[稳提增扩降促保防调强补优控去育建拓延聚][一-龥]{1,3}、){1,}[稳提增扩降促保防调强补优控去育建拓延聚][一-龥]{1,3}"
)
# 北区年内完成…: who or where stands before the time and a one-off act.
_WHO = re.compile(
    r"(?!确保|力争|争取|实现)[^，、]{1,8}?(?=(?:年内|年底前|上半年|下半年|\d{1,2}月(?:底)?前|力争|计划)(?:完成|建成|启动|开工|实施|新建)|(?:完成|建成|启动)(?=.{4}))"
)
_NO_PROMISE = re.compile(
    r"^(?:按照|根据|依据)[^，]*(?:条件|要求|原则|部署|安排|规划|思路|目标)$|^(?:使|让|既|只要|只有|不能|决不|绝不|不得|也是|是|就是|这|因|旨在|比|较|用于|从[^，]*(?:向|到|转))|(?:基础上|前提下|过程中|的同时)$"
)
_AND_REACHES = re.compile(
    r"并(?:尽快|尽早|如期|同步|全面)?(?:实现|确保|力争|投入使用|投用|投产|交付|通车|运营|启用|对外开放|通过)"
)
_LOOSE_THING = re.compile(r"^.{0,3}[上下中起][来去]$|^[上中下]来")
_INNER = re.compile(
    r"(?<=.{3})(?:开展|加快|持续|有序|全面|尽快|进一步|建立|实施(?!路径|方案|办法|细则|意见|计划|条例|转化|主体|过程|情况))(?=.{4})"
)
_DRIVING = frozenset(("推动", "带动", "促进", "推进", "实现", "确保", "力争"))
_MARKS = frozenset(("达到", "超", "增长", "下降", "控制", "保持", "降低", "减少", "提高", "稳定", "实现翻"))
_PULLING = frozenset(
    ("推动", "推进", "加快", "促进", "支持", "争取", "引进", "引导", "鼓励", "吸引", "集聚", "引入", "承接")
)


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise inside one clause, in offsets of the clause's own words."""

    thing: Thing
    action: str
    verdict: Verdict


def find_commitments(text: str, outline: Outline, figures: Sequence[Figure] = ()) -> tuple[Commitment, ...]:
    """All promises in the parts of `text` that speak of the year ahead, in reading order."""
    return tuple(
        _row(text, piece, promise, outline, figures)
        for sentence in pieces(text, outline, _AHEAD)
        for piece in sentence
        for promise in promises(piece)
    )


def promises(piece: Piece) -> list[Promise]:
    """What this clause promises; nothing for leads, grounds, purposes and slogans."""
    if (
        len(piece.words) < 4
        or _NO_PROMISE.search(piece.words)
        or leads.announces(piece)
        or leads.introduces(piece)
        or leads.names_field(piece)
        or _EFFORTS.fullmatch(piece.words)
    ):
        return []
    if proven := _proven(piece.words):
        return proven
    in_targets = piece.section is not None and piece.section.part is Part.TARGETS
    found = act(piece.words)
    plain = found is not None and not found.framed
    if found is not None and plain and found.first in _DRIVING and (driven := _driven(piece.words, found)):
        return driven
    if stated := [] if plain else _marks(piece.words, strict=not in_targets) or _stated(piece):
        return stated
    if found is None and (who := _WHO.match(piece.words)):
        found = act(piece.words, who.end())
    if found is None or (in_targets and found.verb.firmness == "soft" and not _checkable(piece)):
        return []
    if leads.leads_in(piece, found) or leads.wishes(piece, found):
        return []
    return list(_acted(piece.words, found))


def _checkable(piece: Piece) -> bool:
    """Among targets a soft action is a task only with an amount, or beside one when it names a facility or a work."""
    words = piece.words
    if amounts(words):
        return True
    return piece.telling and (FACILITIES.ending(words) is not None or DEEDS.ending(words) is not None)


def _proven(words: str) -> list[Promise]:
    """What shall pass an examination, what shall not come to pass, what is worked on (对…进行改造)."""
    if not _PROVABLE.search(words):
        return []
    lead = front(words)
    if passed := _PASSED.match(words, lead.end):
        span = passed.span("what")
        return [Promise(Thing(passed["what"], *span), "通过", Verdict("task", "完成", "hard", lead.hedge))]
    if averted := _AVERTED.match(words, lead.end):
        span = averted.span("what")
        return [Promise(Thing(averted["what"], *span), "确保", Verdict("target", None, "hard", lead.hedge))]
    if works := worked_on(words):
        counted = bool(amounts(words))
        done = Verdict("project_milestone", "完成", "hard", lead.hedge)
        going = Verdict("project_milestone", "推进", "soft", lead.hedge)
        return [Promise(thing, "进行", done if counted else going) for thing in works]
    return []


def _marks(words: str, *, strict: bool) -> list[Promise]:
    """Indicators with the mark they shall reach."""
    return [
        Promise(
            Thing(t.name, t.start, t.end),
            t.how or "达到",
            Verdict("target", _milestone(t), "hard", front(words).hedge),
        )
        for t in targets(words, strict=strict)
    ]


def _driven(words: str, found: Act) -> list[Promise]:
    """推动产值达到百亿元: a target behind a verb that drives it."""
    hedge = front(words).hedge
    made = targets(words[found.end :], strict=True)
    return [
        Promise(
            Thing(t.name, t.start + found.end, t.end + found.end),
            found.words,
            Verdict("target", _milestone(t), "hard", hedge),
        )
        for t in made
        if t.how in _MARKS and len(t.name) >= 3
    ]


def _milestone(target: Target) -> str | None:
    if target.how == "完成":
        return "完成"
    return {"完工": "完工", "开工": "开工"}.get(next((w for w in ("完工", "开工") if w in target.name), ""))


def _acted(words: str, found: Act) -> Iterator[Promise]:
    if joined := _AND_REACHES.search(words, found.end + 2):
        yield from _acted_and_reached(words, found, joined)
        return
    second = _second_act(words, found)
    end_state = result(words) if _pulls(words, found) and second is None else None
    stop = _without_joint(words, second.start) if second else _before(words, found.end, end_state)
    said = phrase(words, found.end, stop)
    if said.end - said.start >= 2:
        verdict = judge(
            words[: said.end + len(said.moved or said.early or "")] if second else words,
            found,
            said,
            end_state,
        )
        named = _names_things(found, end_state, said, verdict)
        for thing in things(words, said.start, said.end, named=named):
            if not _LOOSE_THING.search(thing.name):
                yield Promise(_plainer(thing, found), found.words, verdict)
    if second is not None and second.words in STRICT and words[second.start - 1] == "、":
        yield from _acted(words, second)


def _acted_and_reached(words: str, found: Act, joined: re.Match[str]) -> Iterator[Promise]:
    """完成学校建设并实现招生: one promise, whose milestone is the state reached."""
    end_state = result(words)
    said = phrase(words, found.end, joined.start())
    if said.end - said.start >= 2:
        verdict = judge(words[: joined.start()], found, said, end_state)
        named = _names_things(found, end_state, said, verdict)
        for thing in things(words, said.start, said.end, named=named):
            yield Promise(thing, found.words, verdict)


def _second_act(words: str, found: Act) -> Act | None:
    """A second action in the clause: 完成征收并启动改造, 改善环境、提升水平."""
    if words.find("、", found.end + 2) < 0 and words.find("并", found.end + 2) < 0:
        return None
    depth = depths(words)
    for at in range(found.end + 2, len(words) - 3):
        if words[at] not in "并、" or depth[at] or words[at + 1] not in OPENINGS:
            continue
        inner = front(words, at + 1)
        word = verb_at(words, inner.end)
        if word is None or len(word) < 2 or len(words) - inner.end - len(word) < 2:
            continue
        if words[at] == "并" or word in STRICT:
            return act(words, at + 1)
    return None


def _without_joint(words: str, stop: int) -> int:
    """The object ends before 并 or 、 and the adverbs that open a second action."""
    joint = max(words.rfind("并", 0, stop), words.rfind("、", 0, stop))
    return joint if joint >= 0 else stop


def _pulls(words: str, found: Act) -> bool:
    """An end state counts behind words that lead to one (推动, 加快 …), not inside 完成…验收."""
    pulls = found.first in _PULLING or found.words.endswith(tuple(_PULLING))
    return pulls and found.verb.firmness == "soft" and len(words) - found.end >= 4


def _before(words: str, start: int, end_state: Result | None) -> int:
    """Where the object ends: before the end state and the adverbs in front of it."""
    if end_state is None:
        return len(words)
    lead = _BEFORE_STATE.search(words, start, end_state.start)
    stop = lead.start() if lead else end_state.start
    return stop if stop - start >= 2 else len(words)


def _names_things(found: Act, end_state: Result | None, said: Phrase, verdict: Verdict) -> bool:
    """The action works on single named things, so that a list of objects is to be taken apart."""
    if end_state is not None or said.early is not None or verdict.kind == "event":
        return True
    if verdict.kind == "policy":
        return False
    return verdict.firmness == "hard" or verdict.milestone == "推进"


def _plainer(thing: Thing, found: Act) -> Thing:
    """支持甲所开展标准研究 is about 甲所标准研究."""
    if found.first not in SOFTENING and found.first not in LEADING:
        return thing
    return Thing(_INNER.sub("", thing.name, count=1), thing.start, thing.end, thing.open_list)


def _stated(piece: Piece) -> list[Promise]:
    """Subject first, end state last (甲路年内通车), also behind 确保, 实现, 力争."""
    words = piece.words
    lead = front(words)
    pulled = _ASSURING.match(words, lead.end)
    start = front(words, pulled.end()).end if pulled else lead.end
    if (end_state := result(words)) and end_state.start > start:
        stop = _before(words, start, end_state)
        if stop - start >= 3 and stop < len(words) and _bare(words, start) and "抓" not in words[start:stop]:
            kind = "target" if end_state.words.endswith(MARKED) else "project_milestone"
            verdict = Verdict(kind, end_state.milestone, "hard", lead.hedge)
            return [Promise(t, end_state.words, verdict) for t in things(words, start, stop, named=True)]
    return _assured(piece, start, lead.hedge, pulled.group() if pulled else "")


def _bare(words: str, start: int) -> bool:
    """No ground stands where the subject should be."""
    return act(words, start) is None


def _assured(piece: Piece, start: int, hedge: str | None, pulled: str) -> list[Promise]:
    """确保…, 实现…, 力争… without a verb behind: promises only with an amount, a name, or a state reached."""
    words = piece.words
    if not (pulled or hedge) or len(words) - start < 4:
        return []
    sure = hedge in ("力争", "力促") or bool(amounts(words)) or bool(_REACHED.search(words))
    sure = sure or (front(words).soon and pulled == "实现")
    said = phrase(words, start, len(words))
    if (
        not sure
        or said.end - said.start < 3
        or (result(words[start:]) is not None and len(words) - start <= 4)
    ):
        return []
    name = re.sub(r"(?:的)?目标$", "", words[said.start : said.end])
    hard = sure and not words.endswith("多重覆盖") and not front(words).soon
    verdict = Verdict(
        "target" if hard else "task",
        "完成" if (hard and hedge is None) or "“" in name else None,
        "hard" if hard else "soft",
        hedge,
    )
    return [Promise(Thing(name.strip("“”"), said.start, said.end), pulled or str(hedge), verdict)]


def _row(
    text: str, piece: Piece, promise: Promise, outline: Outline, figures: Sequence[Figure]
) -> Commitment:
    start, end = piece.span(promise.thing.start, max(promise.thing.end, promise.thing.start + 1))
    year = piece.section.year if piece.section else outline.planned
    return Commitment(
        start=piece.start,
        end=piece.end,
        text=text[piece.start : piece.end],
        object=promise.thing.name,
        object_start=start,
        object_end=end,
        action=promise.action,
        kind=promise.verdict.kind,
        milestone=promise.verdict.milestone,
        firmness=promise.verdict.firmness,
        hedge=promise.verdict.hedge,
        deadline=deadline(piece.words, year),
        section=piece.section.path if piece.section else "",
        figures=inside(figures, piece.start, piece.end),
    )
