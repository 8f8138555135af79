"""States of numbers and reasons of candidates as people read them."""

from __future__ import annotations

from collections.abc import Mapping

from tongjian.reports.drafts.types import State

STATES: Mapping[State, tuple[str, str]] = {
    State.BOUND: ("已绑定", "bound"),
    State.CHANGED: ("台账已变", "changed on the ledger"),
    State.DIFFERS: ("不一致", "differs"),
    State.CHOOSE: ("需选择", "to choose"),
    State.NO_SOURCE: ("无出处", "no source"),
    State.NAMED: ("无需出处", "needs no source"),
    State.EDIT: ("改为台账值", "to be corrected"),
}
WHY: Mapping[str, tuple[str, str]] = {
    "period": ("期别不同", "another period"),
    "basis": ("口径不同", "another basis"),
    "measure": ("量度不同", "another measure"),
    "key": ("同一指标", "the same metric"),
    "name": ("名称基本一致", "nearly the same name"),
    "value": ("数值相同", "the same value"),
    "indicator": ("名称相近", "a like name"),
    "list": ("名称与数字个数不等", "names and numbers of the list do not count the same"),
}


def state_label(state: State, language: str) -> str:
    zh, en = STATES[state]
    return zh if language.startswith("zh") else en


def why_label(why: str, language: str) -> str:
    zh, en = WHY[why]
    return zh if language.startswith("zh") else en
