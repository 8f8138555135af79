"""K32: what drafting and pasting left behind."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tongjian.checking.checks.listing import number
from tongjian.checking.facts import Facts
from tongjian.checking.registry import bad, good, rule, trap
from tongjian.checking.say import finding
from tongjian.checking.types import Context, Finding, Severity

_LEFT = (
    (
        re.compile(
            r"\[bookmark:[^\]\n]*\]|_GoBack|错误！未找到引用源|错误!未找到引用源|Error! Reference source"
        ),
        "文档残留",
        "a leftover of the file",
    ),
    (
        re.compile(r"\{\{[^}\n]*\}\}|\{%[^%\n]*%\}|<[a-z/][^>\n]{0,30}>"),
        "未填充的模板标记",
        "a template mark that was not filled",
    ),
    (
        re.compile(
            r"(?:[XＸx×*＊]{2,}|[_＿]{2,}|○{2,}|〇{2,}|□{2,}|\?{2,}|？{2,})(?=[\u4e00-\u9fff%])|(?<=[\u4e00-\u9fff])(?:[XＸ×＊]{2,}|[_＿]{2,})"
        ),
        "未填写的数字或名称",
        "a placeholder that was not filled",
    ),
    (
        re.compile(
            r"(?:待补充|待定稿|待核实|此处补充|待填|TODO|TBD|（略）|（待[^）]{0,6}）|【[^】\n]{0,10}(?:待|补|核)[^】\n]{0,10}】)"
        ),
        "待办标注",
        "a note to do",
    ),
    (
        re.compile(r"，，+|。。(?!。)|；；+|、、+|：：+|，。|。，|；。|、。|，、|、，|；，|，；|：，|：。"),
        "重复或冲突的标点",
        "doubled punctuation",
    ),
    (
        re.compile(r"(?<=[\u4e00-\u9fff])\ufffd|\ufffd(?=[\u4e00-\u9fff])|锟斤拷|烫烫烫"),
        "乱码",
        "garbled characters",
    ),
    (
        re.compile(
            r"(?<=[\u4e00-\u9fff])(?<!实实)(?P<w>[的了为]|(?<!实)在|完成|实现|推进|加快|建设|开展|增长|达到|加强)(?P=w)(?=[\u4e00-\u9fff\d])|(?<![重需主必首摘概提纪机简扼紧索])要要(?![求素点件闻务])|(?P<v>(?!.?[共创])(?![一二三四五六七八九十每个])[\u4e00-\u9fff]{2})(?P=v)(?![\u4e00-\u9fff]?[是的])"
        ),
        "重复的字词",
        "a doubled word",
    ),
)
_PAGE = re.compile(r"(?m)^[ \t]*(?:[-—－]\s*)?(?P<n>\d{1,3})(?:\s*[-—－])?[ \t]*$")


@rule(
    "K32",
    "残留与排版",
    "Leftovers and layout",
    Severity.ERROR,
    examples=(
        bad("全年完成投资XX亿元，增长5.2%。"),
        bad("全年完成投资30亿元，，增长5.2%。"),
        bad("各位代表：[bookmark: _GoBack]现在我作报告。"),
        bad("加快推进推进项目建设。"),
        good("全年完成投资30亿元，增长5.2%。"),
        trap("重点任务逐项推进，研究……等问题。"),
        trap("他说：“好。”"),
    ),
)
def leftovers(context: Context) -> Iterator[Finding]:
    """Placeholders, template marks, doubled words and marks."""
    facts = context.this
    for pattern, zh, en in _LEFT:
        for m in pattern.finditer(facts.text):
            yield finding(
                "K32",
                Severity.ERROR,
                (facts.span(*m.span()),),
                f"{zh}：“{m.group()}”",
                f"“{m.group()}” is {en}",
                ("删除或补全。", "Remove or complete it."),
            )


@rule(
    "K32",
    "半角标点、残留页码",
    "Half-width marks, stray page numbers",
    Severity.HINT,
    examples=(
        bad("市场主体18.1万户,同比增长5.5%。"),
        bad("各位代表：\n2\n现在我作报告，请审议。"),
        good("市场主体18.1万户，同比增长5.5%。"),
        trap("市场主体1,810户，总投资12,300万元。"),
    ),
)
def layout(context: Context) -> Iterator[Finding]:
    """One finding for all half-width marks; one for each line that holds only a number."""
    facts = context.this
    halves = list(
        re.finditer(
            r"(?<=[\u4e00-\u9fff%])[,;?!](?=[\u4e00-\u9fff\d])|(?<=[\u4e00-\u9fff]),(?=[\u4e00-\u9fff])",
            facts.text,
        )
    )
    if halves:
        yield finding(
            "K32",
            Severity.HINT,
            tuple(facts.span(*m.span()) for m in halves[:20]),
            f"中文之间有半角标点{len(halves)}处",
            f"{len(halves)} half-width marks between Chinese characters",
            ("改为全角标点。", "Use full-width marks."),
        )
    for m in _PAGE.finditer(facts.text):
        if facts.kind_at(m.start("n")) != "cell" and m["n"] != "0":
            yield finding(
                "K32",
                Severity.HINT,
                (facts.span(*m.span("n")),),
                f"单独成行的数字“{m['n']}”，疑似残留页码",
                f"A line with nothing but {m['n']}: a stray page number?",
                ("删除。", "Remove it."),
            )


_PAIRS = {"“": "”", "（": "）", "《": "》", "【": "】", "〔": "〕"}


@rule(
    "K32",
    "括号、引号不配对",
    "Brackets or quotes without a partner",
    Severity.QUESTION,
    examples=(
        bad("实施“十大工程，完成投资30亿元。"),
        bad("完成投资30亿元（还原口径，增长5.2%。"),
        good("实施“十大工程”，完成投资30亿元（还原口径）。"),
        trap("会议指出：“第一段没有结束。\n“第二段才结束。”"),
    ),
)
def unpaired(context: Context) -> Iterator[Finding]:
    """Within a paragraph; an opening quote at the head of each paragraph of a long quotation is the custom."""
    facts = context.this
    start = 0
    for line in facts.text.split("\n"):
        for opening, closing in _PAIRS.items():
            yield from _line(facts, line, start, opening, closing)
        start += len(line) + 1


def _line(facts: Facts, line: str, start: int, opening: str, closing: str) -> Iterator[Finding]:
    opened, closed = line.count(opening), line.count(closing)
    if opened == closed or (opening == "“" and _long_quote(line)):
        return
    if opening == "（" and re.match(r"\s*[一二三四五六七八九十\d]+）", line):
        return
    if (line.count("(") or line.count(")")) and opening == "（":
        return
    at = start + (line.rfind(opening) if opened > closed else line.find(closing))
    mark = opening if opened > closed else closing
    yield finding(
        "K32",
        Severity.QUESTION,
        (facts.span(at, at + 1),),
        f"“{mark}”不配对：本段{opening}{opened}个，{closing}{closed}个",
        f"{mark} has no partner: {opened} of {opening}, {closed} of {closing} in this paragraph",
        ("补全或删除。", "Complete or remove it."),
    )


def _long_quote(line: str) -> bool:
    """A quotation over several paragraphs opens at each paragraph's head."""
    inner = re.sub(r"“[^“”]*”", "", line)
    return bool(re.match(r"\s*“", inner)) or bool(re.search(r"：“[^“”]*$", inner))


