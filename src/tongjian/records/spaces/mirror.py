"""Parcels, buildings and pipes in the columnar mirror: what metrics of land, floor space and pipe lengths count."""

from __future__ import annotations

from tongjian.kernel.mirrored import Column, ColumnKind, MirrorTable, of_queryset
from tongjian.records.spaces import queries
from tongjian.records.spaces.choices import SpaceKind, Utility
from tongjian.records.spaces.models import Segment, Space
from tongjian.records.spaces.pipes import seeing

SPACE = (
    Column("id", ColumnKind.ID, source="pk"),
    Column("area", ColumnKind.CODE, "属地", "Area", source="area__subject__key"),
    Column("owner", ColumnKind.CODE, "管理单位", "Owner", source="owner__subject__key"),
    Column("kind", ColumnKind.CODE, "类型", "Kind", choices=SpaceKind.choices),
    Column("area_m2", ColumnKind.NUMBER, "面积", "Area in m²", unit="平方米", decimals=4),
    Column("created", ColumnKind.DATE, "入库日期", "Recorded on", source="created_at__date"),
    Column("archived", ColumnKind.DATE, "归档日期", "Archived on", source="archived_at__date"),
    Column("name", ColumnKind.TEXT, "名称", "Name"),
)
PIPE = (
    Column("id", ColumnKind.ID, source="pk"),
    Column("area", ColumnKind.CODE, "属地", "Area", source="area__subject__key"),
    Column("owner", ColumnKind.CODE, "管理单位", "Owner", source="owner__subject__key"),
    Column("utility", ColumnKind.CODE, "管线类别", "Utility", choices=Utility.choices),
    Column("material", ColumnKind.CODE, "材质", "Material"),
    Column("diameter_mm", ColumnKind.INT, "管径", "Diameter in mm"),
    Column("length_cm", ColumnKind.INT, "长度（厘米）", "Length in cm"),
    Column("built_year", ColumnKind.INT, "建设年份", "Built in"),
    Column("surveyed_on", ColumnKind.DATE, "探测日期", "Surveyed on"),
    Column("archived", ColumnKind.DATE, "归档日期", "Archived on", source="archived_at__date"),
)

TABLES: tuple[MirrorTable, ...] = (
    of_queryset(
        "space",
        Space.objects.all,
        SPACE,
        visible=queries.visible_to,
        label="地块与楼宇",
        label_en="Parcels and buildings",
        page="subjects:subject",
    ),
    of_queryset(
        "pipe_segment",
        Segment.objects.all,
        PIPE,
        visible=seeing.exact_to,
        label="地下管线",
        label_en="Underground pipes",
    ),
)
