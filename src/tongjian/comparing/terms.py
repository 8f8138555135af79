"""What a statement is made of for comparing: pieces of its wording and the concepts behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from tongjian.comparing.words import LinkingWords

_WORDS = re.compile(r"[A-Za-z]*\d+(?:\.\d+)?[A-Za-z]*|[A-Za-z]+|[一-鿿]+")
# What a number counts or measures tells no thing from another: it goes with the number.
_MEASURES = (
    "个百分点 平方公里 平方千米 平方米 立方米 公里 千米 公顷 公斤 千伏 千瓦时 千瓦 兆瓦 小时 分钟 工作日 个月 车位 床位 人次 户次 "
    "元 户 人 名 位 个 家 亩 米 套 座 处 所 台 辆 村 吨 条 项 件 张 只 头 间 栋 幢 棵 株 次 场 期 批 支 对 组 级 类 种 份 天 年 月 日 "
    "度 起 宗 部 届 册 片 段 层 眼 口 盏 根 艘 架 班 节 门 周 岁 倍 成 % ％"
)
_AMOUNTS = re.compile(
    rf"\d[\d.,]*[余多]?(?:[千百万亿](?!伏|瓦|米|克)){{0,2}}[余多]?(?:{_MEASURES.replace(' ', '|')})?(?:以上|以下|以内|左右|余)?"
)
_NOTES = re.compile(r"\[\d+\]|[\s“”\"'《》（）()]")
_HAN = re.compile(r"[一-鿿]")
_ATTRIBUTE = re.compile(r"（[^（）]*）")
_LISTED = re.compile(r"、|，|以及|(?<=[一-鿿”]{2})[和及与](?=[一-鿿“]{2})")
_MARKS = '“”"《》 '


class Row(Protocol):
    """A commitment or an achievement."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def object(self) -> str: ...
    @property
    def object_start(self) -> int: ...
    @property
    def object_end(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Terms:
    """pieces: pairs of neighbouring Chinese characters and words of Latin letters; characters: single ones;
    concepts: keys; plain: the text without quotes, notes and generic words (a blank where one was cut).
    """

    pieces: frozenset[str]
    characters: frozenset[str]
    concepts: frozenset[str]
    plain: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A commitment or achievement for comparing: its object, its own part of the clause, its paragraph's concepts;
    things: the pieces of each thing that the object lists, or of the object where it lists none.
    """

    object: Terms
    own: Terms
    around: frozenset[str]
    things: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """One of several things that a row's object lists, as a row of its own."""

    start: int
    end: int
    text: str
    object: str
    object_start: int
    object_end: int


def terms(text: str, words: LinkingWords) -> Terms:
    """Terms of a clause or of an object."""
    clean = _NOTES.sub("", text)
    plain = words.generic.sub(" ", clean)
    return Terms(frozenset(_pieces(plain)), frozenset(_HAN.findall(plain)), words.concepts_in(clean), plain)


def statements(rows: Sequence[Row], text: str, words: LinkingWords) -> list[Statement]:
    """One for each row; what stands in a row's clause for its neighbours in a list is not its own."""
    clauses: dict[tuple[int, int], list[Row]] = {}
    for row in rows:
        clauses.setdefault((row.start, row.end), []).append(row)
    paragraphs: dict[int, frozenset[str]] = {}
    return [
        Statement(
            terms(row.object, words),
            terms(f"{_own(row, clauses[row.start, row.end])}，{row.object}", words),
            _around(text, row.start, words, paragraphs),
            tuple(terms(name, words).pieces for name in named_in(row.object)),
        )
        for row in rows
    ]


def things(rows: Sequence[Row], text: str, words: LinkingWords) -> list[list[Statement]]:
    """For each row the things that its object lists, each as a statement; none where it lists fewer than two."""
    return [statements(_things(row, text), text, words) for row in rows]


def _things(row: Row, text: str) -> list[Thing]:
    found = [(name, text.find(name, row.start, row.end)) for name in named_in(row.object)]
    listed = [Thing(row.start, row.end, row.text, name, at, at + len(name)) for name, at in found if at >= 0]
    return listed if len(listed) > 1 else []


def named_in(listing: str) -> list[str]:
    """What 、 and the like separate in an object; 等 and the word of kind behind it are none of it."""
    if _ATTRIBUTE.search(listing):  # 南湖景区（先进单位）: the title is what it is about
        return [listing]
    parts = (part.partition("等")[0] for part in _LISTED.split(listing))
    names = (part.strip(_MARKS) for part in parts)
    return [name for name in names if len(name) > 1] or [listing]


def _own(row: Row, clause: Sequence[Row]) -> str:
    """The clause with the objects of its other rows cut out, except where they share characters with this one's."""
    mine = range(row.object_start, row.object_end)
    cut = {
        at
        for other in clause
        if other.object != row.object
        for at in range(other.object_start, other.object_end)
        if at not in mine
    }
    if not cut:
        return row.text
    return "".join("、" if row.start + n in cut else c for n, c in enumerate(row.text))


def _around(text: str, at: int, words: LinkingWords, known: dict[int, frozenset[str]]) -> frozenset[str]:
    start = text.rfind("\n", 0, at) + 1
    if start not in known:
        end = text.find("\n", at)
        known[start] = words.concepts_in(text[start : end if end >= 0 else None])
    return known[start]


def _pieces(plain: str) -> Iterator[str]:
    for word in _WORDS.findall(_AMOUNTS.sub(" ", plain)):
        if word.isascii():
            yield word
        else:
            yield from (word[i : i + 2] for i in range(len(word) - 1))


def all_terms(sides: Iterable[Statement]) -> Iterator[Terms]:
    """The own parts, over which rareness is counted."""
    return (s.own for s in sides)
