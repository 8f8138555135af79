"""`tongjian write --year 2022 --template FILE -o OUT.docx [--as review]`: a report out of the ledger, in the form wanted."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tongjian.cli._django import with_ledger
from tongjian.cli.language import language, text

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from tongjian.kernel.models import User
    from tongjian.reports.models import Report

FORMS = ("review", "final", "trace")


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
    _forms(parser)
    parser.add_argument(
        "--area",
        metavar="KEY",
        help=text("地区编码，默认本区", "key of the area; the installation's district unless given"),
    )
    parser.add_argument(
        "--account",
        metavar=text("用户名", "NAME"),
        help=text("发改部门账号，默认第一个", "account of the plan office; its first one unless given"),
    )
    parser.set_defaults(run=with_ledger(run))


def _forms(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--as",
        dest="form",
        choices=FORMS,
        help=text(
            "导出：送审稿（批注写明出处）、正式稿（清单另存）、溯源册（.xlsx 或 .docx）；默认工作稿，清单在文档内",
            "review: comments with sources; final: clean, its manifest in a file beside; trace: the book of sources "
            "(.xlsx or .docx). Otherwise the working copy, its manifest inside",
        ),
    )
    parser.add_argument(
        "--layout",
        metavar="KEY",
        default="congress_report",
        help=text(
            "版式：congress_report、letter、bulletin 或本区自定",
            "congress_report, letter, bulletin or your own",
        ),
    )
    parser.add_argument(
        "--html", metavar="OUT.html", help=text("同时写出网页", "write the page that stands alone, too")
    )
    parser.add_argument(
        "--pdf",
        metavar="OUT.pdf",
        help=text("同时写出 PDF（需 LibreOffice）", "write a pdf too; needs LibreOffice"),
    )


def run(arguments: argparse.Namespace) -> int:
    """0; 1 when the template is wrong, with all its problems; 2 when a file, account or LibreOffice is missing."""
    from django.utils import timezone

    from tongjian.cli._ledger import subject
    from tongjian.reports import actions

    path = Path(arguments.template)
    try:
        report = actions.build(
            subject(arguments.area),
            arguments.year,
            path.read_bytes(),
            by=_account(arguments.account),
            at=timezone.now(),
            name=path.name,
            layout=arguments.layout,
        )
        _write(report, arguments)
    except actions.TemplateRefused as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(text(f"文件无法读写：{error}", f"A file cannot be read or written: {error}"), file=sys.stderr)
        return 2
    _tell(report, arguments.out)
    return 0


def _write(report: Report, arguments: argparse.Namespace) -> None:
    """All files asked for. Raises OSError, ReadingError."""
    from tongjian.reports.exports.final import SIDECAR
    from tongjian.reports.exports.forms import Form, export

    out = Path(arguments.out)
    if arguments.form is None:
        out.write_bytes(report.docx.path.read_bytes())
    else:
        form = Form(arguments.form)
        form = Form.TRACE_DOCX if form is Form.TRACE and out.suffix.lower() == ".docx" else form
        out.write_bytes(export(report, form).data)
        if form is Form.FINAL:
            out.with_suffix(SIDECAR).write_bytes(export(report, Form.FACTS).data)
    if arguments.html:
        Path(arguments.html).write_bytes(export(report, Form.TWIN).data)
    if arguments.pdf:
        Path(arguments.pdf).write_bytes(export(report, Form.PDF).data)


def _tell(report: Report, out: str) -> None:
    """How many figures; titles that do not fit, and characters that a font does not have."""
    from tongjian.reports.layout import remarks

    quoted = report.quotes.count()
    print(text(f"已写入 {out}：{quoted} 个数字", f"Wrote {out}: {quoted} figures, each traced"))
    for line in remarks(report.manifest, language()):
        print(line, file=sys.stderr)


def _account(name: str | None) -> User:
    """Raises NotAllowed where there is no such account, or it is not of the plan office."""
    from django.contrib.auth.models import AnonymousUser

    from tongjian.kernel.access import must_be_plan_office
    from tongjian.kernel.choices import Role
    from tongjian.kernel.models import User

    accounts = User.objects.filter(is_active=True)
    found = accounts.filter(username=name) if name else accounts.filter(role=Role.PLAN_OFFICE).order_by("pk")
    return must_be_plan_office(found.first() or AnonymousUser())
