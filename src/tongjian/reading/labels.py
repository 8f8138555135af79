"""Chinese labels for the vocabulary of reading; English readers see the words themselves."""

from __future__ import annotations

from collections.abc import Mapping

LABELS: Mapping[str, Mapping[str, str]] = {
    "figure_kind": {
        "level": "水平",
        "growth": "增速",
        "difference": "增减与差距",
        "share": "比重",
        "rate": "率",
        "rank": "位次",
        "count": "件数",
        "duration": "时长",
        "index": "指数",
        "threshold": "标准线",
    },
    "status": {"actual": "实际", "estimate": "预计", "target": "目标"},
    "bound": {
        "eq": "等于",
        "approx": "约",
        "gt": "大于",
        "ge": "不低于",
        "lt": "接近",
        "le": "不高于",
        "over": "略超",
    },
    "form": {"digits": "数字", "hanzi": "汉字", "implied": "隐含"},
    "commitment_kind": {
        "target": "指标",
        "project_milestone": "项目节点",
        "task": "任务",
        "policy": "制度政策",
        "event": "活动",
    },
    "firmness": {"hard": "可核", "soft": "软性"},
    "part": {"review": "回顾", "targets": "目标", "measures": "措施", "other": "其他"},
    "report_kind": {"plan": "计划报告", "work": "政府工作报告", "bulletin": "统计公报", "other": "其他"},
}


def label(group: str, word: str, language: str = "zh") -> str:
    """How a person reads this word of the vocabulary; an unknown word stays as it is."""
    return LABELS[group].get(word, word) if language.startswith("zh") else word
