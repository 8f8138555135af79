"""Docs tell the truth: settings, commands, metrics' keys, error codes, libraries and links are all described."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tongjian.packs import entries

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
SOURCE = ROOT / "src" / "tongjian"


def read(*parts: str) -> str:
    return DOCS.joinpath(*parts).read_text(encoding="utf-8")


def settings_in_code() -> set[str]:
    code = "".join(f.read_text(encoding="utf-8") for f in (SOURCE / "settings").glob("*.py"))
    return set(re.findall(r'"(TONGJIAN_[A-Z_]+)"', code))


def test_every_setting_is_described_and_in_the_example() -> None:
    table, example = read("reference", "settings.md"), (ROOT / ".env.example").read_text(encoding="utf-8")
    assert {s for s in settings_in_code() if f"`{s}`" not in table or f"\n{s}=" not in example} == set()


def test_no_setting_is_described_that_is_not_read() -> None:
    assert set(re.findall(r"TONGJIAN_[A-Z_]+", read("reference", "settings.md"))) <= settings_in_code()


def test_the_environment_is_read_in_settings_only() -> None:
    allowed = {SOURCE / "web" / "wsgi.py"}
    reading = {
        str(f.relative_to(SOURCE))
        for f in SOURCE.rglob("*.py")
        if "settings" not in f.parts
        and f not in allowed
        and re.search(r"os\.(getenv|environ\.get|environ\[)", f.read_text(encoding="utf-8"))
    }
    assert reading <= {"cli/language.py"}, (
        "language of the terminal is all that a command may ask the environment for"
    )


def test_every_command_is_described() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "tongjian.cli", "--help"], capture_output=True, text=True, check=True
    ).stdout
    commands = set(re.findall(r"^    ([a-z][a-z-]+)\b", said, re.M))
    described = read("reference", "cli.md")
    assert len(commands) >= 8
    assert {c for c in commands if f"tongjian {c}" not in described} == set()


def test_every_error_code_is_described() -> None:
    pattern = re.compile(
        r"""(?:Error|NotAllowed|Missing|Ambiguous|Refused)\(\s*["']([a-z_]+\.[a-z_]+)["']|["']((?:imports|reading|access|refs|facts|plans|tasks|checkins|intake|reports|templates|trace|collection|evidence)\.[a-z_]+)["']\s*[,:]\s*_\("""
    )
    telling = SOURCE / "web" / "history.py"  # sentences of events, not of errors
    code = (f for f in SOURCE.rglob("*.py") if f != telling)
    codes = {a or b for f in code for a, b in pattern.findall(f.read_text(encoding="utf-8"))}
    described = read("reference", "error-codes.md")
    assert len(codes) >= 20
    assert {c for c in codes if f"`{c}`" not in described} == set()


def test_every_metric_has_a_definition_a_source_and_two_names() -> None:
    metrics = entries("metrics")
    assert len(metrics) >= 80
    assert [
        m.key
        for m in metrics
        if not all(m.body.get(f) for f in ("name", "name_en", "definition", "source", "unit", "owner"))
    ] == []


def test_every_library_has_a_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(d for group in project["optional-dependencies"].values() for d in group),
    ]
    names = {re.split(r"[\[<>=~;! ]", d)[0].lower() for d in wanted}
    reasons = read("adr", "0001-each-library-has-a-reason.md").lower()
    assert {n for n in names if n not in reasons} == set()


@pytest.mark.parametrize(
    "page", sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")]), ids=lambda p: str(p.relative_to(ROOT))
)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [t for t in targets if not (page.parent / t).exists()] == []


def test_decisions_are_listed() -> None:
    listed = read("adr", "README.md")
    assert [f.name for f in (DOCS / "adr").glob("0*.md") if f.name not in listed] == []
