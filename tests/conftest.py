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
