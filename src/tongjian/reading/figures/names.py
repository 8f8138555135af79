"""Putting names together: the thing and its attribute, what a tail adds, how a reader would write it."""

from __future__ import annotations

import re

from tongjian.reading.figures.phrases import without_acts

_THING_TAIL = re.compile(
    r"(?:累计)?(?:(?:计划|协议|年内|年度|完成|到位)+(?:总)?投资额?|总投资|总产值|(?<=业)增加值|(?:播种|种植|养殖)面积|存栏|出栏)$"
)


def prefixed(name: str, attribute: str) -> str:
    """The thing and its attribute: 结对项目 + 注册资金; 新增 before the thing is dropped."""
    thing = re.sub(r"^(?:新增|新引进)", "", name) if len(name) > 4 else name
    if thing.endswith(attribute):
        return thing
    return (without_acts(thing) or thing) + attribute


def suffixed(name: str, tail: str) -> str:
    if not tail or name.endswith(tail):
        return name
    if tail == "覆盖率":
        return re.sub(r"覆盖$", "", name) + tail
    return (without_acts(name) or name) + tail if tail.endswith("率") else name + tail


def thing_of(name: str) -> str:
    """The thing in a name that ends in an attribute: 重点建设项目累计完成投资 -> 重点建设项目."""
    cut = _THING_TAIL.search(name)
    least = 2 if cut and cut.group().endswith("面积") else 3
    return name[: cut.start()] if cut and cut.start() >= least else name


def tidy(indicator: str) -> str:
    """As a reader would write it: 一产 in full, no blanks or stray marks."""
    name = re.sub(r"[\s\u200b]|\[\d+\]", "", indicator)
    for short, full in (("一产", "第一产业"), ("二产", "第二产业"), ("三产", "第三产业")):
        name = re.sub(rf"(?<!第){short}(?!业)", full, name)
    name = re.sub(
        r"^各[项类](?=[一-龥]{2})|(?<=[一-龥]{2})累计(?=完成|实现|发放|投入|新增)|(?:[\d.]+)?[十百千万亿]+元(?:及)?以上(?:的)?(?=[一-龥])",
        "",
        name,
    )
    if name == "GDP":
        return "地区生产总值"
    marks = "，,、；;：:。—-－" + ('“”"' if name.count("“") != name.count("”") else "")
    return name.strip(marks)
