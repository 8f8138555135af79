"""What a page was made of goes with the page."""

from __future__ import annotations

import gc
import weakref

import pytest
from django.template import TemplateDoesNotExist, engines


class Thing:
    name = "一物"


def _rendered(code: str, thing: Thing) -> str:
    return engines["django"].from_string(code).render({"thing": thing})


def test_what_a_page_shows_is_let_go_without_a_search_for_cycles() -> None:
    thing = Thing()
    alive = weakref.ref(thing)
    gc.disable()
    try:
        assert _rendered("{% with one=thing %}{{ one.name }}{% endwith %}", thing) == "一物"
        del thing
        assert alive() is None
    finally:
        gc.enable()


def test_a_missing_part_is_named() -> None:
    with pytest.raises(TemplateDoesNotExist, match=r"no/such\.html") as raised:
        _rendered('{% include "no/such.html" %}', Thing())
    assert raised.value.backend is not None
