"""Outcomes as people read them."""

from __future__ import annotations

from collections.abc import Mapping

from tongjian.comparing.types import Finer, Outcome, Said

OUTCOMES: Mapping[Outcome, Said] = {
    Outcome.DONE: Said("已完成", "done"),
    Outcome.EXCEEDED: Said("超额完成", "exceeded"),
    Outcome.PARTLY: Said("部分完成", "partly done"),
    Outcome.GOING_ON: Said("推进中", "going on"),
    Outcome.CARRIED_OVER: Said("延续到下年", "carried over"),
    Outcome.NOT_MENTIONED: Said("未提及", "not mentioned"),
}
FINER: Mapping[Finer, Said] = {
    Finer.LOWERED: Said("下年目标下调", "next year's target is lower"),
    Finer.CHANGED_BASIS: Said("口径不同", "another basis"),
    Finer.REPLACED: Said("已调整或取消", "replaced or given up"),
    Finer.UNDECIDED: Said("无法判定", "cannot be judged"),
}
ORDER = tuple(OUTCOMES)


def outcome_label(outcome: Outcome, finer: Finer | None, language: str) -> str:
    """The outcome with what it does not say, in one language."""
    label = OUTCOMES[outcome].text(language)
    if finer is None:
        return label
    zh = language.startswith("zh")
    return f"{label}（{FINER[finer].zh}）" if zh else f"{label} ({FINER[finer].en})"
