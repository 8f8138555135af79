"""The columns of a register's workbook: what every entry has, its attributes, codes, stages by their day, its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import translation

from tongjian.kernel.choices import CodeScheme
from tongjian.kernel.tracks import Track
from tongjian.records.registers.choices import AttributeKind, Geometry
from tongjian.records.registers.schema import Attribute, Register

KEEP = "…"  # stands for a shape that is too large for a cell: it stays as it is
LONGEST_SHAPE = 32_000  # characters of a cell
HELP = ("说明", "Help")
_UNIT = re.compile(r"[(\[（【].*?[)\]）】]")


@dataclass(frozen=True, slots=True)
class Column:
    """One column. role: code, name, area, owner, attribute, scheme, stage, longitude, latitude, geometry.

    key: of the attribute, scheme or stage. unit: printed after the heading, never looked at when read.
    """

    role: str
    key: str
    heading: str
    heading_en: str
    width: float = 14
    unit: str = ""
    needed: bool = False
    attribute: Attribute | None = None

    def printed(self, language: str) -> str:
        """As the first row shows it: 面积（公顷）."""
        heading = self.heading_en if language == "en" else self.heading
        if not self.unit:
            return heading
        return f"{heading} ({self.unit})" if language == "en" else f"{heading}（{self.unit}）"


SIMULATED = Column("simulated", "simulated", "模拟", "Simulated")


def columns(
    register: Register, track: Track | None, *, personal: bool = True, simulated: bool = True
) -> tuple[Column, ...]:
    """All columns in their order. personal False: without those of persons; simulated False: without that mark."""
    return (
        Column("code", "code", "编号", "Number", 12, needed=True),
        Column("name", "name", "名称", "Name", 30, needed=True),
        Column("area", "area", "地区", "Area"),
        Column("owner", "owner", "责任单位", "Owner", 20),
        *(_attribute(a) for a in register.attributes if personal or not a.personal),
        *(_scheme(c.scheme) for c in register.codes),
        *_stages(track),
        *_geometry(register),
        *((SIMULATED,) if simulated else ()),
    )


def bare(heading: str) -> str:
    """A heading as it is compared: without unit, blanks, case and full-width forms."""
    plain = _UNIT.sub("", unicodedata.normalize("NFKC", heading))
    return "".join(plain.split()).casefold().rstrip("*")


def sheet_name(register: Register, language: str) -> str:
    """The register's name as a sheet can bear it."""
    name = register.name_en if language == "en" else register.name
    return re.sub(r"[\[\]:*?/\\']", " ", name)[:31].strip() or register.key


def _attribute(attribute: Attribute) -> Column:
    long = attribute.kind == AttributeKind.STRING
    return Column(
        "attribute",
        attribute.key,
        attribute.title,
        attribute.title_en,
        24 if long else 14,
        attribute.unit,
        attribute.required,
        attribute,
    )


def _scheme(scheme: str) -> Column:
    with translation.override("en"):
        english = str(CodeScheme(scheme).label)
    with translation.override("zh-hans"):
        return Column("scheme", scheme, str(CodeScheme(scheme).label), english, 24)


def _stages(track: Track | None) -> Iterator[Column]:
    """开工日期, Started on."""
    for stage in track.stages if track else ():
        yield Column("stage", stage.key, f"{stage.name}日期", f"{stage.name_en} on")


def _geometry(register: Register) -> Iterator[Column]:
    if register.geometry == Geometry.NONE:
        return
    if register.geometry == Geometry.POINT:
        yield Column("longitude", "longitude", "经度", "Longitude")
        yield Column("latitude", "latitude", "纬度", "Latitude")
    yield Column("geometry", "geometry", "图形", "Geometry", 20)
