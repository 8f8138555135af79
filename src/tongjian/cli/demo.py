"""`tongjian demo`: set up the ledger, load the sample district, write its report, and serve."""

from __future__ import annotations

import argparse
import gc
import sys
import time
from typing import TYPE_CHECKING

from tongjian.cli._django import with_ledger
from tongjian.cli.language import text

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from tongjian.demo.load import DemoResult

HOST, PORT = "127.0.0.1", 8000


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    about = text("载入示例区并启动服务", "load the sample district and serve it")
    parser = subparsers.add_parser("demo", help=about, description=about)
    parser.add_argument(
        "--no-serve", action="store_true", help=text("写出报告后结束", "end after the report is written")
    )
    parser.add_argument(
        "--port", type=int, default=PORT, help=text("端口，默认 8000", "port, 8000 by default")
    )
    parser.add_argument(
        "--no-history",
        dest="history",
        action="store_false",
        help=text("不载入十年模拟月度数据", "without the ten simulated years"),
    )
    parser.add_argument(
        "--full",
        action="store_true",
        help=text("载入两年约一百万件模拟工单", "with about a million simulated work orders of two years"),
    )
    parser.set_defaults(run=with_ledger(run))


def run(arguments: argparse.Namespace) -> int:
    """0; 2 when a sample file that the user changed is refused or the port is taken."""
    from django.core.management import call_command
    from django.utils import timezone

    from tongjian.demo.ahead import Ahead, start
    from tongjian.demo.load import load

    started = time.monotonic()
    gc.set_threshold(100_000, 50, 100)  # a load makes many rows and next to no cycles
    written = start() if arguments.history else Ahead()
    call_command("migrate", verbosity=0, interactive=False)
    done = load(_tell, timezone.now(), history=arguments.history, full=arguments.full, written=written)
    _tell_result(done, time.monotonic() - started)
    return 0 if arguments.no_serve else _serve(arguments.port)


def _tell(line: str) -> None:
    print(f"· {line}", flush=True)


def _tell_result(done: DemoResult, seconds: float) -> None:
    print(text(f"示例区已就绪（{seconds:.1f} 秒）", f"The sample district stands ({seconds:.1f} s)."))
    print(text(f"报告：{done.report}", f"Report: {done.report}"))
    if done.accounts:
        print(text("示例账号（密码只显示这一次）：", "Sample accounts (passwords are shown this once):"))
        for account in done.accounts:
            print(f"  {account.name:<12} {account.password:<18} {account.role.value}")
    else:
        print(text("示例账号沿用原密码；重设：tongjian demo-passwords", "Sample accounts keep their passwords; new ones: tongjian demo-passwords"))  # fmt: skip


def _serve(port: int) -> int:
    """Serve until interrupted."""
    from django.conf import settings
    from waitress import create_server

    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise looks for it when it starts
    from tongjian.web.wsgi import application

    try:
        server = create_server(application, host=HOST, port=port, threads=8, ident="tongjian")
    except OSError as error:
        print(text(f"端口 {port} 不能使用（{error}）；可用 --port 换一个。", f"Port {port} cannot be used ({error}); choose another with --port."), file=sys.stderr)  # fmt: skip
        return 2
    address = f"http://{HOST}:{port}/"
    print(text(f"已启动：{address}（Ctrl+C 结束）", f"Serving on {address} (Ctrl+C ends)"), flush=True)
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        server.close()
    return 0
