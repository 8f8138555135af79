"""K24, K25: a count of things beside the list of them, and a headline beside its items."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tongjian.checking.facts import Facts
from tongjian.checking.registry import bad, good, rule, trap
from tongjian.checking.say import finding
from tongjian.checking.types import Context, Finding, Severity

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九十")} | {"两": 2}
_N = r"(?P<n>[二两三四五六七八九十]|十[一二三四五六七八九]|\d{1,2})"
_AFTER = re.compile(
    rf"{_N}(?:大|个|项|类|条|家|种|座|所|方面|处|件)(?P<head>[^，。；：、\n\d“”]{{0,14}})”?(?:，即|[:：]|——|（即|，分别是|分别为|，分别为|，包括|，也就是)(?P<list>[^。；\n：:）]{{2,160}})"
)
_BEFORE = re.compile(
    rf"(?P<list>[^，。；：:、\n（）\d]{{1,14}}(?:、[^，。；：:、\n（）\d]{{1,14}}){{1,9}}){_N}(?P<u>大|个|项)(?P<head>[^，。；：、\n\d]{{1,10}})"
)
_ENDS_IN_VERB = re.compile(
    r"(?:建设|打造|推进|实施|新建|完成|培育|创建|引进|改造|开展|落实|建成|新增|谋划|推动|支持|抓好|做好|开工|形成|设立|组建|举办|提升|争取|确保|覆盖|达到|共有?|全市|全省|全县|全区|近|超过?|约)$"
)
_OPEN = re.compile(r"等|其他|及其他|以及相关|……")
_MANY = re.compile(r"[、，]|(?<=[\u4e00-\u9fff])(?:以及|和|与|及)(?=[\u4e00-\u9fff])")


def number(word: str) -> int:
    """十二 → 12; 5 → 5."""
    if word.isdigit():
        return int(word)
    return 10 + DIGITS[word[1]] if len(word) == 2 else DIGITS[word]


def counts(listed: str) -> tuple[int, int]:
    """Fewest and most items a list may have: 、 surely divides, 和 and 与 may."""
    by_mark = [x for x in re.split(r"[、]", listed) if x.strip()]
    fewest, most = len(by_mark), len(by_mark)
    last = by_mark[-1] if by_mark else ""
    joined = len(re.findall(r"(?<=.)(?:以及|和|与|及)(?=.)", last))
    inner = sum(len(re.findall(r"(?<=.)(?:以及|和|与|及)(?=.)", x)) for x in by_mark[:-1])
    return fewest, most + joined + inner


@rule(
    "K24",
    "列举个数与所称个数不符",
    "The number of things listed is not the number said",
    Severity.QUESTION,
    examples=(
        bad("实施三大工程，即道路工程、桥梁工程、供水工程、供电工程。"),
        bad("打好蓝天、碧水、净土、清废三大保卫战。"),
        bad("推进4个重点项目：东环路、南水厂、北公园。"),
        good("打好蓝天、碧水、净土三大保卫战。"),
        good("实施三大工程，即道路工程、桥梁工程和供水工程。"),
        trap("培育生物医药、新材料等五大产业。"),
        trap("建设教育、医疗和养老三大中心。"),
    ),
)
def listed(context: Context) -> Iterator[Finding]:
    """N大…：A、B、C and A、B、C N大…; 等 leaves a list open."""
    facts = context.this
    for m in _AFTER.finditer(facts.text):
        yield from _after(facts, m)
    for m in _BEFORE.finditer(facts.text):
        yield from _before(facts, m)


def _after(facts: Facts, m: re.Match[str]) -> Iterator[Finding]:
    said, items = number(m["n"]), m["list"]
    if _OPEN.search(items) or _OPEN.search(facts.text[m.end() : m.end() + 1]) or "、" not in items:
        return
    quoted = "”" in facts.text[m.end("head") : m.start("list")]
    if quoted and facts.text[max(0, m.start() - 1) : m.start()] != "“":
        return
    if re.search(r"第$|[十百千万\d之]$", facts.text[max(0, m.start() - 1) : m.start()]):
        return
    if re.search(r"\d", items) and not re.match(r"[\d.]+$", items) and re.search(r"，", items):
        return
    stretch = items.split("，")[0] if "、" in items.split("，")[0] else items
    if "，" in items and stretch == items:
        return
    fewest, most = counts(stretch)
    if "，" in items and most < said:
        return  # the list goes on after the comma
    yield from _judge(facts, m, said, fewest, most)


def _before(facts: Facts, m: re.Match[str]) -> Iterator[Finding]:
    said, items = number(m["n"]), m["list"]
    more = items.endswith("等")
    items = items.removesuffix("等")
    if _OPEN.search(items) or said < 2 or not re.match(r".*[^第十百千二三四五六七八九]$", items):
        return
    if m["u"] in {"个", "项"} and not re.match(
        r"(?:民生|重点|方面|领域|关键|主要|示范|产业|环节|专项|行业|板块|片区)", m["head"]
    ):
        return
    if re.search(r"(?:和|与|及|以及|的|党)$", items) or _ENDS_IN_VERB.search(items):
        return
    inside = items.removesuffix("“")
    if (
        inside.count("“") != inside.count("”")
        or (items.endswith("“") and "”" in items)
        or facts.text[m.end() : m.end() + 1] == "、"
    ):
        return
    if items.endswith("“") and re.match(r"”[、和与]", facts.text[m.end() - 1 : m.end() + 1]):
        return
    fewest, most = counts(items)
    if not more or fewest > said:
        yield from _judge(facts, m, said, fewest, most)


def _judge(facts: Facts, m: re.Match[str], said: int, fewest: int, most: int) -> Iterator[Finding]:
    if fewest <= said <= most or most < 2:
        return
    got = fewest if said < fewest else most
    yield finding(
        "K24",
        Severity.QUESTION,
        (facts.span(m.start("n"), m.end("n")), facts.span(m.start("list"), m.end("list"))),
        f"称{said}个，列出{got}个：{got} ≠ {said}",
        f"{said} are said, {got} are listed: {got} ≠ {said}",
        ("核对列举。", "Check the list."),
    )


_HEADLINE = re.compile(
    r"(?P<n>[二两三四五六七八九十]|十[一二三四五六七八九]|\d{1,2})(?:个)?(?:方面|项|件|点|条|大|篇|场|个)(?:的)?[^，。；：:\d\n]{0,12}?”?(?:[:：。]|，即)"
)
_ITEM_SETS = (
    re.compile(r"(?:(?<=[。；：:\n，])|(?<=^))\s*(?P<i>[一二三四五六七八九十]|十[一二三四五六七八九])是"),
    re.compile(
        r"(?:(?<=[。；：:\n])|(?<=^))\s*[（(](?P<i>[一二三四五六七八九十]|十[一二三四五六七八九])[）)]"
    ),
    re.compile(
        r"(?:(?<=[。；：:\n])|(?<=^))\s*第(?P<i>[一二三四五六七八九十]|十[一二三四五六七八九])[，、,]"
    ),
    re.compile(r"(?:(?<=[。；：:\n])|(?<=^))\s*(?P<i>\d{1,2})[.．、](?!\d)"),
)


@rule(
    "K25",
    "总述个数与分述个数不符",
    "A headline count differs from the items that follow",
    Severity.QUESTION,
    examples=(
        bad("重点做好四个方面工作：\n一是抓好项目。\n二是抓好产业。\n三是抓好民生。"),
        bad(
            "二、2023年工作\n着力抓好三项工作。\n（一）抓项目。甲。\n（二）抓产业。乙。\n（三）抓民生。丙。\n（四）抓改革。丁。"
        ),
        good("重点做好三个方面工作：\n一是抓好项目。\n二是抓好产业。\n三是抓好民生。"),
        trap("重点做好三个方面工作：\n抓好项目、产业和民生。"),
    ),
)
def headline(context: Context) -> Iterator[Finding]:
    """以下n个方面: followed by 一是…, （一）… that count to another number."""
    facts = context.this
    for m in _HEADLINE.finditer(facts.text):
        if re.search(r"[第十百\d之]$", facts.text[max(0, m.start() - 1) : m.start()]):
            continue
        if facts.text[max(0, m.start() - 1) : m.start()] == "“" and not m.group().endswith(("”：", "”:")):
            continue
        said = number(m["n"])
        found = _following(facts.text, m.end())
        if said > 1 and found is not None and found[0] != said:
            got, start, end = found
            yield finding(
                "K25",
                Severity.QUESTION,
                (facts.span(*m.span()), facts.span(start, end)),
                f"称{said}个方面，随后分述{got}个：{got} ≠ {said}",
                f"{said} are announced, {got} follow: {got} ≠ {said}",
                ("核对总述与分述。", "Check headline and items."),
            )


def _following(text: str, start: int) -> tuple[int, int, int] | None:
    """How far the numbered items count that begin right after a headline, and the last one's place."""
    for pattern in _ITEM_SETS:
        first = pattern.search(text, start, start + 8)
        if first is None or number(first["i"]) != 1:
            continue
        last, count = first, 1
        for item in pattern.finditer(text, first.end()):
            n = number(item["i"])
            if n == 1 or n > count + 1:
                break
            if n == count + 1:
                last, count = item, n
        return (count, *last.span()) if count > 1 else None
    return None
