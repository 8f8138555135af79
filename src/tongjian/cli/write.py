"""`tongjian write --year 2022 --template FILE -o OUT.docx`: a report out of the ledger."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tongjian.cli._django import with_ledger
from tongjian.cli.language import text

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from tongjian.kernel.models import User


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    about = text("由模板和台账生成报告", "write a report out of a template and the ledger")
    parser = subparsers.add_parser("write", help=about, description=about)
    parser.add_argument(
        "--year", type=int, required=True, help=text("报告年度", "year that the report is on")
    )
    parser.add_argument(
        "--template",
        required=True,
        metavar=text("模板", "FILE"),
        help="UTF-8 (docs/reference/templates.md)",
    )
    parser.add_argument("-o", "--out", required=True, metavar="OUT.docx")
    parser.add_argument("--html", metavar="OUT.html", help=text("同时写出网页", "write the HTML page too"))
    parser.add_argument(
        "--area",
        metavar="KEY",
        help=text("地区编码，默认本区", "key of the area; the installation's district unless given"),
    )
    parser.add_argument(
        "--as",
        dest="account",
        metavar=text("用户名", "NAME"),
        help=text("发改部门账号，默认第一个", "account of the plan office; its first one unless given"),
    )
    parser.set_defaults(run=with_ledger(run))


def run(arguments: argparse.Namespace) -> int:
    """0; 1 when the template is wrong, with all its problems; 2 when a file or account is missing."""
    from django.utils import timezone

    from tongjian.cli._ledger import subject
    from tongjian.reports import actions

    path = Path(arguments.template)
    try:
        template = path.read_bytes()
        report = actions.build(
            subject(arguments.area),
            arguments.year,
            template,
            by=_account(arguments.account),
            at=timezone.now(),
            name=path.name,
        )
        Path(arguments.out).write_bytes(report.docx.path.read_bytes())
        if arguments.html:
            Path(arguments.html).write_text(report.html, encoding="utf-8")
    except actions.TemplateRefused as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(text(f"文件无法读写：{error}", f"A file cannot be read or written: {error}"), file=sys.stderr)
        return 2
    quoted = report.quotes.count()
    print(
        text(
            f"已写入 {arguments.out}：{quoted} 个数字",
            f"Wrote {arguments.out}: {quoted} figures, each traced",
        )
    )
    return 0


def _account(name: str | None) -> User:
    """Raises NotAllowed where there is no such account, or it is not of the plan office."""
    from django.contrib.auth.models import AnonymousUser

    from tongjian.kernel.access import must_be_plan_office
    from tongjian.kernel.choices import Role
    from tongjian.kernel.models import User

    accounts = User.objects.filter(is_active=True)
    found = accounts.filter(username=name) if name else accounts.filter(role=Role.PLAN_OFFICE).order_by("pk")
    return must_be_plan_office(found.first() or AnonymousUser())
