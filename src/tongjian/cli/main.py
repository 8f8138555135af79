"""`tongjian COMMAND …`: each command is a module of this package with `register(subparsers)`.

A module is imported only when its command is called, so that `tongjian read` starts without Django and without
a database. The command's name is the module's, with hyphens: `demo_passwords.py` is `tongjian demo-passwords`.
`register` adds one parser and sets its `run` default: a function from Namespace to the exit code.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Sequence

import tongjian
from tongjian import cli
from tongjian.cli._parser import Parser
from tongjian.cli.language import LANGUAGES, from_locale, text, use
from tongjian.reading.errors import ReadingError

UNREADABLE = 2
HELPERS = frozenset({"main", "language"})  # modules of this package that are no commands


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns its exit code: 0 fine, 1 found something wrong, 2 could not be done."""
    arguments, chosen = _take_language(list(sys.argv[1:] if argv is None else argv))
    use(chosen or from_locale())
    namespace = _parser(_wanted(arguments)).parse_args(arguments)
    try:
        code: int = namespace.run(namespace)
    except ReadingError as error:
        complain(error)
        return UNREADABLE
    except BrokenPipeError:  # the reader of our output went away, as in `tongjian read … | head`
        sys.stderr.close()
        return 0
    return code


def complain(error: ReadingError) -> None:
    """One line on standard error: the code, what is wrong, what to do."""
    print(text(f"错误 [{error.code}] {error.zh}", f"Error [{error.code}] {error.en}"), file=sys.stderr)


def commands() -> list[str]:
    """Names of all modules that hold a command."""
    found = (module.name for module in pkgutil.iter_modules(cli.__path__))
    return [name for name in found if name not in HELPERS and not name.startswith("_")]


def _wanted(arguments: Sequence[str]) -> list[str]:
    """The module of the command that is called; all of them for the help and for a wrong name."""
    called = next((a.replace("-", "_") for a in arguments if not a.startswith("-")), "")
    return [called] if called in commands() else commands()


def _parser(modules: Sequence[str]) -> argparse.ArgumentParser:
    parser = Parser(
        prog="tongjian",
        description=text("通鉴：计划执行平台", "Tongjian: the plan-execution platform"),
    )
    parser.add_argument("--version", action="version", version=f"tongjian {tongjian.__version__}")
    parser.add_argument("--lang", choices=LANGUAGES, help=text("界面语言", "language of messages"))
    subparsers = parser.add_subparsers(metavar=text("命令", "COMMAND"), required=True)
    for name in modules:
        importlib.import_module(f"tongjian.cli.{name}").register(subparsers)
    return parser


def _take_language(arguments: Sequence[str]) -> tuple[list[str], str | None]:
    """--lang counts wherever it stands (but after --), and must be known before the help is written.

    A wrong or missing choice stays on the line, for the parser to complain about.
    """
    rest: list[str] = []
    chosen: str | None = None
    left = list(arguments)
    while left:
        argument = left.pop(0)
        name, _, choice = argument.partition("=")
        if name == "--lang" and choice in LANGUAGES:
            chosen = choice
        elif argument == "--lang" and left and left[0] in LANGUAGES:
            chosen = left.pop(0)
        elif argument == "--":
            return [*rest, argument, *left], chosen
        else:
            rest.append(argument)
    return rest, chosen
