"""What tracing can find wrong: code → English, 中文."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, tuple[str, str]] = {
    "trace.no_manifest": (
        "The document has no manifest of Tongjian: it was not written here, or another program dropped it. "
        "Write the report again, or open the last docx that still traces.",
        "文档中没有通鉴的溯源清单：它不是由本系统写成，或清单已被其他软件丢弃。请重新生成报告，或使用仍可溯源的文档。",
    ),
    "trace.bad_manifest": (
        "The manifest cannot be read ({detail}). Write the report again.",
        "溯源清单无法读取（{detail}）。请重新生成报告。",
    ),
    "trace.manifest_twice": (
        "The document holds {count} manifests, so it is not clear which one is meant. Write the report again.",
        "文档中有 {count} 份溯源清单，无法确定以哪份为准。请重新生成报告。",
    ),
    "trace.anchor_missing": (
        "The anchor of “{shown}” ({indicator}) is gone. Restore it, or write the report again.",
        "“{shown}”（{indicator}）的书签已被删除。请恢复或重新生成报告。",
    ),
    "trace.anchor_twice": (
        "The anchor {anchor} stands {count} times. Keep the one around “{shown}”.",
        "书签 {anchor} 出现了 {count} 次。请只保留“{shown}”处的一个。",
    ),
    "trace.anchor_changed": (
        "The text reads “{found}”, but the ledger says “{shown}” ({indicator}). Put the figure back, "
        "or correct the fact and write the report again.",
        "此处写作“{found}”，而台账数据为“{shown}”（{indicator}）。请改回，或更正数据后重新生成报告。",
    ),
    "trace.literal_changed": (
        "The marked text “{shown}” now reads “{found}”. Change it in the template and write the report again.",
        "标记文字“{shown}”被改为“{found}”。请在模板中修改后重新生成报告。",
    ),
    "trace.word_changed": (
        "“{shown}” ({indicator}) should read “{expected}”, but here it reads “{found}”. Put the words back.",
        "“{shown}”（{indicator}）应写作“{expected}”，现为“{found}”。请改回。",
    ),
    "trace.anchor_unknown": (
        "The anchor {anchor} around “{found}” is not in the manifest. Remove it, or write the report again.",
        "“{found}”处的书签 {anchor} 不在溯源清单中。请删除或重新生成报告。",
    ),
    "trace.number": (
        "The number “{found}” has no source: …{context}… Remove it, or write it in the template as a reference.",
        "数字“{found}”没有出处：…{context}… 请删去，或在模板中写成引用。",
    ),
    "trace.no_place": (
        "“{shown}” ({indicator}) leads to no file. Record the fact with its evidence and write the report again.",
        "“{shown}”（{indicator}）没有来源文件。请补充数据依据后重新生成报告。",
    ),
    "trace.chart_changed": (
        "The chart “{caption}” should read “{expected}”, but here it reads “{found}”. Put it back.",
        "图“{caption}”应写作“{expected}”，现为“{found}”。请改回。",
    ),
    "trace.not_seen": (
        "The document holds a {found} whose numbers cannot be traced. Remove it.",
        "文档中含有{found}，其中的数字无法溯源。请删除。",
    ),
}
FOREIGN: Mapping[str, str] = {
    "chart": "图表",
    "diagram": "图示",
    "document": "嵌入文档",
    "object": "嵌入对象",
}


def told(code: str, params: Mapping[str, object], language: str) -> str:
    """The sentence for a person."""
    en, zh = MESSAGES[code]
    if not language.startswith("zh"):
        return en.format(**params)
    found = params.get("found")
    shown = {**params, "found": FOREIGN.get(str(found), found)} if code == "trace.not_seen" else params
    return zh.format(**shown)
