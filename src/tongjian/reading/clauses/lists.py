"""Lists inside a clause: their members, and whether each is a thing of its own or only describes the last."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tongjian.reading.clauses.lexicon import (
    CLASS_NOUNS,
    DEEDS,
    FACILITIES,
    MOVING,
    POLICIES,
)
from tongjian.reading.clauses.lexicon import words as _listed
from tongjian.reading.clauses.quantity import amounts, noun_span
from tongjian.reading.clauses.shape import depths

Span = tuple[int, int]
_KINDS = _listed("工程 项目 任务")
_DOING = _listed(
    "帮扶 防火 禁牧 利用 处理 供热 革命 管理 服务 防控 供应 保障 保护 修复 防治 建设 监管 排查 培训 宣传 救助 回收 分类 检测 监测"
)
AND = re.compile(
    r"以及|(?<![共饱总温缓亲祥])和(?![谐平睦解顺缓气善])|(?<![参给赋授])与(?!会)|(?<![普以涉触波顾推])及(?![时其])"
)
_LEVELS = re.compile(r"(?:国家|中央|部委?|省|市|县|区|乡|镇|街道?|村|社区|和|级)+$")
_RULES = ("制度", "机制", "办法", "条例", "方案", "意见", "平台", "清单")
_PARTED = re.compile("[、和与及]|”“|》《")
# 1#、2#楼: numbers of one thing are no list.
_NUMBERS = re.compile(r"\d[#号]?$")


def members(words: str, start: int, end: int) -> list[Span]:
    """Spans between 、 and between parallel parts joined by 和, 与, 及; brackets and quotes are kept whole."""
    depth = depths(words)
    if not _PARTED.search(words, start, end):
        return [(start, end)]
    cuts = [
        (i, i + 1)
        for i in range(start, end)
        if words[i] == "、"
        and not depth[i]
        and not (_NUMBERS.search(words, start, i) and words[i + 1].isdigit())
    ]
    cuts += [
        (i, i) for i in range(start + 1, end) if words[i - 1 : i + 1] in ("”“", "》《") and depth[i] == 1
    ]
    cuts.sort()
    cuts = [
        c for i, c in enumerate(cuts) if not _LEVELS.fullmatch(words, cuts[i - 1][1] if i else start, c[0])
    ]
    parts = between(start, end, cuts)
    out: list[Span] = []
    for part in parts:
        others = [words[slice(*p)] for p in parts if p != part]
        out.extend(_split_and(words, part, depth, others))
    return [s for s in out if s[1] > s[0] and not only_amount(words[slice(*s)])] or [(start, end)]


def only_amount(text: str) -> bool:
    spans = amounts(text)
    return bool(spans) and spans[0][0] == 0 and spans[-1][1] == len(text)


def quoted(text: str) -> bool:
    return text[0] in "“《" and text[-1] in "”》"


def splits(words: str, spans: list[Span], *, named: bool) -> bool:
    if any(len(words[slice(*s)]) <= 4 and words[s[0]] in "进到入上下送" for s in spans[1:]):
        return False
    if all(words.endswith(_RULES, *s) for s in spans):
        return True
    texts = [_without_amount(words[slice(*s)]) for s in spans]
    if all(amounts(words[slice(*s)]) for s in spans):
        return True
    sizes = [len(t) for t in texts]
    if _quoted_then(texts) or _describe(words, spans):
        return False
    if "的" in texts[-1] and max(sizes[:-1]) <= 5:
        return False
    if any(len(t) <= 4 and t.endswith("化") for t in texts[1:]) or any(t.startswith("更") for t in texts):
        return False
    if max(sizes[:-1]) <= 3 and sizes[-1] <= 6:
        return (
            min(sizes) >= 3
            and named
            and (FACILITIES.ending(texts[0]) is not None or texts[0][-1] == texts[-1][-1])
        )
    if named or _shares_deed(texts):
        return min(sizes) >= 2 and _alike(texts)
    if CLASS_NOUNS.ending(texts[-1]) and not all(CLASS_NOUNS.ending(t) for t in texts[:-1]):
        return False
    if len(texts) > 2 or "、" in words[spans[0][0] : spans[-1][1]]:
        return min(sizes) >= 3 and all(DEEDS.ending(t) or doing(t) for t in texts)
    return min(sizes) >= 5


def _without_amount(text: str) -> str:
    """Without the amount at its end (农产品1000个以上)."""
    spans = amounts(text)
    return text[: spans[-1][0]] if spans and spans[-1][1] == len(text) and spans[-1][0] > 1 else text


def _describe(words: str, spans: list[Span]) -> bool:
    """供水、供热、排水管网: short words that only describe the last noun."""
    first, *_, last = (noun_span(words, *s) for s in spans)
    short = max(first[1] - first[0], *(b - a for a, b in spans[1:-1]), 0) <= 2
    return short and last[1] - last[0] == 4 and FACILITIES.ending(words, *last) is not None


def _quoted_then(texts: list[str]) -> bool:
    """“甲”“乙”资源共享: quoted words that all describe the noun behind the last."""
    return all(map(quoted, texts[:-1])) and texts[-1][0] == "“" and not quoted(texts[-1])


def _alike(texts: list[str]) -> bool:
    """No list of short words that only describe the last one (运输、销售、使用…行为, 市场、秩序、容貌专项整治)."""
    short = max(len(t) for t in texts[:-1])
    if short <= 2 and CLASS_NOUNS.ending(texts[-1]):
        return False
    deed = DEEDS.ending(texts[-1])
    if deed is None or any(DEEDS.ending(t) or doing(t) for t in texts[:-1]):
        return True
    if not deed.endswith(("整治", "治理")):
        return True
    placed = FACILITIES.ending(texts[-1], 0, len(texts[-1]) - len(deed)) is not None
    return placed or short >= 6 or all(FACILITIES.ending(t) for t in texts[:-1])


def _shares_deed(texts: list[str]) -> bool:
    """甲园、乙园提质升级: places of some length, and a work only behind the last."""
    return DEEDS.ending(texts[-1]) is not None and all(
        len(t) >= 4 and FACILITIES.ending(t) for t in texts[:-1]
    )


def doing(text: str) -> bool:
    """A noun of action: the member itself says a work (驻村帮扶, 森林防火, 氢能利用)."""
    return text.endswith(_DOING)


def _split_and(words: str, span: Span, depth: Sequence[int], others: list[str]) -> list[Span]:
    start, end = span
    cuts = [m.span() for m in AND.finditer(words, start, end) if not depth[m.start()]]
    return between(
        start,
        end,
        [c for c in cuts if _joins(words[start : c[0]], words[c[1] : end], others, words[c[0] : c[1]])],
    )


def _joins(left: str, right: str, others: list[str], word: str) -> bool:
    """Whether 和 joins two objects, and not two words of one object."""
    if len(left) < 2 or len(right) < 3 or len(right) - len(_KINDS.ending(right) or "") <= 2:
        return False
    if amounts(right):
        return amounts(right)[0][0] == 0 and len(left) >= 3
    if len(left) >= 4 and (same := right.find(left[-2:])) >= 2 and len(right) - same - 2 in (0, 2):
        return True
    kinds = _class(left), _class(right)
    if others and word != "及":
        worked = [o for o in others if DEEDS.ending(o)]
        return (
            len(right) >= 3
            and len(left) >= 3
            and None not in (kinds[1], kinds[0] or (None if worked else "any"))
        )
    return kinds[0] is not None and (
        kinds[0] == kinds[1] or (min(len(left), len(right)) >= 4 and None not in kinds)
    )


def _class(text: str) -> str | None:
    text = text[: len(text) - len(_KINDS.ending(text) or "")] or text
    for name, listing in (
        ("deed", DEEDS),
        ("facility", FACILITIES),
        ("class", CLASS_NOUNS),
        ("policy", POLICIES),
        ("moved", MOVING),
    ):
        if listing.ending(text):
            return name
    return "doing" if doing(text) else None


def between(start: int, end: int, cuts: list[Span]) -> list[Span]:
    return list(zip([start, *(b for _, b in cuts)], [*(a for a, _ in cuts), end], strict=True))
