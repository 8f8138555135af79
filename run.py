#!/usr/bin/env python3
"""Set up and run Tongjian with nothing but Python: `python3 run.py demo | test | check | wheelhouse`.

Standard library only. Makes `.venv` beside this file, installs from `wheelhouse/` where that folder
exists (no network), else from the package index, and then runs the command inside it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
WHEELS = ROOT / "wheelhouse"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
# What each command needs beside the core.
EXTRAS = {
    "demo": "",
    "test": "[test]",
    "check": "[test,check,postgres,server]",
    "bench": "[test,bench,postgres]",
    "wheelhouse": "",
}


def main(arguments: list[str]) -> int:
    command, rest = (arguments[0] if arguments else ""), arguments[1:]
    if command not in EXTRAS:
        print(__doc__)
        return 2
    complaint = unfit()
    if complaint:
        print(complaint, file=sys.stderr)
        return 2
    set_up(EXTRAS[command])
    return {"demo": demo, "test": test, "check": check, "bench": bench, "wheelhouse": wheelhouse}[command](
        rest
    )


def unfit() -> str | None:
    """One line on what to install, or None when this Python will do."""
    if sys.version_info < (3, 11):
        found = ".".join(map(str, sys.version_info[:3]))
        return f"Tongjian needs Python 3.11 or newer, this is {found}. Install it and run: python3.11 run.py … / 需要 Python 3.11 或更新版本。"
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        return f"Python's venv module is missing. Install it, on Debian or Ubuntu: apt install python3.{sys.version_info[1]}-venv / 缺少 venv 模块，请先安装。"
    return None


def set_up(extras: str) -> None:
    """Make the environment once; again only when pyproject.toml or the wanted extras change."""
    mark = VENV / f"installed{extras.replace(',', '-')}"
    digest = hashlib.sha256((ROOT / "pyproject.toml").read_bytes() + sys.version.encode()).hexdigest()
    if mark.exists() and mark.read_text() == digest:
        return
    if not any(VENV.glob("installed*")):  # none yet, or one that was interrupted half-way
        print("· making .venv", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
    print(
        f"· installing tongjian{extras} {'from wheelhouse/' if WHEELS.is_dir() else 'from the package index'}",
        flush=True,
    )
    source = ["--no-index", "--find-links", str(WHEELS)] if WHEELS.is_dir() else []
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", *source]
    done = subprocess.run([*pip, "-e", f"{ROOT}{extras}", "-c", str(ROOT / "constraints.txt")], check=False)
    if done.returncode:
        sys.exit(
            "Installing failed; the lines above say why. Without a network, put the wheels into wheelhouse/ first (make wheelhouse)."
        )
    mark.write_text(digest)


def run(*command: str, **environment: str) -> int:
    return subprocess.run(command, cwd=ROOT, env=os.environ | environment, check=False).returncode


def python(*words: str, **environment: str) -> int:
    return run(str(PYTHON), *words, **environment)


def demo(rest: list[str]) -> int:
    home = os.environ.get("TONGJIAN_HOME", str(ROOT / "var"))
    try:
        return python("-m", "tongjian.cli", "demo", *rest, TONGJIAN_HOME=home)
    except KeyboardInterrupt:
        return 0


def test(rest: list[str]) -> int:
    fast = "not browser and not postgres and not slow and not spark"
    return python(
        "-m", "pytest", "-n", "auto", "--dist", "loadscope", "--no-loadscope-reorder", "-m", fast, *rest
    )  # on all cores


BENCHES = ("run", "facts", "collection", "pages", "mirror", "projects", "map", "cases")


def bench(rest: list[str]) -> int:
    """All of them; year-end estimates against peers' forecasts on record, which take a quarter of an hour to make."""
    done = [python(f"bench/{name}.py", *rest) for name in BENCHES]
    own = ROOT / ".venv-foresight/bin/python"  # its peers want packages of their own; see bench/foresight.py
    quick = ["--quick", *(r for r in rest if r != "--quick")]
    done.append(run(str(own if own.exists() else PYTHON), "bench/foresight.py", *quick))
    return max(done)


# A small one of bench/case_load.py: no error, nothing lost, nothing doubled.
LOAD = ("--users", "10", "--seconds", "10", "--kills", "5")


def check(rest: list[str]) -> int:
    """Everything: style, types, floors, templates, migrations, deploy settings, tests with browser, PostgreSQL, workers killed."""
    tool = {name: str(PYTHON.parent / name) for name in ("ruff", "mypy", "lint-imports", "djlint")}
    deploy = {
        "DJANGO_SETTINGS_MODULE": "tongjian.settings.production",
        "TONGJIAN_SECRET_KEY": hashlib.sha512(str(ROOT).encode()).hexdigest(),
        "TONGJIAN_HOSTS": "plan.example.org",
    }
    steps: list[tuple[str, list[str], dict[str, str]]] = [
        ("ruff", [tool["ruff"], "check", "."], {}),
        ("ruff format", [tool["ruff"], "format", "--check", "."], {}),
        ("mypy --strict", [tool["mypy"]], {}),
        ("floors", [tool["lint-imports"]], {}),
        ("templates", [tool["djlint"], "src/tongjian/web/templates", "--lint", "--quiet"], {}),
        (
            "migrations",
            [str(PYTHON), "-m", "tongjian.cli", "manage", "makemigrations", "--check", "--dry-run"],
            {},
        ),
        (
            "deploy settings",
            [str(PYTHON), "-m", "tongjian.cli", "manage", "check", "--deploy", "--fail-level", "WARNING"],
            deploy,
        ),
        ("all tests", [str(PYTHON), "-m", "pytest", "-m", "not postgres", *rest], {}),
        ("PostgreSQL", [str(PYTHON), "tests/postgres/run.py"], {}),
        ("many users, killed workers", [str(PYTHON), "bench/case_load.py", *LOAD], {}),
    ]
    failed = []
    for name, command, environment in steps:
        print(f"── {name}", flush=True)
        if run(*command, **environment):
            failed.append(name)
    print(
        f"check: {len(steps) - len(failed)} of {len(steps)} steps passed"
        + (f"; failed: {', '.join(failed)}" if failed else "")
    )
    return 1 if failed else 0


def wheelhouse(rest: list[str]) -> int:
    """All wheels that `demo` and `test` need, for a machine without a network."""
    fresh = ROOT / "wheelhouse.new"
    shutil.rmtree(fresh, ignore_errors=True)
    pip = [
        str(PYTHON),
        "-m",
        "pip",
        "--disable-pip-version-check",
        "download",
        "--quiet",
        "--only-binary",
        ":all:",
    ]
    needed = ["setuptools>=77", "wheel", *requirements()]
    if subprocess.run(
        [*pip, "-d", str(fresh), "-c", str(ROOT / "constraints.txt"), *needed], check=False
    ).returncode:
        return 1
    shutil.rmtree(WHEELS, ignore_errors=True)
    fresh.rename(WHEELS)
    print(
        f"{len(list(WHEELS.iterdir()))} wheels in {WHEELS.name}/, {sum(f.stat().st_size for f in WHEELS.iterdir()) / 1e6:.0f} MB"
    )
    return 0


def requirements() -> list[str]:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [*project["dependencies"], *project["optional-dependencies"]["test"]]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