_HEADINGS = (
    re.compile(r"(?m)^\s*(?P<i>[一二三四五六七八九十]|十[一二三四五六七八九])、"),
    re.compile(r"(?m)^\s*[（(](?P<i>[一二三四五六七八九十]|十[一二三四五六七八九])[）)]"),
    re.compile(r"(?:(?<=[。；：:\n])|(?<=^))\s*(?P<i>[一二三四五六七八九十])是(?=[\u4e00-\u9fff])"),
    re.compile(r"(?:(?<=[。；：:\n])|(?<=^))\s*第(?P<i>[一二三四五六七八九十])[，、]"),
)


@rule(
    "K32",
    "序号跳号或重号",
    "Numbering skips or repeats",
    Severity.QUESTION,
    examples=(
        bad("一、总体情况\n甲。\n三、主要任务\n乙。"),
        bad("一是抓项目。二是抓产业。四是抓民生。"),
        bad("（一）抓项目\n甲。\n（二）抓产业\n乙。\n（二）抓民生\n丙。"),
        good("一、总体情况\n甲。\n二、主要任务\n乙。"),
        trap("一、总体情况\n（一）甲\n（二）乙\n二、主要任务\n（一）丙\n（二）丁"),
        trap("一是抓项目。\n一是抓产业。"),
    ),
)
def numbering(context: Context) -> Iterator[Finding]:
    """Each level counts up by one, and starts again at one."""
    facts = context.this
    for level, pattern in enumerate(_HEADINGS):
        last = 0
        last_match: re.Match[str] | None = None
        for m in pattern.finditer(facts.text):
            n = number(m["i"])
            if level and last_match is not None and _broken(facts.text, last_match.end(), m.start(), level):
                last = 0 if n == 1 else n - 1
            if n not in {last + 1, 1} and last:
                yield _skip(facts, m, last, n)
            last, last_match = n, m


def _broken(text: str, start: int, end: int, level: int) -> bool:
    """Whether a heading of a higher level stands between, or, for 一是, a new paragraph with another subject."""
    above = any(p.search(text, start, end) for p in _HEADINGS[:level] if p not in _HEADINGS[2:])
    return above or (level >= 2 and "\n" in text[start:end] and end - start > 400)


def _skip(facts: Facts, m: re.Match[str], last: int, n: int) -> Finding:
    return finding(
        "K32",
        Severity.QUESTION,
        (facts.span(m.start(), m.end()),),
        f"序号由{last}到{n}，应为{last + 1}",
        f"The numbering goes from {last} to {n}; {last + 1} was due",
        ("核对序号。", "Check the numbering."),
    )
