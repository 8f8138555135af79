"""What each number of a group measures: its own noun phrase, the one after it, or the topic carried so far."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tongjian.reading.figures.context import Clause
from tongjian.reading.figures.mention import Mention
from tongjian.reading.figures.names import prefixed, suffixed, thing_of
from tongjian.reading.figures.phrases import (
    ends_in_act,
    is_act,
    is_area,
    left_phrase,
    list_phrase,
    opens_with_act,
    right_phrase,
    right_words,
    subject,
    without_basis,
    without_opening_acts,
)
from tongjian.reading.figures.relations import Relation, relation
from tongjian.reading.figures.subjects import all_subjects, split_subjects, two_statistics
from tongjian.reading.figures.topic import Named, Naming, Topic
from tongjian.reading.lexicon.words import AREAS, DOWN, GOALS, UP

# Names that say nothing without the thing they belong to.
_ATTRIBUTE = (
    r"(?:(?:计划|协议|概算|年内|当年|年度|累计|完成|总|新增|实际|到位)*"
    r"(?:投资额?|规模|面积|数量|总量|总额|总数|资金|资本|金额|产值|收入|税收|营收|比例|占比|比重|增速|增幅|余额|长度|里程|容量|产量|总产|人数|户数|个数|次数|存量|均价|单价|价格"
    r"|注册资金|注册资本|合同额|引资|销售额|交易额|成交额|营业额|利润|开工率|竣工率|完成率|增加值|存栏|出栏)|电耗|水耗|能耗)"
)
_ATTRIBUTE_ONLY = re.compile(_ATTRIBUTE)
_ATTRIBUTE_END = re.compile(rf"(?<=[一-龥]{{2}})(?:累计)?{_ATTRIBUTE}$")
_LISTED_INDICATORS = re.compile(r"、[^，。；]*等(?:主要)?(?:经济)?指标(?:增速|增幅)?$")
_EACH = re.compile(r"(?:均|都)(?:超过|突破|达到|超|达|为|保持在|在|实现|增长|下降|提高|提升|高于|低于|\s)*$")
_PLACED = re.compile(
    r"(?:位列|位居|位于|列居|排名|排位|排在|排|居|列|跃居|跃升至|跃升|升至|升到|上升到|上升至|提升至|前进至|名列|稳居|保持|继续|始终|跻身|在|第)+$"
)
_WITHIN = re.compile(rf"(?:在)?(?:{AREAS}[一-龥]{{0,8}}?)(?:中|内|里)?$")
_PLACED_WITHIN = re.compile(
    r"(?:位列|位居|跃居|跃升至|升至|排在|稳居|名列|(?<![人民宜安定移群蜗])居|排名(?!中)|(?<![位排名系行])列)(?P<area>[^，。；、]{1,10})$"
)
_FROM_WITHIN = re.compile(rf"^在(?:{AREAS})")
_AREA = re.compile(AREAS)
_INDUSTRIES = ("第一产业", "第二产业", "第三产业")
_SHARE_OF = re.compile(
    r"的(?P<noun>[^，。；、\d]{1,12}?)(?P<verb>(?:被|已|均|都)?(?:纳入|建成|实现|达到|完成|用于|投向|获得|享受|通过|进入|集中|来自|拥有|参加|接入|覆盖|投入|开展|分布|设有|建有|配有|建立|配备|实行|具备|符合|有(?![关效]))[^，。；、]*)"
)
_MEASURE_END = re.compile(
    r"[额值量资入金费本率数积税款贴价度]$|规模|余额|利润|支出|总计|补助|消费|外贸|出口|进口$"
)
_SPENT = re.compile(
    r"(?:计划|累计|完成|总|概算|启动)*(?:投资|投入|总投资)(?:资金)?|(?:安排|筹集|投入|争取)(?:专项|各类|财政)?资金"
)
_MOVED_ONLY = re.compile(rf"{UP}|{DOWN}|持平")
_COUNT_END = re.compile(r"(?:超过?|近|约|共|达到?)?\d[\d.]*(?:余|多)?[万亿]*(?:余|多)?[一-龥]{1,2}$")
_TRADE = re.compile("进出口|出口|进口")
_ONWARD = re.compile(r"(?:到|至|为)(?:约|近|超过?)?$")
_CHANGED = re.compile(r"(?P<up>增加|增长|提高|上升)|减少|下降|降低")
# 全部|达到二级标准, 全部完成|规范化建设: what the rate is of. Without the verb: it closes the number.
_MET = re.compile(r"(?:达到|完成)?(?P<what>[一-龥]{3,14}?)(?:标准|任务|要求)?(?=[，。；,;]|$)")
_REACHING = re.compile(r"(?:覆盖|惠及|涉及|带动|服务|辐射|受益)$")
_COUNTED = re.compile(r"\d[\d.]*万?(?:余|多)?(?:个|家|项|条|所|座|名|户|处|村|件|类)")


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
    """a:b:c of the three industries; other ratios are not read."""
    if (
        not re.search("产业|三产|结构", clause.before + clause.earlier + "".join(topic.names))
        or len(group) != 3
    ):
        return Naming((), topic)
    names = [f"{industry}占地区生产总值比重" for industry in _INDUSTRIES]
    rows = tuple(Named(m, n, "share") for m, n in zip(group, names, strict=True))
    return Naming(rows, replace(topic, names=(names[-1],), kind="share", unit="%"))


def _rank(mention: Mention, clause: Clause, topic: Topic, sentence: int) -> Naming:
    area = [a.group() for a in _AREA.finditer(clause.before)]
    words = _FROM_WITHIN.sub("", left_phrase(re.sub(r"(?:由|从)[^，。；]{0,10}$", "", clause.before)))
    if within := _PLACED_WITHIN.search(words):
        area, words = area or [within["area"]], words[: within.start()]
    noun = left_phrase(_PLACED.sub("", _WITHIN.sub("", _PLACED.sub("", words))))
    noun = re.sub(r"(?:中|里|内)$", "", noun)
    base = _base(clause, topic, sentence, dependent=True)
    growing = topic.kind in ("growth", "difference")
    if noun in ("", "增速", "增幅", "增长速度", "增长率") or is_area(noun):
        names = tuple(n + "增速" if (growing or noun) and not n.endswith("速") else n for n in base)
    elif _ATTRIBUTE_ONLY.fullmatch(noun) or len(noun) <= 2 or re.fullmatch("[一-龥]{2}(?:数量|总量)", noun):
        names = tuple(prefixed(n, noun) for n in topic.things if topic.sentence == sentence) or (noun,)
    else:
        names = (noun,)
        topic = replace(topic, names=names, things=names, kind="", sentence=sentence)
    basis = topic.basis if growing and noun in ("", "增速", "增幅") else None
    return Naming(
        (Named(mention, names[-1] if names else noun, "rank", 1, basis, area[-1] if area else None),), topic
    )


def _word(mention: Mention, clause: Clause, after: str, topic: Topic, sentence: int) -> Naming:
    if mention.kind == "difference":
        return _word_gap(mention, clause, topic, sentence)
    before, basis = without_basis(clause.before)
    noun = re.sub("[两三]个$", "", left_phrase(_COUNTED.sub("", before)))
    noun = subject(noun) if mention.name.endswith(("保障率", "救助率", "落实率")) else noun
    opened = before.rfind("“")
    if mention.form == "hanzi" and opened > before.rfind("”"):
        noun = left_phrase(before[opened + 1 :]) or noun
    elif mention.form == "hanzi" and len(noun) > 8:
        noun = ""
    if mention.name == "覆盖率" and before.endswith("连续") and noun:
        noun += "连续"
    if mention.name in ("达标率", "完成率") and noun and (object_ := _MET.match(after)):
        noun += object_["what"] + mention.name
    if noun == "" or is_act(noun):
        noun = re.sub(r"(?:任务|工作)$", "", right_phrase(after)) if mention.name == "完成率" else ""
    several = mention.kind == "growth" or (mention.name == "完成率" and bool(re.search("[和及]", noun)))
    names = all_subjects(noun) if several else (noun,)
    if not noun:
        names = _base(clause, topic, sentence, dependent=False)
    rows = tuple(Named(mention, suffixed(n, mention.name), mention.kind, basis=basis) for n in names or ("",))
    moved = Topic(names, names, mention.kind, topic.unit, None, sentence, recent=topic.recent)
    return Naming(rows, moved if noun else topic)


def _word_gap(mention: Mention, clause: Clause, topic: Topic, sentence: int) -> Naming:
    """均高于全国, 低于计划目标, 与去年持平: one row for each thing compared."""
    before = re.sub(r"(?:与|同|和|比)[^，。；]{1,12}$", "", clause.before)
    before = re.sub(r"(?:均|都|仍|也|但)+$", "", before)
    noun = list_phrase(before) if _LISTED_INDICATORS.search(before) else left_phrase(before)
    grown = topic.grown if topic.sentence == sentence else ()
    names = all_subjects(noun) if noun else grown or _base(clause, topic, sentence, dependent=True)
    if not noun and not grown and len(names) == 1:
        names = all_subjects(names[0])
    growing = topic.kind == "growth" and not noun
    against = _AREA.search(mention.name) or re.search(GOALS, mention.name)
    comparator = against.group() if against else mention.name or None
    shown = [n + "增速" if growing and not n.endswith("速") else n for n in names]
    rows = tuple(Named(mention, n, "difference", comparator=comparator) for n in shown)
    moved = replace(topic, names=names, things=names, sentence=sentence, grown=() if noun else topic.grown)
    return Naming(rows, topic if growing else moved)


def _amounts(group: Sequence[Mention], clause: Clause, after: str, topic: Topic, sentence: int) -> Naming:
    first = group[0]
    rel = _relation(group, clause, after)
    noun = _own_noun(rel, clause, after, first)
    onward = rel.kind == "rate" and not noun and not rel.tail and topic.kind == "share"
    if onward and topic.sentence == sentence and first.unit == "%" and _ONWARD.search(clause.before):
        rel = replace(rel, kind="share")
    names = _names(noun, rel, group, clause, topic, sentence)
    under_growth = (
        rel.kind == "difference" and not noun and topic.kind == "growth" and first.unit == "个百分点"
    )
    if (
        (rel.kind == "difference" or onward)
        and not noun
        and topic.kind in ("share", "rate")
        and len(topic.shown) == len(names)
    ):
        names = topic.shown if topic.sentence == sentence else names
    shown = tuple(suffixed(n, "增速" if under_growth else rel.tail) for n in names)
    basis = rel.basis
    if basis is None and rel.kind == "growth" and not noun and topic.kind == "difference":
        basis = topic.basis
    if basis is None and (
        (rel.kind == "difference" and rel.comparator) or (clause.joined and topic.basis == "累计")
    ):
        basis = topic.basis
    rows = _rows(group, shown, rel, basis)
    moved = _moved(topic, rel, names, noun, first.unit, basis, sentence)
    return Naming(rows, moved if rel.kind == "difference" else replace(moved, shown=shown))


def _relation(group: Sequence[Mention], clause: Clause, after: str) -> Relation:
    first = group[0]
    rel = relation(clause.before, first.unit)
    if rel.kind == "rate" and first.unit == "%":
        if re.match(r"(?:左右|以上)?的?(?:增长(?!点|极|贡献)|增速|增幅|速度)", after):
            return replace(rel, kind="growth")
        if re.match(r"的?全覆盖", after):
            return replace(rel, tail="覆盖率")
    if rel.kind in ("level", "count") and (moved := _CHANGED.fullmatch(rel.noun)) and not right_words(after):
        return replace(rel, kind="difference", noun="", sign=1 if moved["up"] else -1)
    return rel


def _rows(
    group: Sequence[Mention], shown: tuple[str, ...], rel: Relation, basis: str | None
) -> tuple[Named, ...]:
    against = _comparators(rel, len(group))
    if len(shown) > len(group) == 1:
        return tuple(Named(group[0], n, rel.kind, rel.sign, basis, against[0]) for n in shown)
    padded = [shown[i] if i < len(shown) else shown[-1] for i in range(len(group))]
    return tuple(
        Named(m, n, rel.kind, rel.sign, basis, c) for m, n, c in zip(group, padded, against, strict=True)
    )


def _comparators(rel: Relation, n: int) -> Sequence[str | None]:
    several = (rel.comparator or "").split("、")
    return several if len(several) == n and n > 1 else [rel.comparator] * n


def _own_noun(rel: Relation, clause: Clause, after: str, mention: Mention) -> str:
    """The phrase before the number, or the thing counted after it."""
    noun = rel.noun if not is_area(rel.noun) else ""
    if mention.name:
        return mention.name if len(noun) < 3 else noun
    if rel.kind == "rate" and not noun and (share := _SHARE_OF.match(after)):
        return f"{share['verb']}的{share['noun']}比例"
    if rel.kind not in ("count", "level", "duration"):
        return noun
    if mention.kind == "" and rel.kind == "duration" and re.search(r"连续$", clause.before):
        return left_phrase(clause.before[:-2])
    if clause.listed:
        noun = ""
    return _with_counted(noun, right_phrase(after), rel.kind, after)


def _with_counted(noun: str, following: str, kind: str, after: str) -> str:
    """Settle between the words before (供水管线 38公里) and after (38个|村供水管线改造)."""
    if kind == "level" and _SPENT.fullmatch(noun) and (spent := _spent_on(after)):
        return re.sub("(?<=..)建设$", "", spent) + re.sub("^启动", "", noun)
    if is_act(noun) and not following and kind == "count":
        did = right_words(after)
        return noun + did if 2 <= len(did) <= 8 else noun
    plain = noun == "" or is_act(noun) or noun.endswith("等")
    if not following or (after.startswith("的") and not plain):
        return noun if not following or kind != "level" or _MEASURE_END.search(noun) else following
    if plain:
        return following
    if kind != "count":
        return noun if len(noun) > 1 else following
    if _REACHING.search(noun) and len(noun) > 5:
        return noun + following
    if len(following) <= 2 and not ends_in_act(noun):
        return without_opening_acts(noun) + following
    if ends_in_act(noun) or opens_with_act(noun) or len(noun) < 3 or len(noun) > 14 or "、" in noun:
        return following
    return noun + following


def _spent_on(after: str) -> str:
    """What a bare 投资 went into: 投资6亿元|实施供水工程, 总投资20亿元|的产业园."""
    if not after.startswith("的") and not opens_with_act(after):
        return ""
    words = right_words(without_opening_acts(after.removeprefix("的")))
    return "" if is_act(words) else right_phrase(words)[:16]


def _names(
    noun: str, rel: Relation, group: Sequence[Mention], clause: Clause, topic: Topic, sentence: int
) -> tuple[str, ...]:
    n = len(group)
    if not noun:
        return _inherited(rel, n, clause, topic, sentence)
    if noun in ("出口", "进口") and topic.names and (trade := _TRADE.search(topic.names[0])):
        return (topic.names[0].replace(trade.group(), noun),)
    if n > 1 and (several := split_subjects(noun, n)):
        return several
    if n == 1 and rel.kind == "growth" and (both := two_statistics(noun)):
        return both
    if n == 1 and _EACH.search(clause.before):
        return all_subjects(noun)
    if (
        topic.unit == group[0].unit
        and topic.names
        and topic.sentence == sentence
        and _is_share_of_topic(noun, clause)
    ):
        return topic.names[:1]
    if _ATTRIBUTE_ONLY.fullmatch(noun) or (is_act(noun) and rel.kind in ("count", "level")):
        things = _things(clause, topic, sentence)
        return tuple(prefixed(t, noun) for t in _spread(things, n)) if things else (noun,) * n
    return (noun,) * n


def _is_share_of_topic(noun: str, clause: Clause) -> bool:
    """其中满意7件, （政府补助10236人）: a part of the number before, called by a bare word."""
    if noun.endswith("类"):
        return not clause.earlier or "类" not in noun[-1:]
    if _ATTRIBUTE_END.search(noun) or _ATTRIBUTE_ONLY.fullmatch(noun):
        return False
    return len(noun) <= (4 if clause.outside else 3 if "其中" in clause.before else 0)


def _inherited(rel: Relation, n: int, clause: Clause, topic: Topic, sentence: int) -> tuple[str, ...]:
    completing = rel.tail.endswith("完成率")
    if n > 1 and len(topic.names) != n and topic.sentence == sentence and (last := _last_named(topic, n)):
        return tuple(thing_of(name) for name in last) if completing else last
    said = _said_before(clause) if rel.kind == "growth" and re.search("[；;]", clause.earlier) else ""
    if n == 1 and len(said) >= 4:
        return (said,)
    if completing and topic.sentence == sentence:
        return _spread(topic.things, n)
    dependent = rel.kind in ("growth", "difference") or bool(rel.tail) or clause.planned
    return _spread(_base(clause, topic, sentence, dependent), n)


def _last_named(topic: Topic, n: int) -> tuple[str, ...]:
    """The n amounts named just before (接待游客…，实现旅游收入…，分别增长…): levels if there are n of them."""
    levels = [name for name, kind in topic.recent if kind == "level"]
    named = levels if len(levels) >= n else [name for name, _ in topic.recent]
    return tuple(named[-n:]) if len(named) >= n else ()


def _spread(base: tuple[str, ...], n: int) -> tuple[str, ...]:
    if len(base) == n:
        return base
    if len(base) == 1 and n > 1 and (several := split_subjects(base[0], n)):
        return several
    return (base[-1] if base else "",) * n


def _base(clause: Clause, topic: Topic, sentence: int, dependent: bool) -> tuple[str, ...]:
    """Whom an unnamed number belongs to: the clause before it when that speaks of something, else the topic."""
    if topic.sentence == sentence and topic.names and dependent:
        return topic.names
    found = _said_before(clause)
    if found:
        return (found,)
    return topic.names


def _things(clause: Clause, topic: Topic, sentence: int) -> tuple[str, ...]:
    """Whose attribute a bare 总投资 or 落地 is."""
    found = _said_before(clause)
    if topic.sentence == sentence and topic.things and not (found and clause.named):
        return topic.things
    return (found,) if found else topic.things


def _said_before(clause: Clause) -> str:
    outside = (
        subject(_COUNT_END.sub("", re.split("[，,；;。]", clause.outside)[-1])) if clause.outside else ""
    )
    if len(outside) >= 2:
        return outside
    for part in reversed(re.split("[，,；;：:]", clause.earlier)):
        said = subject(part)
        if len(said) >= 2 and not is_act(said) and not _MOVED_ONLY.fullmatch(said):
            return said
    return ""


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
    same = topic.sentence == sentence
    grown = topic.grown if same else ()
    if rel.kind == "difference" and not noun:
        return replace(topic, sentence=sentence, grown=grown, basis=basis or topic.basis)
    if rel.tail and not noun:
        return replace(topic, sentence=sentence, grown=(), kind=rel.kind)
    grown = grown + names if rel.kind == "growth" else ()
    told = tuple((n, rel.kind) for n in names) if noun and rel.kind in ("level", "count") else ()
    recent = (topic.recent if same else ()) + told
    plain = bool(noun) and not _ATTRIBUTE_ONLY.fullmatch(noun) and not is_act(noun)
    things = tuple(thing_of(n) for n in names) if plain or not topic.things else topic.things
    kept = basis if rel.kind in ("growth", "difference") or basis == "累计" else None
    return Topic(
        names,
        things,
        rel.kind,
        unit if rel.kind in ("count", "level") else topic.unit,
        kept,
        sentence,
        grown,
        recent,
    )
