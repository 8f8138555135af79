"""`tongjian manage …`: Django's own commands (migrate, check, collectstatic …) with our settings."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from tongjian.cli._django import setup
from tongjian.cli.language import text

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    about = text(
        "Django 自带命令（migrate、check、collectstatic 等）",
        "Django's own commands: migrate, check, collectstatic …",
    )
    parser = subparsers.add_parser("manage", help=about, description=about, add_help=False)
    parser.add_argument("words", nargs=argparse.REMAINDER, metavar="…")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    setup()
    from django.core.management import execute_from_command_line

    # --help and friends are Django's here: take the words as typed after `manage`.
    execute_from_command_line(["tongjian manage", *sys.argv[sys.argv.index("manage") + 1 :]])
    return 0
