"""Automatic numbers of paragraphs (一、 （二） 3.): Word stores only their pattern, so they are counted here.

Headings of reports are often numbered this way; without the numbers their outline would be lost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tongjian.reading.documents.ooxml import attribute, child, is_on, local, value
from tongjian.reading.documents.package import Package

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

HANZI = "〇一二三四五六七八九"
CHINESE = frozenset({"chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting"})
CHINESE |= {
    "taiwaneseCountingThousand",
    "ideographTraditional",
    "chineseLegalSimplified",
    "japaneseDigitalTenThousand",
}
CIRCLES = frozenset({"decimalEnclosedCircle", "decimalEnclosedCircleChinese"})
SILENT = frozenset({"bullet", "none"})
MAX_LEVEL = 9
_PLACE = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class Level:
    """How one level counts: first number, number format, pattern with %1 … %9."""

    start: int
    kind: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Style:
    based_on: str | None
    number: str | None  # numId
    level: int | None


@dataclass
class Numbering:
    """The numbering of one document; `label` must be asked for each paragraph once, in order.

    lists: numId -> (id of the counted list, its levels). Lists of one abstract definition count on together.
    """

    lists: Mapping[str, tuple[str, Mapping[int, Level]]] = field(default_factory=dict)
    styles: Mapping[str, Style] = field(default_factory=dict)
    counters: dict[str, list[int | None]] = field(default_factory=dict)

    @classmethod
    def of(cls, package: Package) -> Numbering:
        definitions, styles = package.first("numbering"), package.first("styles")
        return cls(
            {} if definitions is None else _lists(definitions),
            {} if styles is None else dict(map(_style, _all(styles, "style"))),
        )

    def label(self, paragraph: Element) -> str:
        """The printed number of the paragraph, empty when it has none."""
        number, level = self._place(child(paragraph, "pPr"))
        if number not in self.lists:
            return ""
        key, levels = self.lists[number]
        if level not in levels:
            return ""
        self._count(key, levels, level)
        return "" if levels[level].kind in SILENT else self._printed(key, levels, level)

    def _place(self, properties: Element | None) -> tuple[str, int]:
        """numId and level, from the paragraph or the styles it is based on."""
        number = value(properties, "numPr", "numId")
        level = _integer(value(properties, "numPr", "ilvl"))
        name = value(properties, "pStyle")
        for _ in range(20):  # styles may be based on each other in a circle
            style = self.styles.get(name or "")
            if style is None or (number is not None and level is not None):
                break
            number = style.number if number is None else number
            level = style.level if level is None else level
            name = style.based_on
        return number or "", level or 0

    def _count(self, key: str, levels: Mapping[int, Level], level: int) -> None:
        counts = self.counters.setdefault(key, [None] * MAX_LEVEL)
        for above in range(level):
            if counts[above] is None and above in levels:
                counts[above] = levels[above].start
        before = counts[level]
        counts[level] = levels[level].start if before is None else before + 1
        counts[level + 1 :] = [None] * (MAX_LEVEL - level - 1)

    def _printed(self, key: str, levels: Mapping[int, Level], level: int) -> str:
        counts = self.counters[key]

        def number(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            return formatted(counts[at] or 0, levels[at].kind) if at in levels else ""

        text = _PLACE.sub(number, levels[level].pattern)
        return text if not text or text[-1] in "、）)．，：" else text + " "


def formatted(number: int, kind: str) -> str:
    """A number as Word prints it in this format (ST_NumberFormat); unknown formats print digits."""
    if kind in CHINESE:
        return chinese(number)
    if kind in CIRCLES and 1 <= number <= 20:
        return chr(0x245F + number)
    if kind == "ideographDigital":
        return "".join(HANZI[int(d)] for d in str(number))
    if kind == "decimalFullWidth":
        return "".join(chr(ord(d) + 0xFEE0) for d in str(number))
    if kind in {"lowerLetter", "upperLetter"} and number > 0:
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter if kind == "lowerLetter" else letter.upper()
    if kind in {"lowerRoman", "upperRoman"}:
        return roman(number) if kind == "upperRoman" else roman(number).lower()
    return f"{number:02d}" if kind == "decimalZero" else str(number)


def chinese(number: int) -> str:
    """1 to 99 in Chinese numerals (十二, 二十); others digit by digit."""
    if not 1 <= number <= 99:
        return "".join(HANZI[int(d)] for d in str(number))
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else HANZI[tens] + "十"
    return head + (HANZI[ones] if ones else "")


def roman(number: int) -> str:
    signs = (
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    )
    text = ""
    for amount, sign in signs:
        times, number = divmod(number, amount)
        text += sign * min(times, 30)
    return text


def _lists(root: Element) -> dict[str, tuple[str, Mapping[int, Level]]]:
    abstract = {
        attribute(e, "abstractNumId"): dict(map(_level, _all(e, "lvl"))) for e in _all(root, "abstractNum")
    }
    found: dict[str, tuple[str, Mapping[int, Level]]] = {}
    for num in _all(root, "num"):
        number, base = attribute(num, "numId") or "", value(num, "abstractNumId") or ""
        levels = dict(abstract.get(base, {}))
        overrides = list(_all(num, "lvlOverride"))
        for override in overrides:
            _override(levels, override)
        found[number] = (f"num {number}" if overrides else base, levels)
    return found


def _override(levels: dict[int, Level], override: Element) -> None:
    at = _integer(attribute(override, "ilvl")) or 0
    replaced = child(override, "lvl")
    if replaced is not None:
        levels[at] = _level(replaced)[1]
    start = _integer(value(override, "startOverride"))
    if start is not None and at in levels:
        levels[at] = Level(start, levels[at].kind, levels[at].pattern)


def _level(element: Element) -> tuple[int, Level]:
    """isLgl (legal numbering) prints every level in digits."""
    kind = "decimal" if is_on(element, "isLgl") else value(element, "numFmt") or "decimal"
    start = _integer(value(element, "start"))
    level = Level(1 if start is None else start, kind, value(element, "lvlText") or "")
    return min(_integer(attribute(element, "ilvl")) or 0, MAX_LEVEL - 1), level


def _style(element: Element) -> tuple[str, Style]:
    numbered = child(element, "pPr", "numPr")
    style = Style(value(element, "basedOn"), value(numbered, "numId"), _integer(value(numbered, "ilvl")))
    return attribute(element, "styleId") or "", style


def _all(root: Element, name: str) -> list[Element]:
    return [e for e in root if local(e) == name]


def _integer(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch(r"\d{1,6}", text) else None
