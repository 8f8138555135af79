"""What a request for the map asks: which layers, narrowed how, seen how, and which piece."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.kernel.geometry import Box
from tongjian.web.map.layers import PIPES, Filter, Layer
from tongjian.web.requests import typed, whole

VIEWS: dict[str, str | Promise] = {"towns": _("By town"), "places": _("By place")}


@dataclass(frozen=True)
class Choice:
    """chosen: layers that are on. pipes: whether those are. view: a key of VIEWS."""

    every: Sequence[Layer]
    chosen: Sequence[Layer]
    pipes: bool
    by: Filter
    view: str

    @property
    def keys(self) -> set[str]:
        return {layer.key for layer in self.chosen}


def read(query: QueryDict, every: Sequence[Layer], usual_view: str) -> Choice:
    """What is unknown is left out; no layer named: all of them but the pipes."""
    wanted = set(query.getlist("layer"))
    chosen = [x for x in every if x.key in wanted] if wanted else list(every)
    view = query.get("view", "")
    return Choice(every, chosen, PIPES in wanted, filter_of(query), view if view in VIEWS else usual_view)


def filter_of(query: QueryDict) -> Filter:
    return Filter(
        typed(query.get("q")), typed(query.get("area")), typed(query.get("stage")), whole(query.get("year"))
    )


def box_of(query: QueryDict) -> Box | None:
    """west,south,east,north; None: it cannot be read."""
    try:
        numbers = [float(n) for n in query.get("bbox", "").split(",")]
    except ValueError:
        return None
    if len(numbers) != 4 or not all(abs(n) <= 360 for n in numbers):
        return None
    return Box(*numbers)


def zoom_of(query: QueryDict) -> float:
    try:
        return min(max(float(query.get("zoom", "10")), 0.0), 24.0)
    except ValueError:
        return 10.0
