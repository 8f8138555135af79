"""Cases' tests: caches that outlive a test's transaction are emptied around each one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tongjian.records.cases import catalogue, personal, timing


@pytest.fixture(autouse=True)
def fresh_caches() -> Iterator[None]:
    for forget in (catalogue.forget, personal.forget_keys, timing.forget):
        forget()
    yield
    for forget in (catalogue.forget, personal.forget_keys, timing.forget):
        forget()
