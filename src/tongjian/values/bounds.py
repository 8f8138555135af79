"""Bounds: how a printed number limits the true one."""

from enum import StrEnum


class Bound(StrEnum):
    """How a number is meant; the printed word (左右, 以上, 近 …) is kept beside it."""

    EQ = "eq"  # the value itself
    APPROX = "approx"  # 左右, 约
    GT = "gt"  # 超额, 过半
    GE = "ge"  # 以上, 不少于
    LT = "lt"  # 近
    LE = "le"  # 以内
    OVER = "over"  # 超, 突破, 余: a little more than
