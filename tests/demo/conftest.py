"""One loaded sample district for all tests of the folder.

Tests carry the mark django_db, so that what each of them writes is rolled back to the district as loaded.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import transaction
from django.test.utils import override_settings
from pytest_django import DjangoDbBlocker

from tongjian.demo import load
from tongjian.demo.load import DemoResult

LOADED_AT = datetime(2022, 12, 28, 1, tzinfo=UTC)


@dataclass(frozen=True)
class District:
    """home: HOME of the installation. first: what the first load said. told: its lines of progress."""

    home: Path
    first: DemoResult
    told: tuple[str, ...]


@pytest.fixture(scope="package")
def loaded(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[District]:
    home, told = tmp_path_factory.mktemp("home"), []
    with (
        django_db_blocker.unblock(),
        override_settings(HOME=home, EVIDENCE_ROOT=home / "evidence", MIRROR=home / "mirror.duckdb"),
        transaction.atomic(),
    ):
        first = load.load(told.append, LOADED_AT, history=False)  # test_decade.py loads the ten years
        yield District(home, first, tuple(told))
        transaction.set_rollback(True)


@pytest.fixture
def district(loaded: District, tmp_path: Path) -> Iterator[District]:
    """The loaded district for a test that changes sample files; they are as loaded again afterwards."""
    kept = tmp_path / "demo"
    shutil.copytree(loaded.home / "demo", kept)
    yield loaded
    shutil.rmtree(loaded.home / "demo")
    shutil.copytree(kept, loaded.home / "demo")
