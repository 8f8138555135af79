"""Every test begins in the language of the settings: a request or a command of the test before it leaves none behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from tongjian.cli import language


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    translation.deactivate()
    language.use("zh")
    yield
    translation.deactivate()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Under several processes a file stays in one, and the folder that shares one loaded district as well."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.split("::", 1)[0]
            folder = file.rsplit("/", 1)[0]
            return folder if folder.endswith("/demo") else file

    return ByFile(config, log)
