"""argparse in two languages: its headings, its own options and its complaints."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Mapping
from typing import Any, NoReturn

from tongjian.cli.language import text

HEADINGS: Mapping[str, str] = {
    "usage: ": "用法：",
    "positional arguments": "参数",
    "options": "选项",
    "show this help message and exit": "显示帮助并退出",
    "show program's version number and exit": "显示版本并退出",
}
COMPLAINTS: tuple[tuple[str, str], ...] = (
    (r"the following arguments are required: (.*)", r"缺少参数：\1"),
    (r"argument (.*?): invalid choice: (.*?) \(choose from (.*)\)", r"参数 \1 不能是 \2，可选：\3"),
    (r"argument (.*?): invalid (?:\w+) value: (.*)", r"参数 \1 的值 \2 无效"),
    (r"argument (.*?): expected one argument", r"参数 \1 缺少值"),
    (r"argument (.*?): expected at least one argument", r"参数 \1 至少要有一个值"),
    (r"argument (.*?): not allowed with argument (.*)", r"参数 \1 不能与 \2 同用"),
    (r"unrecognized arguments: (.*)", r"无法识别的参数：\1"),
)


class Parser(argparse.ArgumentParser):
    """An argument parser that speaks the language of the terminal; its subparsers do too."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._positionals.title = said(self._positionals.title or "")
        self._optionals.title = said(self._optionals.title or "")
        for action in self._actions:
            action.help = said(action.help or "") or None

    def add_argument(self, *names: Any, **options: Any) -> argparse.Action:
        """As argparse does; `version` options get their help here."""
        action = super().add_argument(*names, **options)
        action.help = said(action.help or "") or None
        return action

    def format_usage(self) -> str:
        return super().format_usage().replace("usage: ", said("usage: "), 1)

    def format_help(self) -> str:
        return super().format_help().replace("usage: ", said("usage: "), 1)

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(2, text(f"错误：{complaint(message)}\n", f"Error: {message}\n"))


def said(words: str) -> str:
    """argparse's own words in the terminal's language; other words unchanged."""
    return text(HEADINGS.get(words, words), words)


def complaint(message: str) -> str:
    """argparse's complaint in Chinese; one that we do not know stays English."""
    for pattern, chinese in COMPLAINTS:
        found = re.fullmatch(pattern, message)
        if found:
            return found.expand(chinese)
    return message
