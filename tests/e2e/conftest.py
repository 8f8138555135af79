"""A real browser on a real server with the sample district's definitions: skipped, and said so, without Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in the test's thread

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (apt install chromium): browser journeys are skipped")
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed: browser journeys are skipped"
    )
    with playwright.sync_playwright() as p:
        running = p.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def pictures() -> Path:
    folder = Path(os.environ.get("TONGJIAN_PICTURES", "var/pictures"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
