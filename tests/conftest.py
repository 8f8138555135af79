"""Every test begins in the language of the settings: a request or a command of the test before it leaves none behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation

from tongjian.cli import language


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    translation.deactivate()
    language.use("zh")
    yield
    translation.deactivate()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Under several processes a file stays in one, and the folder that shares one loaded district as well."""
    for item in items:
        folder = item.path.parent
        item.add_marker(pytest.mark.xdist_group(folder.name if folder.name == "demo" else str(item.path)))
