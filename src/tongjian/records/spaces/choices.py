"""Kinds of spaces, utilities of pipes, and the words that stand for them in files."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class SpaceKind(models.TextChoices):
    PARCEL = "parcel", _("Parcel")  # 地块、宗地
    BUILDING = "building", _("Building")  # 楼宇
    FLOOR = "floor", _("Floor")  # 楼层
    UNIT = "unit", _("Unit of a building")  # 房间、单元


class Utility(models.TextChoices):
    """管线类别, after GB/T 41455."""

    WATER = "water", _("Water supply")  # 给水
    DRAINAGE = "drainage", _("Drainage")  # 排水
    GAS = "gas", _("Gas")  # 燃气
    POWER = "power", _("Power")  # 电力
    TELECOM = "telecom", _("Telecoms")  # 通信
    HEAT = "heat", _("District heating")  # 热力
    INDUSTRY = "industry", _("Industrial")  # 工业
    OTHER = "other", _("Other pipes")


class Flow(models.TextChoices):
    """流向, seen from the first node."""

    FORWARD = "forward", _("First to second node")
    BACKWARD = "backward", _("Second to first node")
    BOTH = "both", _("Both ways")


UTILITY_WORDS: Mapping[str, Utility] = {
    **dict.fromkeys(("给水", "供水", "自来水", "给水管线", "中水", "再生水", "JS"), Utility.WATER),
    **dict.fromkeys(
        ("排水", "雨水", "污水", "雨污合流", "合流", "排水管线", "PS", "YS", "WS"), Utility.DRAINAGE
    ),
    **dict.fromkeys(("燃气", "天然气", "煤气", "燃气管线", "RQ", "TR"), Utility.GAS),
    **dict.fromkeys(("电力", "供电", "路灯", "电力管线", "DL"), Utility.POWER),
    **dict.fromkeys(("通信", "通讯", "电信", "通信管线", "TX"), Utility.TELECOM),
    **dict.fromkeys(("热力", "供热", "热力管线", "RL"), Utility.HEAT),
    **dict.fromkeys(("工业", "工业管道", "工业管线", "GY"), Utility.INDUSTRY),
    **dict.fromkeys(("其他", "其它", "综合管廊", "不明", "QT"), Utility.OTHER),
}
FLOW_WORDS: Mapping[str, Flow] = {
    **dict.fromkeys(("", "0", "+", "正向", "起点至终点", "起→终"), Flow.FORWARD),
    **dict.fromkeys(("1", "-", "反向", "逆向", "终点至起点", "终→起"), Flow.BACKWARD),
    **dict.fromkeys(("2", "双向", "无", "环状"), Flow.BOTH),
}
