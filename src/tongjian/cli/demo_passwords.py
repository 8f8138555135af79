"""`tongjian demo-passwords`: new random passwords for all sample accounts, shown once."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tongjian.cli._django import with_ledger
from tongjian.cli.language import text

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    about = text("重设全部示例账号的密码", "give all sample accounts new passwords")
    parser = subparsers.add_parser("demo-passwords", help=about, description=about)
    parser.set_defaults(run=with_ledger(run))


def run(_arguments: argparse.Namespace) -> int:
    from tongjian.demo import accounts

    for name, password, role in accounts.reset_passwords():
        print(f"{name:<12} {password:<18} {role}")
    return 0
