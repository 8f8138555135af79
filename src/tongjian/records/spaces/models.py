"""空间: parcels, buildings with their floors and units; 地下管线: pipe segments between nodes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tongjian.kernel.models import Place, Tracked
from tongjian.records.spaces.choices import Flow, SpaceKind, Utility
from tongjian.values import Number


class Space(Tracked):
    """A parcel, a building, a floor or a unit of it. Its geometry is the subject's Shape."""

    kind = models.CharField(max_length=12, choices=SpaceKind.choices)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    area_m2_mantissa = models.BigIntegerField(null=True, blank=True)
    area_m2_decimals = models.PositiveSmallIntegerField(default=0)
    attributes = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["kind", "area"])]

    @property
    def area_m2(self) -> Number | None:
        return None if self.area_m2_mantissa is None else Number(self.area_m2_mantissa, self.area_m2_decimals)


class Node(models.Model):
    """管线点: where segments meet or end. No subject: nothing is promised of it. lon, lat: CGCS2000 degrees."""

    key = models.CharField(max_length=64, unique=True)
    lon = models.FloatField()
    lat = models.FloatField()

    def __str__(self) -> str:
        return self.key


class Segment(Tracked):
    """管段: a piece of pipe or cable between two nodes.

    Its geometry runs over its nodes and `bends`, and stands here rather than in Shape: who has no right to it gets a
    generalised one, so that no page may read it unasked. holder: 权属单位 as printed; owner: who keeps the record.
    depth: of the top, below ground. row: of the source file. Nodes are found through the network in memory, not by index.
    """

    utility = models.CharField(max_length=12, choices=Utility.choices)
    from_node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="leaving", db_index=False)
    to_node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="arriving", db_index=False)
    flow = models.CharField(max_length=8, choices=Flow.choices, default=Flow.FORWARD)
    bends = models.JSONField(null=True, blank=True, help_text="positions between the nodes")
    length_cm = models.PositiveIntegerField(help_text="on the ground, over its bends")
    diameter_mm = models.PositiveIntegerField(null=True, blank=True, help_text="or the width of a duct")
    height_mm = models.PositiveIntegerField(null=True, blank=True, help_text="of a duct; none: it is round")
    material = models.CharField(max_length=32, blank=True)
    depth_from_cm = models.IntegerField(null=True, blank=True)
    depth_to_cm = models.IntegerField(null=True, blank=True)
    built_year = models.PositiveSmallIntegerField(null=True, blank=True)
    surveyed_on = models.DateField(null=True, blank=True)
    accuracy_cm = models.PositiveIntegerField(null=True, blank=True, help_text="of the survey, in plan")
    holder = models.CharField(max_length=64, blank=True)
    source = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", db_index=False)
    row = models.PositiveIntegerField()

    @property
    def depth_from_m(self) -> str:
        """Metres with their centimetres, 1.20; empty: not known."""
        return _metres(self.depth_from_cm)

    @property
    def depth_to_m(self) -> str:
        return _metres(self.depth_to_cm)


def _metres(centimetres: int | None) -> str:
    return "" if centimetres is None else str(Number(centimetres, 2))
