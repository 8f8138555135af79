"""What pages are made of: vendored files with their licences, every icon in the sprite, every template well named."""

from __future__ import annotations

import re
from pathlib import Path

import tongjian.web

WEB = Path(tongjian.web.__file__).parent
VENDOR = WEB / "static" / "vendor"


def test_every_icon_is_in_the_sprite() -> None:
    have = set(re.findall(r'<symbol id="([\w-]+)"', (VENDOR / "tabler-icons/sprite.svg").read_text()))
    text = "".join(p.read_text(encoding="utf-8") for p in WEB.rglob("*.html"))
    used = set(re.findall(r'\{% icon "([\w-]+)"|icon_name="([\w-]+)"', text))
    nav = set(re.findall(r'"([\w-]+)", \("', (WEB / "context.py").read_text(encoding="utf-8")))
    assert {a or b for a, b in used} | nav == have


def test_vendored_files_have_version_and_licence() -> None:
    versions = (VENDOR / "VERSIONS.md").read_text(encoding="utf-8")
    for folder in (p for p in VENDOR.iterdir() if p.is_dir()):
        assert (folder / "LICENSE").exists(), folder.name
        assert any(f"`{folder.name}/{f.name}`" in versions for f in folder.iterdir()), folder.name


def test_our_own_files_reach_for_nothing_outside() -> None:
    for file in [*WEB.glob("static/*.css"), *WEB.glob("static/js/*.js")]:
        text = file.read_text(encoding="utf-8")
        assert re.findall(r"https?://(?!www\.w3\.org)|@import", text) == []
        assert re.findall(r"\beval\(|new Function|innerHTML|document\.write", text) in ([], ["innerHTML"])


def test_view_files_stay_short() -> None:
    assert [p for p in WEB.rglob("*.py") if len(p.read_text(encoding="utf-8").splitlines()) > 300] == []
