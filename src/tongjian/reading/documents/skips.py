"""What a file may hold that is not read as text, and why, in two languages."""

from __future__ import annotations

from collections.abc import Mapping

from tongjian.reading.types import Skipped

SHOWN = 40  # characters of a skipped text that are kept
KINDS: Mapping[str, str] = {
    "byte order mark": "字节顺序标记",
    "chart": "图表",
    "comment": "批注",
    "deleted text": "已删除文字",
    "embedded document": "嵌入文档",
    "embedded object": "嵌入对象",
    "endnote": "尾注",
    "footer": "页脚",
    "form control": "表单控件",
    "footnote": "脚注",
    "header": "页眉",
    "hidden text": "隐藏文字",
    "menu": "导航链接",
    "page": "页面",
    "page head": "网页头部信息",
    "page furniture": "页眉页码",
    "picture": "图片",
    "prompt": "填写提示",
    "script": "脚本和样式",
    "symbol": "符号",
    "table of contents": "目录",
    "field code": "域代码",
    "unread markup": "未识别的标记",
    "watermark": "水印",
}
# What is shown of these is a description or a number, no text of the file.
NO_TEXT = frozenset(
    {"picture", "chart", "embedded object", "embedded document", "symbol", "page", "byte order mark"}
)
REASONS: Mapping[str, str] = {
    "marks the encoding, is not part of the text": "标明编码，不属于正文",
    "not text": "不是文字",
    "tracked deletion": "修订中已删除",
    "a file of its own": "是独立的文件",
    "outside the running text": "不在正文之内",
    "repeats on every page": "每页重复，不属于正文",
    "does not show on the page": "页面上不显示",
    "no text layer: blank, or a scanned image": "没有文字层：空白页或扫描图像",
    "a content control that nobody has filled in": "内容控件尚未填写",
    "no character outside its font": "离开其字体没有对应字符",
    "repeats the headings": "与标题重复",
    "not shown on the page": "网页上不显示",
    "tells Word what to insert": "指示 Word 插入内容",
    "markup that this reader does not know": "本程序不认识的标记",
    "leads to other pages": "通往其他网页",
    "asks the reader, tells nothing": "供读者填写，不含内容",
    "stands aslant over the page": "斜置于页面之上",
}


def skipped(kind: str, reason: str, shown: str = "", characters: int | None = None) -> Skipped:
    """One thing left out; `kind` and `reason` are keys of the tables above, `shown` its beginning.

    characters: of the file's text that are left out; as many as `shown` has when it is text and none are given.
    """
    if kind not in KINDS or reason not in REASONS:
        raise KeyError(f"not in the tables of skips: {kind!r}, {reason!r}")
    beginning = shown.strip()[:SHOWN]
    if characters is None:
        characters = 0 if kind in NO_TEXT else len("".join(shown.split()))
    return Skipped(f"{kind}: {beginning}" if beginning else kind, reason, characters)


def told(item: Skipped, language: str = "zh") -> str:
    """One line for a person: what was left out and why."""
    kind, _, shown = item.what.partition(": ")
    if not language.startswith("zh"):
        return f"{item.what} ({item.reason})"
    name, reason = KINDS.get(kind, kind), REASONS.get(item.reason, item.reason)
    return f"{name}“{shown}”（{reason}）" if shown else f"{name}（{reason}）"
