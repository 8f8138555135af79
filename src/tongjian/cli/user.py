"""`tongjian user add NAME`: an account with a role, an organisation and a random password, printed once."""

from __future__ import annotations

import argparse
import secrets
from typing import TYPE_CHECKING

from tongjian.cli._django import with_ledger
from tongjian.cli.language import text

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    about = text("新建账号或重设密码", "make an account, or give it a new password")
    parser = subparsers.add_parser("user", help=about, description=about)
    parser.add_argument("step", choices=["add", "password"])
    parser.add_argument("name", metavar=text("用户名", "NAME"))
    parser.add_argument("--role", choices=["plan_office", "leader", "department", "reader"], default="reader")
    parser.add_argument(
        "--org",
        metavar="KEY",
        help=text("单位编码，见 organisations 定义", "organisation's key in the packs"),
    )
    parser.set_defaults(run=with_ledger(run))


def run(arguments: argparse.Namespace) -> int:
    from tongjian.kernel import accounts

    password = secrets.token_urlsafe(12)
    if arguments.step == "add":
        accounts.add(arguments.name, password, role=arguments.role, organisation=arguments.org)
    else:
        accounts.set_password(arguments.name, password)
    print(text(f"{arguments.name} 的密码：{password}", f"Password of {arguments.name}: {password}"))
    return 0
