"""版式: how a kind of document is laid out, read from the packs (docs/reference/layouts.md). Knows no Django."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tongjian.packs import PackError, entries
from tongjian.reports.tree import Paragraph, Report, Role

USUAL = "congress_report"
HEADS = ("none", "letter", "red")
REPERTOIRES: Mapping[str, str] = {"gb2312": "gb2312", "gbk": "gbk", "gb18030": "gb18030"}


@dataclass(frozen=True, slots=True)
class Page:
    """Millimetres."""

    width: float
    height: float
    top: float
    bottom: float
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Grid:
    """lines a page, characters a line; line: pitch in points; tighten: points taken from each character."""

    lines: int
    characters: int
    line: float
    tighten: float


@dataclass(frozen=True, slots=True)
class Font:
    """name: as the standard wants it; other: what to take where it is missing, in order."""

    name: str
    other: tuple[str, ...]
    repertoire: str

    def lacks(self, character: str) -> bool:
        """Whether a Chinese character is not among those that the font has."""
        if character < "\u2e80":
            return False
        try:
            character.encode(REPERTOIRES[self.repertoire])
        except UnicodeEncodeError:
            return True
        return False


@dataclass(frozen=True, slots=True)
class Style:
    """One kind of paragraph. size and line in points (line None: the grid's); indent of the first line in characters."""

    font: Font
    size: float
    align: str = "both"
    indent: int = 0
    line: float | None = None
    bold: bool = False
    colour: str = ""


@dataclass(frozen=True, slots=True)
class PageNumber:
    """below: mm from the type area's lower edge to the dash; edge: characters from the outer edge."""

    font: Font
    size: float
    dash: str
    below: float
    edge: int


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of document."""

    key: str
    name: str
    name_en: str
    page: Page
    grid: Grid
    fonts: tuple[Font, ...]
    latin: str
    other_latin: tuple[str, ...]
    styles: Mapping[str, Style]
    head: str
    after_title: int
    seal: bool
    page_number: PageNumber
    chart_height: float
    colours: tuple[str, ...]
    widest: float = 16.0  # characters that a table's column is reckoned with at most


@cache
def layouts(*folders: Path) -> Mapping[str, Layout]:
    """All of the packs by key. Raises PackError naming key and field."""
    return from_bodies([e.body for e in entries("layouts", *folders)])


def from_bodies(given: Iterable[Mapping[str, Any]]) -> Mapping[str, Layout]:
    """By key. Raises PackError naming key and field."""
    bodies = {str(b["key"]): {f: v for f, v in b.items() if f != "key"} for b in given}
    return {key: _layout(key, _whole(key, bodies)) for key in bodies}


def layout(key: str = USUAL, *folders: Path) -> Layout:
    """Raises PackError for a key that is not there."""
    found = layouts(*folders)
    if key not in found:
        raise PackError(f"layouts: there is no {key}; known are {', '.join(found)}")
    return found[key]


def _whole(key: str, bodies: Mapping[str, Mapping[str, Any]], seen: tuple[str, ...] = ()) -> dict[str, Any]:
    """A body with all that it takes from the one it is like."""
    body = dict(bodies[key])
    like = body.pop("like", None)
    if like is None:
        return body
    if like not in bodies or like in (*seen, key):
        raise PackError(f"layouts/{key}: like: {like} is no other layout")
    return _laid(_whole(str(like), bodies, (*seen, key)), body)


def _laid(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    both = dict(under)
    for field, value in over.items():
        old = both.get(field)
        both[field] = _laid(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return both


def _layout(key: str, body: Mapping[str, Any]) -> Layout:
    try:
        fonts = {k: Font(f["name"], tuple(f["other"]), f["repertoire"]) for k, f in body["fonts"].items()}
        number = dict(body["page_number"])
        made = Layout(
            key=key,
            name=str(body["name"]),
            name_en=str(body["name_en"]),
            page=Page(**body["page"]),
            grid=Grid(**body["grid"]),
            fonts=tuple(fonts.values()),
            latin=str(body["latin"]["name"]),
            other_latin=tuple(body["latin"]["other"]),
            styles={k: Style(fonts[s["font"]], **_without_font(s)) for k, s in body["styles"].items()},
            head=str(body["head"]),
            after_title=int(body["after_title"]),
            seal=bool(body["seal"]),
            page_number=PageNumber(fonts[number.pop("font")], **number),
            chart_height=float(body["chart"]["height"]),
            colours=tuple(body["chart"]["colours"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise PackError(f"layouts/{key}: {error}") from error
    _must_hold(made)
    return made


def _without_font(style: Mapping[str, Any]) -> dict[str, Any]:
    return {field: value for field, value in style.items() if field != "font"}


def _must_hold(made: Layout) -> None:
    """Raises PackError for what cannot be laid out."""
    wanted = {style_key(role, level) for role in Role for level in (1, 2, 3)} | {"head_cell"}
    if missing := sorted(wanted - set(made.styles)):
        raise PackError(f"layouts/{made.key}: styles lacks {', '.join(missing)}")
    if made.head not in HEADS:
        raise PackError(f"layouts/{made.key}: head: {made.head} is none of {', '.join(HEADS)}")
    if strange := [f.repertoire for f in made.fonts if f.repertoire not in REPERTOIRES]:
        raise PackError(f"layouts/{made.key}: repertoire: {strange[0]} is none of {', '.join(REPERTOIRES)}")
    high = made.page.height - made.page.top - made.page.bottom
    if made.grid.lines * made.grid.line > points(high) + 0.05:
        raise PackError(f"layouts/{made.key}: {made.grid.lines} lines do not fit between the margins")


def points(mm: float) -> float:
    return mm * 72 / 25.4


def style_key(role: Role, level: int = 0) -> str:
    """Which style a paragraph takes."""
    if role is Role.HEADING:
        return f"heading{level}"
    return {Role.POINT: "cell", Role.CHART: "flush"}.get(role, role.value)


# Characters that a font does not have


@dataclass(frozen=True, slots=True)
class Lacking:
    """A character that the font named for its paragraph does not have; `other` is printed in its place. line: of the
    template, where it stands first."""

    character: str
    font: str
    other: str
    line: int

    def message(self, language: str = "zh") -> str:
        if language.startswith("zh"):
            return (
                f"第 {self.line} 行：“{self.character}”不在字体“{self.font}”的字库内，已改用“{self.other}”。"
            )
        return f"Line {self.line}: “{self.character}” is not in the font {self.font}; {self.other} is used for it."


def lacking(report: Report, of: Layout) -> tuple[Lacking, ...]:
    """Each character once for each font, in reading order."""
    found: dict[tuple[str, str], Lacking] = {}
    for paragraph in report.walk():
        font = of.styles[style_key(paragraph.role, paragraph.level)].font
        for character in _strange(paragraph, font):
            told = Lacking(character, font.name, font.other[0], paragraph.line)
            found.setdefault((character, font.name), told)
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Wide:
    """A line of the title block that does not fit. line: of the template."""

    text: str
    line: int

    def message(self, language: str = "zh") -> str:
        if language.startswith("zh"):
            return f"第 {self.line} 行：“{self.text}”一行排不下，会断在词中。请按词意自行分行，每行一个“#”。"
        return (
            f"Line {self.line}: “{self.text}” does not fit on one line and breaks anywhere. Break it by its meaning, "
            "each line with a mark of its own."
        )


def wide(report: Report, of: Layout) -> tuple[Wide, ...]:
    """Titles are broken by meaning (GB/T 9704 7.3.1), which only their writer can do."""
    free = points(of.page.width - of.page.left - of.page.right)
    head = (p for p in report.front if p.role in (Role.TITLE, Role.SUBTITLE))
    return tuple(Wide(p.text, p.line) for p in head if width(p.text) * _advance(p.role, of) > free)


def _advance(role: Role, of: Layout) -> float:
    """Points from one character to the next."""
    size = of.styles[style_key(role)].size
    return size - (of.grid.tighten if size == of.styles["body"].size else 0)


def remarks(manifest: Mapping[str, Any], language: str) -> list[str]:
    """What a manifest says of the layout, as sentences."""
    found: list[Wide | Lacking] = [Wide(**one) for one in manifest.get("wide", ())]
    found += [Lacking(**one) for one in manifest.get("lacking", ())]
    return [one.message(language) for one in found]


def _strange(paragraph: Paragraph, font: Font) -> Iterator[str]:
    return (c for c in paragraph.text if font.lacks(c))


def runs(text: str, font: Font) -> Sequence[tuple[str, bool]]:
    """The text in stretches, each with whether the font lacks its characters."""
    found: list[tuple[str, bool]] = []
    for character in text:
        strange = font.lacks(character)
        if found and found[-1][1] is strange:
            found[-1] = (found[-1][0] + character, strange)
        else:
            found.append((character, strange))
    return found


# Widths and signatures


def width(text: str) -> float:
    """In characters: one for a Chinese one, half for a Latin one."""
    return sum(1.0 if c >= "\u2e80" or c in "“”‘’…—" else 0.5 for c in text)


def signature_indents(organ: float, date: float, *, seal: bool) -> tuple[float, float]:
    """署名与成文日期: characters to leave free at the right of either, by their widths in characters (GB/T 9704 7.3.5).

    With a seal the date stands four characters from the edge and the organ centred over it; without one the organ
    stands two from the edge and the date begins two characters right of the organ's first.
    """
    if seal:
        return max(0.0, 4 + date / 2 - organ / 2), 4.0
    if organ - date >= 2:
        return 2.0, organ - date
    return date + 4 - organ, 2.0
