"""States and reasons of verifying: code → English, 中文."""

from __future__ import annotations

from collections.abc import Mapping

from tongjian.reports.verify.types import State

STATES: Mapping[State, tuple[str, str]] = {
    State.UNCHANGED: ("unchanged", "未改动"),
    State.CONSISTENT: ("changed and consistent", "已改动，仍一致"),
    State.WRONG: ("changed and wrong", "已改动，不一致"),
    State.LOST: ("anchor lost", "书签丢失"),
    State.NEW: ("new number without source", "新增数字，无出处"),
}
SINCE = ("changed since on the ledger", "台账已变")
WHY: Mapping[str, tuple[str, str]] = {
    "same": ("", ""),
    "rounded": (
        "It says the same value in another unit or precision.",
        "换了单位或精度，数值仍与数据一致。",
    ),
    "reworded": (
        "The words around it were changed and mean the same.",
        "前后文字有改动，含义一致。",
    ),
    "now": (
        "It was corrected to what the ledger says now. Bind or write the report again.",
        "已改为台账现值。请重新绑定或生成报告。",
    ),
    "value": (
        "The ledger says {ledger}. Put the figure back, or correct the fact first.",
        "数据为{ledger}。请改回，或先更正数据。",
    ),
    "unit": (
        "Its unit no longer fits the fact, which is {ledger}.",
        "单位与数据不符，数据为{ledger}。",
    ),
    "direction": (
        "The direction is turned round: written was “{expected}”.",
        "方向写反：原文为“{expected}”。",
    ),
    "measure": (
        "It now says another measure: written was “{expected}”.",
        "说法变成了另一种度量：原文为“{expected}”。",
    ),
    "bound": (
        "The bound word was changed: written was “{expected}”.",
        "限定词被改动：原文为“{expected}”。",
    ),
    "indicator": (
        "It stands beside another indicator ({other}); the fact is of “{indicator}”.",
        "所在文字说的是另一指标（{other}），该数据属于“{indicator}”。",
    ),
    "no_number": (
        "There is no such number any more; the ledger says {ledger}.",
        "此处已没有可读的数字；数据为{ledger}。",
    ),
    "twice": (
        "The anchor stands {count} times. Keep the one that is meant.",
        "书签出现 {count} 次，请只保留一个。",
    ),
    "literal": (
        "The marked text was changed: written was “{expected}”.",
        "标记文字被改动：原文为“{expected}”。",
    ),
    "bare": (
        "The number still stands, but no longer leads to its source. Bind the document again.",
        "数字仍在，但已不能追溯到出处。请重新绑定。",
    ),
    "gone": ("The figure was taken out with its anchor.", "数字已随书签一并删除。"),
    "number": (
        "Bind the document to find its fact, or take it out.",
        "请绑定稿件以查找数据，或删去。",
    ),
    "named": (
        "It looks like a date or a name. Bind the document to mark it.",
        "看来是日期或名称，重新绑定即可标记。",
    ),
}


def state_label(state: State, language: str) -> str:
    en, zh = STATES[state]
    return zh if language.startswith("zh") else en


def since_label(language: str) -> str:
    en, zh = SINCE
    return zh if language.startswith("zh") else en


def told(why: str, about: Mapping[str, str], language: str) -> str:
    """The reason as a sentence; empty for what was not changed."""
    en, zh = WHY[why]
    return (zh if language.startswith("zh") else en).format(**about)
