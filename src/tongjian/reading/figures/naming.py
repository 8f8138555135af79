"""What each number of a group measures: its own noun phrase, the one after it, or the topic carried so far."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tongjian.reading.figures.context import Clause
from tongjian.reading.figures.mention import Mention
from tongjian.reading.figures.phrases import (
    ends_in_act,
    is_act,
    is_area,
    left_phrase,
    right_phrase,
    subject,
    without_acts,
    without_basis,
)
from tongjian.reading.figures.relations import Relation, relation
from tongjian.reading.figures.subjects import all_subjects, split_subjects
from tongjian.reading.lexicon.words import AREAS, GOALS

# Names that say nothing without the thing they belong to.
_ATTRIBUTES = re.compile(
    r"(?:(?:计划|协议|概算|年内|当年|年度|累计|完成|总|新增)*(?:投资|投资额|规模|面积|数量|总量|总额|总数|资金|资本|金额|产值|收入|税收|营收|比例|占比|比重|增速|增幅|余额|长度|里程|容量|产量|总产|人数|户数|个数|次数|存量|均价|单价|价格|注册资金|注册资本|合同额|引资|销售额|交易额|成交额|营业额|利润|开工率|竣工率|完成率)|电耗|水耗|能耗)"
)
_DEPENDENT = ("growth", "difference")
_EACH = re.compile(r"(?:均|都)(?:超过|突破|达到|超|达|为|保持在|在|实现|增长|下降|提高|提升|高于|低于|\s)*$")
_PLACED = re.compile(
    r"(?:位列|位居|位于|列居|排名|排位|排在|排|居|列|跃居|跃升至|跃升|升至|升到|上升到|上升至|提升至|前进至|名列|稳居|保持|继续|始终|跻身|在|第)+$"
)
_AREA = re.compile(AREAS)
_INDUSTRIES = ("第一产业", "第二产业", "第三产业")
_SHORT = (("一产", "第一产业"), ("二产", "第二产业"), ("三产", "第三产业"))
_SHARE_OF = re.compile(
    r"的(?P<noun>[^，。；、\d]{1,12}?)(?P<verb>(?:被|已|均|都)?(?:纳入|建成|实现|达到|完成|用于|投向|获得|享受|通过|进入|集中|来自|拥有|参加|接入|覆盖|投入|开展|分布)[^，。；、]*)"
)


@dataclass(frozen=True, slots=True)
class Topic:
    """What the text speaks of so far: names of the last numbers, their kind, unit and basis; `sentence` its start."""

    names: tuple[str, ...] = ()
    kind: str = ""
    unit: str = ""
    basis: str | None = None
    sentence: int = -1
    grown: tuple[str, ...] = ()  # names of the run of growth rates just read (均高于全国)


@dataclass(frozen=True, slots=True)
class Named:
    """One number with its name and relation."""

    mention: Mention
    indicator: str
    kind: str
    sign: int = 1
    basis: str | None = None
    comparator: str | None = None


@dataclass(frozen=True, slots=True)
class Naming:
    names: tuple[Named, ...]
    topic: Topic


def name_group(group: Sequence[Mention], clause: Clause, after: str, topic: Topic, sentence: int) -> Naming:
    """Name every number of a list that shares one phrase. May give more rows than numbers (A、B均超10%)."""
    first = group[0]
    if first.sort == "ratio":
        return _ratio(group, clause, topic)
    if first.sort == "rank":
        return _rank(first, clause, topic, sentence)
    if first.sort == "word":
        return _word(first, clause, after, topic, sentence)
    return _amounts(group, clause, after, topic, sentence)


def _ratio(group: Sequence[Mention], clause: Clause, topic: Topic) -> Naming:
    words = clause.before + clause.earlier
    if not re.search("产业|三产|一二三产|结构", words) or len(group) != 3:
        return Naming((), topic)
    names = [f"{industry}占地区生产总值比重" for industry in _INDUSTRIES]
    return Naming(
        tuple(Named(m, n, "share") for m, n in zip(group, names, strict=True)),
        replace(topic, names=(names[-1],), kind="share", unit="%"),
    )


def _rank(mention: Mention, clause: Clause, topic: Topic, sentence: int) -> Naming:
    bare = re.sub(rf"(?:{AREAS}[一-龥]{{0,6}}?)$", "", clause.before)
    bare = _PLACED.sub("", re.sub(r"(?:由|从)[^，。；]{0,10}$", "", bare))
    area = [a.group() for a in _AREA.finditer(clause.before)]
    noun = left_phrase(_PLACED.sub("", re.sub(rf"(?:在)?(?:{AREAS}[一-龥]{{0,8}}?)(?:中|内|里)?$", "", bare)))
    base = _base(clause, topic, sentence, dependent=True)
    growing = topic.kind in _DEPENDENT
    if noun in ("", "增速", "增幅", "增长速度", "增长率"):
        names = tuple(n if not (growing or noun) or n.endswith("速") else n + "增速" for n in base) or ("",)
    elif _ATTRIBUTES.fullmatch(noun) or len(noun) <= 2:
        names = tuple(_prefixed(n, noun) for n in base) or (noun,)
    else:
        names = (noun,)
    basis = topic.basis if growing and noun in ("", "增速", "增幅") else None
    made = tuple(
        Named(mention, n, "rank", basis=basis, comparator=area[-1] if area else None) for n in names[:1]
    )
    known = replace(topic, names=(noun,), kind="", sentence=sentence) if names == (noun,) else topic
    return Naming(made, known)


def _word(mention: Mention, clause: Clause, after: str, topic: Topic, sentence: int) -> Naming:
    if mention.kind == "difference":
        return _word_gap(mention, clause, topic, sentence)
    before, basis = without_basis(clause.before)
    noun = left_phrase(re.sub(r"\d[\d.]*[一-龥]{0,2}", "", before))
    following = right_phrase(after) if noun == "" or is_act(noun) else ""
    noun = noun if noun and not is_act(noun) else following
    names = all_subjects(noun) if mention.kind == "growth" or "、" not in noun else (noun,)
    if not noun:
        names = _base(clause, topic, sentence, dependent=False)
    made = tuple(
        Named(mention, _suffixed(n, mention.name), mention.kind, basis=basis) for n in names or ("",)
    )
    return Naming(
        made,
        topic
        if not noun
        else replace(topic, names=names, kind=mention.kind, unit=mention.unit, sentence=sentence),
    )


def _word_gap(mention: Mention, clause: Clause, topic: Topic, sentence: int) -> Naming:
    """均高于全国, 低于计划目标, 与去年持平: one row for each thing compared."""
    before = re.sub(r"(?:与|同|和|比)[^，。；]{1,12}$", "", clause.before)
    noun = left_phrase(re.sub(r"(?:均|都|仍|也|但)+$", "", before))
    grown = topic.grown if topic.sentence == sentence else ()
    names = all_subjects(noun) if noun else grown or _base(clause, topic, sentence, dependent=True)
    growing = topic.kind == "growth" and not noun
    against = _AREA.search(mention.name) or re.search(GOALS, mention.name)
    comparator = against.group() if against else mention.name or None
    made = tuple(
        Named(mention, n + "增速" if growing else n, "difference", comparator=comparator) for n in names
    )
    return Naming(made, topic)


def _amounts(group: Sequence[Mention], clause: Clause, after: str, topic: Topic, sentence: int) -> Naming:
    unit = group[0].unit
    rel = relation(clause.before, unit)
    if group[0].kind:
        rel = replace(rel, kind=group[0].kind)
    noun = _own_noun(rel, clause, after, unit)
    names = _names(noun, rel, group, clause, topic, sentence)
    growing = rel.kind == "difference" and not noun and topic.kind in _DEPENDENT and topic.kind != ""
    shown = tuple(
        _suffixed(n, "增速" if growing and unit == "个百分点" and topic.kind == "growth" else rel.tail)
        for n in names
    )
    basis = rel.basis or (topic.basis if rel.kind == "difference" and rel.comparator else None)
    comparators = _comparators(rel, len(group))
    rows = _rows(group, shown, rel, basis, comparators)
    return Naming(rows, _moved(topic, rel, names, noun, unit, basis, sentence))


def _rows(
    group: Sequence[Mention],
    shown: tuple[str, ...],
    rel: Relation,
    basis: str | None,
    comparators: Sequence[str | None],
) -> tuple[Named, ...]:
    if len(shown) > len(group) == 1:
        return tuple(Named(group[0], n, rel.kind, rel.sign, basis, comparators[0]) for n in shown)
    padded = [shown[i] if i < len(shown) else shown[-1] for i in range(len(group))]
    return tuple(
        Named(m, n, rel.kind, rel.sign, basis, c) for m, n, c in zip(group, padded, comparators, strict=True)
    )


def _comparators(rel: Relation, n: int) -> Sequence[str | None]:
    several = (rel.comparator or "").split("、")
    return several if len(several) == n and n > 1 else [rel.comparator] * n


def _own_noun(rel: Relation, clause: Clause, after: str, unit: str) -> str:
    """The phrase before the number, or the thing counted after it."""
    noun = rel.noun if not is_area(rel.noun) else ""
    if rel.kind == "rate" and not noun and (share := _SHARE_OF.match(after)):
        return f"{share['verb']}的{share['noun']}比例"
    if rel.kind not in ("count", "level", "duration", "threshold"):
        return noun
    following = right_phrase(after)
    plain = noun == "" or is_act(noun) or noun.endswith("等")
    if not following or (after.startswith("的") and not plain):
        return noun
    if plain:
        return following
    if rel.kind == "count" and (ends_in_act(noun) or len(noun) < 3):
        return following
    if rel.kind == "count" and len(noun) <= 14 and "、" not in noun:
        return noun + following
    return following if rel.kind == "count" else noun


def _names(
    noun: str, rel: Relation, group: Sequence[Mention], clause: Clause, topic: Topic, sentence: int
) -> tuple[str, ...]:
    dependent = rel.kind in _DEPENDENT or bool(rel.tail)
    if not noun:
        base = _base(clause, topic, sentence, dependent)
        return _spread(base, len(group))
    if len(group) > 1 and (several := split_subjects(noun, len(group))):
        return several
    if len(group) == 1 and _EACH.search(clause.before):
        return all_subjects(noun)
    if noun.endswith("类") and topic.unit == group[0].unit and topic.names:
        return topic.names[:1]
    if _ATTRIBUTES.fullmatch(noun) or (is_act(noun) and rel.kind in ("count", "level")):
        base = _base(clause, topic, sentence, dependent=True)
        return tuple(_prefixed(n, noun) for n in _spread(base, len(group))) if base else (noun,) * len(group)
    return (noun,) * len(group)


def _spread(base: tuple[str, ...], n: int) -> tuple[str, ...]:
    if len(base) == n:
        return base
    if len(base) == 1 and n > 1 and (several := split_subjects(base[0], n)):
        return several
    return (base[-1] if base else "",) * n


def _base(clause: Clause, topic: Topic, sentence: int, dependent: bool) -> tuple[str, ...]:
    """Whom an unnamed number belongs to: the clause before it when that speaks of something, else the topic."""
    said = (
        subject(clause.earlier.rstrip("，,；;：: ").rsplit("，", 1)[-1].rsplit(",", 1)[-1])
        if clause.earlier
        else ""
    )
    outside = subject(re.split("[，,；;。]", clause.outside)[-1]) if clause.outside else ""
    if topic.sentence == sentence and topic.names and (dependent or not said):
        return topic.names
    found = outside or said
    if found and len(found) >= 2:
        return (found,)
    return topic.names


def _prefixed(name: str, attribute: str) -> str:
    """The thing and its attribute: 结对项目 + 注册资金; 新增 before the thing is dropped."""
    thing = re.sub(r"^(?:新增|新引进|新)", "", name) if len(name) > 4 else name
    if thing.endswith(attribute):
        return thing
    return without_acts(thing) + attribute if thing else attribute


def _suffixed(name: str, tail: str) -> str:
    if not tail or name.endswith(tail):
        return name
    return without_acts(name) + tail if tail.endswith("率") and without_acts(name) else name + tail


def _moved(
    topic: Topic,
    rel: Relation,
    names: tuple[str, ...],
    noun: str,
    unit: str,
    basis: str | None,
    sentence: int,
) -> Topic:
    """The topic after this number: a new thing named takes over, a growth or share only colours it."""
    grown = (
        (topic.grown if topic.sentence == sentence else ()) + names
        if rel.kind == "growth"
        else topic.grown
        if rel.kind == "difference"
        else ()
    )
    if rel.kind == "difference" and not noun or rel.tail and not noun:
        return replace(topic, grown=grown, sentence=sentence)
    kept = basis if rel.kind == "growth" else None
    kept_names = tuple(dict.fromkeys(names)) if rel.tail else names
    return Topic(
        kept_names, rel.kind, unit if rel.kind in ("count", "level") else topic.unit, kept, sentence, grown
    )


def tidy(indicator: str) -> str:
    """As a reader would write it: 一产 in full, no blanks or stray marks."""
    name = re.sub(r"[\s\u200b]|\[\d+\]", "", indicator)
    for short, full in _SHORT:
        name = re.sub(rf"(?<!第){short}(?!业)", full, name)
    name = re.sub(r"^(?:GDP|国内生产总值)$", "地区生产总值" if name == "GDP" else name, name)
    return (
        name.strip('，,、；;：:。—-－“”"')
        if name.count("“") != name.count("”")
        else name.strip("，,、；;：:。—-－")
    )
